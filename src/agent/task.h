/*
 * task.h - one act under way in an agent, and the telling of it
 *
 * DOC: Theory of operation
 *
 * A verb that can block runs in a thread of its own, with system calls that
 * really block, because what wakes them (a FIN, an RST, shutdown(2) by
 * another thread) is what scenarios ask about; a poll loop would answer
 * another question. Each call is bracketed by task_calls() and
 * task_called(), which read the clock next to it and tell the runner.
 *
 * Cancelling sets a flag and sends CANCEL_SIGNAL, whose handler does nothing
 * and was installed without SA_RESTART, so that the call returns EINTR. A
 * signal that comes just before the call is lost; the main thread therefore
 * repeats it until the task has left the list.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/protocol.h"
#include "agent/sockets.h"
#include "base/vec.h"

/** struct child - a process that this agent made and will reap */
struct child {
	pid_t pid;
	int pidfd; /* owned */
};

/**
 * struct program - all that one agent is
 * @control_fd: to the runner
 * @pid: ours; changes in a forked agent
 * @sockets: what the scenario named
 * @tasks_lock: guards @tasks and every task's @thread
 * @tasks: those that run in threads
 * @children: touched by the main thread only
 */
struct program {
	int control_fd;
	pid_t pid;
	struct sockets sockets;
	pthread_mutex_t tasks_lock;
	struct task *tasks;
	VEC(struct child) children;
};

/**
 * struct task - one act under way
 * @program: whose
 * @next: in the program's list
 * @packet: what @cmd's strings point into; owned
 * @cmd: what to do
 * @thread: that does it, if one does
 * @fd: the socket that connect's first half found or made; else -1
 * @cancelled: asked to stop
 * @buffer: bytes to send or received; owned; lives here so that a forked
 *	agent, which has none of the threads, can release it
 * @end: what the runner will be told in the end
 */
struct task {
	struct program *program;
	struct task *next;
	char *packet;
	struct agent_cmd cmd;
	pthread_t thread;
	int fd;
	atomic_bool cancelled;
	char *buffer;
	struct agent_msg end;
};

/**
 * struct call - one system call under way
 * @began_ns: CLOCK_MONOTONIC
 * @msg: what the runner will be told
 */
struct call {
	int64_t began_ns;
	struct agent_msg msg;
};

/**
 * task_new - take a command
 * @program: borrowed until task_free()
 * @packet: owned from now on, also by a failure
 * @len: its length
 *
 * Return: the task; NULL if the packet is malformed.
 */
struct task *task_new(struct program *program, char *packet, size_t len);

/** task_free - release it; NULL is fine */
void task_free(struct task *task);

/**
 * task_calls - say which system call comes next, and read the clock
 * @task: part of it
 * @call: to be passed to task_called()
 * @name: "bind"
 * @socket: name of the socket concerned; NULL if none
 * @args: in words, for readers
 */
void task_calls(struct task *task, struct call *call, const char *name,
		const char *socket, const char *args, ...)
	__attribute__((format(printf, 5, 6)));

/**
 * task_called - read the clock, then tell the runner what the call returned
 * @task: as in task_calls()
 * @call: likewise
 * @rc: what the call returned: negative means errno
 * @fd: the socket concerned, for its inode; -1 if none
 *
 * Return: @rc, or negative errno.
 */
int64_t task_called(struct task *task, struct call *call, int64_t rc, int fd);

/**
 * task_failed - the act has failed; only the first failure is kept
 * @task: the task
 * @call: the system call that failed; NULL if none was made
 * @error: negative errno
 *
 * Return: @error.
 */
int64_t task_failed(struct task *task, const char *call, int64_t error);

/** task_look - note inode and both ends of @fd; keeps the old if it is -1 */
void task_look(struct task *task, int fd);

/** task_name - the socket's name for readers: "?" if it has none */
const char *task_name(const struct task *task);

/** task_end - tell the runner how it ended: once, after everything else */
void task_end(struct task *task);

/**
 * task_tell - send a message to the runner; blocks while there is no room
 * @program: sender; its pid is filled in
 * @msg: the message
 * @fds: descriptors to pass along, borrowed
 * @n_fds: 0 to 2
 *
 * Ends the process if the runner is gone: nobody is left to obey.
 */
void task_tell(const struct program *program, struct agent_msg *msg,
	       const int *fds, size_t n_fds);
