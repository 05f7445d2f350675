/*
 * uml.c - a User-Mode Linux guest with virtual time: a kernel as a process
 */
#include "guest/uml.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "guest/chance.h"
#include "ns/init.h"

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

/** struct boot - what the process that becomes the kernel is told */
struct boot {
	const struct uml_request *request;
	int out; /* console */
};

static int drop_to(const struct uml_request *request)
{
	if (request->uid == (uid_t)-1)
		return 0;
	if (setgroups(0, NULL) < 0 || setgid(request->gid) < 0 ||
	    setuid(request->uid) < 0)
		return -errno;
	return 0;
}

/* at @fd and nowhere else, over execve(2) */
static int place(int from, int fd)
{
	return from < 0 || dup2(from, fd) < 0 ? -errno : 0;
}

static int place_fds(const struct boot *boot)
{
	const struct uml_request *r = boot->request;
	/* out of the way of what is placed */
	int out = fcntl(boot->out, F_DUPFD_CLOEXEC, FD_JOB + 1);
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
static int become_kernel(const struct boot *boot)
{
	const struct uml_request *r = boot->request;
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

	if (place_fds(boot) < 0 || drop_to(r) < 0 || chance_refuse() < 0)
		return 126;
	(void)execv(r->kernel, argv);
	return 127;
}

static int boot_in_lab(void *arg, struct ns_runner *self)
{
	(void)self; /* no network namespace is made out here */
	return become_kernel(arg);
}

/* without a PID namespace: the kernel's own processes may outlive it for as
 * long as they take to notice */
static pid_t boot_plainly(const struct boot *boot, struct err *err)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		return err_sys(err, -errno, "fork");
	if (pid > 0)
		return pid;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ||
	    getppid() != parent)
		_exit(126);
	_exit(become_kernel(boot));
}

int uml_start(const struct uml_request *request, struct uml *uml,
	      struct err *err)
{
	SCOPED_FD int in = -1;
	SCOPED_FD int out = -1;
	struct boot boot = {.request = request};
	struct ns_init init = {
		.owner_pidfd = request->owner_pidfd,
		.main = boot_in_lab,
		.arg = &boot,
		.keep_fds = &boot.out,
		.n_keep_fds = 1,
	};
	int fds[2];
	pid_t pid;

	if (access(request->kernel, X_OK) < 0)
		return err_sys(err, -errno, "%s", request->kernel);
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, -errno, "pipe");
	in = fds[0];
	out = fds[1];
	boot.out = out;
	if (fcntl(in, F_SETFL, O_NONBLOCK) < 0)
		return err_sys(err, -errno, "fcntl");
	pid = ns_init_start(&init, NULL);
	if (pid < 0)
		pid = boot_plainly(&boot, err);
	if (pid < 0)
		return (int)pid;
	uml->pid = pid;
	uml->console_fd = fd_steal(&in);
	return 0;
}
