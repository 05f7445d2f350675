/*
 * coverage.h - which transitions runs have taken, and which none has
 *
 * Pure: from journals alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/moves.h"

struct history;
struct journal;
struct timeline;

/**
 * struct coverage_row - how often a transition was taken
 * @move: which
 * @count: by how many ends, in all runs
 * @scenarios: names of those runs, in the order in which they were added;
 *	borrowed, @n_scenarios of them
 * @n_scenarios: their number
 */
struct coverage_row {
	const struct move *move;
	uint64_t count;
	const char **scenarios;
	size_t n_scenarios;
};

/** struct coverage_sum - so many of so many */
struct coverage_sum {
	size_t taken;
	size_t of; /* those that Linux does not refuse */
};

/** struct coverage - see above */
struct coverage;

/** coverage_new - nothing was taken yet; caller frees: coverage_free() */
struct coverage *coverage_new(void);

/** coverage_free - release it; NULL is fine */
void coverage_free(struct coverage *coverage);

/**
 * coverage_add - one more run
 * @coverage: so far
 * @scenario: its name; borrowed for the life of @coverage
 * @journal: what happened
 */
void coverage_add(struct coverage *coverage, const char *scenario,
		  const struct journal *journal);

/** coverage_rows - one for each of moves_at(), in that order */
const struct coverage_row *coverage_rows(const struct coverage *coverage);

/** coverage_sum - how many transitions were taken; @of_linux: of Linux's own,
 * else of RFC 9293 */
struct coverage_sum coverage_sum(const struct coverage *coverage,
				 bool of_linux);

/**
 * coverage_count - which transitions one run took
 * @tl: the run, folded to its end
 * @history: of it
 * @counts: gets moves_count() numbers: by how many ends
 */
void coverage_count(const struct timeline *tl, const struct history *history,
		    uint32_t counts[MOVES_MAX]);
