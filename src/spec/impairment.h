/*
 * impairment.h - what a link does to frames, as a topology asks for it
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct str;

/** enum impair_spread - how delays lie around their mean */
enum impair_spread {
	IMPAIR_UNIFORM, /* within the jitter, either way */
	IMPAIR_NORMAL, /* the jitter is the standard deviation */
	IMPAIR_PARETO, /* likewise, with a long tail */
	IMPAIR_SPREADS
};

/** impair_spread_names - "uniform", "normal", "pareto" */
extern const char *const impair_spread_names[IMPAIR_SPREADS];

/**
 * struct impair_rules - what was asked of one direction; {0} passes all
 *
 * Words are tc-netem(8)'s. Shares and correlations are 0 … 1.
 *
 * @delay_ns: one way
 * @jitter_ns: how far delays differ
 * @delay_corr: of neighbours
 * @loss: of single frames, by chance
 * @loss_corr: likewise
 * @burst: lose by Gilbert and Elliott's model instead of @loss
 * @burst_p: from the good state to the bad one, a frame
 * @burst_r: and back
 * @burst_bad: lost in the bad state
 * @burst_good: lost in the good one
 * @duplicate: comes twice
 * @corrupt: one bit of it is turned over
 * @reorder: overtakes those that are delayed
 * @reorder_gap: only each so many-th frame may; 0 or 1: any
 * @rate_bps: bits a second; 0: no limit
 * @limit: frames that may be on their way; 0: no limit but the wire's own
 */
struct impair_rules {
	int64_t delay_ns;
	int64_t jitter_ns;
	double delay_corr;
	enum impair_spread spread;
	double loss;
	double loss_corr;
	bool burst;
	double burst_p;
	double burst_r;
	double burst_bad;
	double burst_good;
	double duplicate;
	double duplicate_corr;
	double corrupt;
	double corrupt_corr;
	double reorder;
	double reorder_corr;
	unsigned int reorder_gap;
	uint64_t rate_bps;
	uint32_t limit;
};

/** impair_rules_ask - do they ask for anything, or pass all as it comes */
bool impair_rules_ask(const struct impair_rules *rules);

/**
 * impair_rules_print - append them in the words of a topology file
 * @rules: to print
 * @out: gets "delay 20 ms, jitter 5 ms, loss 1%"; nothing if they ask for
 *	nothing
 */
void impair_rules_print(const struct impair_rules *rules, struct str *out);
