/*
 * history_build.h - the parts from which a history is made; private to
 * timeline/
 */
#pragma once

#include "base/vec.h"
#include "timeline/history.h"
#include "timeline/pair.h"

/** struct history_tie - an action, or a call, and whose it was */
struct history_tie {
	size_t connection; /* SIZE_MAX: of none */
	int end; /* -1 */
	size_t listener; /* from 1; 0: of none */
};

/**
 * struct history - see history.h
 * @tl: borrowed
 * @pairs: what @connections were made of; the same indices, but each pair's
 *	ends in the order of addresses; released when all is made
 * @flipped: ends[0] of a connection is ends[1] of its pair
 * @call_ties: of each of timeline_calls()
 * @op_ties: of each of timeline_ops()
 */
struct history {
	const struct timeline *tl;
	VEC(struct history_connection) connections;
	VEC(struct history_end) listeners;
	VEC(struct history_item) items;
	struct pair_table pairs;
	bool *flipped;
	struct history_tie *call_ties;
	struct history_tie *op_ties;
};

/** history_pair_end - what end @e of a connection was made of */
const struct pair_end *history_pair_end(const struct history *h, size_t i,
					int e);

/** history_tie_calls - find out whose calls they were; sets @calls of the
 * pairs' ends, and the ties, with ends in the order of addresses */
void history_tie_calls(struct history *h);

/** history_call_began - when; when it returned, if that is not known */
static inline int64_t history_call_began(const struct timeline_call *call)
{
	return call->call.began_ns ? call->call.began_ns : call->t_ns;
}

/** history_name - of an end's socket; NULL if it has none */
const char *history_name(const struct history *h, const struct pair_end *end);

/**
 * history_ways - make connections of the pairs
 *
 * The pairs are in the order of their begin and the calls are tied.
 */
void history_ways(struct history *h);

/** history_follow - end minisockets where the next connection of the same
 * addresses begins */
void history_follow(struct history *h);

/** history_listen - make listeners */
void history_listen(struct history *h);

/** history_states_of - what a way says, as states; caller frees them and
 * their restarts; @way: its times are put in order */
struct history_state *history_states_of(struct way *way, size_t *n);

/** history_order - put everything in order: @items */
void history_order(struct history *h);
