/*
 * way.h - the states that one end went through, as its witnesses tell of them;
 * private to timeline/
 *
 * Each kind of witness gives a way of its own; the ways are laid over each
 * other, the surer over the less sure, and what is missing between is implied.
 */
#pragma once

#include "base/vec.h"
#include "tcp/seen.h"
#include "timeline/history.h"

struct life;
struct timeline_transition;

/** WAY_SLACK_NS - a segment may be captured so long before the socket is told,
 * unless computing takes no time (struct event_begin, @virtual_time) */
#define WAY_SLACK_NS INT64_C(1000000)

/** WAY_BY_ARRIVAL_NS - what a segment does, it does in that time after it was
 * captured */
#define WAY_BY_ARRIVAL_NS INT64_C(10000000)

/**
 * struct way_claim - an end was in a state
 * @state: see there
 * @was: TRACE only: the state before
 * @mini: request socket or minisocket
 * @late: known by what was sent, which may be later than the state
 * @lo_ns, @hi_ns: entered in (lo, hi]
 * @t_ns: best guess
 * @source: the surest witness
 * @n: event number of that; 0 if implied
 * @cause_n: event that explains it; 0
 */
struct way_claim {
	enum tcp_state state;
	enum tcp_state was;
	bool mini;
	bool late;
	int64_t lo_ns;
	int64_t hi_ns;
	int64_t t_ns;
	enum history_source source;
	uint64_t n;
	uint64_t cause_n;
};

/**
 * struct way_restart - the timer of TIME_WAIT was restarted
 * @lo_ns, @hi_ns: in (lo, hi]
 * @t_ns: best guess
 * @n: event that shows it: the arrival of a segment, or a dump
 */
struct way_restart {
	int64_t lo_ns;
	int64_t hi_ns;
	int64_t t_ns;
	uint64_t n;
};

/**
 * struct way - the claims of one end, in order
 * @claims: see there
 * @restarts: when the timer of TIME_WAIT was restarted
 * @refuted: set of TCP_STATE_BIT(): one witness told of it, a surer knows that
 *	it was not
 * @slack_ns: WAY_SLACK_NS, or 0
 */
struct way {
	VEC(struct way_claim) claims;
	VEC(struct way_restart) restarts;
	uint32_t refuted;
	int64_t slack_ns;
};

/** way_done - release it */
void way_done(struct way *way);

/** struct way_step - an end sent a segment, or one arrived there */
struct way_step {
	int64_t t_ns;
	uint64_t n;
	size_t row; /* of timeline_segments() */
	bool sent;
};

/** struct way_stream - what an end sent and got, in order */
struct way_stream {
	VEC(struct way_step) steps;
};

/** way_stream_sort - put it in order: time, then number */
void way_stream_sort(struct way_stream *stream);

/**
 * way_walk - what the segments alone tell of an end: RFC 9293 3.10.7
 * @rows: timeline_segments()
 * @stream: the end's
 * @way: empty; filled
 */
void way_walk(const struct tcp_seen *rows, const struct way_stream *stream,
	      struct way *way);

/** way_dumped - what the dumps tell: spans @first to before @end of a life */
void way_dumped(const struct life *life, size_t first, size_t end,
		struct way *way);

/**
 * way_traced - what the tracepoint tells
 * @transitions: of the end, in order; borrowed
 * @n: their number
 * @walked: by segments
 * @dumped: by dumps
 * @way: empty; filled
 *
 * The kernel tells that a socket is CLOSED when a minisocket takes its place
 * (net/ipv4/tcp_minisocks.c, tcp_time_wait()): the other witnesses say which.
 */
void way_traced(const struct timeline_transition *const *transitions, size_t n,
		const struct way *walked, const struct way *dumped,
		struct way *way);

/**
 * way_lay_traces - lay what is traced over what was walked
 * @way: in: by segments; out: both
 * @traced: by the tracepoint; nothing is done if it is empty
 * @until_ns: the tracepoint was heard until then
 */
void way_lay_traces(struct way *way, const struct way *traced,
		    int64_t until_ns);

/**
 * way_lay_dumps - lay dumps over it
 * @way: in: by the others; out: all
 * @dumped: by dumps; nothing is done if it is empty
 * @until_ns: the last dump without a change was begun then; INT64_MIN: none
 */
void way_lay_dumps(struct way *way, const struct way *dumped, int64_t until_ns);

/**
 * way_ask - find out which segments explain what has no explanation yet
 * @rows: timeline_segments()
 * @stream: the end's
 * @way: times of what dumps tell become those of the segments
 */
void way_ask(const struct tcp_seen *rows, const struct way_stream *stream,
	     struct way *way);

/** way_is_legal - may the second follow the first: RFC 9293 figure 5, or what
 * Linux does beside it */
bool way_is_legal(enum tcp_state from, enum tcp_state to);

/** way_imply - put in what must have been between; @begin: the state that the
 * end must have been in at first, TCP_STATES if that is not known */
void way_imply(struct way *way, enum tcp_state begin);
