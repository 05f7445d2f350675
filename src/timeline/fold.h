/*
 * fold.h - what the fold keeps; private to timeline/
 */
#pragma once

#include "base/vec.h"
#include "event/arena.h"
#include "timeline/life.h"
#include "timeline/row_map.h"
#include "timeline/timeline.h"

/** struct fold_host - whole readings of one host */
struct fold_host {
	const char *name;
	VEC(struct timeline_look) snaps;
	VEC(struct timeline_look) readings;
};

/** struct fold_counter - one move of one counter */
struct fold_counter {
	const char *host;
	const char *name;
	int64_t t_ns;
	int64_t delta;
	uint64_t n;
};

/** struct fold_address - whose an address is; its port is 0 */
struct fold_address {
	struct endpoint address;
	const char *host;
};

/**
 * struct fold_identity - what a row is recognised by, beside what it shows
 * @key: hash of all that must be equal
 * @options: as in the event; NULL if none
 * @frame: of the sending; 0 while that is not known
 * @connection: of the receiver's: numbers of its host's connections; 0 if it
 *	did not arrive
 * @arrived_corrupt: its checksum was wrong when it arrived
 */
struct fold_identity {
	uint64_t key;
	const char *options;
	uint64_t frame;
	uint64_t connection;
	bool arrived_corrupt;
};

/** struct fold_pending - a fault that touched a segment which was not told of
 * yet */
struct fold_pending {
	const char *host; /* at whose end of a link it was */
	struct endpoint from;
	struct endpoint to;
	uint8_t flags;
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
	uint64_t frame; /* of that host's capture; 0: not there */
	size_t fault; /* index in @faults */
};

/** struct fold_segments - what was sent, and what of it arrived */
struct fold_segments {
	VEC(struct fold_address) addresses;
	struct row_map owners; /* by address: indices of @addresses */
	VEC(struct tcp_seen) rows;
	VEC(struct fold_identity) identities; /* of each row */
	struct row_map sent; /* rows that have not arrived */
	struct row_map forged; /* rows that were not sent, so far */
	struct row_map frames; /* by frame: rows */
	VEC(struct timeline_fault) faults;
	VEC(struct fold_pending) pending;
};

/** struct timeline - everything that was folded so far; see timeline.h */
struct timeline {
	struct arena strings; /* owns every string below */
	struct life_table lives;
	VEC(struct fold_host) hosts;
	VEC(struct fold_counter) counters;
	VEC(struct timeline_gap) gaps;
	VEC(struct timeline_op) ops;
	VEC(struct timeline_proc) procs;
	VEC(struct timeline_step) steps;
	struct fold_segments segments;
	VEC(struct timeline_call) calls;
	VEC(struct timeline_transition) transitions;
	VEC(struct timeline_wire) wires;
	struct timeline_whole whole;
	bool virtual_time; /* see struct event_begin */
};

/** fold_host - a host by name, made at first sight; NULL stays NULL; moves
 * when another host is made */
struct fold_host *fold_host(struct timeline *tl, const char *name);

/** fold_op - OP_BEGIN, OP_END */
void fold_op(struct timeline *tl, const struct event *event);

/** fold_proc - PROC_* */
void fold_proc(struct timeline *tl, const struct event *event);

/** fold_proc_done - release what processes own */
void fold_proc_done(struct timeline *tl);

/** fold_look - SNAP, COUNTERS, COUNTER, GAP */
void fold_look(struct timeline *tl, const struct event *event);

/** fold_host_up - HOST: whose addresses are whose */
void fold_host_up(struct timeline *tl, const struct event *event);

/** fold_segment - SEGMENT */
void fold_segment(struct timeline *tl, const struct event *event);

/** fold_flags - "SYN,ACK": a set of TCP_FLAG_BIT() */
uint8_t fold_flags(const char *text);

/** fold_fault - FAULT */
void fold_fault(struct timeline *tl, const struct event *event);

/** fold_sent_take - a row waits for its arrival no longer, lest that of its
 * repetition, if it is equal, is taken for its own */
void fold_sent_take(struct fold_segments *s, size_t row);

/** fold_fault_row - tell faults that came before it of a new row */
void fold_fault_row(struct timeline *tl, size_t row);

/** fold_call - CALL */
void fold_call(struct timeline *tl, const struct event *event);

/** fold_transition - STATE */
void fold_transition(struct timeline *tl, const struct event *event);

/** fold_wire - WIRE, INJECT */
void fold_wire(struct timeline *tl, const struct event *event);

/** fold_segments_end - END: what has not arrived never will */
void fold_segments_end(struct timeline *tl);

/** fold_segments_done - release what belongs to segments */
void fold_segments_done(struct timeline *tl);
