/*
 * rule_together.c - the parts of one expectation must hold at one moment
 *
 * Each part alone is judged elsewhere. Here only: could they have been true
 * at once? A part may have held anywhere between the dump before it was seen
 * and the dump that no longer showed it; if these times have no moment in
 * common, the parts were true one after the other.
 */
#include "judge/rule.h"
#include "judge/truth.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/** struct overlap - the time in which all parts so far may have held */
struct overlap {
	int64_t from_ns; /* after this */
	int64_t until_ns; /* before this */
	uint64_t from_n; /* event of the part that came last */
	uint64_t until_n; /* event that ended the part that left first */
	bool again; /* one of them held once more later: perhaps then */
	bool missing; /* one of them never held: judged elsewhere */
};

static void add_part(struct overlap *o, const struct truth *truth,
		     int64_t begin_ns)
{
	struct entry entry = truth_entry(truth, begin_ns);
	const struct truth_span *spans = truth->spans.v;
	int64_t from_ns = entry.when.lo_ns;

	if (!entry.found) {
		o->missing = true;
		return;
	}
	if (entry.already)
		from_ns = begin_ns;
	if (from_ns >= o->from_ns) {
		o->from_ns = from_ns;
		o->from_n = entry.when.n;
	}
	if (entry.at + 1 < truth->spans.n &&
	    spans[entry.at + 1].hi_ns < o->until_ns) {
		o->until_ns = spans[entry.at + 1].hi_ns;
		o->until_n = spans[entry.at + 1].n;
	}
	o->again |= entry.at + 2 < truth->spans.n;
}

static void judge_expect(struct ruling *r, int index, const struct expect *e)
{
	const struct step *step = &r->scenario->steps[index];
	const struct timeline_step *then = timeline_step(r->tl, index);
	struct overlap o = {.from_ns = -1, .until_ns = INT64_MAX};
	struct finding *finding;

	for (size_t i = 0; i < e->n_socks; i++) {
		SCOPED(truth_done) struct truth truth = {0};

		if (!truth_of_sock(&truth, r->tl, &e->socks[i]))
			return;
		add_part(&o, &truth, then->begin_ns);
	}
	for (size_t i = 0; i < e->n_counts; i++) {
		SCOPED(truth_done) struct truth truth = {0};

		truth_of_count(&truth, r->tl, &e->counts[i]);
		add_part(&o, &truth, then->begin_ns);
	}
	if (o.missing || o.from_ns < o.until_ns)
		return;
	finding = ruling_add(
		r, o.again ? VERDICT_INCONCLUSIVE : VERDICT_FAIL, index,
		step->pos.line, mem_printf("%s: all at once", step->text),
		mem_strdup("one part had ended before another came true"),
		o.until_ns);
	finding_cite(finding, o.until_n);
	finding_cite(finding, o.from_n);
	finding_cite(finding, then->begin_n);
}

static void apply(struct ruling *r)
{
	ruling_each_expect(r, judge_expect);
}

const struct rule rule_together = {
	.name = "together",
	.about = "all parts of an expectation hold at one moment",
	.apply = apply,
};
