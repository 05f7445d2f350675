/*
 * verbs.h - what an agent can do, one function a verb
 *
 * Each does its system calls, reports every one, and leaves the outcome in
 * the task's end; none sends OP_END.
 */
#pragma once

#include <stdbool.h>

#include "agent/task.h"

/**
 * struct verb_row - how a verb is done
 * @run: does it; NULL if it is not an agent's to do
 * @blocks: may wait in the kernel, and so has a thread
 * @begin: what is done before that thread starts, so that a later act finds
 *	the socket there; false: it failed, do not @run. NULL: nothing
 */
struct verb_row {
	void (*run)(struct task *task);
	bool blocks;
	bool (*begin)(struct task *task);
};

/** verb_rows - indexed by verb */
extern const struct verb_row verb_rows[VERBS];

/** verb_socket - make one: socket(2), and the options to be set before bind */
void verb_socket(struct task *task);

/** verb_bind - [socket, options,] bind(2) */
void verb_bind(struct task *task);

/** verb_listen - [socket, options,] [bind,] listen(2) */
void verb_listen(struct task *task);

/** verb_connect_begin - [socket, options,] [bind]; false if that failed */
bool verb_connect_begin(struct task *task);

/** verb_connect - connect(2) what verb_connect_begin() made; blocks */
void verb_connect(struct task *task);

/** verb_accept - accept4(2); blocks */
void verb_accept(struct task *task);

/** verb_send - send(2) until all bytes are queued; blocks */
void verb_send(struct task *task);

/** verb_recv - recv(2) until what was asked for is there; blocks */
void verb_recv(struct task *task);

/** verb_shutdown - shutdown(2) */
void verb_shutdown(struct task *task);

/** verb_close - close(2); blocks if SO_LINGER says so */
void verb_close(struct task *task);

/** verb_abort - SO_LINGER of 0 s, then close(2): an RST */
void verb_abort(struct task *task);

/** verb_setsockopt - setsockopt(2) by the option's name */
void verb_setsockopt(struct task *task);

/** verb_getsockopt - getsockopt(2), its value in words */
void verb_getsockopt(struct task *task);

/** verb_fork - fork(2): returns twice; the child's task has no end to tell */
void verb_fork(struct task *task);

/** verb_spawn - posix_spawn(3) a command, which inherits what may pass */
void verb_spawn(struct task *task);

/**
 * verb_target - the descriptor that the act's socket names
 *
 * Return: it, or -EBADF, with the task failed.
 */
int verb_target(struct task *task);

/** verb_drop - forget @fd and close it, reported; looked at before */
void verb_drop(struct task *task, int fd);
