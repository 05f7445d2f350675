/*
 * parcel.h - frames on their way, in the order in which they are due
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "wire/port.h"

struct lane;

/**
 * struct parcel - a frame on its way
 * @due_ns: when it is to be sent, CLOCK_MONOTONIC
 * @asked_ns: when it was to be sent at first: the port may have been full
 * @order: of posting; breaks ties
 * @lane: where it goes
 * @next: of those that are not in use, or that wait in a lane
 * @tries: so often the port has not taken it
 * @copies: to be sent: 1, or 2
 * @forged: nobody sent it: it does not count
 * @segment: it is TCP's: what was to be overtaken may follow it
 */
struct parcel {
	int64_t due_ns;
	int64_t asked_ns;
	uint64_t order;
	struct lane *lane;
	struct parcel *next;
	unsigned int tries;
	int copies;
	bool forged;
	bool segment;
	struct port_frame frame;
};

/** struct parcels - those that are due some time, and room for more: {0} */
struct parcels {
	VEC(struct parcel *) heap;
	struct parcel *spare;
	uint64_t last_order;
};

/** parcels_done - release all */
void parcels_done(struct parcels *parcels);

/** parcel_get - room for a frame; its contents are not defined. parcel_put() or
 * parcels_push() */
struct parcel *parcel_get(struct parcels *parcels);

/** parcel_put - it is not needed any more */
void parcel_put(struct parcels *parcels, struct parcel *parcel);

/** parcels_push - it is due at @parcel->due_ns, behind all that are due then */
void parcels_push(struct parcels *parcels, struct parcel *parcel);

/** parcels_first - the one that is due first; NULL if there is none */
const struct parcel *parcels_first(const struct parcels *parcels);

/** parcels_pop - take the first out; there must be one */
struct parcel *parcels_pop(struct parcels *parcels);
