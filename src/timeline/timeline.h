/*
 * timeline.h - the journal's events folded into what is, was and when
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "tcp/seen.h"
#include "tcp/sock.h"

struct timeline;

/** timeline_new - nothing has happened yet; caller frees: timeline_free() */
struct timeline *timeline_new(void);

/** timeline_free - release it; NULL is fine */
void timeline_free(struct timeline *tl);

/**
 * timeline_feed - one more event, in the journal's order
 * @tl: the fold so far
 * @event: with its number; copied as far as needed
 *
 * What earlier queries returned is borrowed until the next feed. The rows of
 * one dump are several events: ask when all are in, or a socket that turns
 * into a minisocket may seem CLOSED for a moment.
 */
void timeline_feed(struct timeline *tl, const struct event *event);

/**
 * struct sock_span - a socket looked like this from somewhere in (lo, hi] on
 * @sock: the row; zero if not @present
 * @present: false: no dump shows it any more; CLOSED
 * @lo_ns: it was not so yet in the dump then; 0 if there was none
 * @hi_ns: it was so in the dump then
 * @n: number of the event
 */
struct sock_span {
	struct tcp_sock sock;
	bool present;
	int64_t lo_ns;
	int64_t hi_ns;
	uint64_t n;
};

/**
 * struct sock_life - all that is known of one socket, or of one connection's
 * end: request socket, child, orphan and TIME_WAIT minisocket are one life
 * @host: where
 * @name: in the scenario; NULL if no program of ours told us
 * @spans: how it looked, in order; adjacent ones differ in any field, not
 *	always in state; none if no dump ever showed it
 * @n_spans: their number
 * @named_n: event that tied @name to it; 0 if none
 * @inode: its inode while it was held; 0 if never known
 * @tied: a kernel socket is known for @name (inode or address pair), so that
 *	its absence from a dump means CLOSED
 */
struct sock_life {
	const char *host;
	const char *name;
	struct sock_span *spans;
	size_t n_spans;
	uint64_t named_n;
	uint64_t inode;
	bool tied;
};

/**
 * timeline_sock - the life of a socket by its name in the scenario
 *
 * Return: NULL if no action with that socket was ever begun.
 */
const struct sock_life *timeline_sock(const struct timeline *tl,
				      const char *host, const char *socket);

/** timeline_sock_now - the last that is known of it; NULL if CLOSED, or if
 * @life is NULL or never seen */
const struct tcp_sock *timeline_sock_now(const struct sock_life *life);

/** timeline_sock_at - the span in force at @t_ns (hi_ns <= @t_ns); NULL if
 * @life was not seen yet */
const struct sock_span *timeline_sock_at(const struct sock_life *life,
					 int64_t t_ns);

/**
 * timeline_sock_next - iterate over all lives, of all hosts, oldest first
 * @i: start with 0; moved on
 *
 * Return: NULL after the last.
 */
const struct sock_life *timeline_sock_next(const struct timeline *tl,
					   size_t *i);

/**
 * timeline_sock_count - how many sockets of a host satisfied something then
 * @tl: the fold
 * @host: its name
 * @t_ns: at this time, or INT64_MAX: now
 * @wanted: which to count
 * @arg: passed to @wanted
 */
int64_t timeline_sock_count(const struct timeline *tl, const char *host,
			    int64_t t_ns,
			    bool (*wanted)(const struct tcp_sock *sock,
					   const void *arg),
			    const void *arg);

/**
 * struct timeline_look - one whole reading of a host: EVENT_SNAP of sockets,
 * EVENT_COUNTERS of counters
 * @began_ns: when it was begun; equals @t_ns if that is not known
 * @t_ns: when it was over
 * @why: "step", "expect", "begin", "end"
 * @step: under way then; -1 if none
 * @n: number of the event
 */
struct timeline_look {
	int64_t began_ns;
	int64_t t_ns;
	const char *why;
	int step;
	uint64_t n;
};

/** timeline_snaps - whole socket dumps of a host, in order; @n: how many */
const struct timeline_look *timeline_snaps(const struct timeline *tl,
					   const char *host, size_t *n);

/** timeline_readings - counter readings of a host, in order; @n: how many */
const struct timeline_look *timeline_readings(const struct timeline *tl,
					      const char *host, size_t *n);

/**
 * timeline_counter - how far a counter moved since the host's first reading
 * @tl: the fold
 * @host: its name
 * @name: "TcpExt.TCPTimeouts"
 * @t_ns: up to the reading made then; INT64_MAX: the last one
 * @n: number of the last event that moved it; 0 if it never moved; may be
 *	NULL
 */
int64_t timeline_counter(const struct timeline *tl, const char *host,
			 const char *name, int64_t t_ns, uint64_t *n);

/**
 * struct timeline_gap - something may have happened that nobody saw
 * @source: "sockets", "counters", "output", "agent" …
 * @host: NULL: on any host
 * @why: in words
 * @from_ns: begin
 * @to_ns: end
 * @n: number of the event
 */
struct timeline_gap {
	const char *source;
	const char *host;
	const char *why;
	int64_t from_ns;
	int64_t to_ns;
	uint64_t n;
};

/** timeline_gaps - all of them, in order; @n: how many */
const struct timeline_gap *timeline_gaps(const struct timeline *tl, size_t *n);

/** timeline_gap_covers - the first gap of @source that touches @host between
 * @from_ns and @to_ns, both included; NULL if none does */
const struct timeline_gap *timeline_gap_covers(const struct timeline *tl,
					       const char *source,
					       const char *host,
					       int64_t from_ns, int64_t to_ns);

/**
 * struct timeline_op - one action of one program
 * @end: what OP_END said; as OP_BEGIN said while not @ended
 * @host: where
 * @step: the step that began it
 * @begin_ns: told to
 * @end_ns: over; -1 if not @ended
 * @begin_n: number of the event OP_BEGIN
 * @end_n: number of the event OP_END; 0 if not @ended
 * @ended: it came back
 */
struct timeline_op {
	struct event_op end;
	const char *host;
	int step;
	int64_t begin_ns;
	int64_t end_ns;
	uint64_t begin_n;
	uint64_t end_n;
	bool ended;
};

/** timeline_op - by the number in the events' "op"; NULL if unknown */
const struct timeline_op *timeline_op(const struct timeline *tl, uint64_t op);

/** timeline_ops - all of them, in the order of their begin; @n: how many */
const struct timeline_op *timeline_ops(const struct timeline *tl, size_t *n);

/** struct timeline_output - one piece of what a program wrote */
struct timeline_output {
	const char *stream; /* "stdout", "stderr" */
	const char *text;
	int64_t t_ns;
	uint64_t n;
};

/**
 * struct timeline_proc - one process of one program, from start to exit
 * @host: where
 * @program: "agent", or its name in the scenario; a restart is a second
 *	struct timeline_proc of that name
 * @pid: in the lab
 * @start_ns: begin
 * @start_n: number of the event PROC_START
 * @ready_ns: ready; -1 if it is not yet
 * @ready_n: number of PROC_READY; 0 if it is not ready yet
 * @exited: it is gone
 * @exit_ns: since then
 * @exit_n: number of PROC_EXIT
 * @exit_step: step under way then
 * @status: exit status; -1 if killed
 * @signal: that killed it; 0 if none
 * @outputs: what it wrote, in order; @n_outputs pieces
 * @n_outputs: their number
 */
struct timeline_proc {
	const char *host;
	const char *program;
	int64_t pid;
	int64_t start_ns;
	uint64_t start_n;
	int64_t ready_ns;
	uint64_t ready_n;
	bool exited;
	int64_t exit_ns;
	uint64_t exit_n;
	int exit_step;
	int64_t status;
	int64_t signal;
	struct timeline_output *outputs;
	size_t n_outputs;
};

/** timeline_proc - the latest process of a program; NULL if never started */
const struct timeline_proc *
timeline_proc(const struct timeline *tl, const char *host, const char *program);

/** timeline_procs - all of them, in the order of their start; @n: how many */
const struct timeline_proc *timeline_procs(const struct timeline *tl,
					   size_t *n);

/** timeline_proc_wrote - the piece of output with which @text, looked for in
 * each stream as a whole, was complete; NULL if it never was */
const struct timeline_output *
timeline_proc_wrote(const struct timeline_proc *proc, const char *text);

/**
 * timeline_segments - the segments that hosts sent, and those that came out of
 * nowhere, in the order in which the journal first tells of each
 * @tl: the fold
 * @n: how many
 *
 * What the interface of an address's owner sent is a row; what the interface
 * of the other address's owner received is paired with the earliest sending of
 * equal endpoints, numbers, flags, length, window and options that nothing has
 * become of yet. What routers in between saw makes no rows.
 *
 * Two captures are read one after the other, so an arrival may be told of
 * before its sending: it stands as a forged row until then, and is turned into
 * the sent one in its place. Indices never change. Once END was fed, what has
 * not arrived is LOST.
 */
const struct tcp_seen *timeline_segments(const struct timeline *tl, size_t *n);

/**
 * timeline_segments_until - timeline_segments() as it was at an event
 * @tl: the fold, which may have gone further
 * @until_n: number of the event, included
 * @n: how many: the first so many of timeline_segments()
 *
 * A segment that arrived later was under way. What is known by now is known
 * already: one that never arrived is LOST, and one whose sending was told of
 * only later was sent.
 *
 * Return: caller frees; hosts are borrowed.
 */
struct tcp_seen *timeline_segments_until(const struct timeline *tl,
					 uint64_t until_n, size_t *n);

/**
 * struct timeline_fault - a fault of the scenario acted, or let go
 * @fault: number in the scenario, from 1
 * @action: "drop", "hold" …, "release"
 * @host: at whose end of the link
 * @to: the link's other end
 * @nth: see struct event_fault
 * @by_ns: likewise
 * @t_ns: when
 * @step: under way then; -1 if none
 * @row: the segment in timeline_segments(); SIZE_MAX if it is not there
 * @frame: number in the capture file; 0 if it is not there
 * @n: number of the event
 */
struct timeline_fault {
	uint64_t fault;
	const char *action;
	const char *host;
	const char *to;
	uint64_t nth;
	int64_t by_ns;
	int64_t t_ns;
	int step;
	size_t row;
	uint64_t frame;
	uint64_t n;
};

/** timeline_faults - all of them, in order; @n: how many */
const struct timeline_fault *timeline_faults(const struct timeline *tl,
					     size_t *n);

/**
 * struct timeline_call - one system call of a program of ours that came back
 * @call: as in the event; its began_ns is 0 if that is not known
 * @host: where
 * @step: under way then; -1 if none
 * @t_ns: when it returned
 * @n: number of the event
 */
struct timeline_call {
	struct event_call call;
	const char *host;
	int step;
	int64_t t_ns;
	uint64_t n;
};

/** timeline_calls - all of them, in the journal's order; @n: how many */
const struct timeline_call *timeline_calls(const struct timeline *tl,
					   size_t *n);

/** struct timeline_transition - EVENT_STATE: the tracepoint told of it */
struct timeline_transition {
	struct event_state change;
	const char *host;
	int64_t t_ns;
	uint64_t n;
};

/** timeline_transitions - all of them, in order; @n: how many */
const struct timeline_transition *
timeline_transitions(const struct timeline *tl, size_t *n);

/** struct timeline_wire - EVENT_WIRE, EVENT_INJECT: something was done to the
 * wire; @from, @to: of what was injected, else AF_UNSPEC */
struct timeline_wire {
	bool inject;
	const char *action;
	const char *host;
	struct endpoint from;
	struct endpoint to;
	int64_t t_ns;
	uint64_t n;
};

/** timeline_wires - all of them, in order; @n: how many */
const struct timeline_wire *timeline_wires(const struct timeline *tl,
					   size_t *n);

/** struct timeline_step - one step as it went; numbers are 0 until then */
struct timeline_step {
	int64_t begin_ns; /* -1 if it was not begun */
	int64_t end_ns; /* -1 if it was not left */
	uint64_t begin_n;
	uint64_t end_n;
	bool done;
	bool left_out; /* it is for other kernels */
	const char *why; /* why not done, or left out; NULL */
};

/** timeline_step - the step with that index; NULL if it was never begun */
const struct timeline_step *timeline_step(const struct timeline *tl, int step);

/**
 * struct timeline_whole - the run as a whole
 * @last_ns: time of the last event
 * @last_n: its number
 * @begin_n: number of BEGIN; 0 if there is none
 * @end_n: number of END; 0 if the journal breaks off
 * @end_ns: when that was; -1 if not
 * @complete: END said that every step was done
 * @why: why not; NULL
 */
struct timeline_whole {
	int64_t last_ns;
	uint64_t last_n;
	uint64_t begin_n;
	uint64_t end_n;
	int64_t end_ns;
	bool complete;
	const char *why;
};

/** timeline_is_virtual - did computing take no time: then what happens a
 * microsecond later is something else */
bool timeline_is_virtual(const struct timeline *tl);

/** timeline_whole - how far the run came */
const struct timeline_whole *timeline_whole(const struct timeline *tl);
