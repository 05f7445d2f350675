/*
 * batch.h - many rtnetlink requests in one system call, each error named
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct err;
struct nl_msg;
struct nlmsghdr;
struct plan;

/** BATCH_WIRE - in place of a host: the namespace where wires meet */
#define BATCH_WIRE SIZE_MAX

/** BATCH_NO_PORT - a request that concerns no port */
#define BATCH_NO_PORT SIZE_MAX

/** struct batch_request - what to say should it fail */
struct batch_request {
	const char *doing; /* "add an address"; borrowed, usually a literal */
	size_t port; /* index into plan->ports, or BATCH_NO_PORT */
};

/** struct batch - requests on their way to one namespace's rtnetlink */
struct batch {
	const struct plan *plan; /* borrowed: names for errors */
	size_t host; /* whose namespace; BATCH_WIRE: the wire's */
	int fd; /* its NETLINK_ROUTE socket, borrowed */
	char *buf; /* requests not sent yet, owned */
	size_t len;
	size_t last; /* offset of the last of them */
	VEC(struct batch_request) requests; /* one for each in @buf */
	size_t max_requests; /* send when there are so many */
	/* called for each answer that is no acknowledgement; may be NULL */
	void (*answer)(void *arg, const struct nlmsghdr *message);
	void *arg;
};

/**
 * batch_socket - open a socket for batches inside a namespace
 * @netns_fd: borrowed
 * @err: says what was refused
 *
 * Return: the socket, owned by the caller; negative errno.
 */
int batch_socket(int netns_fd, struct err *err);

/**
 * batch_begin - turn to another host; the batch must be empty or flushed
 * @batch: {0} at first, but for @plan; release with batch_done()
 * @host: index of the host
 * @fd: its socket from batch_socket(), borrowed
 */
void batch_begin(struct batch *batch, size_t host, int fd);

/**
 * batch_add - queue a request, and send when the buffer is full
 * @batch: where to
 * @msg: taken over; NULL means that there was no memory for it, and aborts
 * @doing: in an error: "host a: <doing> (eth0 on a <-> b): …"
 * @port: the port concerned, or BATCH_NO_PORT
 * @err: the first request that was refused, with the kernel's own words
 *
 * Return: 0; or the negative errno of the first refused request.
 */
int batch_add(struct batch *batch, struct nl_msg *msg, const char *doing,
	      size_t port, struct err *err);

/**
 * batch_flush - send what is queued, and read every answer
 *
 * rtnetlink works off the requests inside sendmsg(2), in order, going on
 * after one that it refuses; the answers are there when that returns.
 *
 * Return: as batch_add().
 */
int batch_flush(struct batch *batch, struct err *err);

/** batch_done - release the buffers; what is queued is not sent */
void batch_done(struct batch *batch);
