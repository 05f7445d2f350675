/*
 * impair.c - what becomes of a frame on its way, one direction of a link
 */
#include "wire/impair.h"

#include <math.h>

#include "base/clock.h"

void impair_init(struct impair *impair, const struct impair_rules *rules,
		 uint64_t seed, uint64_t stream)
{
	*impair = (struct impair){.rules = *rules};
	dice_init(&impair->dice, seed, stream);
}

static bool lost(struct impair *impair)
{
	const struct impair_rules *r = &impair->rules;

	if (!r->burst)
		return r->loss > 0 &&
		       dice_correlated(&impair->dice, &impair->loss_corr,
				       r->loss_corr) < r->loss;
	if (dice_unit(&impair->dice) < (impair->bad ? r->burst_r : r->burst_p))
		impair->bad = !impair->bad;
	return dice_unit(&impair->dice) <
	       (impair->bad ? r->burst_bad : r->burst_good);
}

static bool happens(struct impair *impair, double share, double corr,
		    struct dice_corr *last)
{
	return share > 0 && dice_correlated(&impair->dice, last, corr) < share;
}

/* around 0, in jitters */
static double fresh_spread(struct impair *impair)
{
	switch (impair->rules.spread) {
	case IMPAIR_UNIFORM:
		return 2.0 * dice_unit(&impair->dice) - 1.0;
	case IMPAIR_NORMAL:
		return dice_normal(&impair->dice);
	case IMPAIR_PARETO:
		return dice_pareto(&impair->dice);
	case IMPAIR_SPREADS:
		break;
	}
	return 0;
}

/* as the last one, as often as was asked: see dice_correlated() */
static double spread(struct impair *impair)
{
	struct dice_corr *corr = &impair->delay_corr;
	double next = fresh_spread(impair);
	bool again = dice_unit(&impair->dice) < impair->rules.delay_corr;

	if (!again || !corr->has)
		corr->last = next;
	corr->has = true;
	return corr->last;
}

static int64_t delay_of(struct impair *impair)
{
	const struct impair_rules *r = &impair->rules;
	double jitter = 0;
	int64_t delay_ns;

	if (r->jitter_ns)
		jitter = spread(impair) * (double)r->jitter_ns;
	delay_ns = r->delay_ns + llround(jitter);
	return delay_ns > 0 ? delay_ns : 0;
}

/* when the line is free again, if @len bytes go out on it */
static int64_t through_line(struct impair *impair, uint32_t len, int64_t now_ns)
{
	const struct impair_rules *r = &impair->rules;

	if (!r->rate_bps)
		return now_ns;
	if (impair->idle_ns < now_ns)
		impair->idle_ns = now_ns;
	impair->idle_ns += llround((double)len * 8.0 * (double)NS_PER_S /
				   (double)r->rate_bps);
	return impair->idle_ns;
}

static bool overtakes(struct impair *impair)
{
	const struct impair_rules *r = &impair->rules;

	if (r->reorder_gap > 1 && impair->since_reorder + 1 < r->reorder_gap)
		return false;
	return happens(impair, r->reorder, r->reorder_corr,
		       &impair->reorder_corr);
}

struct impair_verdict impair_frame(struct impair *impair, uint32_t len,
				   int64_t now_ns, uint32_t under_way)
{
	const struct impair_rules *r = &impair->rules;
	struct impair_verdict v = {.copies = 1, .due_ns = now_ns};

	if (happens(impair, r->duplicate, r->duplicate_corr,
		    &impair->duplicate_corr))
		v.copies = 2;
	if (lost(impair))
		v.copies--;
	if (!v.copies) {
		v.fate = IMPAIR_LOST;
		return v;
	}
	v.corrupt = happens(impair, r->corrupt, r->corrupt_corr,
			    &impair->corrupt_corr);
	if (v.corrupt)
		v.corrupt_bit = dice_u64(&impair->dice) % ((uint64_t)len * 8);
	if (r->limit && under_way >= r->limit) {
		v.fate = IMPAIR_OVERFLOW;
		return v;
	}
	if (overtakes(impair)) {
		impair->since_reorder = 0;
		return v;
	}
	impair->since_reorder++;
	v.due_ns = through_line(impair, len, now_ns) + delay_of(impair);
	return v;
}
