/*
 * timing.h - was it true when it had to be, given when it was looked at
 *
 * DOC: Theory of operation
 *
 * A sampler never sees a change, only that a dump differs from the dump
 * before: the change fell somewhere in (lo, hi]. Every duration is therefore
 * a pair, the shortest and the longest that the brackets at its two ends
 * leave possible, and a limit is kept, broken, or lies in between: PASS,
 * FAIL, INCONCLUSIVE. What a program or the runner reports has lo == hi.
 *
 * Times count from T, the step's begin. What the first dump after T shows
 * counts as true at T: the step before may have ended between two dumps.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "judge/verdict.h"

struct expect;
struct timeline;
struct timeline_look;
struct timeline_step;

/** struct truth_span - from somewhere in (lo, hi] on, it was so */
struct truth_span {
	bool holds;
	int64_t lo_ns;
	int64_t hi_ns;
	uint64_t n; /* event; 0 if it was so from the beginning */
};

/**
 * struct truth - whether something held, over the whole run
 * @spans: in order; the first one is from before everything
 * @host: whose gaps matter
 * @source: which gaps matter: "sockets"
 * @looks: whole readings that would have shown a change; borrowed
 * @n_looks: their number
 * @told: changes are told as they happen; no look is needed
 */
struct truth {
	VEC(struct truth_span) spans;
	const char *host;
	const char *source;
	const struct timeline_look *looks;
	size_t n_looks;
	bool told;
};

/** truth_start - what holds before anything is known; @n: event, or 0 */
void truth_start(struct truth *truth, bool holds, uint64_t n);

/** truth_add - it was found so; nothing is added if that is no change */
void truth_add(struct truth *truth, bool holds, int64_t lo_ns, int64_t hi_ns,
	       uint64_t n);

/** truth_done - release it */
void truth_done(struct truth *truth);

/** struct bracket - a moment, somewhere in (lo, hi]; @n: event that ends it */
struct bracket {
	bool known;
	int64_t lo_ns;
	int64_t hi_ns;
	uint64_t n;
};

/**
 * struct entry - when it came true, as far as T is concerned
 * @found: it did
 * @already: it was so when the step began
 * @at: index of the span
 * @when: the moment
 */
struct entry {
	bool found;
	bool already;
	size_t at;
	struct bracket when;
};

/** truth_entry - when did it first hold at or after @t_ns */
struct entry truth_entry(const struct truth *truth, int64_t t_ns);

/** enum timing_reason - what became of an expectation */
enum timing_reason {
	TIMING_KEPT,
	TIMING_LATE,
	TIMING_NEVER,
	TIMING_EARLY,
	TIMING_LEFT,
	TIMING_PERHAPS_LATE,
	TIMING_PERHAPS_EARLY,
	TIMING_PERHAPS_LEFT,
	TIMING_NO_LOOK, /* nobody looked when it mattered */
	TIMING_GAP,
	TIMING_NO_ORIGIN, /* there is no moment to count from */
	TIMING_REASONS
};

/** timing_verdicts - what each reason means */
extern const enum verdict timing_verdicts[TIMING_REASONS];

/** TIMING_CITED - events that one decision may rest on */
#define TIMING_CITED 6

/**
 * struct timing - an expectation's times, and what became of them
 * @ask: within, not-before, for, since
 * @step: T
 * @origin: what not-before counts from, and within too if since is asked;
 *	if not known, T
 * @reason: result
 * @min_ns: shortest possible duration that the result is about
 * @max_ns: longest
 * @t_ns: when; -1 if there is no moment
 * @cited: events that it rests on, most telling first
 * @n_cited: their number
 */
struct timing {
	const struct expect *ask;
	const struct timeline_step *step;
	struct bracket origin;
	enum timing_reason reason;
	int64_t min_ns;
	int64_t max_ns;
	int64_t t_ns;
	uint64_t cited[TIMING_CITED];
	size_t n_cited;
};

/**
 * timing_judge - were the times kept
 * @timing: ask, step and origin are read, the rest is written
 * @truth: what was expected, over time
 * @entry: of @truth at the step's begin
 * @tl: for gaps, and for how far the journal goes
 */
void timing_judge(struct timing *timing, const struct truth *truth,
		  const struct entry *entry, const struct timeline *tl);

/**
 * timing_tell - the result in words: "60.4 s after it entered TIME_WAIT"
 * @text: appended to
 * @timing: judged
 * @entry: as judged
 * @from: what the origin is, in words: "it entered TIME_WAIT"; NULL: the
 *	step's begin
 */
void timing_tell(struct str *text, const struct timing *timing,
		 const struct entry *entry, const char *from);
