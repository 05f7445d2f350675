/*
 * impairment.c - what a link does to frames, as a topology asks for it
 */
#include "spec/impairment.h"

#include "base/names.h"

const char *const impair_spread_names[] = {
	[IMPAIR_UNIFORM] = "uniform",
	[IMPAIR_NORMAL] = "normal",
	[IMPAIR_PARETO] = "pareto",
};
TABLE_COVERS(impair_spread_names, IMPAIR_SPREADS);

bool impair_rules_ask(const struct impair_rules *rules)
{
	return rules->delay_ns || rules->jitter_ns || rules->loss > 0 ||
	       rules->burst || rules->duplicate > 0 || rules->corrupt > 0 ||
	       rules->reorder > 0 || rules->rate_bps || rules->limit;
}
