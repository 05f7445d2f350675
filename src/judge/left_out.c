/*
 * left_out.c - a scenario without the steps that are for other kernels
 */
#include "judge/left_out.h"

#include <stdlib.h>

#include "base/mem.h"
#include "event/journal.h"
#include "spec/scenario.h"

const char *left_out_kernel(const struct journal *journal)
{
	return journal->n && journal->events[0].kind == EVENT_BEGIN
		       ? journal->events[0].begin.kernel
		       : NULL;
}

struct scenario *left_out_new(const struct scenario *scenario,
			      const struct journal *journal)
{
	const char *kernel = left_out_kernel(journal);
	struct scenario *asked = mem_new(struct scenario, 1);

	*asked = *scenario;
	asked->steps = mem_new(struct step, scenario->n_steps + 1);
	for (size_t i = 0; i < scenario->n_steps; i++) {
		const struct step *step = &scenario->steps[i];

		asked->steps[i] = *step;
		if (when_holds(&step->when, kernel) == 1)
			continue;
		/* of waiting no time is asked nothing */
		asked->steps[i] = (struct step){
			.pos = step->pos,
			.kind = STEP_WAIT,
			.text = step->text,
			.when = step->when,
		};
	}
	return asked;
}

void left_out_free(struct scenario *scenario)
{
	if (!scenario)
		return;
	free(scenario->steps);
	free(scenario);
}
