/*
 * lane.h - what the relay is made of, for its own files only
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "tcp/flow.h"
#include "wire/fault.h"
#include "wire/impair.h"
#include "wire/nat.h"
#include "wire/parcel.h"
#include "wire/relay.h"
#include "wire/stations.h"

/** LANE_FRAMES_MAX - in the relay at once: 160 MB, a second at a gigabit */
#define LANE_FRAMES_MAX 100000

/**
 * struct lane - one direction of a wire
 * @wire: it belongs to
 * @way: which direction
 * @from_fd, @to_fd: ports
 * @sender, @receiver: hosts at its begin and end
 * @aimed: some fault may act here
 * @cut: nothing passes
 * @full_until_ns: the port at its end has no room until then
 * @waiting: frames that are to go behind the next one: FAULT_REORDER
 * @waiting_last: where the next of them is to be put
 */
struct lane {
	struct wire *wire;
	enum link_way way;
	int from_fd;
	int to_fd;
	size_t sender;
	size_t receiver;
	bool aimed;
	bool cut;
	int64_t full_until_ns;
	struct impair impair;
	struct parcel *waiting;
	struct parcel **waiting_last;
	struct relay_count count;
};

/**
 * struct wire - two ports, and a lane each way; never moved
 * @index: which of the relay
 * @flows: its connections
 * @paths: by flow_view's path, less one
 */
struct wire {
	size_t index;
	int fds[2];
	struct lane lanes[LINK_WAYS];
	int64_t nat_idle_ns;
	bool nat_resets;
	struct flow_table *flows;
	VEC(struct nat_path) paths;
	struct stations stations;
};

/**
 * struct held - a frame that FAULT_HOLD keeps
 * @parcel: its due_ns is how long it goes on being on its way when released
 * @hit: as it was told; names the fault
 */
struct held {
	struct parcel *parcel;
	struct relay_hit hit;
};

/**
 * struct relay - see relay.h
 * @room: where the next burst is read to
 * @n_waiting: in all lanes
 * @began_ns: its first turn; 0: there was none
 * @armed_ns: when the timer will fire; 0: never
 */
struct relay {
	struct relay_config config;
	struct faults faults;
	int epfd;
	int timerfd;
	VEC(struct wire *) wires;
	struct parcels parcels;
	struct parcel *room[PORT_BURST];
	VEC(struct held) held;
	size_t n_waiting;
	int64_t began_ns;
	int64_t armed_ns;
};

/** lane_take - read a burst of frames, and decide on each. Return: whether it
 * was as many as are read at a time: there may be more */
bool lane_take(struct relay *relay, struct lane *lane, int64_t now_ns);

/** lane_post - a frame goes on its way, to be sent at @parcel->due_ns, with
 * @parcel->copies */
void lane_post(struct relay *relay, struct lane *lane, struct parcel *parcel);

/**
 * lane_forge - send a segment that nobody sent
 *
 * It goes past faults and impairments, is in no count, and the flow table does
 * not see it: it would take it for the pretended sender's.
 *
 * Return: 0; errors of forge_frame().
 */
int lane_forge(struct relay *relay, struct lane *lane,
	       const struct forge *forge, int64_t now_ns);

/** lane_fill_hit - what relay_hit says of a segment as it came */
void lane_fill_hit(const struct lane *lane, const struct segment *segment,
		   const struct flow_view *view, struct relay_hit *hit);

/** lanes_deliver - send all frames that are due, and set the timer for the
 * next */
void lanes_deliver(struct relay *relay, int64_t now_ns);
