/*
 * arrow.h - segments that are expected, as arrows between two lifelines
 *
 * DOC: Theory of operation
 *
 * A list of arrows is met by the segments that were sent, in the order of the
 * journal, if it is a subsequence of them: others may lie between. Matching is
 * greedy, so it never has to go back: an arrow takes the first segment behind
 * that of the arrow before it which satisfies it. An optional arrow that finds
 * none before the next one's is passed over. A variable binds to what its
 * first arrow shows, and stays bound for the rest of the scenario. Arrows with
 * a count take no part in the order: they count in the whole window, and bind
 * nothing. What was forged was not sent: only an arrow that asks for it takes
 * it. A segment that both an optional arrow and the next one that is not would
 * take is the latter's.
 *
 * The window begins behind the last segment that the list before it took (of
 * an earlier step), and ends with the step.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/errors.h"
#include "spec/fault.h"
#include "spec/compare.h"
#include "tcp/seen.h"

/** struct arrow_number - "seq=J", "ack=J+1": absolute; "seq=1": relative */
struct arrow_number {
	bool set;
	char *variable; /* NULL: @plus is the relative number itself */
	int64_t plus;
};

/** enum arrow_fate - what must have become of it */
enum arrow_fate {
	ARROW_FATE_ANY,
	ARROW_FATE_ARRIVED,
	ARROW_FATE_LOST,
	ARROW_FATE_FORGED, /* it arrived, though nobody sent it: it was
			      injected, or the wire made a copy; no other arrow
			      takes it */
	ARROW_FATES
};

/**
 * struct arrow - one line of "segments" or "never"
 *
 *	client > server SYN seq=J
 *	server > client SYN,ACK seq=K ack=J+1 at=1s..1.2s
 *	? client > server ACK len=0			(optional)
 *	wave-1 client > server lost
 *	wave-3 retransmitted 2 times
 *	handshake-1 3 times
 *	RST						(never:)
 *	retransmission					(never:)
 *
 * @pos: in the file
 * @text: as written
 * @which: hosts, flags, role, retransmitted or not
 * @seq, @ack: see there
 * @len: of payload
 * @fate: see there
 * @optional: may be missing
 * @has_at: it was sent @at_ns … @at_until_ns behind the list's first arrow
 * @at_ns: of "at=1s" ARROW_TICK_NS less
 * @at_until_ns: of "at=1s" what the kernel's timer wheel may add (an eighth)
 *and ARROW_SLACK_NS more
 * @count: if set, the number of such segments in the window, in no order
 */
struct arrow {
	struct spec_pos pos;
	char *text;
	struct segment_pattern which;
	struct arrow_number seq;
	struct arrow_number ack;
	struct compare len;
	enum arrow_fate fate;
	bool optional;
	bool has_at;
	int64_t at_ns;
	int64_t at_until_ns;
	struct compare count;
};

/** ARROW_TICK_NS - a timer counts ticks, and is armed in the middle of one: so
 * much earlier by the clock, at HZ=100 */
#define ARROW_TICK_NS INT64_C(10000000)

/** ARROW_SLACK_NS - a busy machine may be so late with a timer */
#define ARROW_SLACK_NS INT64_C(50000000)

/** ARROW_VARIABLES - of one scenario */
#define ARROW_VARIABLES 32

/** struct arrow_binding - a variable and what it stands for */
struct arrow_binding {
	const char *name; /* borrowed from the arrow that bound it */
	uint32_t value;
};

/**
 * struct arrow_state - what the lists so far have left: {0} at the begin
 *
 * @lost_before_ns: what was sent before, and is still under way, is lost; 0:
 *	whatever is under way
 */
struct arrow_state {
	int64_t lost_before_ns;
	size_t next; /* index of the first segment behind the last one taken */
	struct arrow_binding bound[ARROW_VARIABLES];
	size_t n_bound;
};

/**
 * struct arrow_hit - how one arrow fared
 * @met: the arrow is satisfied
 * @first: index of the segment taken; of counted ones, of the first counted;
 *	SIZE_MAX if none
 * @count: segments that matched, where a count was asked; else 0 or 1
 * @near: index of the best candidate that was refused, for readers: right
 *	hosts and flags, wrong number or time; SIZE_MAX if none
 */
struct arrow_hit {
	bool met;
	size_t first;
	uint64_t count;
	size_t near;
};

/**
 * arrows_match - hold a list of arrows against the segments of its window
 * @arrows: @n_arrows of them
 * @seen: @n_seen segments, in the journal's order, from the run's begin
 * @state: what earlier lists left; moved on, also if the list is not met
 * @hits: gets @n_arrows results
 *
 * ARROW_FATE_LOST takes what is lost by @state->lost_before_ns, too.
 *
 * Return: true if all arrows are met.
 */
bool arrows_match(const struct arrow *arrows, size_t n_arrows,
		  const struct tcp_seen *seen, size_t n_seen,
		  struct arrow_state *state, struct arrow_hit *hits);

/**
 * arrow_never - the first segment that satisfies an arrow that must not be
 *
 * None satisfies one with a variable that stands for nothing: arrow_is_bound().
 *
 * Return: its index; SIZE_MAX if there is none.
 */
size_t arrow_never(const struct arrow *arrow, const struct tcp_seen *seen,
		   size_t n_seen, const struct arrow_state *state);

/** arrow_is_bound - does each variable of an arrow stand for something */
bool arrow_is_bound(const struct arrow *arrow, const struct arrow_state *state);

/** segment_pattern_matches - is this segment meant */
bool segment_pattern_matches(const struct segment_pattern *which,
			     const struct tcp_seen *seen);

/**
 * arrows_only - the first segment of a window that no arrow of the list took
 * @arrows: @n_arrows of them, all met
 * @seen: as arrows_match() had them
 * @begin: of the window: the state's next before arrows_match()
 * @state: as arrows_match() left it: the window ends where the last ordered
 *	arrow was met
 * @hits: its results
 *
 * What a counted arrow counts is taken.
 *
 * Return: its index; SIZE_MAX if there is none.
 */
size_t arrows_only(const struct arrow *arrows, size_t n_arrows,
		   const struct tcp_seen *seen, size_t begin,
		   const struct arrow_state *state,
		   const struct arrow_hit *hits);

struct expect;

/**
 * expect_arrows_hold - are an expectation's arrows met by what was seen so far
 * @expect: its arrows, and whether there may be others
 * @seen: @n_seen segments so far
 * @state: what earlier steps left: see expect_arrows_end()
 */
bool expect_arrows_hold(const struct expect *expect,
			const struct tcp_seen *seen, size_t n_seen,
			const struct arrow_state *state);

/** expect_arrows_end - move @state on at the end of a step that expects: the
 * runner and the judge do so for each, in order, whether it was met or not */
void expect_arrows_end(const struct expect *expect, const struct tcp_seen *seen,
		       size_t n_seen, struct arrow_state *state);
