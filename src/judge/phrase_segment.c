/*
 * phrase_segment.c - segments, and what became of them, in words
 */
#include "judge/phrase_segment.h"

#include "base/units.h"
#include "spec/scenario.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "timeline/timeline.h"

void phrase_segment(struct str *text, const struct tcp_seen *seen)
{
	char buf[UNITS_TEXT];
	char end[ENDPOINT_TEXT];

	segment_print_flags(seen->flags, text);
	if (seen->from_host)
		str_addf(text, " from %s", seen->from_host);
	else
		str_addf(text, " from %s", endpoint_print(&seen->from, end));
	if (seen->to_host)
		str_addf(text, " to %s", seen->to_host);
	else
		str_addf(text, " to %s", endpoint_print(&seen->to, end));
	str_add(text, " (");
	flow_print_roles(seen->roles, text);
	str_addf(text, "%s), seq %u (%u)", seen->again ? ", again" : "",
		 seen->seq, seen->rel_seq);
	if (seen->flags & TCP_FLAG_BIT(TCP_FLAG_ACK))
		str_addf(text, ", ack %u (%u)", seen->ack, seen->rel_ack);
	if (seen->len)
		str_addf(text, ", %u byte%s", seen->len,
			 seen->len == 1 ? "" : "s");
	str_addf(text, ", %s at %s", seen->forged ? "arrived" : "sent",
		 duration_print(seen->t_ns, buf));
}

void phrase_fate(struct str *text, const struct timeline *tl,
		 const struct scenario *scenario, size_t i)
{
	const struct timeline_fault *faults;
	const struct tcp_seen *seen;
	char buf[UNITS_TEXT];
	size_t n;

	seen = &timeline_segments(tl, &n)[i];
	if (seen->forged)
		str_add(text, "; nobody sent it");
	else if (seen->fate == SEEN_FATE_ARRIVED)
		str_addf(text, "; arrived at %s",
			 duration_print(seen->arrived_ns, buf));
	else
		str_add(text, seen->fate == SEEN_FATE_LOST
				      ? "; lost on the wire"
				      : "; not seen to arrive");
	faults = timeline_faults(tl, &n);
	for (size_t j = 0; j < n; j++)
		if (faults[j].row == i && faults[j].fault >= 1 &&
		    faults[j].fault <= scenario->n_faults)
			str_addf(text, " (fault %llu: %s)",
				 (unsigned long long)faults[j].fault,
				 scenario->faults[faults[j].fault - 1].text);
}
