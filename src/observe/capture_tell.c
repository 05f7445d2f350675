/*
 * capture_tell.c - a segment becomes an event
 */
#include "observe/capture_tell.h"

#include <stddef.h>

#include "base/str.h"
#include "event/event.h"
#include "tcp/flow.h"
#include "tcp/segment.h"

static void print_options(const struct segment_options *o, struct str *out)
{
	const char *comma = "";

	if (o->mss) {
		str_addf(out, "mss %u", o->mss);
		comma = ", ";
	}
	if (o->has_wscale) {
		str_addf(out, "%swscale %u", comma, o->wscale);
		comma = ", ";
	}
	if (o->sack_permitted) {
		str_addf(out, "%ssack permitted", comma);
		comma = ", ";
	}
	if (o->has_timestamps) {
		str_addf(out, "%sts %u ecr %u", comma, o->ts_val, o->ts_ecr);
		comma = ", ";
	}
	for (size_t i = 0; i < o->n_sack; i++) {
		str_addf(out, "%ssack %u-%u", comma, o->sack[i].left,
			 o->sack[i].right);
		comma = ", ";
	}
	if (o->malformed)
		str_addf(out, "%smalformed", comma);
}

void capture_tell(const struct event_sink *sink, struct flow_table *flows,
		  const struct capture_seen *seen, const struct segment *s)
{
	SCOPED_STR struct str flags = {0};
	SCOPED_STR struct str roles = {0};
	SCOPED_STR struct str options = {0};
	struct flow_view view;
	struct event e = {.kind = EVENT_SEGMENT, .step = -1};

	flow_see(flows, s, &view);
	segment_print_flags(s->flags, &flags);
	flow_print_roles(view.roles, &roles);
	print_options(&s->options, &options);
	e.host = seen->host;
	e.t_ns = seen->t_ns;
	e.segment = (struct event_segment){
		.interface = seen->interface,
		.out = seen->out,
		.from = s->from,
		.to = s->to,
		.flags = str_text(&flags),
		.roles = str_text(&roles),
		.again = view.again,
		.connection = view.connection,
		.late = !view.since_begin,
		.rel_seq = view.seq,
		.rel_ack = view.ack,
		.seq = s->seq,
		.ack = s->ack,
		.window = s->window,
		.len = s->payload_len,
		.options = options.len ? str_text(&options) : NULL,
		.corrupt = !s->checksum_good,
		.frame = seen->frame,
	};
	event_emit(sink, &e);
}
