/*
 * diff.h - two dumps of one host, and what changed between them
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "event/event.h"
#include "observe/sock_table.h"

/**
 * DIFF_GRANULE_NS - how far a running timer's end may seem to move
 *
 * idiag_expires is made of whole jiffies, 10 ms at the slowest usual HZ, cut
 * to ms; one jiffy at each of the two readings.
 */
#define DIFF_GRANULE_NS (20 * INT64_C(1000000))

/**
 * struct snapshot - one dump: its rows and when it was
 * @rows: may have a cookie twice until diff_snapshots() has seen it as @now
 * @begin_ns: CLOCK_MONOTONIC before the dump was asked for
 * @end_ns: CLOCK_MONOTONIC after its last row
 * @complete: false until there was one
 *
 * Start with {0}.
 */
struct snapshot {
	struct sock_table rows;
	int64_t begin_ns;
	int64_t end_ns;
	bool complete;
};

/** SCOPED_SNAPSHOT - released at scope end; initialise with {0} */
#define SCOPED_SNAPSHOT SCOPED(snapshot_done)

/** snapshot_done - release it; it may be used again */
void snapshot_done(struct snapshot *shot);

/**
 * snapshot_timers - what the rows' timers ask of the next dump
 * @shot: complete
 * @next_ns: CLOCK_MONOTONIC of the earliest timer that still runs; INT64_MAX
 *	if none does
 *
 * Return: how many timers should have fired already. Timers of the kernel fire
 * late by up to 1/8 of their length (kernel/time/timer.c), never early.
 */
size_t snapshot_timers(const struct snapshot *shot, int64_t *next_ns);

/**
 * diff_fn - told of each socket that differs
 * @change: how
 * @was: the row of before; NULL if new
 * @now: the row of now; NULL if gone
 * @arg: as given to diff_snapshots()
 */
typedef void diff_fn(enum sock_change change, const struct tcp_sock *was,
		     const struct tcp_sock *now, void *arg);

/**
 * diff_snapshots - tell what differs, by cookie: new and changed in the order
 * of @now, then gone in the order of @was
 * @was: was @now before, or {0} for none
 * @now: where a cookie is in there twice, one row is left, with the later
 *	truth in the earlier place
 * @fn: called for each difference
 * @arg: for @fn
 *
 * Return: the number of differences.
 */
size_t diff_snapshots(const struct snapshot *was, struct snapshot *now,
		      diff_fn *fn, void *arg);
