/*
 * trace.h - transitions to the microsecond: the kernel's own tracepoints
 *
 * DOC: Theory of operation
 *
 * The kernel tells of every transition of every socket, of each retransmission
 * and reset, and of each segment that a socket drops, with the reason. It tells
 * of addresses, not of network namespaces: hosts are known by theirs, so no two
 * labs on one kernel may have the same.
 *
 * What it does not tell: TIME_WAIT and FIN_WAIT2 of a minisocket, SYN_RECV of a
 * request socket (net/ipv4/tcp_minisocks.c: these are no sockets); and what has
 * no address of the lab's, as a listener on 0.0.0.0, or anything on 127.0.0.1.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

#include "tcp/endpoint.h"

struct err;
struct event_sink;

/** struct trace - a lab's tracer */
struct trace;

/**
 * struct trace_config - what to trace
 * @name: the instance's: tracefs_name()
 * @sink: gets an EVENT_STATE for each transition, an EVENT_TRACE for each of
 *	the rest, and an EVENT_GAP ("trace") for what was not seen
 * @network: the lab's IPv4 addresses
 * @prefix: its length
 * @made: if the instance is there, then a tracer of the same name, network and
 *	prefix kept it; else it is to be removed
 * @keep: leave it there at the end, for the next: to make and remove it takes
 *	the kernel some 70 ms, in which it makes no other
 */
struct trace_config {
	const char *name;
	const struct event_sink *sink;
	struct in_addr network;
	unsigned int prefix;
	bool made;
	bool keep;
};

/**
 * trace_begin - get a tracer ready, in the background
 *
 * The kernel takes some 30 ms, most of them waiting for its processors.
 *
 * Return: trace_free(); what was refused, trace_start() says.
 */
struct trace *trace_begin(const struct trace_config *config);

/**
 * trace_own - an address is a host's
 * @host: borrowed for the tracer's life
 * @address: its port does not matter
 */
void trace_own(struct trace *trace, const char *host,
	       const struct endpoint *address);

/**
 * trace_start - wait until it is ready, and listen
 * @err: why that cannot be: without privilege most of all
 *
 * Return: 0; negative errno: then nothing will be told, and all else is fine
 * all the same.
 */
int trace_start(struct trace *trace, struct err *err);

/** trace_fd - readable when trace_take() must not be put off; -1 if there is
 * nothing to take */
int trace_fd(const struct trace *trace);

/** trace_take - tell of what happened since, in the order of time */
void trace_take(struct trace *trace);

/** trace_end - take all that is there, listen no more, and begin to remove the
 * instance in the background unless it is to be kept; nothing is taken after
 * this. NULL is fine */
void trace_end(struct trace *trace);

/** trace_free - trace_end(), and wait for that; NULL is fine */
void trace_free(struct trace *trace);
