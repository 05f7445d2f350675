/*
 * fold.h - what the fold keeps; private to timeline/
 */
#pragma once

#include "base/vec.h"
#include "event/arena.h"
#include "timeline/life.h"
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
	struct timeline_whole whole;
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
