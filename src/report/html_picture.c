/*
 * html_picture.c - of a page's data, what one scenario is drawn from
 *
 * DOC: Schema
 *
 * All that the json format says of the result, and
 *
 * {
 *   "way": "close/client-first",      relative, to its folder; null
 *   "yaml": "…", "topology": "…",     the files, as they were read; null
 *   "steps": [{"line": 8, "text": "…"}],
 *   "hosts": [["client", "10.0.0.1/30"]],
 *   "sysctls": [["server", "net.ipv4.tcp_tw_reuse", "1"]],
 *   "connections": [{"ends": [{"host", "name", "local", "states", "timers"}],
 *                    "segments": [0, 1], "begin", "end"}],
 *   "listeners": [{"host", "name", "local", "states"}],
 *   "segments": {"keys": ["n", …], "rows": [[22, …]]},
 *   "items": [[t, what, connection, end, index, n]],
 *   "counters": [["client", "Tcp.ActiveOpens", 1, 131]],
 *   "last": 240972288,                time of the last event
 *   "events": {"12": {…}}             lines of the journal, those that are
 *                                     cited or drawn
 * }
 *
 * Times are ns since the lab began. An end's state is {"state", "mini", "lo",
 * "from", "until", "source", "n", "cause", "restarts"} and a timer [since,
 * what, due, retransmissions]; an item is as in timeline/history.h, its
 * "connection" and "end" -1 if it is of none. Of the journal there are no
 * events but those needed, as it may be far longer than what is looked at.
 */
#include "report/html_picture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "event/codec.h"
#include "event/event.h"
#include "event/journal.h"
#include "judge/coverage.h"
#include "report/html.h"
#include "report/json.h"
#include "report/jvalue.h"
#include "report/report.h"
#include "spec/scenario.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

struct html_picture *html_picture_new(const struct report_result *result)
{
	struct html_picture *picture = mem_new(struct html_picture, 1);

	picture->result = result;
	picture->journal = result->journal;
	if (!picture->journal)
		return picture;
	picture->wanted = mem_new(bool, picture->journal->n + 1);
	picture->whole = whole_new(picture->journal);
	return picture;
}

void html_picture_free(struct html_picture *picture)
{
	if (!picture)
		return;
	whole_done(&picture->whole);
	free(picture->wanted);
	free(picture);
}

static int by_number(const void *key, const void *element)
{
	uint64_t n = *(const uint64_t *)key;
	const struct event *event = element;

	return n < event->n ? -1 : n > event->n;
}

const struct event *html_event(const struct html_picture *picture, uint64_t n)
{
	const struct journal *journal = picture->journal;

	/* not every number is there: kinds of later versions are skipped */
	return journal && journal->n
		       ? bsearch(&n, journal->events, journal->n,
				 sizeof(journal->events[0]), by_number)
		       : NULL;
}

void html_want(const struct html_picture *picture, uint64_t n)
{
	const struct event *event = html_event(picture, n);

	/* of segments the page has rows of their own */
	if (event && event->kind != EVENT_SEGMENT)
		picture->wanted[event - picture->journal->events] = true;
}

void html_row(json_t *rows, json_t *const *values, size_t n)
{
	json_t *row = json_array();

	for (size_t i = 0; i < n; i++)
		jvalue_push(row, values[i]);
	jvalue_push(rows, row);
}

json_t *html_picture_moves(const struct html_picture *picture)
{
	uint32_t counts[MOVES_MAX] = {0};
	json_t *object = json_object();

	if (!picture->whole.history)
		return object;
	coverage_count(picture->whole.timeline, picture->whole.history, counts);
	for (size_t i = 0; i < moves_count(); i++)
		if (counts[i])
			jvalue_set(object, moves_at(i)->id,
				   jvalue_number(counts[i]));
	return object;
}

static json_t *items_json(const struct html_picture *picture)
{
	const struct whole *whole = &picture->whole;
	json_t *rows = json_array();

	for (size_t i = 0; i < whole->n_items; i++) {
		const struct history_item *item = &whole->items[i];
		json_t *const values[] = {
			jvalue_number(item->t_ns),
			jvalue_number(item->what),
			jvalue_number(item->connection == SIZE_MAX
					      ? -1
					      : (int64_t)item->connection),
			jvalue_number(item->end),
			jvalue_number((int64_t)item->index),
			jvalue_number((int64_t)item->n),
		};

		html_want(picture, item->n);
		html_row(rows, values, sizeof(values) / sizeof(values[0]));
	}
	return rows;
}

/** struct moved - a counter, and how far it moved in all */
struct moved {
	const char *host;
	const char *name;
	int64_t delta;
	uint64_t n; /* the last event */
};

static json_t *counters_json(const struct html_picture *picture)
{
	const struct journal *journal = picture->journal;
	VEC(struct moved) all = {0};
	json_t *rows = json_array();

	for (size_t i = 0; journal && i < journal->n; i++) {
		const struct event *e = &journal->events[i];
		struct moved moved = {.host = e->host ?: ""};
		size_t j = 0;

		if (e->kind != EVENT_COUNTER)
			continue;
		moved.name = e->counter.name;
		while (j < all.n && (strcmp(all.v[j].host, moved.host) != 0 ||
				     strcmp(all.v[j].name, moved.name) != 0))
			j++;
		if (j == all.n)
			vec_push(&all, moved);
		all.v[j].delta += e->counter.delta;
		all.v[j].n = e->n;
	}
	vec_foreach(&all, m) {
		json_t *const values[] = {
			jvalue_text(m->host),
			jvalue_text(m->name),
			jvalue_number(m->delta),
			jvalue_number((int64_t)m->n),
		};

		html_row(rows, values, sizeof(values) / sizeof(values[0]));
	}
	vec_done(&all);
	return rows;
}

/** OUTPUTS_MOST - so many pieces of what programs wrote; there is no end to
 * what they may write */
#define OUTPUTS_MOST 400

/* what the lab was told it is, or set, and what has no other place */
static void set_environment(json_t *object, const struct html_picture *picture)
{
	const struct journal *journal = picture->journal;
	json_t *hosts = json_array();
	json_t *sysctls = json_array();
	size_t outputs = 0;

	for (size_t i = 0; journal && i < journal->n; i++) {
		const struct event *e = &journal->events[i];

		if (e->kind == EVENT_HOST)
			html_row(
				hosts,
				(json_t *const[]){jvalue_text(e->host),
						  jvalue_text(e->up.addresses)},
				2);
		if (e->kind == EVENT_SYSCTL)
			html_row(
				sysctls,
				(json_t *const[]){jvalue_text(e->host),
						  jvalue_text(e->sysctl.name),
						  jvalue_text(e->sysctl.value)},
				3);
		if (e->kind == EVENT_GAP || e->kind == EVENT_ERROR ||
		    e->kind == EVENT_TRACE || e->kind == EVENT_BEGIN ||
		    e->kind == EVENT_END ||
		    (e->kind == EVENT_PROC_OUTPUT && outputs++ < OUTPUTS_MOST))
			html_want(picture, e->n);
	}
	jvalue_set(object, "hosts", hosts);
	jvalue_set(object, "sysctls", sysctls);
}

static void set_story(json_t *object, const struct html_picture *picture)
{
	const struct scenario *scenario = picture->result->scenario;
	const struct judgement *judgement = picture->result->judgement;
	json_t *steps = json_array();

	for (size_t i = 0; scenario && i < scenario->n_steps; i++) {
		json_t *step = json_object();

		jvalue_set(step, "line",
			   jvalue_number(scenario->steps[i].pos.line));
		jvalue_set(step, "text", jvalue_text(scenario->steps[i].text));
		jvalue_push(steps, step);
	}
	for (size_t i = 0; judgement && i < judgement->n_findings; i++)
		for (size_t j = 0; j < judgement->findings[i].n_evidence; j++)
			html_want(picture, judgement->findings[i].evidence[j]);
	jvalue_set(object, "yaml",
		   jvalue_text(scenario ? scenario->source : NULL));
	jvalue_set(object, "topology",
		   jvalue_text(scenario ? scenario->topology_source : NULL));
	jvalue_set(object, "steps", steps);
}

/* The rest of the object, as the journal has it. */
static void add_events(const struct html_picture *picture, struct str *out)
{
	bool first = true;

	str_add(out, ",\"events\":{");
	for (size_t i = 0; picture->journal && i < picture->journal->n; i++) {
		const struct event *event = &picture->journal->events[i];
		SCOPED_STR struct str line = {0};

		if (!picture->wanted[i])
			continue;
		codec_print(&line, event);
		str_addf(out, "%s\"%" PRIu64 "\":", first ? "" : ",", event->n);
		str_addn(out, str_text(&line), line.len - 1); /* no newline */
		first = false;
	}
	str_add(out, "}}");
}

void html_picture_print(const struct html_picture *picture,
			const struct report_run *run, struct str *out)
{
	const struct journal *journal = picture->journal;
	json_t *object = json_result(picture->result);
	SCOPED_FREE char *way = html_way(run, picture->result->folder);
	char *text;

	jvalue_set(object, "way", jvalue_text(way));
	set_story(object, picture);
	set_environment(object, picture);
	jvalue_set(object, "connections", html_connections(picture));
	jvalue_set(object, "listeners", html_listeners(picture));
	jvalue_set(object, "segments", html_segments(picture));
	jvalue_set(object, "items", items_json(picture));
	jvalue_set(object, "counters", counters_json(picture));
	jvalue_set(object, "last",
		   jvalue_number(journal && journal->n
					 ? journal->events[journal->n - 1].t_ns
					 : 0));
	text = json_dumps(object, JSON_COMPACT);
	if (!text)
		abort(); /* out of memory */
	str_addn(out, text, strlen(text) - 1);
	free(text);
	json_decref(object);
	add_events(picture, out);
}
