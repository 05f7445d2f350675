/*
 * init.h - start a lab: PID 1 of its own PID namespace, and its runner
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct err;
struct ns_runner;

/** NS_INIT_OWNER_DIED - init's exit status when the owner vanished */
#define NS_INIT_OWNER_DIED 137

/** struct ns_init - what a lab's init is told; borrowed, and copied by fork */
struct ns_init {
	/* readable once tcplab is dead: ns_owner_open(), before any start */
	int owner_pidfd;
	/* runs in the runner; its value becomes init's exit status (0–255).
	 * It may return or _exit(), never exit(): the stdio buffers and the
	 * atexit handlers that it sees are copies of the owner's */
	int (*main)(void *arg, struct ns_runner *self);
	void *arg;
	/* runs in init for each network namespace that was held, when no
	 * process of the lab is left: destroys its sockets, lest an orphan
	 * keep it alive. May be NULL. netns_socket() works in it */
	void (*last_rites)(int netns_fd);
	/* runs in init with @arg when all that is over, whether the runner
	 * ended or was killed: removes what outlives processes. May be NULL */
	void (*farewell)(void *arg);
	/* descriptors that the runner needs besides 0, 1 and 2; every other
	 * one is closed. Same numbers inside. May be NULL */
	const int *keep_fds;
	size_t n_keep_fds;
};

/**
 * ns_owner_open - a descriptor that tells everyone when this process dies
 * @err: says what was refused
 *
 * Make it once, before the first ns_init_start(): pidfd_open(2) of ourselves,
 * so there is no moment at which a child could miss our death.
 *
 * Return: the descriptor, O_CLOEXEC, owned by the caller; -EMFILE; -ENOSYS
 * before Linux 5.3.
 */
int ns_owner_open(struct err *err);

/**
 * ns_init_start - start a lab
 * @config: what to run in it
 * @err: what was refused, here or in the child, and the remedy
 *
 * Clones PID 1 into new PID, mount, IPC and network namespaces, and a user
 * namespace when we are not root (or root is refused without one). Inside,
 * /proc shows the lab's processes, /dev/shm is empty and its own, mounts
 * propagate nowhere, and the network namespace is an empty one that no host
 * uses. Blocks until all that stands and the runner is forked, about a
 * millisecond. The caller must have one thread only. init's comm is
 * "lab-init"; see reaper.c on what survives which kill(1).
 *
 * Return: init's PID as the caller sees it, for waitpid(2); its status is the
 * runner's, or 128 + N when signal N killed the runner or came to init, or
 * NS_INIT_OWNER_DIED. Negative errno if no lab was started; nothing is left
 * then.
 */
pid_t ns_init_start(const struct ns_init *config, struct err *err);

/**
 * ns_runner_hold - have init know a network namespace before it has sockets
 * @self: as main() got it
 * @netns_fd: borrowed; init holds a duplicate until the lab ends
 * @err: says what was refused
 *
 * Waits for init's answer, so that no namespace in use can be unknown to the
 * process that performs the last rites.
 *
 * Return: 0; -EMFILE when init is out of descriptors; -EPIPE.
 */
int ns_runner_hold(struct ns_runner *self, int netns_fd, struct err *err);

/**
 * ns_runner_proc_is_ours - /proc shows this lab's PIDs
 *
 * False in a container that covers parts of /proc and so lets nobody mount a
 * new one (mount_namespaces(7)): PIDs in /proc are the machine's then.
 */
bool ns_runner_proc_is_ours(const struct ns_runner *self);
