/*
 * rule_when.c - was a step taken on the kernels that it is for, and on no other
 *
 * What is as it should be is no finding: a step that was taken has its own, and
 * one that was left out proves nothing.
 */
#include "event/journal.h"
#include "judge/left_out.h"
#include "judge/rule.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/* The first thing done in a step, as opposed to what merely happened then */
static uint64_t deed(const struct ruling *r, int index)
{
	for (size_t i = 0; i < r->journal->n; i++) {
		const struct event *e = &r->journal->events[i];

		if (e->step == index &&
		    (e->kind == EVENT_OP_BEGIN || e->kind == EVENT_WIRE ||
		     e->kind == EVENT_PROC_START ||
		     e->kind == EVENT_PROC_SIGNAL))
			return e->n;
	}
	return 0;
}

static void tell(struct ruling *r, int index, const char *must, const char *saw,
		 uint64_t deed_n)
{
	const struct step *step = &r->scenario->steps[index];
	const struct timeline_step *went = timeline_step(r->tl, index);
	struct finding *finding;

	finding = ruling_add(r, VERDICT_INCONCLUSIVE, index, step->pos.line,
			     mem_printf("%s: %s", step->text, must),
			     mem_strdup(saw), went->end_ns);
	finding_cite(finding, deed_n);
	finding_cite(finding, went->end_n);
	finding_cite(finding, timeline_whole(r->tl)->begin_n);
}

static void judge_step(struct ruling *r, int index, const char *kernel)
{
	const struct step *step = &r->scenario->steps[index];
	const struct timeline_step *went = timeline_step(r->tl, index);
	int holds = when_holds(&step->when, kernel);
	uint64_t deed_n = holds ? 0 : deed(r, index);

	if (holds < 0)
		tell(r, index, "the kernel is known",
		     "it does not say its version", 0);
	else if (holds && went->left_out)
		tell(r, index, "taken on this kernel", "it was left out", 0);
	else if (!holds && ((went->end_n && !went->left_out) || deed_n))
		tell(r, index, "left out on this kernel", "it was taken",
		     deed_n);
}

static void apply(struct ruling *r)
{
	const char *kernel = left_out_kernel(r->journal);

	for (size_t i = 0; i < r->scenario->n_steps; i++)
		if (timeline_step(r->tl, (int)i))
			judge_step(r, (int)i, kernel);
}

const struct rule rule_when = {
	.name = "when",
	.about = "a step is taken on the kernels that it is for",
	.apply = apply,
};
