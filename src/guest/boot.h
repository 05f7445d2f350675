/*
 * boot.h - start the process that is a guest, so that it dies with us
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct err;

/**
 * struct boot - a guest to start; all borrowed during the call
 * @become: becomes the guest by execve(2); returns an exit status if it
 *	cannot. @console is where it is to write what it prints
 * @arg: for @become
 * @owner_pidfd: ns_owner_open(): the guest dies with tcplab
 * @keep_fds: descriptors that @become needs, @n_keep_fds of them
 * @n_keep_fds: at most BOOT_FDS_MAX
 */
struct boot {
	int (*become)(const void *arg, int console);
	const void *arg;
	int owner_pidfd;
	const int *keep_fds;
	size_t n_keep_fds;
};

/** BOOT_FDS_MAX - how many descriptors a guest may need */
#define BOOT_FDS_MAX 7

/**
 * boot_start - start it
 * @boot: what
 * @console_fd: what it prints, O_NONBLOCK; owned by the caller; untouched on
 *	failure
 * @err: says what was refused
 *
 * It lives in a PID namespace of its own where that is allowed, so that none
 * of its processes outlives it; where not, the kernel is told to kill it with
 * us (PR_SET_PDEATHSIG). Needs no privilege.
 *
 * Return: its PID, to be waited for, SIGTERM ends it at once; negative errno
 * of fork(2), pipe(2).
 */
pid_t boot_start(const struct boot *boot, int *console_fd, struct err *err);

/**
 * boot_drop - in the child: become a user for good
 * @uid: (uid_t)-1: stay who we are
 * @gid: likewise
 *
 * Return: 0; -EPERM.
 */
int boot_drop(uid_t uid, gid_t gid);
