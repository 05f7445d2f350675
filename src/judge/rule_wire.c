/*
 * rule_wire.c - a wire that was to be cut or healed was
 *
 * A fault that was asked for and never happened makes every PASS behind it
 * worthless. It is no fault of TCP's either, hence INCONCLUSIVE.
 */
#include <string.h>

#include "event/journal.h"
#include "judge/rule.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/* The event that changed one direction in a step; 0 if there is none */
static uint64_t changed(const struct ruling *r, int index, const char *action,
			const char *from, const char *to)
{
	for (size_t i = 0; i < r->journal->n; i++) {
		const struct event *e = &r->journal->events[i];

		if (e->kind == EVENT_WIRE && e->step == index && e->host &&
		    e->wire.action && e->wire.to &&
		    strcmp(e->wire.action, action) == 0 &&
		    strcmp(e->host, from) == 0 && strcmp(e->wire.to, to) == 0)
			return e->n;
	}
	return 0;
}

static void judge_step(struct ruling *r, int index, const struct step *step)
{
	const char *action = step->kind == STEP_CUT ? "cut" : "heal";
	uint64_t there = changed(r, index, action, step->from, step->to);
	uint64_t back =
		step->one_way ? 0
			      : changed(r, index, action, step->to, step->from);
	bool all = there && (back || step->one_way);
	struct finding *finding;

	finding = ruling_add(
		r, all ? VERDICT_PASS : VERDICT_INCONCLUSIVE, index,
		step->pos.line, mem_printf("%s: done", step->text),
		mem_strdup(all		   ? "done"
			   : there || back ? "done in one direction only"
					   : "no wire was touched"),
		timeline_step(r->tl, index)->begin_ns);
	finding_cite(finding, there);
	finding_cite(finding, back);
	finding_cite(finding, timeline_step(r->tl, index)->begin_n);
}

static void apply(struct ruling *r)
{
	for (size_t i = 0; i < r->scenario->n_steps; i++) {
		const struct step *step = &r->scenario->steps[i];

		if (!timeline_step(r->tl, (int)i))
			continue;
		if (step->kind == STEP_CUT || step->kind == STEP_HEAL)
			judge_step(r, (int)i, step);
	}
}

const struct rule rule_wire = {
	.name = "wire",
	.about = "a wire was cut or healed as told",
	.apply = apply,
};
