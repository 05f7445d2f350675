/*
 * holders.h - which process holds a socket
 */
#pragma once

#include <stdint.h>

#include "base/scope.h"

/** HOLDER_COMM - bytes of a process's name with its NUL: TASK_COMM_LEN */
#define HOLDER_COMM 16

/**
 * struct holder - a process that holds a socket
 * @pid: in the PID namespace of the /proc that we see; 0 if unknown
 * @comm: its name; "" if unknown
 */
struct holder {
	int64_t pid;
	char comm[HOLDER_COMM];
};

/** struct holders - the socket descriptors of all processes that we can see */
struct holders;

/** SCOPED_HOLDERS - freed at scope end; initialise with NULL */
#define SCOPED_HOLDERS SCOPED(holders_scope)

/** holders_new - knows nothing yet; holders_free() */
struct holders *holders_new(void);

/** holders_free - release it; NULL is fine */
void holders_free(struct holders *h);

/** holders_scope - SCOPED_HOLDERS's release */
void holders_scope(struct holders **h);

/**
 * holders_find - who holds this socket now
 * @h: remembers; a known answer costs one readlink(2)
 * @inode: of the socket, as sock_diag shows it
 * @since_ns: CLOCK_MONOTONIC of when the inode was seen: processes are looked
 *	through once for all that a dump brought up, not once for each
 * @out: written; all zero if unknown
 *
 * Looks through /proc/PID/fd of every process, up to a bound. A socket that
 * several processes hold goes to the first in /proc's order, which is the
 * lowest PID: of a parent and its fork, usually the parent. A socket that
 * nobody was found to hold (accept(2) makes the inode before the descriptor;
 * or the process is not ours to look into) is looked for again, ever less
 * often.
 */
void holders_find(struct holders *h, uint64_t inode, int64_t since_ns,
		  struct holder *out);

/**
 * holders_recall - who was last known to hold this socket
 * @h: asked without looking
 * @inode: of a socket that may be gone
 * @out: written; all zero if unknown
 */
void holders_recall(const struct holders *h, uint64_t inode,
		    struct holder *out);
