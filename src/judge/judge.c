/*
 * judge.c - apply every rule and take the worst finding
 */
#include <assert.h>

#include "base/names.h"
#include "event/journal.h"
#include "judge/left_out.h"
#include "judge/rule.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

const char *const verdict_names[] = {
	[VERDICT_PASS] = "PASS",
	[VERDICT_INCONCLUSIVE] = "INCONCLUSIVE",
	[VERDICT_FAIL] = "FAIL",
	[VERDICT_ERROR] = "ERROR",
};
TABLE_COVERS(verdict_names, VERDICTS);

/* rule_journal looks at the others' findings, so it is last */
static const struct rule *const table[] = {
	&rule_call,	 &rule_command, &rule_state, &rule_count,
	&rule_counter,	 &rule_process, &rule_never, &rule_together,
	&rule_segments,	 &rule_fault,	&rule_wire,  &rule_when,
	&rule_invariant, &rule_journal,
};

#define TABLE_N (sizeof(table) / sizeof(table[0]))

const struct rule *const *rules(size_t *n)
{
	*n = TABLE_N;
	return table;
}

/* NOLINTBEGIN(readability-non-const-parameter): the finding owns both texts */
struct finding *ruling_add(struct ruling *r, enum verdict verdict, int step,
			   int line, char *expected, char *saw, int64_t t_ns)
/* NOLINTEND(readability-non-const-parameter) */
{
	struct finding finding = {
		.verdict = verdict,
		.step = step,
		.line = line,
		.rule = r->rule,
		.expected = expected,
		.saw = saw,
		.t_ns = t_ns,
	};

	vec_push(&r->findings, finding);
	return &r->findings.v[r->findings.n - 1];
}

void ruling_each_expect(struct ruling *r,
			void (*apply)(struct ruling *r, int index,
				      const struct expect *expect))
{
	for (int i = 0; i < (int)r->scenario->n_steps; i++) {
		const struct step *step = &r->scenario->steps[i];

		if (step->kind == STEP_EXPECT && timeline_step(r->tl, i))
			apply(r, i, &step->expect);
	}
}

bool ruling_broke_off(const struct ruling *r, int index)
{
	const struct timeline_step *step = timeline_step(r->tl, index);

	return !timeline_whole(r->tl)->end_n && !(step && step->end_n);
}

void finding_cite(struct finding *finding, uint64_t n)
{
	if (!n || !finding)
		return;
	for (size_t i = 0; i < finding->n_evidence; i++)
		if (finding->evidence[i] == n)
			return;
	finding->evidence =
		mem_resize(finding->evidence, finding->n_evidence + 1,
			   sizeof(*finding->evidence));
	finding->evidence[finding->n_evidence++] = n;
}

/* In the order of the steps, and of a step's findings as they were made; what
 * concerns no step comes last. An insertion sort is stable and they are few */
static void sort(struct finding *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct finding f = v[i];
		unsigned int key = (unsigned int)f.step;
		size_t j = i;

		for (; j > 0 && (unsigned int)v[j - 1].step > key; j--)
			v[j] = v[j - 1];
		v[j] = f;
	}
}

static void check(const struct finding *finding)
{
	(void)finding; /* unused without assertions */
	/* no evidence, no verdict */
	assert(finding->n_evidence > 0 ||
	       finding->verdict == VERDICT_INCONCLUSIVE ||
	       finding->verdict == VERDICT_ERROR);
}

struct judgement *judge(const struct scenario *scenario,
			const struct journal *journal)
{
	struct judgement *judgement = mem_new(struct judgement, 1);
	struct timeline *tl = timeline_new();
	struct scenario *asked = left_out_new(scenario, journal);
	struct ruling r = {
		.scenario = asked,
		.journal = journal,
		.tl = tl,
	};

	for (size_t i = 0; i < journal->n; i++)
		timeline_feed(tl, &journal->events[i]);
	for (size_t i = 0; i < TABLE_N; i++) {
		r.rule = table[i]->name;
		table[i]->apply(&r);
	}
	timeline_free(tl);
	left_out_free(asked);
	sort(r.findings.v, r.findings.n);
	vec_foreach(&r.findings, f) {
		check(f);
		if (f->verdict > judgement->verdict)
			judgement->verdict = f->verdict;
	}
	judgement->findings = r.findings.v;
	judgement->n_findings = r.findings.n;
	return judgement;
}

void judgement_free(struct judgement *judgement)
{
	if (!judgement)
		return;
	for (size_t i = 0; i < judgement->n_findings; i++) {
		free(judgement->findings[i].expected);
		free(judgement->findings[i].saw);
		free(judgement->findings[i].evidence);
	}
	free(judgement->findings);
	free(judgement);
}
