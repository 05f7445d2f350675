/*
 * timeline.c - the journal's events folded into what is, was and when
 */
#include "timeline/timeline.h"

#include <string.h>

#include "timeline/fold.h"

struct timeline *timeline_new(void)
{
	struct timeline *tl = mem_new(struct timeline, 1);

	tl->whole.end_ns = -1;
	return tl;
}

void timeline_free(struct timeline *tl)
{
	if (!tl)
		return;
	life_table_done(&tl->lives);
	vec_foreach(&tl->hosts, host) {
		vec_done(&host->snaps);
		vec_done(&host->readings);
	}
	vec_done(&tl->hosts);
	vec_done(&tl->counters);
	vec_done(&tl->gaps);
	vec_done(&tl->ops);
	fold_proc_done(tl);
	fold_segments_done(tl);
	vec_done(&tl->steps);
	vec_done(&tl->calls);
	vec_done(&tl->transitions);
	vec_done(&tl->wires);
	arena_done(&tl->strings);
	free(tl);
}

static void feed_call(struct timeline *tl, const struct event *event)
{
	struct life_claim claim = {
		.host = event->host,
		.name = event->call.socket,
		.inode = event->call.inode,
		.n = event->n,
		.t_ns = event->t_ns,
	};

	if (claim.host && claim.name && claim.inode)
		life_claimed(&tl->lives, &tl->strings, &claim);
	fold_call(tl, event);
}

static void feed_op(struct timeline *tl, const struct event *event)
{
	struct life_claim claim = {
		.host = event->host,
		.name = event->op.socket,
		.n = event->n,
		.t_ns = event->t_ns,
	};

	/* one that failed may tell of another socket: an accept(2) that did
	 * has only its listener */
	if (event->kind == EVENT_OP_END && event->op.result >= 0) {
		claim.inode = event->op.inode;
		claim.local = event->op.local;
		claim.remote = event->op.remote;
	}
	if (claim.host && claim.name)
		life_claimed(&tl->lives, &tl->strings, &claim);
	fold_op(tl, event);
}

static void feed_step(struct timeline *tl, const struct event *event)
{
	struct timeline_step *step;

	if (event->step < 0)
		return;
	while (tl->steps.n <= (size_t)event->step) {
		struct timeline_step none = {.begin_ns = -1, .end_ns = -1};

		vec_push(&tl->steps, none);
	}
	step = &tl->steps.v[event->step];
	if (event->kind == EVENT_STEP_BEGIN) {
		step->begin_ns = event->t_ns;
		step->begin_n = event->n;
		return;
	}
	step->end_ns = event->t_ns;
	step->end_n = event->n;
	step->done = event->step_of.done;
	step->left_out = event->step_of.left_out;
	step->why = arena_str(&tl->strings, event->step_of.why);
}

static void feed_whole(struct timeline *tl, const struct event *event)
{
	if (event->kind == EVENT_BEGIN) {
		tl->whole.begin_n = event->n;
		tl->virtual_time = event->begin.virtual_time;
	} else if (event->kind == EVENT_END) {
		tl->whole.end_n = event->n;
		tl->whole.end_ns = event->t_ns;
		tl->whole.complete = event->end.complete;
		tl->whole.why = arena_str(&tl->strings, event->end.why);
		fold_segments_end(tl);
	}
}

void timeline_feed(struct timeline *tl, const struct event *event)
{
	tl->whole.last_n = event->n;
	if (event->t_ns > tl->whole.last_ns)
		tl->whole.last_ns = event->t_ns;
	switch (event->kind) {
	case EVENT_BEGIN:
	case EVENT_END:
		feed_whole(tl, event);
		return;
	case EVENT_STEP_BEGIN:
	case EVENT_STEP_END:
		feed_step(tl, event);
		return;
	case EVENT_OP_BEGIN:
	case EVENT_OP_END:
		feed_op(tl, event);
		return;
	case EVENT_CALL:
		feed_call(tl, event);
		return;
	case EVENT_SOCK:
		life_row(&tl->lives, &tl->strings, event);
		return;
	case EVENT_SNAP:
	case EVENT_COUNTERS:
	case EVENT_COUNTER:
	case EVENT_GAP:
		fold_look(tl, event);
		return;
	case EVENT_PROC_START:
	case EVENT_PROC_READY:
	case EVENT_PROC_SIGNAL:
	case EVENT_PROC_OUTPUT:
	case EVENT_PROC_SPIN:
	case EVENT_PROC_EXIT:
		fold_proc(tl, event);
		return;
	case EVENT_HOST:
		fold_host_up(tl, event);
		return;
	case EVENT_SEGMENT:
		fold_segment(tl, event);
		return;
	case EVENT_FAULT:
		fold_fault(tl, event);
		return;
	case EVENT_STATE:
		fold_transition(tl, event);
		return;
	case EVENT_INJECT:
	case EVENT_WIRE:
		fold_wire(tl, event);
		return;
	case EVENT_SYSCTL:
	case EVENT_TRACE:
	case EVENT_LINK:
	case EVENT_ERROR:
	case EVENT_KINDS:
		return;
	}
}

const struct timeline_step *timeline_step(const struct timeline *tl, int step)
{
	if (step < 0 || (size_t)step >= tl->steps.n ||
	    !tl->steps.v[step].begin_n)
		return NULL;
	return &tl->steps.v[step];
}

bool timeline_is_virtual(const struct timeline *tl)
{
	return tl->virtual_time;
}

const struct timeline_whole *timeline_whole(const struct timeline *tl)
{
	return &tl->whole;
}
