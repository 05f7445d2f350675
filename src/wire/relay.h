/*
 * relay.h - wires in user space: frames between two ports, late, lost or whole
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/fault.h"
#include "spec/topology.h"
#include "tcp/endpoint.h"
#include "wire/impair.h"

struct err;

/** struct relay - some wires, and the frames that are on their way */
struct relay;

/** struct relay_host - whose an address is; borrowed for the relay's life */
struct relay_host {
	const char *name;
	const struct endpoint *addresses; /* ports 0 */
	size_t n_addresses;
};

/** struct relay_wire - a wire to be made; borrowed for the call */
struct relay_wire {
	int netns_fd; /* of both ports */
	int ifindex[2]; /* end a, end b */
	size_t ends[2]; /* hosts of end a and b: indices of relay_config's */
	struct impair_rules rules[LINK_WAYS];
	int64_t nat_idle_ns; /* struct link_spec */
	bool nat_resets;
	uint64_t seed;
	uint64_t stream; /* two are used: this and the next */
};

/**
 * struct relay_hit - a fault touched a frame, or what it held went on
 * @at_ns: CLOCK_MONOTONIC: when
 * @fault: index in relay_config's
 * @released: it was held, and goes on
 * @wire, @way: where
 * @nth: so many times this fault has acted; @released: which of those held
 * @by_ns: DELAY, DUPLICATE
 * @from, @to, @flags, @seq, @ack, @len: the segment, as it came
 * @roles, @again, @rel_seq, @rel_ack: in its connection: tcp/flow.h
 * @digest: frame_digest() as it came
 * @digest_after: as it goes on; equals @digest unless FAULT_CORRUPT
 */
struct relay_hit {
	int64_t at_ns;
	size_t fault;
	bool released;
	size_t wire;
	enum link_way way;
	uint64_t nth;
	int64_t by_ns;
	struct endpoint from;
	struct endpoint to;
	uint8_t flags;
	uint32_t roles;
	bool again;
	uint32_t seq;
	uint32_t ack;
	uint32_t rel_seq;
	uint32_t rel_ack;
	uint32_t len;
	uint64_t digest;
	uint64_t digest_after;
};

/**
 * struct relay_config - what holds for all wires
 * @hosts: of the topology, in its order; @n_hosts; borrowed
 * @faults: of the scenario, in its order; @n_faults; borrowed
 * @hit: called for each fault that acts, from within relay_turn() and
 *	relay_release(); may be NULL
 * @arg: passed to @hit
 */
struct relay_config {
	const struct relay_host *hosts;
	size_t n_hosts;
	const struct fault_spec *faults;
	size_t n_faults;
	void (*hit)(void *arg, const struct relay_hit *hit);
	void *arg;
};

/** struct relay_count - frames of one direction so far */
struct relay_count {
	uint64_t came;
	uint64_t gone; /* sent; a duplicate counts twice */
	uint64_t lost; /* as was asked */
	uint64_t overflow; /* more on their way than the limit asked for */
	uint64_t missed; /* not as asked: nobody took them in time, too long, or
			    the other end refused them */
	uint64_t corrupt;
	uint64_t cut; /* came while the wire was cut */
	uint64_t forgotten; /* of connections that the NAT had forgotten */
	uint64_t faulted; /* dropped by a fault */
	uint64_t held; /* by a fault, not released yet */
	uint64_t under_way;
	int64_t latest_ns; /* how late the latest was taken, or left; 0: none.
			      Nothing is late before the first relay_turn() */
};

/**
 * relay_new - no wire so far
 * @config: copied; what it points to is borrowed
 * @out: relay_free(); untouched on failure
 * @err: says what was refused
 *
 * Return: 0; -EMFILE; -EINVAL for a filter that pcap does not take.
 */
int relay_new(const struct relay_config *config, struct relay **out,
	      struct err *err);

/** relay_free - whatever is on its way is lost; NULL is fine */
void relay_free(struct relay *relay);

/**
 * relay_add - make a wire between two interfaces, from now on
 * @err: says what was refused
 *
 * Return: its number, from 0; errors of port_open().
 */
int relay_add(struct relay *relay, const struct relay_wire *wire,
	      struct err *err);

/** relay_change - other rules for frames that come from now on */
void relay_change(struct relay *relay, size_t wire, enum link_way way,
		  const struct impair_rules *rules);

/** relay_cut - lose what comes from now on, one direction, or no longer; what
 * is on its way arrives */
void relay_cut(struct relay *relay, size_t wire, enum link_way way, bool cut);

/** relay_forget - a wire's NAT forgets all connections that it has seen: their
 * segments are dropped, or reset, until a SYN opens them anew. A wire without a
 * NAT drops them likewise. */
void relay_forget(struct relay *relay, size_t wire);

/** relay_arm - let a fault act from now on, or no longer; what it has held, it
 * holds on */
void relay_arm(struct relay *relay, size_t fault, bool armed);

/**
 * relay_release - send what a fault holds, in the order of its coming, and hold
 * no more
 *
 * Return: how many frames.
 */
size_t relay_release(struct relay *relay, size_t fault);

/**
 * struct relay_injection - a segment that nobody sent
 * @spec: flags, numbers, payload
 * @from, @to: endpoints
 * @wire, @way: where; it is given to the host at the end of that way
 */
struct relay_injection {
	const struct inject_spec *spec;
	struct endpoint from;
	struct endpoint to;
	size_t wire;
	enum link_way way;
};

/**
 * relay_inject - send it, as often as it says, past all faults and impairments
 * @relay: the wires
 * @injection: borrowed for the call
 * @made: what was sent, as relay_hit tells it (fault, released of no meaning)
 * @err: says why not
 *
 * Return: 0; -ENOTCONN if numbers count from a connection that this wire has
 * not seen; -EINVAL.
 */
int relay_inject(struct relay *relay, const struct relay_injection *injection,
		 struct relay_hit *made, struct err *err);

/** RELAY_TURNS - some 16,000 frames of one wire: a bulk transfer in a window
 * of 16 MB */
#define RELAY_TURNS 256

/** relay_fd - readable when frames came or are due; owned by the relay */
int relay_fd(const struct relay *relay);

/**
 * relay_turn - take the frames that came, send those that are due
 *
 * Takes a bounded number at a time: relay_fd() stays readable while there is
 * more. Never blocks.
 *
 * Return: whether some wire gave as many as are taken at a time.
 */
bool relay_turn(struct relay *relay);

/**
 * relay_catch_up - relay_turn() until all that came before has been taken
 *
 * But no more often than RELAY_TURNS times: who sends without end must not keep
 * others from their turn.
 */
void relay_catch_up(struct relay *relay);

/** relay_counts - how frames of one direction fared */
struct relay_count relay_counts(struct relay *relay, size_t wire,
				enum link_way way);
