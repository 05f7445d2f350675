/*
 * cadence.h - decide when to look at the sockets next
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** CADENCE_DENSE_NS - between samples while things happen */
#define CADENCE_DENSE_NS (1 * INT64_C(1000000))

/** CADENCE_CALM_NS - … while nothing does */
#define CADENCE_CALM_NS (50 * INT64_C(1000000))

/** CADENCE_SILENCE_SHARE - … and after a long silence: this share of it, so
 * that what is known of a moment keeps its relative error, and hours take a
 * few hundred samples. Whoever acts says so, and the kernel's timers are seen
 * coming: hardly anything is left to be found by chance */
#define CADENCE_SILENCE_SHARE 16

/** CADENCE_STRANGER_SHARE - … while programs live that say nothing of what
 * they do: nginx closes an idle connection on a timer of its own */
#define CADENCE_STRANGER_SHARE 64

/** CADENCE_TIMER_NS - around a timer's end … */
#define CADENCE_TIMER_NS (5 * INT64_C(1000000))

/** CADENCE_EARLY_NS - how much earlier than shown a timer may end: one jiffy
 * at HZ=100 */
#define CADENCE_EARLY_NS (10 * INT64_C(1000000))

/** CADENCE_LATE_SHARE - … and when it is late: this share of how late it is.
 * The timer wheel is late by up to 1/8 of a timer (kernel/time/timer.c), so
 * its end is known to 1/64 of its length or CADENCE_TIMER_NS */
#define CADENCE_LATE_SHARE 8

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
 * @strangers: there are programs that say nothing of what they do
 * @overdue: how many timers should have fired
 * @overdue_ns: since when the latest of them
 */
struct cadence {
	int64_t due_ns;
	int64_t gap_ns;
	int64_t active_ns;
	int64_t earliest_ns;
	int64_t cost_ns;
	bool strangers;
	size_t overdue;
	int64_t overdue_ns;
};

/**
 * struct cadence_round - what a round of samples found
 * @end_ns: when it was over
 * @cost_ns: CPU time it took. Not wall time: on a busy machine that would make
 *	us look away just when things take long. Where computing takes no time
 *	(guest/inside.h) a round is free, and rightly so: nobody waits for it
 * @changed: something differed from the round before
 * @overdue: how many timers should have fired
 * @timer_ns: when the next timer is to fire; INT64_MAX if none is
 */
struct cadence_round {
	int64_t end_ns;
	int64_t cost_ns;
	bool changed;
	size_t overdue;
	int64_t timer_ns;
};

/** cadence_init - due at once; the silence is counted from @now_ns */
void cadence_init(struct cadence *c, int64_t now_ns);

/** cadence_poke - something happened at @now_ns that may change sockets */
void cadence_poke(struct cadence *c, int64_t now_ns);

/** cadence_after - set due_ns from what a round found */
void cadence_after(struct cadence *c, const struct cadence_round *round);
