/*
 * boot.c - start the process that is a guest, so that it dies with us
 */
#include "guest/boot.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/scope.h"
#include "ns/init.h"

/** struct birth - what the process that becomes the guest is told */
struct birth {
	const struct boot *boot;
	int out; /* console */
};

int boot_drop(uid_t uid, gid_t gid)
{
	if (uid == (uid_t)-1)
		return 0;
	if (setgroups(0, NULL) < 0 || setgid(gid) < 0 || setuid(uid) < 0)
		return -errno;
	return 0;
}

static int become(void *arg, struct ns_runner *self)
{
	const struct birth *birth = arg;

	(void)self; /* no network namespace is made out here */
	return birth->boot->become(birth->boot->arg, birth->out);
}

/* without a PID namespace: the guest's own processes may outlive it for as
 * long as they take to notice */
static pid_t start_plainly(struct birth *birth, struct err *err)
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
	_exit(become(birth, NULL));
}

pid_t boot_start(const struct boot *boot, int *console_fd, struct err *err)
{
	SCOPED_FD int in = -1;
	SCOPED_FD int out = -1;
	struct birth birth = {.boot = boot};
	int keep[BOOT_FDS_MAX + 1];
	struct ns_init init = {
		.owner_pidfd = boot->owner_pidfd,
		.main = become,
		.arg = &birth,
		.keep_fds = keep,
		.n_keep_fds = boot->n_keep_fds + 1,
	};
	int fds[2];
	pid_t pid;

	assert(boot->n_keep_fds <= BOOT_FDS_MAX);
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, -errno, "pipe");
	in = fds[0];
	out = fds[1];
	birth.out = out;
	keep[0] = out;
	for (size_t i = 0; i < boot->n_keep_fds; i++)
		keep[i + 1] = boot->keep_fds[i];
	if (fcntl(in, F_SETFL, O_NONBLOCK) < 0)
		return err_sys(err, -errno, "fcntl");
	pid = ns_init_start(&init, NULL);
	if (pid < 0)
		pid = start_plainly(&birth, err);
	if (pid > 0)
		*console_fd = fd_steal(&in);
	return pid;
}
