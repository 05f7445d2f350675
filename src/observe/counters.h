/*
 * counters.h - one host's network counters, and how they moved
 */
#pragma once

#include <stdbool.h>

#include "base/scope.h"

struct err;
struct event_sink;

/**
 * struct counters - /proc/net/{snmp,snmp6,netstat} of one host, held open, and
 * the last reading
 *
 * The open files hold the namespace: free before it is to go.
 */
struct counters;

/** SCOPED_COUNTERS - freed at scope end; initialise with NULL */
#define SCOPED_COUNTERS SCOPED(counters_scope)

/**
 * counters_open - open the counters of a namespace
 * @host: its name; copied
 * @netns_fd: the namespace; borrowed during the call
 * @out: counters_close(); untouched on failure
 * @err: says which file and why
 *
 * Needs a /proc that shows the calling thread: the files are opened through
 * /proc/thread-self/net while the thread is inside (proc_net(5)). A kernel
 * without IPv6 has no snmp6, which is no error.
 *
 * Return: 0; -EPERM, -ENOENT …
 */
int counters_open(const char *host, int netns_fd, struct counters **out,
		  struct err *err);

/** counters_close - close the files, forget the readings; NULL is fine */
void counters_close(struct counters *c);

/** counters_scope - SCOPED_COUNTERS's release */
void counters_scope(struct counters **c);

/**
 * counters_read - read all counters and emit those that moved
 * @c: the host's counters
 * @why: "begin", "expect", "end"
 * @sink: an EVENT_COUNTERS, then an EVENT_COUNTER for each that differs from
 *	the last reading; the first reading is the baseline and emits only the
 *	marker. Stamped by us, all with one t_ns, taken after the last read
 * @err: says which file and why
 *
 * Names are "Tcp.OutRsts", "TcpExt.TCPTimeouts", "Icmp.InDestUnreachs",
 * "Ip6.InReceives". A counter that was not in the last reading (IcmpMsg's
 * columns come with their first packet) counts from 0.
 *
 * Return: 0; -EPROTO if names and values do not match, or errno of pread(2):
 * then there is an EVENT_GAP ("counters") from the last reading to now, and
 * the last reading stands.
 */
int counters_read(struct counters *c, const char *why,
		  const struct event_sink *sink, struct err *err);

/**
 * counters_has - does this kernel keep a counter of that name
 * @c: the host's counters, read at least once
 * @name: "Tcp.OutRsts"
 * @near: if it does not: the counter that a typo may have meant, or NULL;
 *	caller frees. Else untouched. May be NULL
 */
bool counters_has(const struct counters *c, const char *name, char **near);
