/*
 * sockdiag.h - ask one network namespace's kernel for all its TCP sockets
 */
#pragma once

#include <stdint.h>

#include "base/scope.h"

struct err;
struct nlmsghdr;
struct sock_table;

/** struct sockdiag - a NETLINK_SOCK_DIAG socket born inside one namespace */
struct sockdiag;

/** SCOPED_SOCKDIAG - closed at scope end; initialise with NULL */
#define SCOPED_SOCKDIAG SCOPED(sockdiag_scope)

/**
 * sockdiag_open - open a diagnostics socket inside a namespace
 * @netns_fd: the namespace; borrowed during the call. While the socket is
 *	open it holds the namespace too: close it before the last rites
 * @out: closed with sockdiag_close(); untouched on failure
 * @err: says what was refused
 *
 * Enters the namespace and comes back (netns_socket()), so the calling thread
 * needs CAP_SYS_ADMIN in the user namespace that owns it. See sock_diag(7).
 *
 * Return: 0; -EPERM; -EPROTONOSUPPORT without CONFIG_INET_DIAG.
 */
int sockdiag_open(int netns_fd, struct sockdiag **out, struct err *err);

/** sockdiag_close - release the socket and its buffers; NULL is fine */
void sockdiag_close(struct sockdiag *diag);

/** sockdiag_scope - SCOPED_SOCKDIAG's release */
void sockdiag_scope(struct sockdiag **diag);

/**
 * sockdiag_dump - read every TCP socket: IPv4 and IPv6, all states
 * @diag: an open socket
 * @out: its rows are replaced; storage is reused. After a failure it is empty
 * @err: says what went wrong
 *
 * The states include request sockets (shown SYN_RECV), timewait sockets (their
 * substate: TIME_WAIT, or FIN_WAIT2 of an orphan) and, from Linux 6.8 on,
 * sockets that are bound but neither listening nor connected (shown CLOSED).
 * A TCP socket that was never bound has no place in any table of the kernel's
 * and is never seen. Blocks for as long as the kernel takes to walk its tables.
 *
 * Return: 0; -EINTR if the tables kept changing under the dump
 * (NLM_F_DUMP_INTR); -ENOBUFS if the receive buffer overran, both after
 * retries: something may have been missed; -EPROTO, -EBADMSG if a message made
 * no sense; -EIO if the kernel did not answer; other errnos from the kernel.
 */
int sockdiag_dump(struct sockdiag *diag, struct sock_table *out,
		  struct err *err);

/**
 * sockdiag_fn - told of each message of a dump
 * @nlh: a SOCK_DIAG message, complete; borrowed during the call
 * @arg: as given to sockdiag_walk()
 *
 * Return: 0, or the negative errno that the walk is to end with (after the
 * rest of the dump was read and thrown away).
 */
typedef int sockdiag_fn(const struct nlmsghdr *nlh, void *arg);

/**
 * sockdiag_walk - one dump, message by message; what sockdiag_dump() is made of
 * @diag: an open socket
 * @states: set of the kernel's state numbers (include/net/tcp_states.h)
 * @fn: called for each message
 * @arg: for @fn
 * @err: says what went wrong
 *
 * Does not retry: @fn cannot be called back.
 *
 * Return: as sockdiag_dump().
 */
int sockdiag_walk(struct sockdiag *diag, uint32_t states, sockdiag_fn *fn,
		  void *arg, struct err *err);

/**
 * sockdiag_request - one request that is answered by an acknowledgement
 * @diag: an open socket
 * @nlh: the request, with its type and NLM_F_REQUEST | NLM_F_ACK; its
 *	sequence number is filled in
 *
 * Return: 0, or the negative errno of the kernel's answer; -EIO without one.
 */
int sockdiag_request(struct sockdiag *diag, struct nlmsghdr *nlh);

/**
 * sockdiag_destroy_all - the last rites: SOCK_DESTROY every TCP socket of a
 * namespace that could keep it alive
 * @netns_fd: the namespace; borrowed
 * @err: says what is left, or what was refused
 *
 * A socket orphaned in FIN_WAIT1, CLOSING or LAST_ACK holds its namespace, and
 * its veths, until the kernel gives up on its FIN, about 100 s later. Timewait
 * and request sockets hold nothing (inet_twsk_purge(), the listener) and are
 * left alone; so are sockets that are merely bound, which have no entry to
 * destroy and die with their process. Repeats until a dump shows none, at most
 * a handful of rounds. Needs CAP_NET_ADMIN in the user namespace that owns the
 * network namespace. Call it for every host of a lab before giving up: an
 * RST sent by one end cannot hurt here.
 *
 * Return: 0 when none is left; -EOPNOTSUPP when the kernel lacks
 * CONFIG_INET_DIAG_DESTROY (err has a remedy); -EPERM; -EBUSY when some
 * survived every round; errnos of sockdiag_open() and sockdiag_dump().
 */
int sockdiag_destroy_all(int netns_fd, struct err *err);
