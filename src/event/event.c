/*
 * event.c - the names of what can happen, and the way to an observer's sink
 */
#include "event/event.h"

#include "base/clock.h"
#include "base/names.h"

const char *const event_kind_names[] = {
	[EVENT_BEGIN] = "begin",
	[EVENT_HOST] = "host",
	[EVENT_SYSCTL] = "sysctl",
	[EVENT_STEP_BEGIN] = "step.begin",
	[EVENT_STEP_END] = "step.end",
	[EVENT_OP_BEGIN] = "op.begin",
	[EVENT_CALL] = "call",
	[EVENT_OP_END] = "op.end",
	[EVENT_SNAP] = "snap",
	[EVENT_SOCK] = "sock",
	[EVENT_COUNTERS] = "counters",
	[EVENT_COUNTER] = "counter",
	[EVENT_PROC_START] = "proc.start",
	[EVENT_PROC_READY] = "proc.ready",
	[EVENT_PROC_SIGNAL] = "proc.signal",
	[EVENT_PROC_OUTPUT] = "proc.output",
	[EVENT_PROC_SPIN] = "proc.spin",
	[EVENT_PROC_EXIT] = "proc.exit",
	[EVENT_SEGMENT] = "segment",
	[EVENT_STATE] = "state",
	[EVENT_TRACE] = "trace",
	[EVENT_FAULT] = "fault",
	[EVENT_INJECT] = "inject",
	[EVENT_WIRE] = "wire",
	[EVENT_LINK] = "link",
	[EVENT_GAP] = "gap",
	[EVENT_ERROR] = "error",
	[EVENT_END] = "end",
};
TABLE_COVERS(event_kind_names, EVENT_KINDS);

const char *const sock_change_names[] = {
	[SOCK_CHANGE_NEW] = "new",
	[SOCK_CHANGE_CHANGED] = "changed",
	[SOCK_CHANGE_GONE] = "gone",
};
TABLE_COVERS(sock_change_names, SOCK_CHANGES);

void event_emit(const struct event_sink *sink, struct event *event)
{
	if (!event->t_ns)
		event->t_ns = clock_now_ns() - sink->epoch_ns;
	sink->emit(sink->arg, event);
}
