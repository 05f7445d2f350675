/*
 * launch.c - start a program inside a host, with nothing it should not have
 *
 * DOC: Theory of operation
 *
 * The child enters its place (namespaces, /etc/hosts, name), then takes its
 * descriptors, then gives up its privileges, then executes. A pipe that
 * closes on exec carries the words of whatever fails on the way: end of file
 * without words means that execve(2) has succeeded.
 *
 * fork(2) with a copied address space rather than vfork or posix_spawn: the
 * child does too much of its own, and the runner is small.
 */
#include "agent/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/confine.h"
#include "agent/protocol.h"
#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"

/* descriptors on their way to 0..3 wait above */
#define FD_PARKING 10

/** struct places - the child's descriptors on their way to their numbers */
struct places {
	int told;
	int out;
	int err;
	int exe;
	int control;
};

/**
 * struct pipes - the child's ends, and the parent's, of what joins them
 * @out: [0] ours, [1] the child's stdout; -1 without pipes
 * @err: likewise, stderr
 * @told: the words of a failure
 */
struct pipes {
	int out[2];
	int err[2];
	int told[2];
};

static void pipes_done(struct pipes *p)
{
	for (int i = 0; i < 2; i++) {
		fd_close(&p->out[i]);
		fd_close(&p->err[i]);
		fd_close(&p->told[i]);
	}
}

/* the user's program must be able to reopen /dev/stdout: own the pipe */
static int pipe_output(int fds[2], const struct launch_env *env,
		       struct err *err)
{
	if (pipe2(fds, O_CLOEXEC) < 0 || fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0)
		return err_sys(err, -errno, "cannot make a pipe");
	if (env->uid != (uid_t)-1 && fchown(fds[1], env->uid, env->gid) < 0)
		return err_sys(err, -errno, "cannot give a pipe to user %u",
			       (unsigned int)env->uid);
	return 0;
}

static int pipes_open(struct pipes *p, const struct launch_env *env,
		      const struct launch *what, struct err *err)
{
	int rc;

	if (pipe2(p->told, O_CLOEXEC) < 0)
		return err_sys(err, -errno, "cannot make a pipe");
	if (what->terminal)
		return 0;
	rc = pipe_output(p->out, env, err);
	return rc ? rc : pipe_output(p->err, env, err);
}

static int explain_bind(const char *hosts_file, int code, struct err *err)
{
	(void)err_sys(err, code, "cannot bind %s over /etc/hosts", hosts_file);
	/* a bind needs something to cover (mount(2)) */
	if (access("/etc/hosts", F_OK) < 0) {
		(void)err_set(err, code,
			      "there is no /etc/hosts here that could be "
			      "covered with the lab's own");
		err_remedy(err, "make an empty one: touch /etc/hosts");
	}
	return code;
}

static int enter_place(const struct launch *what, struct err *err)
{
	int flags = (what->hosts_file ? CLONE_NEWNS : 0) |
		    (what->hostname ? CLONE_NEWUTS : 0);

	if (what->netns_fd >= 0 && setns(what->netns_fd, CLONE_NEWNET) < 0)
		return err_sys(err, -errno, "cannot enter the host's network");
	if (flags && unshare(flags) < 0)
		return err_sys(err, -errno, "cannot unshare namespaces");
	if (what->hosts_file &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_sys(err, -errno, "cannot make mounts private");
	if (what->hosts_file &&
	    mount(what->hosts_file, "/etc/hosts", NULL, MS_BIND, NULL) < 0)
		return explain_bind(what->hosts_file, -errno, err);
	if (what->hostname &&
	    sethostname(what->hostname, strlen(what->hostname)) < 0)
		return err_sys(err, -errno, "cannot set hostname %s",
			       what->hostname);
	return 0;
}

/*
 * Move a descriptor above 0..3, where nothing is written over it. What dup2
 * then puts in its place has close-on-exec off, which it would not if both
 * were the same.
 */
static int park(int *fd)
{
	if (*fd >= 0)
		*fd = fcntl(*fd, F_DUPFD_CLOEXEC, FD_PARKING);
	return *fd < 0 ? -errno : 0;
}

static int park_all(struct places *at, bool is_agent, bool terminal)
{
	int rc = park(&at->told);

	if (!rc && !terminal)
		rc = park(&at->out);
	if (!rc && !terminal)
		rc = park(&at->err);
	if (!rc && is_agent)
		rc = park(&at->exe);
	if (!rc && is_agent)
		rc = park(&at->control);
	return rc;
}

/* all of @at is parked */
static int take_places(const struct places *at, bool is_agent, bool terminal)
{
	unsigned int first = AGENT_CONTROL_FD + (is_agent ? 1 : 0);

	if (!terminal) {
		int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		if (null_fd < 0 || park(&null_fd) ||
		    dup2(null_fd, STDIN_FILENO) < 0 ||
		    dup2(at->out, STDOUT_FILENO) < 0 ||
		    dup2(at->err, STDERR_FILENO) < 0)
			return -errno;
	}
	if (is_agent && dup2(at->control, AGENT_CONTROL_FD) < 0)
		return -errno;
	return close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) < 0 ? -errno : 0;
}

/*
 * What we ignore or block would be inherited through exec: signal(7). By the
 * bare system call: glibc's sigaction() refuses its own two signals (32, 33),
 * and its posix_spawn(), by which make starts us, leaves them ignored.
 */
static void reset_signals(void)
{
	/* struct sigaction of the kernel: no handler, flags, restorer, mask */
	static const unsigned long dfl[4];
	sigset_t none;

	for (int i = 1; i < NSIG; i++) /* KILL, STOP: always so */
		(void)syscall(SYS_rt_sigaction, i, dfl, NULL, NSIG / 8);
	(void)sigemptyset(&none); /* cannot fail */
	(void)sigprocmask(SIG_SETMASK, &none, NULL); /* likewise */
}

/* only comes back if something failed */
static int child_become(const struct launch_env *env, const struct launch *what,
			struct places *at, struct err *err)
{
	int rc = park_all(at, what->is_agent, what->terminal);

	if (rc)
		return err_sys(err, rc, "cannot duplicate descriptors");
	if (!what->terminal)
		(void)setsid(); /* fails for a group leader only: not us */
	rc = enter_place(what, err);
	if (rc)
		return rc;
	rc = take_places(at, what->is_agent, what->terminal);
	if (rc)
		return err_sys(err, rc, "cannot arrange descriptors");
	confine_environ(env);
	rc = confine_self(env, err);
	if (rc)
		return rc;
	reset_signals();
	if (what->is_agent)
		(void)execveat(at->exe, "", what->argv, environ, AT_EMPTY_PATH);
	else
		(void)execvpe(what->argv[0], what->argv, environ);
	return err_sys(err, -errno, "%s", what->argv[0]);
}

static __attribute__((noreturn)) void child_main(const struct launch_env *env,
						 const struct launch *what,
						 const struct pipes *p)
{
	struct err err = {0};
	struct places at = {
		.told = p->told[1],
		.out = p->out[1],
		.err = p->err[1],
		.exe = env->exe_fd,
		.control = what->control_fd,
	};

	(void)child_become(env, what, &at, &err); /* said in err */
	/* no one to tell but the parent */
	(void)file_write_all(at.told, &err, sizeof(err));
	_exit(127);
}

/* struct err is smaller than PIPE_BUF: it comes whole or not at all */
static int hear_child(int fd, struct err *err)
{
	struct err told;
	ssize_t n;

	do
		n = read(fd, &told, sizeof(told));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, -errno, "cannot read from the child");
	if (n == 0)
		return 0;
	if (n != sizeof(told) || told.code >= 0)
		return err_set(err, -EIO, "the child failed without words");
	if (err)
		*err = told;
	return told.code;
}

static void child_discard(pid_t pid)
{
	(void)kill(pid, SIGKILL); /* our child, not reaped: it is there */
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static const char *launch_role(const struct launch *what)
{
	if (what->is_agent)
		return "agent";
	return what->terminal ? "shell" : "run";
}

static int start(const struct launch_env *env, const struct launch *what,
		 struct pipes *p, struct launched *out, struct err *err)
{
	SCOPED_FD int pidfd = -1;
	pid_t pid;
	int rc;

	rc = pipes_open(p, env, what, err);
	if (rc)
		return rc;
	pid = fork();
	if (pid < 0)
		return err_sys(err, -errno, "cannot fork");
	if (pid == 0)
		child_main(env, what, p);
	fd_close(&p->told[1]);
	pidfd = pidfd_open(pid, 0);
	if (pidfd < 0)
		rc = err_sys(err, -errno, "cannot open a pidfd");
	if (!rc)
		rc = hear_child(p->told[0], err);
	if (rc) {
		child_discard(pid);
		return rc;
	}
	*out = (struct launched){
		.pid = pid,
		.pidfd = fd_steal(&pidfd),
		.out_fd = fd_steal(&p->out[0]),
		.err_fd = fd_steal(&p->err[0]),
	};
	return 0;
}

int launch_start(const struct launch_env *env, const struct launch *what,
		 struct launched *out, struct err *err)
{
	struct pipes p = {{-1, -1}, {-1, -1}, {-1, -1}};
	int rc = start(env, what, &p, out, err);

	pipes_done(&p);
	if (rc)
		(void)err_within(err, "%s", launch_role(what)); /* rc known */
	return rc;
}

int launch_reap(int pidfd, int *status, int *signal)
{
	siginfo_t si = {.si_pid = 0};

	while (waitid(P_PIDFD, (id_t)pidfd, &si, WEXITED | WNOHANG) < 0)
		if (errno != EINTR)
			return -errno;
	if (si.si_pid == 0)
		return 0;
	*status = si.si_code == CLD_EXITED ? si.si_status : -1;
	*signal = si.si_code == CLD_EXITED ? 0 : si.si_status;
	return 1;
}
