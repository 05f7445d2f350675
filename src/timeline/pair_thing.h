/*
 * pair_thing.h - what is known of which two addresses, in the order of time;
 * private to timeline/
 */
#pragma once

#include "base/vec.h"
#include "timeline/pair.h"

/** enum thing_kind - what is known of two addresses */
enum thing_kind {
	THING_ROWS, /* a connection of which there are segments */
	THING_PART,
	THING_RUN, /* of transitions */
};

/**
 * struct thing - one of them
 * @low, @high: the addresses
 * @side: PART, RUN: the end with @low is 0
 * @t_ns: the first that is known of it
 * @gone_ns: PART: it was there no longer; INT64_MAX
 * @first, @last: PART: states; TCP_STATES if no dump showed it
 */
struct thing {
	enum thing_kind kind;
	struct endpoint low;
	struct endpoint high;
	int side;
	int64_t t_ns;
	uint64_t n;
	const char *host;
	size_t pair;
	struct pair_part part;
	enum tcp_state first;
	enum tcp_state last;
	const struct timeline_transition *transition;
};

/** struct things - all of them */
struct things {
	VEC(struct thing) all;
};

/** pair_collect - all things, by addresses and time; adds listeners to @table,
 * whose connections are those that segments tell of */
void pair_collect(const struct timeline *tl, struct pair_table *table,
		  struct things *things);

/** pair_is_other - are they of other addresses */
bool pair_is_other(const struct thing *a, const struct thing *b);

/** pair_rank - how far a state is on the way; a connection does not go back */
int pair_rank(enum tcp_state state);
