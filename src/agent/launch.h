/*
 * launch.h - start a program inside a host, with nothing it should not have
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct err;

/**
 * struct launch_env - what every program of a lab has in common
 * @exe_fd: our own binary, opened O_PATH | O_CLOEXEC; borrowed. Agents are
 *	executed from it, so that a binary replaced or unreachable for @uid
 *	does not matter
 * @uid: user that programs run as; (uid_t)-1: stay who we are
 * @gid: group, likewise
 * @may_setgroups: supplementary groups can be dropped: false in a user
 *	namespace whose /proc/PID/setgroups says "deny"
 *	(user_namespaces(7)); only looked at when @gid is set
 */
struct launch_env {
	int exe_fd;
	uid_t uid;
	gid_t gid;
	bool may_setgroups;
};

/**
 * struct launch - one program to start; all borrowed during launch_start()
 * @netns_fd: network namespace to run in; -1: stay
 * @hostname: in a UTS namespace of its own; NULL: stay
 * @hosts_file: bound over /etc/hosts in a mount namespace of its own;
 *	NULL: stay
 * @argv: NULL-terminated; for a command argv[0] is looked up in PATH
 * @is_agent: execute our own binary with @argv, and @control_fd as its
 *	descriptor 3
 * @control_fd: looked at only if @is_agent
 * @terminal: leave stdin, stdout, stderr and the session as they are, for
 *	an interactive shell; no pipes are made
 */
struct launch {
	int netns_fd;
	const char *hostname;
	const char *hosts_file;
	char *const *argv;
	bool is_agent;
	int control_fd;
	bool terminal;
};

/**
 * struct launched - a program that was started; the caller owns it all
 * @pid: our child: to be reaped with waitid(P_PIDFD) on @pidfd
 * @pidfd: readable once it is gone
 * @out_fd: what it writes to stdout, O_NONBLOCK; -1 for a terminal
 * @err_fd: what it writes to stderr, likewise
 */
struct launched {
	pid_t pid;
	int pidfd;
	int out_fd;
	int err_fd;
};

/**
 * launch_start - start a program
 * @env: the lab's
 * @what: the program and its place
 * @out: untouched on failure
 * @err: the step that failed: "run: python3: No such file or directory"
 *
 * Forks; the caller must be single-threaded. Returns when the program's
 * execve(2) has succeeded or something before it has failed, so an error
 * in the child is an error here. Needs CAP_SYS_ADMIN over the namespaces
 * asked for and CAP_SETPCAP.
 *
 * The program has no capability in any set (capabilities(7)), cannot gain
 * one by execve (no_new_privs; SECBIT_NOROOT if it stays uid 0), has
 * default signal dispositions, an empty signal mask, /dev/null as stdin,
 * and no descriptor but 0, 1, 2 (and 3, an agent).
 *
 * Return: 0; -ENOENT, -EACCES from execve(2); -EPERM when a namespace or
 * an identity is refused; -EMFILE, -EAGAIN …
 */
int launch_start(const struct launch_env *env, const struct launch *what,
		 struct launched *out, struct err *err);

/**
 * launch_reap - collect the exit of a program started here
 * @pidfd: its
 * @status: exit status, -1 if a signal killed it; untouched unless 1
 * @signal: that signal, 0 if it exited; untouched unless 1
 *
 * Return: 1; 0 if it still runs; -ECHILD if it is not our child.
 */
int launch_reap(int pidfd, int *status, int *signal);
