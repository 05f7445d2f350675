/*
 * qemu.c - a stock kernel under QEMU, in virtual time, on no hardware at all
 */
#include "guest/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "guest/boot.h"
#include "guest/programs.h"
#include "guest/qemu_image.h"

/** PROGRAM - of Debian's package qemu-system-x86 */
#define PROGRAM "qemu-system-x86_64"

/** MEMORY - a guest's; it takes from the machine what it touches, only */
#define MEMORY "1024M"

/** START - the time of day at which every guest boots */
#define START "2026-01-01T00:00:00"

/**
 * KERNEL_WORDS - the kernel's command line
 *
 * nolapic_timer: to measure the local APIC's timer the kernel spins on PAUSE
 * for 100 ms, each of which is a way out of QEMU's translated code: 5 s of 10
 * (arch/x86/kernel/apic/apic.c, calibrate_APIC_clock()). The HPET serves.
 * tsc_early_khz, tsc, no_timer_check: nor measure the clocks, which are exact:
 * one tick of the TSC is one nanosecond.
 * nokaslr, mitigations, cryptomgr, lsm: what a guest of nobody's need not do.
 * thash_entries: a dump walks every bucket (net/ipv4/tcp.c tcp_init()).
 */
#define KERNEL_WORDS                                                       \
	"console=ttyS0 quiet panic=-1 nolapic_timer no_timer_check "       \
	"tsc_early_khz=1000000 tsc=reliable nokaslr mitigations=off "      \
	"cryptomgr.notests lsm= thash_entries=128 rdinit=" QEMU_IMAGE_INIT \
	" -- guest " QEMU_IMAGE_JOB " %" PRIu64

/** struct qemu_boot - what the process that becomes QEMU is told */
struct qemu_boot {
	const struct qemu_request *request;
	const char *program;
	int parcels_fd;
};

/* for execve(2), and as a path that QEMU can open */
static char *inherit(int fd)
{
	return fcntl(fd, F_SETFD, 0) < 0 ? NULL
					 : mem_printf("/proc/self/fd/%d", fd);
}

/* becomes QEMU; returns an exit status if it cannot */
static int become_qemu(const void *arg, int console)
{
	const struct qemu_boot *boot = arg;
	const struct qemu_request *r = boot->request;
	SCOPED_FREE char *kernel = inherit(r->image->kernel_fd);
	SCOPED_FREE char *initrd = inherit(r->image->initrd_fd);
	SCOPED_FREE char *parcels = inherit(boot->parcels_fd);
	SCOPED_FREE char *channel =
		mem_printf("file,id=results,path=%s", parcels);
	SCOPED_FREE char *words = mem_printf(KERNEL_WORDS, r->job, r->seed);
	char *const argv[] = {
		(char[]){"tcplab-qemu"},
		(char[]){"-name"},
		(char[]){"tcplab-guest,process=tcplab-guest"},
		/* nothing but what is named here */
		(char[]){"-nodefaults"},
		(char[]){"-no-user-config"},
		(char[]){"-display"},
		(char[]){"none"},
		(char[]){"-no-reboot"},
		(char[]){"-machine"},
		(char[]){"pc"},
		(char[]){"-accel"},
		(char[]){"tcg,thread=single"},
		(char[]){"-icount"},
		(char[]){"shift=0,sleep=off"},
		/* random numbers come from the seed */
		(char[]){"-cpu"},
		(char[]){"max,rdrand=off,rdseed=off"},
		(char[]){"-m"},
		(char[]){MEMORY},
		(char[]){"-rtc"},
		(char[]){"base=" START ",clock=vm"},
		(char[]){"-kernel"},
		kernel,
		(char[]){"-initrd"},
		initrd,
		(char[]){"-append"},
		words,
		(char[]){"-chardev"},
		(char[]){"stdio,id=console,signal=off"},
		(char[]){"-serial"},
		(char[]){"chardev:console"},
		/* in the CPU's own thread, so that a parcel is out when
		 * write(2) has returned in the guest */
		(char[]){"-device"},
		(char[]){"virtio-serial-pci,ioeventfd=off"},
		(char[]){"-chardev"},
		channel,
		(char[]){"-device"},
		(char[]){"virtserialport,chardev=results,name=tcplab"},
		NULL,
	};
	SCOPED_FD int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || !kernel || !initrd || !parcels ||
	    dup2(null, STDIN_FILENO) < 0 || dup2(console, STDOUT_FILENO) < 0 ||
	    dup2(console, STDERR_FILENO) < 0 || boot_drop(r->uid, r->gid) < 0)
		return 126;
	(void)execv(boot->program, argv);
	return 127;
}

int qemu_find(char **program, struct err *err)
{
	const char *path = getenv("PATH");
	char *found = programs_find(PROGRAM, path ? path : PROGRAMS_PATH);

	if (!found) {
		(void)err_set(err, -ENOENT,
			      "a stock kernel needs QEMU: no " PROGRAM
			      " in PATH");
		err_remedy(err, "apt-get install qemu-system-x86");
		return -ENOENT;
	}
	*program = found;
	return 0;
}

int qemu_start(const struct qemu_request *request, struct qemu *qemu,
	       struct err *err)
{
	SCOPED_FREE char *program = NULL;
	const int found = qemu_find(&program, err);
	SCOPED_FD int parcels = memfd_create("tcplab-parcels", MFD_CLOEXEC);
	const struct qemu_boot boot = {request, program, parcels};
	const int keep[] = {
		request->image->kernel_fd,
		request->image->initrd_fd,
		parcels,
	};
	const struct boot start = {
		.become = become_qemu,
		.arg = &boot,
		.owner_pidfd = request->owner_pidfd,
		.keep_fds = keep,
		.n_keep_fds = sizeof(keep) / sizeof(keep[0]),
	};
	pid_t pid;

	if (found < 0)
		return found;
	if (parcels < 0)
		return err_sys(err, -errno, "memfd");
	pid = boot_start(&start, &qemu->console_fd, err);
	if (pid < 0)
		return (int)pid;
	qemu->pid = pid;
	qemu->parcels_fd = fd_steal(&parcels);
	return 0;
}
