/*
 * acts.c - which action in the journal a step of the scenario became
 */
#include "judge/acts.h"

#include <stdbool.h>
#include <string.h>

#include "spec/scenario.h"
#include "timeline/timeline.h"

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Would the two acts look the same in a journal */
static bool alike(const struct act *a, const struct act *b)
{
	return a->verb == b->verb && same(a->host, b->host) &&
	       same(a->program, b->program) && same(a->socket, b->socket);
}

static bool is_op_of(const struct timeline_op *op, const struct act *act)
{
	if (!op->host || !op->end.verb || strcmp(op->host, act->host) != 0 ||
	    strcmp(op->end.verb, verb_names[act->verb]) != 0)
		return false;
	if (act->program && !same(act->program, op->end.program))
		return false;
	return !act->socket || !op->end.socket ||
	       same(act->socket, op->end.socket);
}

static const struct act *part_of(const struct step *step, size_t part)
{
	return step->kind == STEP_TOGETHER ? &step->together[part].act
					   : &step->act;
}

const struct timeline_op *acts_op(const struct timeline *tl,
				  const struct scenario *scenario, int index,
				  size_t part)
{
	const struct step *step = &scenario->steps[index];
	const struct act *act = part_of(step, part);
	const struct timeline_op *ops;
	size_t before = 0;
	size_t n;

	/* acts that are alike are told apart by their order only */
	for (size_t i = 0; i < part; i++)
		if (alike(part_of(step, i), act))
			before++;
	ops = timeline_ops(tl, &n);
	for (size_t i = 0; i < n; i++)
		if (ops[i].step == index && is_op_of(&ops[i], act) &&
		    before-- == 0)
			return &ops[i];
	return NULL;
}

struct acts_place acts_background(const struct scenario *scenario, int index,
				  const char *name)
{
	struct acts_place place = {0};

	for (int i = 0; i < index; i++) {
		const struct step *step = &scenario->steps[i];
		size_t n = step->kind == STEP_TOGETHER ? step->n_together
			   : step->kind == STEP_ACT    ? 1
						       : 0;

		for (size_t j = 0; j < n; j++) {
			const struct act *act = part_of(step, j);

			if (!same(act->background, name))
				continue;
			place.act = act;
			place.index = i;
			place.part = j;
		}
	}
	return place;
}

int acts_await(const struct scenario *scenario, int index, const char *name)
{
	if (!name)
		return -1;
	for (int i = index + 1; i < (int)scenario->n_steps; i++)
		if (scenario->steps[i].kind == STEP_AWAIT &&
		    same(scenario->steps[i].act.background, name))
			return i;
	return -1;
}
