/*
 * netns.h - network namespaces held by descriptors, and things born inside
 *
 * A namespace lives as long as a descriptor, a task or a socket refers to it;
 * it never has a name on disk (network_namespaces(7)).
 */
#pragma once

#include <stdint.h>

struct err;

/**
 * struct netns_visit - the calling thread is in a namespace for a while
 * @home: the namespace to go back to; owned until netns_visit_end()
 */
struct netns_visit {
	int home;
};

/**
 * netns_new - make a network namespace
 * @err: says what was refused, and the remedy
 *
 * The thread leaves for it (unshare(2)) and is back when this returns. It
 * needs CAP_SYS_ADMIN in the user namespaces of both the new namespace and
 * the one it returns to (setns(2)): an unprivileged caller must be in a
 * network namespace of its own user namespace, as a lab is.
 *
 * Return: a descriptor, O_CLOEXEC, owned by the caller; -EPERM; -ENOSPC at
 * user.max_net_namespaces; -EMFILE.
 */
int netns_new(struct err *err);

/**
 * netns_self - the calling thread's network namespace
 * @err: says what was refused
 *
 * Return: a descriptor, O_CLOEXEC, owned by the caller; -EMFILE, -ENOENT
 * without a /proc.
 */
int netns_self(struct err *err);

/**
 * netns_enter - move the calling thread into a namespace, for good
 * @nsfd: the namespace, borrowed
 * @err: says what was refused
 *
 * Return: 0; -EPERM (setns(2)).
 */
int netns_enter(int nsfd, struct err *err);

/**
 * netns_visit_begin - move the calling thread into a namespace for a while
 * @visit: where to return to; end with netns_visit_end() if this returned 0
 * @nsfd: the namespace, borrowed
 * @err: says what was refused
 *
 * Return: 0; -EPERM, -EMFILE; the thread has not moved then.
 */
int netns_visit_begin(struct netns_visit *visit, int nsfd, struct err *err);

/**
 * netns_visit_end - go back
 * @visit: as netns_visit_begin() filled it
 *
 * Aborts if the kernel refuses: whatever the thread did next would happen in
 * the wrong namespace. errno survives.
 */
void netns_visit_end(struct netns_visit *visit);

/**
 * netns_socket - open a socket that belongs to a namespace for life
 * @nsfd: the namespace, borrowed
 * @domain: as for socket(2)
 * @type: as for socket(2); SOCK_CLOEXEC is added
 * @protocol: as for socket(2)
 * @err: says what was refused
 *
 * Return: the socket, owned by the caller; or negative errno of socket(2) or
 * setns(2).
 */
int netns_socket(int nsfd, int domain, int type, int protocol, struct err *err);

/**
 * netns_open - open a file of /proc as it looks from inside a namespace
 * @nsfd: the namespace, borrowed
 * @path: "/proc/thread-self/net/netstat", "/proc/sys/net/…": what these show
 *	is settled at open(2), so the descriptor may be read from anywhere
 * @flags: as for open(2); O_CLOEXEC is added
 * @err: says what was refused
 *
 * Return: the descriptor, owned by the caller; or negative errno.
 */
int netns_open(int nsfd, const char *path, int flags, struct err *err);

/** netns_inode - the number that identifies a namespace; 0 for a bad @nsfd */
uint64_t netns_inode(int nsfd);
