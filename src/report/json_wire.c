/*
 * json_wire.c - of a report in JSON, what links and faults did
 *
 * DOC: Schema
 *
 * "links": [{
 *   "from": "client", "to": "server",     one direction
 *   "backend": "relay",                   or "pass", "netem"
 *   "rules": "delay 20 ms",               null: frames pass as they come
 *   "came": 12, "gone": 11,               and so on, as in the journal's
 *   …                                     event "link": results/README.md
 * }],
 * "faults": [{
 *   "fault": 1, "name": null, "line": 7,
 *   "text": "drop wave-4, times 1",
 *   "times": 1, "optional": false,        times 0: as often as it can
 *   "acted": 1, "events": [31]            the first of them
 * }]
 */
#include "report/json_wire.h"

#include <string.h>

#include "event/event.h"
#include "event/journal.h"
#include "report/jvalue.h"
#include "report/report.h"
#include "spec/scenario.h"

/** EVENTS_MOST - of one fault */
#define EVENTS_MOST 64

static json_t *link_json(const struct event *event)
{
	const struct event_link *l = &event->link;
	const struct {
		const char *name;
		uint64_t n;
	} counts[] = {
		{"came", l->came},
		{"gone", l->gone},
		{"lost", l->lost},
		{"overflow", l->overflow},
		{"missed", l->missed},
		{"corrupt", l->corrupt},
		{"cut", l->cut},
		{"forgotten", l->forgotten},
		{"faulted", l->faulted},
		{"held", l->held},
		{"under_way", l->under_way},
	};
	json_t *object = json_object();

	jvalue_set(object, "from", jvalue_text(event->host));
	jvalue_set(object, "to", jvalue_text(l->to));
	jvalue_set(object, "backend", jvalue_text(l->backend));
	jvalue_set(object, "rules", jvalue_text(l->rules));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		jvalue_set(object, counts[i].name,
			   jvalue_number((int64_t)counts[i].n));
	jvalue_set(object, "latest_ns", jvalue_number(l->latest_ns));
	return object;
}

json_t *json_links(const struct report_result *result)
{
	const struct journal *journal = result->journal;
	json_t *array = json_array();

	for (size_t i = 0; journal && i < journal->n; i++)
		if (journal->events[i].kind == EVENT_LINK)
			jvalue_push(array, link_json(&journal->events[i]));
	return array;
}

static bool is_hit(const struct event *event, uint64_t fault)
{
	return event->kind == EVENT_FAULT && event->fault.fault == fault &&
	       event->fault.action &&
	       strcmp(event->fault.action, "release") != 0;
}

static json_t *fault_json(const struct report_result *result, size_t i)
{
	const struct fault_spec *fault = &result->scenario->faults[i];
	const struct journal *journal = result->journal;
	json_t *object = json_object();
	json_t *events = json_array();
	int64_t acted = 0;

	for (size_t j = 0; journal && j < journal->n; j++) {
		const struct event *event = &journal->events[j];

		if (!is_hit(event, i + 1))
			continue;
		if (acted++ < EVENTS_MOST)
			jvalue_push(events, jvalue_number((int64_t)event->n));
	}
	jvalue_set(object, "fault", jvalue_number((int64_t)i + 1));
	jvalue_set(object, "name", jvalue_text(fault->name));
	jvalue_set(object, "line", jvalue_number(fault->pos.line));
	jvalue_set(object, "text", jvalue_text(fault->text));
	jvalue_set(object, "times", jvalue_number(fault->times));
	jvalue_set(object, "optional", json_boolean(fault->optional));
	jvalue_set(object, "acted", jvalue_number(acted));
	jvalue_set(object, "events", events);
	return object;
}

json_t *json_faults(const struct report_result *result)
{
	json_t *array = json_array();

	for (size_t i = 0; result->scenario && i < result->scenario->n_faults;
	     i++)
		jvalue_push(array, fault_json(result, i));
	return array;
}
