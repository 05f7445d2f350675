/*
 * ladder_guest.c - what happened at a host but is of no connection
 */
#include "report/ladder_guest.h"

#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/vec.h"
#include "event/event.h"
#include "report/ladder_sheet.h"
#include "report/ladder_words.h"
#include "timeline/history.h"

/** struct bound - a socket of a program, the port that it asked for, and the
 * action that did */
struct bound {
	const char *host;
	const char *socket;
	uint64_t op;
	uint16_t port;
};

/** struct guests - while they are led home */
struct guests {
	const struct ladder_of *of;
	const struct history_connection *connections;
	size_t n;
	VEC(struct bound) bound;
	uint64_t failed_op; /* the last action of which a call failed */
};

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool is_call(const struct event *event, const char *name)
{
	return same(event->call.call, name);
}

/* "L, 0.0.0.0:7788" */
static uint16_t port_asked(const struct event *event)
{
	const char *comma =
		event->call.args ? strstr(event->call.args, ", ") : NULL;
	struct endpoint e;

	return comma && endpoint_parse(comma + 2, &e) == 0 ? e.port : 0;
}

static void find_bound(struct guests *g)
{
	for (size_t i = 0; i < g->of->n_events; i++) {
		const struct event *event = &g->of->events[i];
		struct bound new = {.host = event->host};

		if (event->kind != EVENT_CALL || !event->call.socket ||
		    !is_call(event, "bind"))
			continue;
		new.socket = event->call.socket;
		new.op = event->call.op;
		new.port = port_asked(event);
		vec_push(&g->bound, new);
	}
}

/* that of the same action, or else of the last one before */
static uint16_t port_of(const struct guests *g, const struct event *event)
{
	if (event->kind != EVENT_CALL || !event->call.socket)
		return 0;
	for (size_t i = g->bound.n; i-- > 0;)
		if (g->bound.v[i].op <= event->call.op &&
		    same(g->bound.v[i].host, event->host) &&
		    same(g->bound.v[i].socket, event->call.socket))
			return g->bound.v[i].port;
	return 0;
}

/* how well it fits there; less is better */
static int distance(const struct history_connection *c,
		    const struct event *event, uint16_t port)
{
	bool there = false;
	bool fits = false;

	for (int e = 0; e < 2; e++) {
		if (!same(c->ends[e].host, event->host))
			continue;
		there = true;
		fits |= port && c->ends[e].local.port == port;
	}
	if (!there)
		return -1;
	return (port && !fits ? 3 : 0) + (event->t_ns < c->begin_ns ? 1
					  : event->t_ns > c->end_ns ? 2
								    : 0);
}

static size_t home_of(const struct guests *g, const struct event *event)
{
	uint16_t port = port_of(g, event);
	size_t best = LADDER_NO_HOME;
	int best_far = 0;
	bool any = false;

	for (size_t i = 0; i < g->n; i++) {
		const struct history_connection *c = &g->connections[i];
		int far = c->n_segments ? distance(c, event, port) : -1;

		any |= c->n_segments > 0;
		/* under way or before: the latest of them; else the next */
		if (far < 0 ||
		    (best != LADDER_NO_HOME &&
		     (far > best_far || (far == best_far && far % 3 == 1))))
			continue;
		best = i;
		best_far = far;
	}
	return any ? best : g->n;
}

/* what a failed bind(2) leaves behind is closed at once: that says nothing */
static bool is_cleaning(struct guests *g, const struct event *event)
{
	if (event->kind != EVENT_CALL)
		return false;
	if (event->call.error)
		g->failed_op = event->call.op;
	return event->call.op && event->call.op == g->failed_op &&
	       is_call(event, "close");
}

static bool is_homeless(const struct guests *g, const struct history_item *item)
{
	if (item->what == HISTORY_PROC)
		return true;
	if (item->what != HISTORY_CALL)
		return false;
	return item->connection >= g->n ||
	       g->connections[item->connection].n_segments == 0;
}

size_t *ladder_guests(const struct ladder_of *of,
		      const struct history_connection *connections, size_t n)
{
	struct guests g = {.of = of, .connections = connections, .n = n};
	size_t *homes = mem_new(size_t, of->n_items + 1);

	find_bound(&g);
	for (size_t i = 0; i < of->n_items; i++) {
		const struct history_item *item = &of->items[i];
		const struct event *event = NULL;
		SCOPED_FREE char *text = NULL;

		homes[i] = LADDER_NO_HOME;
		if (is_homeless(&g, item))
			event = ladder_event(of, item->n);
		if (event)
			text = ladder_guest_text(event);
		if (text && !is_cleaning(&g, event))
			homes[i] = home_of(&g, event);
	}
	vec_done(&g.bound);
	return homes;
}

char *ladder_guest_text(const struct event *event)
{
	/* before the first step and after the last all agents come and go */
	if (event->kind != EVENT_CALL)
		return event->step < 0 ? NULL : ladder_call(event);
	if (!event->call.call ||
	    (is_call(event, "socket") && !event->call.error))
		return NULL;
	return ladder_call_with(event, event->call.args);
}
