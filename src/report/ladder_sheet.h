/*
 * ladder_sheet.h - one connection's life, laid out in rows
 *
 * DOC: Theory of operation
 *
 * What happened is taken in its causal order, and each thing gets a row, from
 * top to bottom; the clock is written beside, it is no scale. An arrow that
 * took no time worth telling is one row; else its end has a row of its own, and
 * what happened meanwhile lies between. A state stands on the row of what
 * caused it, if that is the last thing at its end; so a state is always below
 * what came before it there. Routers between the ends have a lifeline each, on
 * which arrows land and go on. Nothing of this knows how wide the page is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "report/ladder_path.h"

struct event;
struct history_connection;
struct history_item;
struct scenario;
struct tcp_seen;

/** LADDER_NOWHERE - an arrow's end without a row */
#define LADDER_NOWHERE SIZE_MAX

/**
 * struct ladder_row - what stands on one line; texts are owned, NULL if none
 * @t_ns: since the lab began
 * @silence_ns: nothing happened for so long; 0: it is no such row
 * @state: outside each lifeline
 * @call: inside, at each lifeline: a system call, a timer
 * @note: in the middle: what the wire did
 * @bulk: in the middle: segments that are not drawn one by one
 * @bulk_from: the end that sent them
 * @bar: this end is in TIME_WAIT
 * @guest: the call is of no connection
 * @cited: evidence for what failed
 */
struct ladder_row {
	int64_t t_ns;
	int64_t silence_ns;
	char *state[2];
	char *call[2];
	char *note;
	char *bulk;
	int bulk_from;
	bool bar[2];
	bool guest;
	bool cited;
};

/** struct ladder_point - an arrow comes to a router, on a row; if not @on, it
 * ends there */
struct ladder_point {
	size_t mid;
	size_t row;
	bool on;
};

/**
 * struct ladder_arrow - a segment
 * @from: the end that sent it, or would have
 * @row: where it begins; LADDER_NOWHERE if nobody sent it
 * @points: routers on its way, as it came to them
 * @end_row: where it arrived; LADDER_NOWHERE if it did not
 * @label: "SYN,ACK 0/1", owned
 * @landing: which one it is, for its end, if others are under way; owned
 * @lost: why it did not arrive, owned; NULL if that is not known
 * @again: a retransmission
 * @cited: evidence for what failed
 * @index: row of timeline_segments()
 */
struct ladder_arrow {
	int from;
	size_t row;
	VEC(struct ladder_point) points;
	size_t end_row;
	char *label;
	char *landing;
	char *lost;
	bool again;
	bool cited;
	size_t index;
};

/** struct ladder_sheet - all of it; rows in order, arrows as they were sent;
 * names of the routers, and of those that are not drawn, borrowed as in struct
 * ladder_path */
struct ladder_sheet {
	VEC(struct ladder_row) rows;
	VEC(struct ladder_arrow) arrows;
	const char *mids[LADDER_MIDS_MAX];
	size_t n_mids;
	const char *left_out[LADDER_MIDS_MAX];
	size_t n_left_out;
};

/**
 * struct ladder_of - what a sheet is made of; everything borrowed
 * @connection: which
 * @index: its number
 * @items: of all connections, in causal order; @n_items of them
 * @n_items: their number
 * @segments: timeline_segments()
 * @events: the journal's, by number; @n_events of them
 * @n_events: their number
 * @scenario: names faults, and has the topology; NULL
 * @path: the routers that are drawn; NULL: none
 * @homes: ladder_guests(); NULL: nothing but the connection's own is drawn
 * @cited: event numbers that are evidence for what failed; @n_cited
 * @n_cited: their number
 */
struct ladder_of {
	const struct history_connection *connection;
	size_t index;
	const struct history_item *items;
	size_t n_items;
	const struct tcp_seen *segments;
	const struct event *events;
	size_t n_events;
	const struct scenario *scenario;
	const struct ladder_path *path;
	const size_t *homes;
	const uint64_t *cited;
	size_t n_cited;
};

/** ladder_sheet_new - lay it out; release with ladder_sheet_done() */
struct ladder_sheet ladder_sheet_new(const struct ladder_of *of);

/** ladder_sheet_done - release it */
void ladder_sheet_done(struct ladder_sheet *sheet);
