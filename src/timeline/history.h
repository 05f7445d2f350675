/*
 * history.h - each connection's whole life: both ends, on one clock
 *
 * DOC: Theory of operation
 *
 * Dumps (sock_diag), the kernel's tracepoints, segments at both ends and system
 * calls each know a part. A history is what follows from all of them: for each
 * end of each connection a path of states, each with the time at which it was
 * entered, what shows it, and what caused it. TIME_WAIT, FIN_WAIT2 as a
 * minisocket and SYN_RECV of a listener, which the tracepoint never shows, are
 * in it with their real times. What nobody saw but must have been, between two
 * states that were seen, is implied, and marked so.
 *
 * Pure: the same timeline gives the same history.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcp/endpoint.h"
#include "tcp/sock.h"

struct timeline;

/** enum history_source - what shows a state */
enum history_source {
	HISTORY_SOURCE_DUMP, /* sock_diag: entered somewhere in (lo, hi] */
	HISTORY_SOURCE_TRACE, /* the tracepoint: entered at that moment */
	HISTORY_SOURCE_SEGMENT, /* implied by a segment sent or arrived then */
	HISTORY_SOURCE_CALL, /* implied by a system call: listen, connect */
	HISTORY_SOURCE_IMPLIED, /* no way round it, RFC 9293 figure 5 */
	HISTORY_SOURCES
};

/** history_source_names - "dump", "trace", "segment", "call", "implied" */
extern const char *const history_source_names[HISTORY_SOURCES];

/**
 * struct history_state - an end was in this state
 * @state: CLOSED stands at the begin of an active opener's path and at the end
 *	of each
 * @mini: a request socket, or a minisocket in TIME_WAIT or FIN_WAIT2; a socket
 *	that was in FIN_WAIT2 itself before has that state twice
 * @lo_ns: it was not yet so then
 * @from_ns: it was so then; the best guess of when it was entered
 * @until_ns: when the next was entered; -1 for the last
 * @source: what shows it
 * @n: event number of that; 0 if @source is IMPLIED
 * @cause_n: event that explains it: the arrival or sending of a segment, or a
 *	call; 0 if none is known
 * @restarts_ns: TIME_WAIT: when its timer was restarted; @n_restarts; owned
 * @restarts_n: events that show it: the arrival of a segment, whose time it is,
 *	or a dump, by which it was; owned
 * @n_restarts: their number
 */
struct history_state {
	enum tcp_state state;
	bool mini;
	int64_t lo_ns;
	int64_t from_ns;
	int64_t until_ns;
	enum history_source source;
	uint64_t n;
	uint64_t cause_n;
	int64_t *restarts_ns;
	uint64_t *restarts_n;
	size_t n_restarts;
};

/**
 * struct history_end - one end of a connection, or a listener
 * @host: where; NULL if nobody in the lab
 * @name: of the socket in the scenario; NULL if none
 * @local: its address
 * @states: its path, @n_states
 */
struct history_end {
	const char *host;
	const char *name;
	struct endpoint local;
	struct history_state *states;
	size_t n_states;
};

/**
 * struct history_connection - a connection, or an attempt at one
 * @ends: [0] sent the first SYN; of two that cross the earlier; if nobody saw
 *	it, the end with the smaller address
 * @segments: rows of timeline_segments() that belong to it, in order
 * @n_segments: their number
 * @begin_ns, @end_ns: first and last that is known of it
 */
struct history_connection {
	struct history_end ends[2];
	size_t *segments;
	size_t n_segments;
	int64_t begin_ns;
	int64_t end_ns;
};

/** enum history_what - kinds of things that happened, as pictures draw them */
enum history_what {
	HISTORY_STATE, /* index: end * 65536 + number of the state; of a
			  listener: its number * 65536 + that */
	HISTORY_SENT, /* index: row of timeline_segments() */
	HISTORY_ARRIVED, /* likewise */
	HISTORY_LOST, /* likewise: a fault or the wire took it */
	HISTORY_CALL, /* n: EVENT_CALL, at the time when it was begun; or
			 EVENT_OP_END of an action of no known call */
	HISTORY_FAULT, /* n: EVENT_FAULT, EVENT_INJECT */
	HISTORY_WIRE, /* n: EVENT_WIRE */
	HISTORY_PROC, /* n: EVENT_PROC_* */
	HISTORY_STEP, /* n: EVENT_STEP_BEGIN */
	HISTORY_WHATS
};

/**
 * struct history_item - one thing that happened
 * @t_ns: when
 * @what: see there
 * @connection: index in history_connections(); SIZE_MAX if of none, as all of
 *	a listener
 * @end: 0 or 1: of which end; -1 if of none
 * @index: see enum history_what
 * @n: event number; 0 for an implied state
 */
struct history_item {
	int64_t t_ns;
	enum history_what what;
	size_t connection;
	int end;
	size_t index;
	uint64_t n;
};

/** struct history - see above */
struct history;

/** history_new - of a timeline to its end; borrowed for the history's life;
 * caller frees with history_free() */
struct history *history_new(const struct timeline *tl);

/** history_free - release it; NULL is fine */
void history_free(struct history *history);

/** history_connections - all, in the order of their begin; @n: how many */
const struct history_connection *
history_connections(const struct history *history, size_t *n);

/** history_listeners - ends in LISTEN, with their paths; @n: how many */
const struct history_end *history_listeners(const struct history *history,
					    size_t *n);

/**
 * history_items - everything in one causal order; @n: how many
 *
 * A cause comes before what it causes, whatever the clocks of two observers
 * say; among things that do not cause one another, by time, then by number. A
 * sort that is stable: a history of more events of another connection keeps the
 * order of these.
 */
const struct history_item *history_items(const struct history *history,
					 size_t *n);
