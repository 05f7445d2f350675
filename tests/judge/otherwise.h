/*
 * otherwise.h - a journal in which one thing is otherwise than it was
 */
#pragma once

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "event/journal.h"
#include "test.h"

/** enum change - what is done to the event that is picked */
enum change {
	DROPPED, /* it was never told of */
	SEQ_LATER, /* its seq is one more */
	ACK_LATER, /* its ack is one more */
	ACK_EARLIER, /* its ack is one less */
	STATE_IS, /* its state is another */
	STAYS, /* it is not gone: a socket that nobody holds, in a state */
	BYTES_MORE, /* the action moved one byte more */
	BYTES_LESS, /* one less */
	RST_BEHIND, /* a RST of the same end is sent and arrives behind it */
	RST_COMES, /* a RST arrives behind it that nobody sent */
	AGAIN_BEHIND, /* it is sent again, and comes, a second later */
};

/** struct pick - the first event of which all that is set is true */
struct pick {
	enum event_kind kind;
	const char *host;
	bool out; /* SEGMENT */
	const char *role; /* SEGMENT */
	enum tcp_state state; /* STATE, SOCK */
	bool gone; /* SOCK: it is, whatever its state was */
	const char *verb; /* OP_END */
};

/**
 * struct altering - one thing that is otherwise
 * @also: the same is done to this one, if it has a host
 * @says: of what was seen, or expected
 * @at: event that is cited; @here: that which was put in or changed
 */
struct altering {
	const char *name;
	enum change how;
	enum tcp_state to;
	struct pick pick;
	struct pick also;
	const char *says;
	struct pick at;
	bool here;
};

static inline bool is_picked(const struct pick *pick, const struct event *e)
{
	if (e->kind != pick->kind || !e->host ||
	    strcmp(e->host, pick->host) != 0)
		return false;
	if (e->kind == EVENT_SEGMENT)
		return e->segment.out == pick->out && e->segment.roles &&
		       strstr(e->segment.roles, pick->role);
	if (e->kind == EVENT_STATE)
		return e->state.state == pick->state;
	if (e->kind == EVENT_OP_END)
		return strcmp(e->op.verb, pick->verb) == 0;
	if (pick->gone)
		return e->sock.change == SOCK_CHANGE_GONE;
	return e->sock.sock.state == pick->state;
}

static inline size_t find(const struct journal *journal,
			  const struct pick *pick)
{
	for (size_t i = 0; i < journal->n; i++)
		if (is_picked(pick, &journal->events[i]))
			return i;
	ck_abort_msg("nothing to pick");
}

/* @extra goes in behind event @at; numbers are closed up */
static inline void insert(struct journal *j, size_t at,
			  const struct event *extra)
{
	memmove(&j->events[at + 2], &j->events[at + 1],
		(j->n - at - 1) * sizeof(*j->events));
	j->events[at + 1] = *extra;
	j->n++;
}

static inline const char *peer(const char *host)
{
	return strcmp(host, "client") == 0 ? "server" : "client";
}

/* What @e's host sends, and its arrival at the other */
static inline void insert_pair(struct journal *j, size_t at, struct event e)
{
	e.segment.out = true;
	e.segment.options = "made up";
	insert(j, at, &e);
	e.segment.out = false;
	e.host = peer(e.host);
	insert(j, at + 1, &e);
}

/* @ours: of the host at which event @at is; else it comes there, of nobody */
static inline void insert_rst(struct journal *j, size_t at, bool ours)
{
	struct event e = j->events[at];
	const struct endpoint from = e.segment.from;

	if (e.segment.out != ours) {
		e.segment.from = e.segment.to;
		e.segment.to = from;
	}
	e.segment.out = ours;
	e.segment.flags = "RST,ACK";
	e.segment.roles = "rst";
	e.segment.len = 0;
	if (ours)
		insert_pair(j, at, e);
	else
		insert(j, at, &e);
}

static inline void shift(struct event *e, enum change how)
{
	if (how == SEQ_LATER) {
		e->segment.seq++;
		e->segment.rel_seq++;
	} else {
		e->segment.ack += how == ACK_LATER ? 1 : UINT32_MAX;
		e->segment.rel_ack += how == ACK_LATER ? 1 : UINT32_MAX;
	}
}

/* Return: the index of what was changed, or put in */
static inline size_t alter(struct journal *j, const struct pick *pick,
			   const struct altering *a)
{
	size_t at = find(j, pick);
	struct event *e = &j->events[at];
	struct event again = *e;

	switch (a->how) {
	case DROPPED:
		memmove(e, e + 1, (j->n - at - 1) * sizeof(*e));
		j->n--;
		return at;
	case SEQ_LATER:
	case ACK_LATER:
	case ACK_EARLIER:
		shift(e, a->how);
		return at;
	case STATE_IS:
		if (e->kind == EVENT_STATE)
			e->state.state = a->to;
		else
			e->sock.sock.state = a->to;
		return at;
	case STAYS:
		e->sock.change = SOCK_CHANGE_CHANGED;
		e->sock.was = e->sock.sock.state;
		e->sock.sock.state = a->to;
		e->sock.sock.inode = 0;
		return at;
	case BYTES_MORE:
		e->op.bytes++;
		return at;
	case BYTES_LESS:
		e->op.bytes--;
		return at;
	case RST_BEHIND:
		insert_rst(j, at, true);
		return at + 1;
	case RST_COMES:
		insert_rst(j, at, false);
		return at + 1;
	case AGAIN_BEHIND:
		break;
	}
	again.segment.again = true;
	again.t_ns += 1000000000;
	while (j->events[at].t_ns < again.t_ns)
		at++;
	insert_pair(j, at - 1, again);
	return at;
}

/* A journal of its own, with room for two events more */
static inline struct journal copy(const struct journal *journal)
{
	struct journal j = *journal;

	j.events = mem_new(struct event, journal->n + 2);
	memcpy(j.events, journal->events, journal->n * sizeof(*j.events));
	return j;
}

static inline void number(struct journal *j)
{
	for (size_t i = 0; i < j->n; i++)
		j->events[i].n = i + 1;
}
