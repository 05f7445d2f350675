/*
 * html_connection.c - of a page's data, connections, their ends and segments
 */
#include <string.h>

#include "base/str.h"
#include "event/event.h"
#include "report/html_picture.h"
#include "report/jvalue.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

/** RESTARTS_MOST - of one TIME_WAIT that are told */
#define RESTARTS_MOST 64

static json_t *endpoint_json(const struct endpoint *endpoint)
{
	char buf[ENDPOINT_TEXT];

	return jvalue_text(endpoint_print(endpoint, buf));
}

static json_t *state_json(const struct html_picture *picture,
			  const struct history_state *state)
{
	json_t *object = json_object();
	json_t *restarts = json_array();

	for (size_t i = 0; i < state->n_restarts && i < RESTARTS_MOST; i++)
		jvalue_push(restarts, jvalue_number(state->restarts_ns[i]));
	html_want(picture, state->n);
	html_want(picture, state->cause_n);
	jvalue_set(object, "state", jvalue_text(tcp_state_names[state->state]));
	jvalue_set(object, "mini", json_boolean(state->mini));
	jvalue_set(object, "lo", jvalue_number(state->lo_ns));
	jvalue_set(object, "from", jvalue_number(state->from_ns));
	jvalue_set(object, "until", jvalue_number(state->until_ns));
	jvalue_set(object, "source",
		   jvalue_text(history_source_names[state->source]));
	jvalue_set(object, "n", jvalue_number((int64_t)state->n));
	jvalue_set(object, "cause", jvalue_number((int64_t)state->cause_n));
	jvalue_set(object, "restarts", restarts);
	return object;
}

static json_t *end_json(const struct html_picture *picture,
			const struct history_end *end)
{
	json_t *object = json_object();
	json_t *states = json_array();

	for (size_t i = 0; i < end->n_states; i++)
		jvalue_push(states, state_json(picture, &end->states[i]));
	jvalue_set(object, "host", jvalue_text(end->host));
	jvalue_set(object, "name", jvalue_text(end->name));
	jvalue_set(object, "local", endpoint_json(&end->local));
	jvalue_set(object, "states", states);
	return object;
}

static bool is_of(const struct sock_span *span,
		  const struct history_connection *connection, int end)
{
	return span->present &&
	       endpoint_equal(&span->sock.local,
			      &connection->ends[end].local) &&
	       endpoint_equal(&span->sock.remote,
			      &connection->ends[!end].local) &&
	       span->hi_ns >= connection->begin_ns &&
	       span->hi_ns <= connection->end_ns;
}

/* [since, what, due, retransmissions]: each time that it was another. Due
 * times wander by what the timer wheel rounds: 1/8 (kernel/time/timer.c). */
static void push_timers(json_t *timers, const struct sock_life *life,
			const struct history_connection *connection, int end)
{
	const struct tcp_sock *before = NULL;
	int64_t due_before = 0;

	for (size_t i = 0; i < life->n_spans; i++) {
		const struct sock_span *span = &life->spans[i];
		int64_t due = span->hi_ns + span->sock.timer_ns;
		json_t *row;

		if (!is_of(span, connection, end))
			continue;
		if (before && before->timer == span->sock.timer &&
		    before->retrans == span->sock.retrans &&
		    due - due_before <= span->sock.timer_ns / 8 &&
		    due_before - due <= span->sock.timer_ns / 8)
			continue;
		row = json_array();
		jvalue_push(row, jvalue_number(span->hi_ns));
		jvalue_push(row,
			    jvalue_text(tcp_timer_names[span->sock.timer]));
		jvalue_push(row, jvalue_number(due));
		jvalue_push(row, jvalue_number(span->sock.retrans));
		jvalue_push(timers, row);
		before = &span->sock;
		due_before = due;
	}
}

static json_t *timers_json(const struct html_picture *picture,
			   const struct history_connection *connection, int end)
{
	const char *host = connection->ends[end].host;
	json_t *timers = json_array();
	const struct sock_life *life;
	size_t i = 0;

	while (host && (life = timeline_sock_next(picture->whole.timeline, &i)))
		if (strcmp(life->host, host) == 0)
			push_timers(timers, life, connection, end);
	return timers;
}

json_t *html_connections(const struct html_picture *picture)
{
	const struct whole *whole = &picture->whole;
	json_t *array = json_array();

	for (size_t i = 0; i < whole->n_connections; i++) {
		const struct history_connection *connection =
			&whole->connections[i];
		json_t *object = json_object();
		json_t *ends = json_array();
		json_t *segments = json_array();

		for (int e = 0; e < 2; e++) {
			json_t *end = end_json(picture, &connection->ends[e]);

			jvalue_set(end, "timers",
				   timers_json(picture, connection, e));
			jvalue_push(ends, end);
		}
		for (size_t s = 0; s < connection->n_segments; s++)
			jvalue_push(segments,
				    jvalue_number(
					    (int64_t)connection->segments[s]));
		jvalue_set(object, "ends", ends);
		jvalue_set(object, "segments", segments);
		jvalue_set(object, "begin",
			   jvalue_number(connection->begin_ns));
		jvalue_set(object, "end", jvalue_number(connection->end_ns));
		jvalue_push(array, object);
	}
	return array;
}

json_t *html_listeners(const struct html_picture *picture)
{
	const struct history_end *all;
	json_t *array = json_array();
	size_t n = 0;

	all = picture->whole.history
		      ? history_listeners(picture->whole.history, &n)
		      : NULL;
	for (size_t i = 0; i < n; i++)
		jvalue_push(array, end_json(picture, &all[i]));
	return array;
}

static void push_segment(const struct html_picture *picture,
			 const struct tcp_seen *seen, json_t *rows)
{
	const struct event *event = html_event(picture, seen->n);
	const struct event_segment *segment =
		event && event->kind == EVENT_SEGMENT ? &event->segment : NULL;
	SCOPED_STR struct str flags = {0};
	SCOPED_STR struct str roles = {0};

	segment_print_flags(seen->flags, &flags);
	flow_print_roles(seen->roles, &roles);
	html_want(picture, seen->fault_n);
	json_t *const values[] = {
		jvalue_number((int64_t)seen->n),
		jvalue_number(seen->t_ns),
		jvalue_number((int64_t)seen->arrived_n),
		jvalue_number(seen->arrived_ns),
		jvalue_number(seen->fate),
		jvalue_text(seen->from_host),
		jvalue_text(seen->to_host),
		endpoint_json(&seen->from),
		endpoint_json(&seen->to),
		jvalue_text(str_text(&flags)),
		jvalue_text(str_text(&roles)),
		jvalue_number(seen->again),
		jvalue_number(seen->forged),
		jvalue_number(seen->rel_seq),
		jvalue_number(seen->rel_ack),
		jvalue_number(seen->seq),
		jvalue_number(seen->ack),
		jvalue_number(seen->len),
		jvalue_number(seen->window),
		jvalue_text(segment ? segment->options : NULL),
		jvalue_number(segment ? (int64_t)segment->frame : 0),
		jvalue_number((int64_t)seen->fault_n),
	};

	html_row(rows, values, sizeof(values) / sizeof(values[0]));
}

json_t *html_segments(const struct html_picture *picture)
{
	static const char *const keys[] = {
		"n",	  "t",	     "arrivedN", "arrived", "fate",  "fromHost",
		"toHost", "from",    "to",	 "flags",   "roles", "again",
		"forged", "relSeq",  "relAck",	 "seq",	    "ack",   "len",
		"window", "options", "frame",	 "fault",
	};
	json_t *object = json_object();
	json_t *names = json_array();
	json_t *rows = json_array();
	const struct whole *whole = &picture->whole;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		jvalue_push(names, jvalue_text(keys[i]));
	for (size_t i = 0; i < whole->n_segments; i++)
		push_segment(picture, &whole->segments[i], rows);
	jvalue_set(object, "keys", names);
	jvalue_set(object, "rows", rows);
	return object;
}
