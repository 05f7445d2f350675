/*
 * arrows.h - what each step's arrows are held against
 */
#pragma once

#include "judge/rule.h"
#include "spec/arrow.h"

struct timeline_gap;

/**
 * struct arrow_window - a step's end, as its arrows see it
 * @r: the judgement
 * @index: of the step
 * @expect: of the step
 * @seen: the segments so far, as they were at the step's end
 * @n_seen: their number
 * @all: the same and those behind, as the whole journal tells of them
 * @n_all: their number
 * @before: what earlier steps left
 * @after: what this one leaves
 * @hits: how each arrow fared
 * @from_ns: the window's begin
 * @until_ns: the step's end
 */
struct arrow_window {
	struct ruling *r;
	int index;
	const struct expect *expect;
	const struct tcp_seen *seen;
	size_t n_seen;
	const struct tcp_seen *all;
	size_t n_all;
	struct arrow_state before;
	struct arrow_state after;
	const struct arrow_hit *hits;
	int64_t from_ns;
	int64_t until_ns;
};

/**
 * arrows_each - call @apply for each step with arrows that was begun, in order
 *
 * Variables and windows go on from step to step as they did when it ran.
 */
void arrows_each(struct ruling *r, void (*apply)(const struct arrow_window *w));

/** arrows_gap - a gap of captures that may hide a segment which such an arrow
 * is about, between @from_ns and @to_ns; NULL if there is none */
const struct timeline_gap *arrows_gap(const struct timeline *tl,
				      const struct arrow *arrow,
				      int64_t from_ns, int64_t to_ns);

/** arrows_none - did no capture tell of any segment before @until_ns */
bool arrows_none(const struct arrow_window *w);

/**
 * arrows_lost - was a segment that did not arrive lost for certain
 * @w: its window
 * @i: index in @all
 *
 * Either a fault dropped it, or the capture of whom it was for has no gap from
 * then on and the run went on for long enough.
 */
bool arrows_lost(const struct arrow_window *w, size_t i);

/** arrows_doubt - may a segment that nobody sent have been sent unseen: there
 * is a gap in the capture of whose address it has; @i: index in @all */
bool arrows_doubt(const struct arrow_window *w, size_t i);
