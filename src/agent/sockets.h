/*
 * sockets.h - an agent's sockets, by the names that the scenario gave them
 *
 * Shared by the agent's threads: every function locks. A descriptor found
 * here may be closed by another thread at any time, exactly as in any
 * program that shares sockets between threads.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "agent/protocol.h"
#include "base/vec.h"

/** struct named_socket - a name, "" if the scenario gave none, and its fd */
struct named_socket {
	char name[AGENT_NAME_TEXT];
	int fd;
};

/** struct sockets - the table; init with sockets_init() */
struct sockets {
	pthread_mutex_t lock;
	VEC(struct named_socket) list;
};

/** sockets_init - an empty table in the caller's storage */
void sockets_init(struct sockets *sockets);

/** sockets_done - forget all and close nothing: the exit does that */
void sockets_done(struct sockets *sockets);

/**
 * sockets_add - name a descriptor
 * @sockets: the table
 * @name: "" or NULL adds another nameless one; the descriptor stays open,
 *	as in a program that leaks it
 * @fd: to be closed by whoever takes it out again
 *
 * Return: 0 or -EEXIST.
 */
int sockets_add(struct sockets *sockets, const char *name, int fd);

/** sockets_fd - the descriptor of that name, or -EBADF; "" is not a name */
int sockets_fd(struct sockets *sockets, const char *name);

/** sockets_forget - take the entry of @fd out; the caller closes it */
void sockets_forget(struct sockets *sockets, int fd);

/** sockets_lock - around fork(2): the child must not inherit a lock that a
 * thread which it does not have would release */
void sockets_lock(struct sockets *sockets);

/** sockets_unlock - in parent and child, after sockets_lock() and fork(2) */
void sockets_unlock(struct sockets *sockets);
