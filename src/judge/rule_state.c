/*
 * rule_state.c - a named socket must look like this, at the right time
 */
#include "judge/phrase.h"
#include "judge/rule.h"
#include "judge/truth.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

static char *expected(const struct expect_sock *want,
		      const struct expect *expect)
{
	struct str text = {0};

	phrase_sock(&text, want);
	phrase_times(&text, expect);
	return str_steal(&text);
}

/* The row that a decision is about: the one that fulfilled it, or the one
 * that did instead */
static const struct tcp_sock *decisive(const struct timing *timing,
				       const struct entry *entry,
				       const struct sock_life *life)
{
	const struct sock_span *span;

	if (!life)
		return NULL;
	if (timing->reason == TIMING_LEFT ||
	    timing->reason == TIMING_PERHAPS_LEFT)
		span = truth_span_of(life, timing->cited[0]);
	else if (entry->found)
		span = truth_span_of(life, entry->when.n);
	else
		span = timeline_sock_at(life, timing->t_ns < 0 ? INT64_MAX
							       : timing->t_ns);
	return span && span->present ? &span->sock : NULL;
}

static char *saw(const struct timing *timing, const struct entry *entry,
		 const struct expect_sock *want, const struct sock_life *life)
{
	SCOPED_STR struct str from = {0};
	struct str text = {0};
	const struct sock_span *origin;

	phrase_row(&text, want, decisive(timing, entry, life));
	if (timing->reason == TIMING_NO_ORIGIN) {
		str_add(&text, ", and never seen in ");
		phrase_states(&text, timing->ask->since);
		return str_steal(&text);
	}
	origin = timing->origin.known ? truth_span_of(life, timing->origin.n)
				      : NULL;
	if (origin && origin->present &&
	    (timing->ask->since || timing->reason == TIMING_KEPT ||
	     timing->reason == TIMING_EARLY ||
	     timing->reason == TIMING_PERHAPS_EARLY))
		str_addf(&from, "it entered %s",
			 tcp_state_names[origin->sock.state]);
	timing_tell(&text, timing, entry, from.s);
	return str_steal(&text);
}

static void judge_sock(struct ruling *r, int index,
		       const struct expect_sock *want)
{
	const struct expect *expect = &r->scenario->steps[index].expect;
	const struct timeline_step *step = timeline_step(r->tl, index);
	const struct sock_life *life =
		timeline_sock(r->tl, want->host, want->socket);
	struct timing timing = {.ask = expect, .step = step};
	SCOPED(truth_done) struct truth truth = {0};
	struct finding *finding;
	struct entry entry;

	if (!truth_of_sock(&truth, r->tl, want)) {
		finding = ruling_add(r, VERDICT_INCONCLUSIVE, index,
				     want->pos.line, expected(want, expect),
				     mem_printf("no program ever made %s.%s",
						want->host, want->socket),
				     -1);
		finding_cite(finding, step->begin_n);
		return;
	}
	entry = truth_entry(&truth, step->begin_ns);
	if (expect->since)
		timing.origin = truth_since(life, expect->since, &entry);
	else if (expect->not_before_ns)
		timing.origin = truth_state_begin(life, step->begin_ns, &entry);
	timing_judge(&timing, &truth, &entry, r->tl);
	finding = ruling_add(r, timing_verdicts[timing.reason], index,
			     want->pos.line, expected(want, expect),
			     saw(&timing, &entry, want, life), timing.t_ns);
	for (size_t i = 0; i < timing.n_cited; i++)
		finding_cite(finding, timing.cited[i]);
}

static void judge_expect(struct ruling *r, int index,
			 const struct expect *expect)
{
	for (size_t i = 0; i < expect->n_socks; i++)
		judge_sock(r, index, &expect->socks[i]);
}

static void apply(struct ruling *r)
{
	ruling_each_expect(r, judge_expect);
}

const struct rule rule_state = {
	.name = "state",
	.about = "a named socket is in a state, in time and long enough",
	.apply = apply,
};
