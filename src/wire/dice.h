/*
 * dice.h - chance that can be repeated: the same seed, the same throws
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** struct dice - a stream of random numbers: xoshiro256** (Blackman, Vigna:
 * Scrambled Linear Pseudorandom Number Generators, 2018) */
struct dice {
	uint64_t s[4];
};

/**
 * dice_init - begin a stream
 * @seed: of the run
 * @stream: which of the run's streams; streams do not overlap in practice, and
 *	what one throws does not depend on how often the others are thrown
 */
void dice_init(struct dice *dice, uint64_t seed, uint64_t stream);

/** dice_u64 - 64 random bits */
uint64_t dice_u64(struct dice *dice);

/** dice_unit - uniform in [0, 1) */
double dice_unit(struct dice *dice);

/** dice_normal - mean 0, standard deviation 1 */
double dice_normal(struct dice *dice);

/**
 * dice_pareto - a heavy tail, mean 0, standard deviation 1
 *
 * Shape 3, as iproute2's pareto.dist is meant to be: most are a little early,
 * a few are very late. Cut at 30 standard deviations.
 */
double dice_pareto(struct dice *dice);

/** struct dice_corr - the last throw, for those that depend on it; {0} */
struct dice_corr {
	bool has;
	double last;
};

/**
 * dice_correlated - uniform in [0, 1), and as the last one with probability
 * @rho
 * @corr: of this kind of throw
 * @rho: 0 … 1; the correlation of neighbours is just this
 *
 * netem blends the last value with a new one (net/sched/sch_netem.c,
 * get_crandom), after which they are no longer uniform: "loss 1% 25%" loses
 * far less than 1%. Here the share stays what was asked.
 */
double dice_correlated(struct dice *dice, struct dice_corr *corr, double rho);
