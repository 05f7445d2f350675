/*
 * uml.c - a User-Mode Linux guest with virtual time: a kernel as a process
 */
#include "guest/uml.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "guest/chance.h"
#include "guest/boot.h"
#include "guest/pin.h"

/** MEMORY - a guest's; it takes from the machine what it touches, only */
#define MEMORY "mem=512M"

/** START_NS - the time of day at which every guest boots: 1 January 2026, 00:00
 * UTC. Random numbers are made of it, too */
#define START_NS "1767225600000000000"

/** FD_EXE, FD_JOB - where the kernel's process has our binary and the job open,
 * O_PATH. The command line names them so, for hostfs to find in the machine's
 * /proc: it must be the same each time, and a path to the results is not */
#define FD_EXE	     3
#define FD_JOB	     4
#define FD_PATH_(fd) "/proc/self/fd/" #fd
#define FD_PATH(fd)  FD_PATH_(fd)

/* at @fd and nowhere else, over execve(2) */
static int place(int from, int fd)
{
	return from < 0 || dup2(from, fd) < 0 ? -errno : 0;
}

static int place_fds(const struct uml_request *r, int console)
{
	/* out of the way of what is placed */
	int out = fcntl(console, F_DUPFD_CLOEXEC, FD_JOB + 1);
	int exe = fcntl(open(r->exe, O_PATH | O_CLOEXEC), F_DUPFD_CLOEXEC,
			FD_JOB + 1);
	int job = fcntl(open(r->job, O_PATH | O_CLOEXEC), F_DUPFD_CLOEXEC,
			FD_JOB + 1);
	int rc = place(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);

	if (rc == 0)
		rc = place(out, STDOUT_FILENO);
	if (rc == 0)
		rc = place(out, STDERR_FILENO);
	if (rc == 0)
		rc = place(exe, FD_EXE);
	return rc < 0 ? rc : place(job, FD_JOB);
}

/* becomes the kernel; returns an exit status if it cannot */
static int become_kernel(const void *arg, int console)
{
	const struct uml_request *r = arg;
	SCOPED_FREE char *seed = mem_printf("%" PRIu64, r->seed);
	char kernel[] = "tcplab-guest";
	char memory[] = MEMORY;
	char *const argv[] = {
		kernel,
		memory,
		(char[]){"time-travel=inf-cpu"},
		(char[]){"time-travel-start=" START_NS},
		(char[]){"root=/dev/root"},
		(char[]){"rootfstype=hostfs"},
		(char[]){"rootflags=/"},
		(char[]){"ro"},
		/* not ~/.uml: a user may have no home; and none in a lab's own
		 * tmpfs is left behind */
		(char[]){"uml_dir=/dev/shm"},
		/* a dump walks every bucket, of which there would be tens of
		 * thousands (net/ipv4/tcp.c tcp_init()) */
		(char[]){"thash_entries=128"},
		(char[]){"con=null"},
		(char[]){"con0=fd:0,fd:1"},
		(char[]){"ssl=null"},
		(char[]){"quiet"},
		(char[]){"panic=-1"},
		(char[]){"init=" FD_PATH(FD_EXE)},
		(char[]){"--"},
		(char[]){"guest"},
		(char[]){FD_PATH(FD_JOB)},
		seed,
		NULL,
	};

	if (place_fds(r, console) < 0 || boot_drop(r->uid, r->gid) < 0)
		return 126;
	/* where that cannot be had (no seccomp) a guest is as good, only not
	 * the same each time, which --repeat tells */
	(void)chance_refuse();
	pin_to(r->cpu);
	(void)execv(r->kernel, argv);
	return 127;
}

int uml_start(const struct uml_request *request, struct uml *uml,
	      struct err *err)
{
	const struct boot start = {
		.become = become_kernel,
		.arg = request,
		.owner_pidfd = request->owner_pidfd,
	};
	pid_t pid;

	if (access(request->kernel, X_OK) < 0)
		return err_sys(err, -errno, "%s", request->kernel);
	pid = boot_start(&start, &uml->console_fd, err);
	if (pid < 0)
		return (int)pid;
	uml->pid = pid;
	return 0;
}
