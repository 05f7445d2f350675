/*
 * sampler.h - watch every host's sockets and tell what changed
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/scope.h"

struct err;
struct event_sink;
struct sock_table;

/**
 * struct sampler - the socket tables of all hosts, and when to read them next
 *
 * Each host holds a netlink socket inside its namespace, and so the namespace:
 * free the sampler before the namespaces are to go.
 */
struct sampler;

/** SCOPED_SAMPLER - freed at scope end; initialise with NULL */
#define SCOPED_SAMPLER SCOPED(sampler_scope)

/**
 * sampler_new - a sampler without hosts
 * @sink: copied; where its @arg points must outlive the sampler. EVENT_SOCK,
 *	EVENT_SNAP and EVENT_GAP go there, stamped by us: t_ns and since_ns
 *	count from @sink->epoch_ns
 *
 * Return: the sampler; sampler_free().
 */
struct sampler *sampler_new(const struct event_sink *sink);

/** sampler_free - close everything; NULL is fine */
void sampler_free(struct sampler *s);

/** sampler_scope - SCOPED_SAMPLER's release */
void sampler_scope(struct sampler **s);

/**
 * sampler_add_host - watch one more host
 * @s: the sampler
 * @host: its name; copied
 * @netns_fd: its network namespace; borrowed during the call
 * @err: says what was refused
 *
 * Return: 0; errnos of sockdiag_open().
 */
int sampler_add_host(struct sampler *s, const char *host, int netns_fd,
		     struct err *err);

/**
 * sampler_take - read every host's sockets now and emit what changed
 * @s: the sampler
 * @why: "step", "expect", "end": an EVENT_SNAP per host follows its changes;
 *	NULL for a sample in between, which emits changes only
 * @err: says which host could not be read at all
 *
 * Host by host, in the order they were added: EVENT_SOCK "new" and "changed"
 * in the kernel's order, then "gone", then EVENT_SNAP. A connection that went
 * to TIME_WAIT is a mini-socket from then on, with no inode. Recent kernels
 * (seen: 6.18) give it the cookie of the socket before, so that it is
 * "changed"; older ones a cookie of its own: then it is "new", with the old
 * one's endpoints, followed by the "gone" of the old one. t_ns is
 * the end of this dump, since_ns the beginning of the last complete one, -1
 * for the first: what changed did so in between.
 *
 * What counts as a change: endpoints, state, timer kind, retransmissions,
 * queues, inode, uid; and a timer that was armed anew. Not a timer that runs
 * down, and not tcp_info.
 *
 * A dump that was interrupted or overran is an EVENT_GAP ("sockets") from the
 * beginning of the last complete dump to now, and no error: the rows stay
 * those of before.
 *
 * Return: 0; another errno of sockdiag_dump() after all hosts were tried, with
 * a gap for each that failed.
 */
int sampler_take(struct sampler *s, const char *why, struct err *err);

/**
 * sampler_poke - something happened that may change sockets (a step, a message
 * from an agent): sample densely from now on
 */
void sampler_poke(struct sampler *s);

/**
 * sampler_strangers - are there programs that say nothing of what they do?
 *
 * While there are, silences are sampled more densely.
 */
void sampler_strangers(struct sampler *s, bool there);

/**
 * sampler_fd - readable when a host's kernel has destroyed a socket: then call
 * sampler_hear()
 *
 * A program that closes a connection on a timer of its own tells nobody.
 *
 * Return: borrowed until sampler_free(); -1 if that cannot be heard here.
 */
int sampler_fd(const struct sampler *s);

/** sampler_hear - take what sampler_fd() is readable for, as a poke */
void sampler_hear(struct sampler *s);

/**
 * sampler_due_ns - when to call sampler_take(s, NULL, …) next
 *
 * 1 ms after a poke or a change, then twice as long each time up to 50 ms, then
 * a share of the silence; earlier where a timer shown by the last dump is about
 * to fire or overdue; later where dumps are dear (cadence.h).
 *
 * Return: absolute CLOCK_MONOTONIC ns, possibly in the past; INT64_MAX without
 * hosts.
 */
int64_t sampler_due_ns(const struct sampler *s);

/**
 * sampler_rows - a host's sockets as of its last complete dump
 * @s: the sampler
 * @host: its name
 *
 * Return: the table, borrowed until the next sampler_take(); NULL if the host
 * is unknown; empty before its first dump.
 */
const struct sock_table *sampler_rows(const struct sampler *s,
				      const char *host);

/**
 * sampler_listens - did the last dump show a listener on a port
 * @s: the sampler
 * @host: its name
 * @port: host order; any local address, either family
 */
bool sampler_listens(const struct sampler *s, const char *host, uint16_t port);
