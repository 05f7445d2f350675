/*
 * event.h - what happened: the one record that every observer writes
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tcp/sock.h"

/** enum event_kind - the name in the journal is in event_kind_names */
enum event_kind {
	EVENT_BEGIN, /* first of a journal: what is being run, on what */
	EVENT_HOST, /* a host is up */
	EVENT_SYSCTL, /* a sysctl was written, and read back as this */
	EVENT_STEP_BEGIN, /* the scheduler took up a step */
	EVENT_STEP_END, /* … and left it */
	EVENT_OP_BEGIN, /* a program was told to do a step's action */
	EVENT_CALL, /* one system call of a program of ours came back */
	EVENT_OP_END, /* the action is over; its result */
	EVENT_SNAP, /* all sockets of a host were read, at a step boundary */
	EVENT_SOCK, /* a dump differs from the one before in this socket */
	EVENT_COUNTERS, /* all counters of a host were read */
	EVENT_COUNTER, /* … and this one differs from the last reading */
	EVENT_PROC_START, /* a program was started */
	EVENT_PROC_READY, /* … is ready (its port listens) */
	EVENT_PROC_SIGNAL, /* … was sent a signal */
	EVENT_PROC_OUTPUT, /* … wrote to stdout or stderr */
	EVENT_PROC_SPIN, /* … reads the clock over and over */
	EVENT_PROC_EXIT, /* … is gone */
	EVENT_SEGMENT, /* a host's interface sent or received a TCP segment */
	EVENT_STATE, /* the kernel told of a transition: tracepoint */
	EVENT_TRACE, /* the kernel told of something else: tracepoint */
	EVENT_FAULT, /* a fault of the scenario touched a segment */
	EVENT_INJECT, /* a segment that nobody sent was put on the wire */
	EVENT_WIRE, /* the wire was cut, healed or changed, one direction */
	EVENT_LINK, /* how frames fared on a link, one direction, in all */
	EVENT_GAP, /* something may have happened that we did not see */
	EVENT_ERROR, /* the environment refused something */
	EVENT_END, /* last of a whole journal */
	EVENT_KINDS
};

/** event_kind_names - "begin", "step.begin", "sock" …, indexed by kind */
extern const char *const event_kind_names[EVENT_KINDS];

/** enum sock_change - how a dump differs from the dump before it */
enum sock_change {
	SOCK_CHANGE_NEW,
	SOCK_CHANGE_CHANGED,
	SOCK_CHANGE_GONE, /* the row carries the last that was seen */
	SOCK_CHANGES
};

/** sock_change_names - "new", "changed", "gone" */
extern const char *const sock_change_names[SOCK_CHANGES];

/** struct event_begin - BEGIN: what is being run, on what */
struct event_begin {
	int64_t version; /* of the journal's format: JOURNAL_VERSION */
	const char *scenario; /* "close/client-first" */
	const char *kernel; /* uname -r */
	int64_t wall_ns; /* CLOCK_REALTIME at t = 0 */
	uint64_t seed;
	bool virtual_time; /* computing took no time, and waiting jumped */
};

/** struct event_host - HOST: a host that is up */
struct event_host {
	const char *addresses; /* "10.0.0.1/30 fd7c::1/64", by link order */
	uint64_t netns; /* inode of the network namespace */
};

/** struct event_sysctl - SYSCTL: as written */
struct event_sysctl {
	const char *name;
	const char *value; /* as read back */
};

/** struct event_step - STEP_BEGIN, STEP_END: a step of the scenario */
struct event_step {
	int64_t line; /* in the scenario file */
	const char *text; /* "server: listen 7788 as L" */
	bool done; /* end only: false if the step did not do as told */
	bool left_out; /* end only: it is not for this kernel */
	const char *why; /* end only: why not done, or left out; NULL */
};

/** struct event_op - OP_BEGIN, OP_END: an action of a program of ours */
struct event_op {
	uint64_t op; /* unique in the journal */
	const char *program; /* "agent", or a name from the scenario */
	int64_t pid; /* in the lab's PID namespace */
	const char *verb; /* "listen" */
	const char *socket; /* its name in the scenario; NULL if none */
	/* the rest: end only */
	int64_t result; /* >= 0, or -1 */
	int64_t error; /* errno, 0 if none */
	const char *call; /* the system call that failed; NULL if none */
	int64_t bytes; /* moved by send or recv */
	bool eof; /* recv returned 0 */
	bool match; /* recv: the bytes were those asked for */
	struct endpoint local; /* getsockname() afterwards */
	struct endpoint remote; /* getpeername() afterwards */
	uint64_t inode; /* of the socket made or used; 0 if none */
	const char *value; /* getsockopt: as printed; NULL if none */
	int64_t took_ns;
};

/** struct event_call - CALL: one system call of an action */
struct event_call {
	uint64_t op; /* part of this action */
	const char *program;
	int64_t pid;
	const char *call; /* "bind" */
	const char *args; /* "L, 0.0.0.0:7788" */
	const char *socket; /* name in the scenario; NULL if none */
	int64_t result;
	int64_t error; /* errno, 0 if none */
	int64_t began_ns; /* t_ns is when it returned */
	uint64_t inode; /* of the socket; 0 if none */
};

/** struct event_snap - SNAP: a dump of all sockets of a host */
struct event_snap {
	const char *why; /* "step", "expect", "end" */
	int64_t sockets; /* rows */
	int64_t took_ns; /* from the request to the last row */
};

/** struct event_sock - SOCK: a socket in which two dumps differ */
struct event_sock {
	enum sock_change change;
	int64_t since_ns; /* last dump before this change; -1 if none */
	enum tcp_state was; /* changed only: state before */
	struct tcp_sock sock;
	int64_t pid; /* a process that holds it; 0 if none or unknown */
	const char *comm; /* its name; NULL */
};

/** struct event_counters - COUNTERS: a reading of all counters of a host */
struct event_counters {
	const char *why; /* "begin", "expect", "end" */
	int64_t changed; /* counters that differ from the last reading */
};

/** struct event_counter - COUNTER: one that differs between two readings */
struct event_counter {
	const char *name; /* "TcpExt.TCPTimeouts", "Tcp.OutRsts" */
	int64_t value;
	int64_t delta; /* since the last reading of this host */
};

/** struct event_proc - PROC_*: a program, and what came of it */
struct event_proc {
	const char *program;
	int64_t pid;
	const char *argv; /* start: the command line */
	const char *why; /* ready, spin: how we know */
	int64_t status; /* exit: exit status, -1 if killed or unknown */
	int64_t signal; /* signal, exit: its number, 0 if none */
	const char *stream; /* output: "stdout", "stderr" */
	const char *text; /* output: as UTF-8, other bytes replaced */
};

/**
 * struct event_segment - SEGMENT: at the interface of a host
 *
 * What one end sent and what reached the other are two events: what is between
 * them is the wire's doing.
 */
struct event_segment {
	const char *interface; /* "eth0" */
	bool out; /* the host sent it; false: it arrived */
	struct endpoint from;
	struct endpoint to;
	const char *flags; /* "SYN,ACK" */
	const char *roles; /* "handshake-2", "wave-2,wave-3": tcp/flow.h */
	bool again; /* a retransmission, or the same answer again */
	uint64_t connection; /* number among those that the host saw */
	bool late; /* its begin was not seen: the next two count from 1 */
	uint32_t rel_seq; /* relative to the sender's initial number */
	uint32_t rel_ack; /* relative to the receiver's */
	uint32_t seq;
	uint32_t ack;
	uint32_t window; /* as in the header, not scaled */
	uint32_t len; /* bytes of payload */
	const char *options; /* "mss 1460, wscale 7"; NULL if none */
	bool corrupt; /* its checksum is wrong */
	uint64_t frame; /* number in the capture file, from 1 */
};

/** struct event_state - STATE: sock:inet_sock_set_state, to the microsecond; it
 * never shows TIME_WAIT (net/ipv4/af_inet.c, inet_sk_set_state) */
struct event_state {
	struct endpoint local;
	struct endpoint remote;
	enum tcp_state was;
	enum tcp_state state;
	uint64_t socket; /* of the kernel's, numbered by appearance: SYN_SENT
			    may be told before the local port is known */
};

/** struct event_trace - TRACE: tcp_retransmit_skb, tcp_send_reset,
 * tcp_receive_reset, kfree_skb */
struct event_trace {
	const char *name; /* of the tracepoint */
	struct endpoint local;
	struct endpoint remote;
	enum tcp_state state; /* of the socket, if @has_state */
	bool has_state;
	const char *reason; /* kfree_skb, newer resets: "TCP_OFOMERGE"; NULL */
	uint64_t socket; /* number as in event_state; 0 if none is known */
};

/** struct event_fault - FAULT, INJECT: at the host's end of a link; the event's
 * host is the one whose frame it is, on this link */
struct event_fault {
	uint64_t fault; /* number in the scenario, from 1; INJECT: 0 */
	const char *action; /* "drop", "hold" … as in the scenario; "release";
			       INJECT: "inject" */
	const char *to; /* the link's other end */
	uint64_t nth; /* so many times the fault has acted; RELEASE: the nth
			 that was held; INJECT: of the step */
	int64_t by_ns; /* DELAY, DUPLICATE: how much later */
	struct endpoint from_end; /* the segment's */
	struct endpoint to_end;
	const char *flags;
	const char *roles;
	bool again;
	uint32_t rel_seq;
	uint32_t rel_ack;
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
	uint64_t frame; /* in the capture file, where it was sent; 0: not
			   there */
};

/** struct event_wire - WIRE: one direction of a link */
struct event_wire {
	const char
		*action; /* "cut", "heal", "set", "forget", "arm", "disarm" */
	const char *to; /* frames from the event's host to this one; arm,
			   disarm: NULL, as is the host */
	const char *what; /* set: the rules in words; arm, disarm: the fault's
			     name; else NULL */
};

/** struct event_link - LINK: frames from the event's host, at the end */
struct event_link {
	const char *to; /* the link's other end */
	const char *backend; /* what carried them: "pass", "netem", "relay" */
	const char *rules; /* "delay 20 ms, loss 1%"; NULL: none */
	uint64_t came;
	uint64_t gone; /* sent on; a duplicate counts twice */
	uint64_t lost; /* as was asked */
	uint64_t overflow; /* more than the limit that was asked */
	uint64_t missed; /* lost without having been asked for */
	uint64_t corrupt; /* as was asked */
	uint64_t cut; /* came while the wire was cut */
	uint64_t forgotten; /* of connections that the NAT had forgotten */
	uint64_t faulted; /* dropped by a fault */
	uint64_t held; /* by a fault, and not released */
	uint64_t under_way; /* when it was counted */
	int64_t latest_ns; /* how late the latest was taken, or left */
};

/** struct event_gap - GAP: when we did not see, and what */
struct event_gap {
	const char *source; /* "sockets", "counters", "segments", "output",
			       "agent", "wire", "lateness" */
	int64_t from_ns;
	int64_t to_ns;
	const char *why;
};

/** struct event_error - ERROR: what the environment refused */
struct event_error {
	const char *text;
	const char *remedy; /* NULL if none */
};

/** struct event_end - END: how the run came to its end */
struct event_end {
	bool complete; /* every step was taken and done */
	const char *why; /* why not; NULL if complete */
	const char *untraced; /* why there is no STATE, and no TRACE; NULL if
				 nothing hindered */
};

/**
 * struct event - one thing that happened
 *
 * Strings are borrowed: from the caller until an emit returns, from the
 * journal while it is loaded.
 */
struct event {
	uint64_t n; /* number in the journal, from 1; 0 before it is there */
	int64_t t_ns; /* since the lab began; for a dump: when it was over */
	enum event_kind kind;
	int step; /* index of the top-level step under way; -1 if none */
	const char *host; /* NULL if it concerns no host */
	union {
		struct event_begin begin;
		struct event_host up;
		struct event_sysctl sysctl;
		struct event_step step_of; /* STEP_BEGIN, STEP_END */
		struct event_op op; /* OP_BEGIN, OP_END */
		struct event_call call;
		struct event_snap snap;
		struct event_sock sock;
		struct event_counters counters;
		struct event_counter counter;
		struct event_proc proc; /* PROC_* */
		struct event_segment segment;
		struct event_state state;
		struct event_trace trace;
		struct event_fault fault;
		struct event_wire wire;
		struct event_link link;
		struct event_gap gap;
		struct event_error error;
		struct event_end end;
	};
};

/**
 * struct event_sink - where an observer puts what it saw
 * @emit: numbers, stamps (if t_ns is 0) and keeps the event; never fails
 *	visibly: the sink's owner finds a full disk later, and stops
 * @arg: passed to @emit
 * @epoch_ns: CLOCK_MONOTONIC at t = 0, for an observer that stamps itself
 */
struct event_sink {
	void (*emit)(void *arg, struct event *event);
	void *arg;
	int64_t epoch_ns;
};

/** event_emit - hand an event to a sink; its n and t_ns are filled in */
void event_emit(const struct event_sink *sink, struct event *event);
