/*
 * hits.c - what faults did to segments, as the journal and the capture tell it
 */
#include "run/hits.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/units.h"
#include "observe/capture.h"
#include "run/lab.h"
#include "spec/scenario.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "wire/relay.h"

/* hosts at the two ends of where it was: from, to */
static void ends(const struct lab *lab, const struct relay_hit *hit,
		 const char **from, const char **to)
{
	const struct link_spec *link =
		&lab->scenario->topology->links[lab->wires.links.v[hit->wire]];
	const char *hosts[] = {lab_host(lab, link->a), lab_host(lab, link->b)};

	*from = hosts[hit->way];
	*to = hosts[!hit->way];
}

static void emit(struct lab *lab, const struct relay_hit *hit,
		 struct event *event)
{
	SCOPED_STR struct str flags = {0};
	SCOPED_STR struct str roles = {0};
	struct event_fault *f = &event->fault;

	segment_print_flags(hit->flags, &flags);
	flow_print_roles(hit->roles, &roles);
	ends(lab, hit, &event->host, &f->to);
	event->t_ns = hit->at_ns - lab->sink.epoch_ns;
	f->nth = hit->nth;
	f->by_ns = hit->by_ns;
	f->from_end = hit->from;
	f->to_end = hit->to;
	f->flags = str_text(&flags);
	f->roles = roles.len ? str_text(&roles) : NULL;
	f->again = hit->again;
	f->rel_seq = hit->rel_seq;
	f->rel_ack = hit->rel_ack;
	f->seq = hit->seq;
	f->ack = hit->ack;
	f->len = hit->len;
	lab_emit(lab, event);
}

/* does what arrives differ from what was sent: in time, number or bytes */
static bool differs(const struct fault_spec *fault)
{
	return fault->action != FAULT_DROP;
}

static void expect_arrival(struct lab *lab, const struct relay_hit *hit,
			   const char *to, const char *text)
{
	struct lab_arrival arrival = {
		.host = to,
		.digest = hit->digest_after,
		.text = mem_strdup(text),
	};

	vec_push(&lab->arrivals, arrival);
}

void hits_tell(struct lab *lab, const struct relay_hit *hit)
{
	const struct fault_spec *fault = &lab->scenario->faults[hit->fault];
	struct event event = {.kind = EVENT_FAULT};
	SCOPED_FREE char *text =
		mem_printf("%s (fault %zu, line %d)", fault->text,
			   hit->fault + 1, fault->pos.line);
	const char *to;

	ends(lab, hit, &event.host, &to);
	event.fault.fault = hit->fault + 1;
	event.fault.action =
		hit->released ? "release" : fault_action_names[fault->action];
	/* so that it is in the journal before what was done to it */
	capture_take(lab->capture);
	if (!hit->released)
		event.fault.frame = capture_find(lab->capture, event.host, true,
						 hit->digest);
	if (event.fault.frame)
		capture_comment(lab->capture, event.fault.frame, text);
	emit(lab, hit, &event);
	if (!hit->released && differs(fault))
		expect_arrival(lab, hit, to, text);
}

void hits_tell_injected(struct lab *lab, const struct inject_spec *inject,
			const struct relay_hit *made)
{
	SCOPED_FREE char *text =
		mem_printf("injected (line %d)", inject->pos.line);
	const char *from, *to;

	ends(lab, made, &from, &to);
	for (uint32_t i = 0; i < inject->times; i++) {
		struct event event = {.kind = EVENT_INJECT};
		struct relay_hit one = *made;

		one.nth = i + 1;
		event.fault.action = "inject";
		emit(lab, &one, &event);
		expect_arrival(lab, made, to, text);
	}
}

void hits_end(struct lab *lab)
{
	capture_take(lab->capture);
	vec_foreach(&lab->arrivals, a) {
		uint64_t frame =
			capture_find(lab->capture, a->host, false, a->digest);

		if (frame)
			capture_comment(lab->capture, frame, a->text);
	}
}

void hits_done(struct lab *lab)
{
	vec_foreach(&lab->arrivals, a)
		free(a->text);
	vec_done(&lab->arrivals);
}
