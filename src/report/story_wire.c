/*
 * story_wire.c - what the wire did, and what was done to it, in words
 */
#include "report/story_wire.h"

#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "base/units.h"
#include "event/event.h"
#include "report/story.h"
#include "spec/scenario.h"

/** HITS_TOLD - of one fault; the journal has all */
#define HITS_TOLD 8

/** LINKS_TOLD - more than a reader can take in */
#define LINKS_TOLD 16

static const char *or_unknown(const char *text)
{
	return text ? text : "?";
}

/* as in "the fault drops …" */
static const char *verb_of(const char *action)
{
	static const char *const verbs[FAULT_ACTIONS] = {
		[FAULT_DROP] = "drops",	      [FAULT_DELAY] = "delays",
		[FAULT_HOLD] = "holds",	      [FAULT_DUPLICATE] = "duplicates",
		[FAULT_CORRUPT] = "corrupts", [FAULT_REORDER] = "reorders",
	};

	for (int i = 0; action && i < FAULT_ACTIONS; i++)
		if (strcmp(fault_action_names[i], action) == 0)
			return verbs[i];
	return action && strcmp(action, "release") == 0 ? "lets go"
							: or_unknown(action);
}

static void add_segment(struct str *out, const struct event_fault *f)
{
	char from[ENDPOINT_TEXT];
	char to[ENDPOINT_TEXT];

	str_add(out, or_unknown(f->flags));
	if (f->roles)
		str_addf(out, " (%s%s)", f->roles, f->again ? ", again" : "");
	str_addf(out, " %s > %s, seq %" PRIu32,
		 endpoint_print(&f->from_end, from),
		 endpoint_print(&f->to_end, to), f->rel_seq);
	if (f->flags && strstr(f->flags, "ACK"))
		str_addf(out, ", ack %" PRIu32, f->rel_ack);
	if (f->len)
		str_addf(out, ", %" PRIu32 " byte%s", f->len,
			 f->len == 1 ? "" : "s");
}

static bool add_fault(struct str *out, const struct event_fault *f,
		      const struct scenario *scenario)
{
	char buf[UNITS_TEXT];

	if (f->nth > HITS_TOLD + 1)
		return false;
	str_addf(out, "fault %" PRIu64, f->fault);
	if (f->nth == HITS_TOLD + 1) {
		str_add(out, " goes on: the journal has it all");
		return true;
	}
	if (scenario && f->fault >= 1 && f->fault <= scenario->n_faults &&
	    scenario->faults[f->fault - 1].name)
		str_addf(out, " (%s)", scenario->faults[f->fault - 1].name);
	str_addf(out, " %s ", verb_of(f->action));
	add_segment(out, f);
	if (f->by_ns)
		str_addf(out, ", by %s", duration_print(f->by_ns, buf));
	if (f->frame)
		str_addf(out, ", frame %" PRIu64, f->frame);
	return true;
}

static void add_change(struct str *out, const struct event *event)
{
	const struct event_wire *wire = &event->wire;

	if (!event->host) {
		str_addf(out, "%s fault %s", or_unknown(wire->action),
			 or_unknown(wire->what));
		return;
	}
	str_addf(out, "wire %s: frames from %s to %s", or_unknown(wire->action),
		 event->host, or_unknown(wire->to));
	if (wire->what)
		str_addf(out, ": %s", wire->what);
}

bool story_wire_phrase(struct str *out, const struct event *event,
		       const struct scenario *scenario)
{
	if (event->kind == EVENT_FAULT)
		return add_fault(out, &event->fault, scenario);
	if (event->kind == EVENT_WIRE) {
		add_change(out, event);
	} else if (event->kind == EVENT_INJECT) {
		str_addf(out,
			 "injected towards %s: ", or_unknown(event->fault.to));
		add_segment(out, &event->fault);
	} else {
		return false;
	}
	return true;
}

static void add_count(struct str *out, uint64_t n, const char *what)
{
	if (n)
		str_addf(out, ", %" PRIu64 " %s", n, what);
}

void story_link_phrase(struct str *out, const struct event *event)
{
	const struct event_link *link = &event->link;

	str_addf(out, "%s > %s: %s", or_unknown(event->host),
		 or_unknown(link->to), or_unknown(link->backend));
	if (link->rules)
		str_addf(out, ", %s", link->rules);
	/* nobody counts what the kernel redirects */
	if (!link->came)
		return;
	str_addf(out, "; %" PRIu64 " frame%s", link->came,
		 link->came == 1 ? "" : "s");
	add_count(out, link->lost, "lost as asked");
	add_count(out, link->overflow, "more than the queue holds");
	add_count(out, link->faulted, "dropped by faults");
	add_count(out, link->held, "still held by faults");
	add_count(out, link->cut, "while it was cut");
	add_count(out, link->forgotten, "of forgotten connections");
	add_count(out, link->corrupt, "corrupted as asked");
	add_count(out, link->missed, "missed");
}

void story_links(const struct story *story)
{
	size_t n = 0;

	for (size_t i = 0; i < story->n_events; i++) {
		SCOPED_STR struct str line = {0};

		if (story->events[i].kind != EVENT_LINK)
			continue;
		if (!n)
			page_ink(story->page, INK_BOLD, "\n  Links\n");
		if (n++ >= LINKS_TOLD)
			continue;
		story_link_phrase(&line, &story->events[i]);
		page_label(story->page, 4, 0, "", INK_PLAIN, str_text(&line));
	}
	if (n > LINKS_TOLD) {
		SCOPED_STR struct str rest = {0};

		str_addf(&rest, "and %zu more in the journal", n - LINKS_TOLD);
		page_label(story->page, 4, 0, "", INK_DIM, str_text(&rest));
	}
}
