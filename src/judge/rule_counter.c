/*
 * rule_counter.c - a counter must have moved so far since the begin
 */
#include "judge/phrase.h"
#include "judge/rule.h"
#include "judge/truth.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

static char *expected(const struct expect_counter *want,
		      const struct expect *expect)
{
	struct str text = {0};

	str_addf(&text, "%s %s moved by ", want->host, want->name);
	phrase_compare(&text, &want->delta);
	phrase_times(&text, expect);
	return str_steal(&text);
}

static void judge_counter(struct ruling *r, int index,
			  const struct expect_counter *want)
{
	const struct timeline_step *step = timeline_step(r->tl, index);
	struct timing timing = {
		.ask = &r->scenario->steps[index].expect,
		.step = step,
	};
	SCOPED(truth_done) struct truth truth = {0};
	const struct timeline_look *last;
	struct str saw = {0};
	struct finding *finding;
	struct entry entry;
	uint64_t moved_n;
	int64_t t_ns;

	last = truth_of_counter(&truth, r->tl, index, want);
	if (!last) {
		finding = ruling_add(r, VERDICT_INCONCLUSIVE, index,
				     want->pos.line, expected(want, timing.ask),
				     mem_strdup("the counters were not read"),
				     -1);
		finding_cite(finding, step->begin_n);
		return;
	}
	entry = truth_entry(&truth, step->begin_ns);
	timing_judge(&timing, &truth, &entry, r->tl);
	t_ns = entry.found ? entry.when.hi_ns : last->t_ns;
	str_addf(&saw, "%s %s moved by %lld", want->host, want->name,
		 (long long)timeline_counter(r->tl, want->host, want->name,
					     t_ns, &moved_n));
	timing_tell(&saw, &timing, &entry, NULL);
	finding = ruling_add(r, timing_verdicts[timing.reason], index,
			     want->pos.line, expected(want, timing.ask),
			     str_steal(&saw), t_ns);
	finding_cite(finding, moved_n);
	for (size_t i = 0; i < timing.n_cited; i++)
		finding_cite(finding, timing.cited[i]);
}

static void judge_expect(struct ruling *r, int index,
			 const struct expect *expect)
{
	for (size_t i = 0; i < expect->n_counters; i++)
		judge_counter(r, index, &expect->counters[i]);
}

static void apply(struct ruling *r)
{
	ruling_each_expect(r, judge_expect);
}

const struct rule rule_counter = {
	.name = "counter",
	.about = "a kernel counter moved so far since the scenario began",
	.apply = apply,
};
