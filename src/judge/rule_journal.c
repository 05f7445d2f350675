/*
 * rule_journal.c - is the journal whole, and did the lab work
 */
#include <string.h>

#include "base/units.h"
#include "event/journal.h"
#include "judge/overtaken.h"
#include "judge/phrase_segment.h"
#include "judge/rule.h"
#include "spec/scenario.h"
#include "tcp/seen.h"
#include "timeline/timeline.h"

/* A finding that explains why the run did not go on */
static bool is_explained(const struct ruling *r)
{
	for (size_t i = 0; i < r->findings.n; i++)
		if (r->findings.v[i].verdict != VERDICT_PASS)
			return true;
	return false;
}

/* The environment refused something: whatever is missing is missing for that,
 * and saying so once is enough */
static bool is_refused(const struct ruling *r)
{
	for (size_t i = 0; i < r->findings.n; i++)
		if (r->findings.v[i].verdict == VERDICT_ERROR)
			return true;
	return false;
}

static bool is_told(const struct ruling *r, const struct event_error *error)
{
	for (size_t i = 0; error->text && i < r->findings.n; i++)
		if (r->findings.v[i].verdict == VERDICT_ERROR &&
		    strstr(r->findings.v[i].saw, error->text))
			return true;
	return false;
}

static bool is_step_explained(const struct ruling *r, int index)
{
	for (size_t i = 0; i < r->findings.n; i++)
		if (r->findings.v[i].step == index &&
		    r->findings.v[i].verdict != VERDICT_PASS)
			return true;
	return false;
}

static void judge_errors(struct ruling *r)
{
	for (size_t i = 0; i < r->journal->n; i++) {
		const struct event *e = &r->journal->events[i];
		struct finding *finding;

		if (e->kind != EVENT_ERROR || is_told(r, &e->error))
			continue;
		finding = ruling_add(
			r, VERDICT_ERROR, e->step, 0,
			mem_strdup("the lab can be built and run here"),
			e->error.remedy
				? mem_printf("%s; %s", e->error.text,
					     e->error.remedy)
				: mem_strdup(e->error.text ?: "an error"),
			e->t_ns);
		finding_cite(finding, e->n);
	}
}

/* Numbers rise one by one, so a hole is an event that somebody took away */
static void judge_holes(struct ruling *r)
{
	const struct journal *journal = r->journal;
	uint64_t last = journal->n ? journal->events[journal->n - 1].n : 0;
	struct finding *finding;

	if (last == journal->n + journal->skipped)
		return;
	finding = ruling_add(r, VERDICT_INCONCLUSIVE, -1, 0,
			     mem_strdup("a journal without holes"),
			     mem_printf("%zu events of %llu", journal->n,
					(unsigned long long)last),
			     -1);
	finding_cite(finding, last);
}

/* What TCP did not do may be the wire's fault; Return: was anything */
static bool excuse_failures(struct ruling *r, int64_t from_ns)
{
	bool excused = false;

	for (size_t i = 0; i < r->findings.n; i++) {
		struct finding *finding = &r->findings.v[i];

		if (finding->verdict == VERDICT_FAIL &&
		    (finding->t_ns < 0 || finding->t_ns >= from_ns)) {
			finding->verdict = VERDICT_INCONCLUSIVE;
			excused = true;
		}
	}
	return excused;
}

static bool gap_is(const struct event *e, const char *source)
{
	return e->kind == EVENT_GAP && e->gap.source &&
	       strcmp(e->gap.source, source) == 0;
}

/* Whatever a wire did that nobody asked for may have changed all that came
 * after it. A little lateness cannot have made TCP do more than is asked of it,
 * only less: it is told where it matters */
static void judge_wires(struct ruling *r)
{
	for (size_t i = 0; i < r->journal->n; i++) {
		const struct event *e = &r->journal->events[i];
		bool wrong = gap_is(e, "wire");
		struct finding *finding;

		if (!wrong && !gap_is(e, "lateness"))
			continue;
		if (!excuse_failures(r, e->gap.from_ns) && !wrong)
			continue;
		finding = ruling_add(
			r, VERDICT_INCONCLUSIVE, -1, 0,
			mem_strdup("wires do what was asked, and no more"),
			mem_strdup(e->gap.why ?: "a wire did not"), e->t_ns);
		finding_cite(finding, e->n);
	}
}

/* likewise; what overtook what is told where it matters, too */
static void judge_order(struct ruling *r)
{
	struct overtaken pair;
	struct finding *finding;
	struct str saw = {0};

	/* mostly there is nothing to be excused, and no need to look */
	if (!is_explained(r) || !overtaken_find(r, &pair) ||
	    !excuse_failures(r, pair.first->t_ns))
		return;
	phrase_segment(&saw, pair.first);
	str_add(&saw, " was overtaken by ");
	phrase_segment(&saw, pair.second);
	finding = ruling_add(r, VERDICT_INCONCLUSIVE, -1, 0,
			     mem_strdup("wires keep the order of segments"),
			     str_steal(&saw), pair.first->arrived_ns);
	finding_cite(finding, pair.first->n);
	finding_cite(finding, pair.first->arrived_n);
	finding_cite(finding, pair.second->arrived_n);
}

static void judge_end(struct ruling *r)
{
	const struct timeline_whole *whole = timeline_whole(r->tl);
	struct finding *finding;
	char buf[UNITS_TEXT];

	if (r->journal->truncated || !whole->end_n) {
		finding = ruling_add(
			r, VERDICT_INCONCLUSIVE, -1, 0,
			mem_strdup("a journal with an end"),
			mem_printf("it breaks off after %s",
				   duration_print(whole->last_ns, buf)),
			whole->last_ns);
		finding_cite(finding, whole->last_n);
	} else if (!whole->complete && !is_explained(r)) {
		finding =
			ruling_add(r, VERDICT_INCONCLUSIVE, -1, 0,
				   mem_strdup("every step is done"),
				   mem_printf("the run ended early: %s",
					      whole->why ?: "nobody said why"),
				   whole->end_ns);
		finding_cite(finding, whole->end_n);
	}
}

/* A step that the runner gave up, though nothing that it asked is at fault */
static void judge_undone(struct ruling *r)
{
	for (size_t i = 0; i < r->scenario->n_steps; i++) {
		const struct timeline_step *step = timeline_step(r->tl, (int)i);
		struct finding *finding;

		if (!step || !step->end_n || step->done ||
		    is_step_explained(r, (int)i))
			continue;
		finding = ruling_add(
			r, VERDICT_INCONCLUSIVE, (int)i,
			r->scenario->steps[i].pos.line,
			mem_printf("%s: done", r->scenario->steps[i].text),
			mem_strdup(step->why ?: "it was given up"),
			step->end_ns);
		finding_cite(finding, step->end_n);
	}
}

static void judge_unreached(struct ruling *r)
{
	int first = -1;
	int last = -1;
	struct finding *finding;

	for (int i = 0; i < (int)r->scenario->n_steps; i++) {
		if (timeline_step(r->tl, i))
			continue;
		first = first < 0 ? i : first;
		last = i;
	}
	if (first < 0)
		return;
	/* people count steps from 1 */
	finding = ruling_add(
		r, VERDICT_INCONCLUSIVE, first,
		r->scenario->steps[first].pos.line,
		mem_strdup("every step is taken"),
		first == last ? mem_printf("step %d was not reached", first + 1)
			      : mem_printf("steps %d..%d were not reached",
					   first + 1, last + 1),
		-1);
	finding_cite(finding, timeline_whole(r->tl)->last_n);
}

/* What concerns no single expectation: a step that started late */
static void judge_gaps(struct ruling *r)
{
	const struct timeline_gap *gaps;
	size_t n;

	gaps = timeline_gaps(r->tl, &n);
	for (size_t i = 0; i < n; i++) {
		struct finding *finding;

		if (!gaps[i].source || strcmp(gaps[i].source, "steps") != 0)
			continue;
		finding = ruling_add(
			r, VERDICT_INCONCLUSIVE, -1, 0,
			mem_strdup("every step is taken in time"),
			mem_strdup(gaps[i].why ?: "a step started late"),
			gaps[i].from_ns);
		finding_cite(finding, gaps[i].n);
	}
}

static void apply(struct ruling *r)
{
	bool expects = r->findings.n > 0;

	judge_errors(r);
	judge_holes(r);
	judge_wires(r);
	judge_order(r);
	judge_gaps(r);
	if (!is_refused(r))
		judge_undone(r);
	judge_end(r);
	if (!is_refused(r))
		judge_unreached(r);
	if (!expects && !r->findings.n)
		(void)ruling_add(r, VERDICT_INCONCLUSIVE, -1, 0,
				 mem_strdup("something to judge"),
				 mem_strdup("nothing was expected"), -1);
}

const struct rule rule_journal = {
	.name = "journal",
	.about = "the journal is whole and the lab worked",
	.apply = apply,
};
