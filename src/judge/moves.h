/*
 * moves.h - the transitions that a TCP socket may take, and where each is
 * written
 *
 * DOC: Theory of operation
 *
 * RFC 9293 figure 5 has 21 arrows; its notes and text imply five more. Linux
 * takes all but one of them, and 40 ways of its own: request sockets,
 * minisockets, and whatever a program, a sysctl or a full queue can bring
 * about. Each row of the table says from where to where, why, and how a run is
 * recognised to have taken it. What no row allows is not legal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcp/state.h"

struct passage;
struct witness;

/** MOVES_MAX - there are at most so many, so that a set of them fits a bitmap
 */
#define MOVES_MAX 128

/**
 * struct move - one transition
 * @id: "1" … "26": RFC 9293; "L1" … "L40": Linux
 * @from: set of TCP_STATE_BIT()
 * @to: likewise
 * @what: event and action, as figure 5 writes them
 * @source: RFC section, or kernel file
 * @refused: Linux does not take it, and this is why; NULL
 * @on_path: has an end just taken it; NULL: the two states are enough, unless
 *	@on_run is set
 * @on_run: has somebody taken it in this run: for what no path shows; returns
 *	an event that shows it, 0 if nobody has
 */
struct move {
	const char *id;
	uint32_t from;
	uint32_t to;
	const char *what;
	const char *source;
	const char *refused;
	bool (*on_path)(const struct passage *p);
	uint64_t (*on_run)(const struct witness *w);
};

/** moves_count - how many there are */
size_t moves_count(void);

/** moves_at - those of RFC 9293 first; @i: below moves_count() */
const struct move *moves_at(size_t i);

/** move_is_linux - one of Linux's own */
bool move_is_linux(const struct move *move);

/**
 * move_is_legal - may a socket go from one state straight to another
 *
 * To stay is legal, and to be CLOSED is from anywhere: rows 22 to 25.
 */
bool move_is_legal(enum tcp_state from, enum tcp_state to);

/**
 * move_is_way - may a socket that was looked at twice have gone from one state
 * to the other in between, without having been CLOSED
 *
 * One socket: that which takes a minisocket's place is not the same.
 */
bool move_is_way(enum tcp_state from, enum tcp_state to);
