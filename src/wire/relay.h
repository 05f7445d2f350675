/*
 * relay.h - wires in user space: frames between two ports, late, lost or whole
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "spec/topology.h"
#include "wire/impair.h"

struct err;

/** struct relay - some wires, and the frames that are on their way */
struct relay;

/** struct relay_wire - a wire to be made; borrowed for the call */
struct relay_wire {
	int netns_fd; /* of both ports */
	int ifindex[2]; /* end a, end b */
	struct impair_rules rules[LINK_WAYS];
	uint64_t seed;
	uint64_t stream; /* two are used: this and the next */
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
	uint64_t under_way;
	int64_t latest_ns; /* how late the latest left; 0: none was late */
};

/**
 * relay_new - no wire so far
 * @out: relay_free(); untouched on failure
 * @err: says what was refused
 *
 * Return: 0; -EMFILE.
 */
int relay_new(struct relay **out, struct err *err);

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

/** relay_fd - readable when frames came or are due; owned by the relay */
int relay_fd(const struct relay *relay);

/**
 * relay_turn - take the frames that came, send those that are due
 *
 * Takes a bounded number at a time: relay_fd() stays readable while there is
 * more. Never blocks.
 */
void relay_turn(struct relay *relay);

/** relay_counts - how frames of one direction fared */
struct relay_count relay_counts(struct relay *relay, size_t wire,
				enum link_way way);
