/*
 * cadence.h - decide when to look at the sockets next
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** CADENCE_DENSE_NS - between samples while things happen */
#define CADENCE_DENSE_NS (1 * INT64_C(1000000))

/** CADENCE_CALM_NS - … while nothing does */
#define CADENCE_CALM_NS (50 * INT64_C(1000000))

/** CADENCE_IDLE_NS - … and after a long silence */
#define CADENCE_IDLE_NS (1000 * INT64_C(1000000))

/** CADENCE_SILENCE_NS - how long a silence is long */
#define CADENCE_SILENCE_NS (60 * INT64_C(1000000000))

/** CADENCE_TIMER_NS - around a timer's end */
#define CADENCE_TIMER_NS (5 * INT64_C(1000000))

/** CADENCE_EARLY_NS - how much earlier than shown a timer may end: one jiffy
 * at HZ=100 */
#define CADENCE_EARLY_NS (10 * INT64_C(1000000))

/** CADENCE_LATE_NS - for how long an overdue timer is waited for: 1/8 of the
 * longest that a scenario is likely to sit out, TIME_WAIT's minute, rounded up
 */
#define CADENCE_LATE_NS (8 * INT64_C(1000000000))

/** CADENCE_CHEAP_NS - a round below this costs too little to care */
#define CADENCE_CHEAP_NS (4 * INT64_C(1000000))

/**
 * struct cadence - all that the next moment depends on; times are
 * CLOCK_MONOTONIC
 * @due_ns: when to sample next
 * @gap_ns: the back-off: what the next pause would be if nothing else counted
 * @active_ns: last poke or change
 * @earliest_ns: not before this, as rounds are dear
 * @cost_ns: CPU time a round is believed to take
 * @overdue_ns: since when a timer has been overdue; INT64_MAX if none is
 */
struct cadence {
	int64_t due_ns;
	int64_t gap_ns;
	int64_t active_ns;
	int64_t earliest_ns;
	int64_t cost_ns;
	int64_t overdue_ns;
};

/**
 * struct cadence_round - what a round of samples found
 * @end_ns: when it was over
 * @cost_ns: CPU time it took. Not wall time: on a busy machine that would make
 *	us look away just when things take long
 * @changed: something differed from the round before
 * @overdue: a timer should have fired
 * @timer_ns: when the next timer is to fire; INT64_MAX if none is
 */
struct cadence_round {
	int64_t end_ns;
	int64_t cost_ns;
	bool changed;
	bool overdue;
	int64_t timer_ns;
};

/** cadence_init - due at once; the silence is counted from @now_ns */
void cadence_init(struct cadence *c, int64_t now_ns);

/** cadence_poke - something happened at @now_ns that may change sockets */
void cadence_poke(struct cadence *c, int64_t now_ns);

/** cadence_after - set due_ns from what a round found */
void cadence_after(struct cadence *c, const struct cadence_round *round);
