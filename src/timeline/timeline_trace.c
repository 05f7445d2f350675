/*
 * timeline_trace.c - calls, transitions and what was done to the wire: things
 * that are kept as they are told
 */
#include "timeline/timeline.h"

#include "timeline/fold.h"

void fold_call(struct timeline *tl, const struct event *event)
{
	struct timeline_call call = {
		.call = event->call,
		.host = arena_str(&tl->strings, event->host),
		.step = event->step,
		.t_ns = event->t_ns,
		.n = event->n,
	};

	call.call.program = arena_str(&tl->strings, event->call.program);
	call.call.call = arena_str(&tl->strings,
				   event->call.call ? event->call.call : "");
	call.call.args = arena_str(&tl->strings, event->call.args);
	call.call.socket = arena_str(&tl->strings, event->call.socket);
	vec_push(&tl->calls, call);
}

void fold_transition(struct timeline *tl, const struct event *event)
{
	struct timeline_transition transition = {
		.change = event->state,
		.host = arena_str(&tl->strings, event->host),
		.t_ns = event->t_ns,
		.n = event->n,
	};

	if (transition.host)
		vec_push(&tl->transitions, transition);
}

void fold_wire(struct timeline *tl, const struct event *event)
{
	struct timeline_wire wire = {
		.inject = event->kind == EVENT_INJECT,
		.host = arena_str(&tl->strings, event->host),
		.t_ns = event->t_ns,
		.n = event->n,
	};

	if (wire.inject) {
		wire.action = arena_str(&tl->strings, event->fault.action);
		wire.from = event->fault.from_end;
		wire.to = event->fault.to_end;
	} else {
		wire.action = arena_str(&tl->strings, event->wire.action);
	}
	vec_push(&tl->wires, wire);
}

const struct timeline_call *timeline_calls(const struct timeline *tl, size_t *n)
{
	*n = tl->calls.n;
	return tl->calls.v;
}

const struct timeline_transition *
timeline_transitions(const struct timeline *tl, size_t *n)
{
	*n = tl->transitions.n;
	return tl->transitions.v;
}

const struct timeline_wire *timeline_wires(const struct timeline *tl, size_t *n)
{
	*n = tl->wires.n;
	return tl->wires.v;
}
