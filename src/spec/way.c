/*
 * way.c - how long a segment may be under way
 */
#include "spec/scenario.h"

/** ARRIVAL_NS - what a segment takes beyond the delays that were asked for, on
 * a busy machine: a wire that is 150 ms late is still in order (run/tally.c) */
#define ARRIVAL_NS INT64_C(200000000)

/* a distribution has its tail within four deviations, but for a few in 10,000
 */
static int64_t longest_ns(const struct impair_rules *rules)
{
	return rules->delay_ns + 4 * rules->jitter_ns;
}

int64_t scenario_way_ns(const struct scenario *scenario)
{
	const struct topology *t = scenario->topology;
	int64_t sum_ns = ARRIVAL_NS;

	for (size_t i = 0; i < t->n_links; i++)
		for (int way = 0; way < LINK_WAYS; way++)
			sum_ns += longest_ns(&t->links[i].rules[way]);
	for (size_t i = 0; i < scenario->n_steps; i++) {
		const struct step *step = &scenario->steps[i];

		for (int way = 0; way < LINK_WAYS; way++)
			if (step->kind == STEP_SET)
				sum_ns += longest_ns(&step->rules[way]);
	}
	return sum_ns;
}
