/*
 * alter.c - change one expectation so that a true journal must refute it
 */
#include "judge/alter.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event/journal.h"
#include "judge/alterer.h"
#include "judge/left_out.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/**
 * struct altered - a scenario that shares all but one step with another
 * @scenario: first, so that its address is that of the whole
 * @steps: owned copy of the array
 * @part: owned copy of the array within the step that was altered, or of the
 *	faults
 */
struct altered {
	struct scenario scenario;
	struct step *steps;
	void *part;
};

static void *copy(const void *array, size_t bytes)
{
	void *block = mem_zalloc(bytes, 1);

	memcpy(block, array, bytes);
	return block;
}

static struct altered *new_altered(const struct scenario *scenario)
{
	struct altered *altered = mem_new(struct altered, 1);

	altered->scenario = *scenario;
	altered->steps = copy(scenario->steps,
			      scenario->n_steps * sizeof(*scenario->steps));
	altered->scenario.steps = altered->steps;
	return altered;
}

/* A copy to be altered, if this is the one that is wanted; else NULL */
static struct altered *__attribute__((format(printf, 3, 0)))
make_wanted(struct alterer *a, int index, const char *what, va_list ap)
{
	SCOPED_FREE char *text = NULL;
	struct altered *altered;

	if (a->seen++ != a->wanted)
		return NULL;
	text = mem_vprintf(what, ap);
	if (a->what)
		*a->what = index < 0
				   ? mem_strdup(text)
				   : mem_printf("step %d: %s", index + 1, text);
	altered = new_altered(a->scenario);
	a->made = &altered->scenario;
	return altered;
}

void alterer_act(struct alterer *a, int index, size_t part,
		 const struct act *act, const char *what, ...)
{
	struct altered *altered;
	struct step *step;
	va_list ap;

	va_start(ap, what);
	altered = make_wanted(a, index, what, ap);
	va_end(ap);
	if (!altered)
		return;
	step = &altered->steps[index];
	if (step->kind == STEP_TOGETHER) {
		step->together =
			copy(step->together, step->n_together * sizeof(*step));
		altered->part = step->together;
		step = &step->together[part];
	}
	step->act = *act;
}

void alterer_fault(struct alterer *a, size_t i, const struct fault_spec *fault,
		   const char *what, ...)
{
	size_t bytes = a->scenario->n_faults * sizeof(*fault);
	struct altered *altered;
	struct fault_spec *faults;
	va_list ap;

	va_start(ap, what);
	altered = make_wanted(a, -1, what, ap);
	va_end(ap);
	if (!altered)
		return;
	faults = copy(a->scenario->faults, bytes);
	faults[i] = *fault;
	altered->part = faults;
	altered->scenario.faults = faults;
}

void alterer_expect(struct alterer *a, int index, const struct expect *expect,
		    const void *array, size_t bytes, const char *what, ...)
{
	struct altered *altered;
	struct expect *made;
	va_list ap;

	va_start(ap, what);
	altered = make_wanted(a, index, what, ap);
	va_end(ap);
	if (!altered)
		return;
	made = &altered->steps[index].expect;
	*made = *expect;
	if (array) {
		size_t offset =
			(size_t)((const char *)array - (const char *)expect);
		void **slot = (void **)(void *)((char *)made + offset);

		altered->part = copy(*slot, bytes);
		*slot = altered->part;
	}
}

static size_t walk(const struct scenario *scenario,
		   const struct journal *journal, size_t wanted,
		   struct scenario **made, char **what)
{
	struct timeline *tl = timeline_new();
	struct scenario *asked = left_out_new(scenario, journal);
	struct alterer a = {
		.scenario = asked,
		.tl = tl,
		.wanted = wanted,
		.what = what,
	};

	for (size_t i = 0; i < journal->n; i++)
		timeline_feed(tl, &journal->events[i]);
	for (int i = 0; i < (int)scenario->n_steps; i++) {
		if (!timeline_step(tl, i))
			continue;
		alter_acts(&a, i);
		alter_expects(&a, i);
		alter_arrows(&a, i);
	}
	alter_faults(&a);
	timeline_free(tl);
	left_out_free(asked);
	if (made)
		*made = a.made;
	return a.seen;
}

size_t alter_count(const struct scenario *scenario,
		   const struct journal *journal)
{
	return walk(scenario, journal, SIZE_MAX, NULL, NULL);
}

struct scenario *alter_make(const struct scenario *scenario,
			    const struct journal *journal, size_t i,
			    char **what)
{
	struct scenario *made = NULL;

	(void)walk(scenario, journal, i, &made, what); /* known: it has i */
	return made;
}

void alter_free(struct scenario *altered)
{
	/* the scenario is its first member */
	struct altered *whole = (struct altered *)altered;

	if (!whole)
		return;
	free(whole->steps);
	free(whole->part);
	free(whole);
}
