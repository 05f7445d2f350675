/*
 * whole.h - a journal's history, with the timeline that it borrows from
 */
#pragma once

#include <stddef.h>

struct history;
struct history_connection;
struct history_item;
struct journal;
struct tcp_seen;
struct timeline;

/** struct whole - both, and what pictures read of them; see history.h */
struct whole {
	struct timeline *timeline;
	struct history *history;
	const struct history_connection *connections;
	size_t n_connections;
	const struct history_item *items;
	size_t n_items;
	const struct tcp_seen *segments;
	size_t n_segments;
};

/** whole_new - of a journal, borrowed; release with whole_done() */
struct whole whole_new(const struct journal *journal);

/** whole_done - release it */
void whole_done(struct whole *whole);
