/*
 * init.c - start a lab: PID 1 of its own PID namespace, and its runner
 */
#include "ns/init.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "base/vec.h"
#include "ns/hold.h"
#include "ns/reaper.h"
#include "ns/refusal.h"
#include "ns/setup.h"

/** struct birth - what the child knows of the moment of its birth */
struct birth {
	const struct ns_init *config;
	unsigned long flags; /* CLONE_NEW* */
	uid_t uid; /* the owner's; inside, before the mapping, all are 65534 */
	gid_t gid;
	int report[2]; /* pipe: one struct err, its code 0 if all is well */
	sigset_t mask; /* the owner's, for the runner */
	char comm[16]; /* likewise (PR_GET_NAME) */
};

int ns_owner_open(struct err *err)
{
	int fd = pidfd_open(getpid(), 0);

	if (fd < 0)
		return err_sys(err, -errno, "pidfd_open of ourselves");
	return fd;
}

/*
 * Like fork(2), into new namespaces. All signals are blocked, so that not one
 * finds the child in the handlers of its parent. glibc's own idea of the
 * thread is not refreshed, so init uses nothing that asks for it; the runner
 * comes from a real fork().
 */
static pid_t clone_raw(unsigned long flags)
{
	long pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);

	return pid < 0 ? -errno : (pid_t)pid;
}

static void close_inherited(const struct birth *birth)
{
	const struct ns_init *config = birth->config;
	VEC(int) keep = {0};

	for (size_t i = 0; i < config->n_keep_fds; i++)
		vec_push(&keep, config->keep_fds[i]);
	vec_push(&keep, config->owner_pidfd);
	vec_push(&keep, birth->report[1]);
	setup_close_others(keep.v, keep.n);
	vec_done(&keep);
}

/* not a byte of the lab's output may wait for init to end */
static int drop_stdio(struct err *err)
{
	SCOPED_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return err_sys(err, -errno, "/dev/null");
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (dup2(null, fd) < 0)
			return err_sys(err, -errno, "dup2 of /dev/null");
	}
	return 0;
}

/* in the runner, just forked by init */
static __attribute__((noreturn)) void run(const struct birth *birth,
					  struct ns_runner *self)
{
	const struct ns_init *config = birth->config;
	VEC(int) keep = {0};

	for (size_t i = 0; i < config->n_keep_fds; i++)
		vec_push(&keep, config->keep_fds[i]);
	vec_push(&keep, self->channel);
	setup_close_others(keep.v, keep.n);
	vec_done(&keep);
	(void)prctl(PR_SET_NAME, birth->comm);
	(void)sigprocmask(SIG_SETMASK, &birth->mask, NULL);
	_exit(config->main(config->arg, self) & 0xff);
}

static int fork_runner(const struct birth *birth, bool proc_is_ours,
		       struct reaper *reaper, struct err *err)
{
	int channel[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) < 0)
		return err_sys(err, -errno, "socketpair of init and runner");
	pid = fork();
	if (pid < 0)
		return err_sys(err, -errno, "fork the runner");
	if (pid == 0) {
		struct ns_runner self = {
			.channel = channel[1],
			.proc_is_ours = proc_is_ours,
		};

		run(birth, &self);
	}
	(void)close(channel[1]);
	reaper->channel = channel[0];
	reaper->runner = pid;
	return 0;
}

/* everything in init that may be refused, until the runner runs */
static int set_up(const struct birth *birth, struct reaper *reaper,
		  struct err *err)
{
	bool proc_is_ours = false;
	sigset_t watched;
	int rc = 0;

	setup_signals_default();
	close_inherited(birth);
	if (birth->flags & CLONE_NEWUSER)
		rc = setup_user(birth->uid, birth->gid, err);
	if (rc == 0)
		rc = setup_mounts(&proc_is_ours, err);
	if (rc < 0)
		return rc;
	(void)sigemptyset(&watched);
	(void)sigaddset(&watched, SIGCHLD);
	(void)sigaddset(&watched, SIGTERM);
	(void)sigaddset(&watched, SIGINT);
	/* To PID 1 the kernel delivers no signal that has no handler, but a
	 * blocked one it queues all the same (kernel/signal.c, sig_ignored) */
	reaper->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
	if (reaper->signals < 0)
		return err_sys(err, -errno, "signalfd");
	rc = fork_runner(birth, proc_is_ours, reaper, err);
	if (rc < 0)
		return rc;
	return drop_stdio(err);
}

/* PID 1: starts with every signal blocked, and never unblocks one */
static __attribute__((noreturn)) void be_init(const struct birth *birth)
{
	struct reaper reaper = {
		.owner_pidfd = birth->config->owner_pidfd,
		.last_rites = birth->config->last_rites,
		.farewell = birth->config->farewell,
		.arg = birth->config->arg,
	};
	struct err err = {0};
	int rc;

	/* before all else, for "pkill -9 tcplab" may come any time */
	(void)prctl(PR_SET_NAME, "lab-init");
	rc = set_up(birth, &reaper, &err);
	/* if the owner is dead there is nobody to tell */
	(void)file_write_all(birth->report[1], &err, sizeof(err));
	if (rc < 0)
		_exit(1);
	setup_close_others((const int[]){reaper.owner_pidfd, reaper.channel,
					 reaper.signals},
			   3);
	_exit(reaper_run(&reaper));
}

/* the child's verdict on its own birth: code 0, or what was refused */
static int read_report(int fd, struct err *err)
{
	struct err told = {0};
	ssize_t got;

	do
		got = read(fd, &told, sizeof(told));
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return err_set(err, -ESRCH,
			       "the lab's init was killed at its birth");
	/* less than PIPE_BUF is written and read in one piece (pipe(7)) */
	if (got != sizeof(told) || told.code > 0)
		return err_set(err, -EPROTO, "the lab's init said nonsense");
	if (told.code < 0 && err)
		*err = told;
	return told.code;
}

static pid_t clone_init(struct birth *birth)
{
	pid_t pid;

	birth->flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET;
	if (birth->uid != 0)
		birth->flags |= CLONE_NEWUSER;
	pid = clone_raw(birth->flags);
	/* root without CAP_SYS_ADMIN, as in a container */
	if (pid == -EPERM && !(birth->flags & CLONE_NEWUSER)) {
		birth->flags |= CLONE_NEWUSER;
		pid = clone_raw(birth->flags);
	}
	return pid;
}

pid_t ns_init_start(const struct ns_init *config, struct err *err)
{
	struct birth birth = {
		.config = config,
		.uid = geteuid(),
		.gid = getegid(),
	};
	SCOPED_FD int report_in = -1;
	sigset_t all;
	pid_t pid;
	int rc;

	if (pipe2(birth.report, O_CLOEXEC) < 0)
		return err_sys(err, -errno, "pipe");
	report_in = birth.report[0];
	(void)prctl(PR_GET_NAME, birth.comm); /* fails for a bad address */
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &birth.mask);
	pid = clone_init(&birth);
	if (pid == 0)
		be_init(&birth);
	(void)sigprocmask(SIG_SETMASK, &birth.mask, NULL);
	(void)close(birth.report[1]);
	if (pid < 0)
		return refusal_explain(err, pid, birth.flags);
	rc = read_report(report_in, err);
	if (rc == 0)
		return pid;
	(void)kill(pid, SIGKILL); /* it is about to exit anyway */
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return rc;
}
