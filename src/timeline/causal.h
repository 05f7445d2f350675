/*
 * causal.h - put things in an order in which a cause is before what it causes;
 * private to timeline/
 */
#pragma once

#include "base/vec.h"
#include "timeline/history.h"

/** struct causal_edge - @from is before @to */
struct causal_edge {
	size_t from;
	size_t to;
};

/** struct causal - things, and which must be before which; start with {0} */
struct causal {
	VEC(struct history_item) items;
	VEC(struct causal_edge) edges;
};

/** causal_add - one more thing; returns its number */
size_t causal_add(struct causal *causal, const struct history_item *item);

/** causal_before - @from must be before @to; SIZE_MAX: nothing is meant */
void causal_before(struct causal *causal, size_t from, size_t to);

/**
 * causal_sort - put @items in order, and forget the edges
 *
 * Among things that do not cause one another, by time, then by number. If they
 * cause each other in a ring, which one clock cannot show but a journal that
 * was made up can, the earliest of them is first.
 */
void causal_sort(struct causal *causal);
