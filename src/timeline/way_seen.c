/*
 * way_seen.c - the states of an end as the kernel itself tells them: dumps and
 * the tracepoint
 */
#include "timeline/way.h"

#include "timeline/life.h"
#include "timeline/timeline.h"

/** RESTART_NS - the end of a timer moved by more than the steps in which the
 * kernel tells it, and a timer wheel is late (kernel/time/timer.c) */
#define RESTART_NS INT64_C(100000000)

/* A request socket or a minisocket has no process and no struct tcp_info; an
 * orphan has the latter, a child that nobody accepted too */
static bool is_mini(const struct tcp_sock *sock)
{
	switch (sock->state) {
	case TCP_STATE_TIME_WAIT:
		return true;
	case TCP_STATE_SYN_RECV:
		return !sock->inode && !sock->has_info;
	case TCP_STATE_FIN_WAIT2:
		return sock->timer == TCP_TIMER_TIMEWAIT;
	case TCP_STATE_CLOSED:
	case TCP_STATE_LISTEN:
	case TCP_STATE_SYN_SENT:
	case TCP_STATE_ESTABLISHED:
	case TCP_STATE_FIN_WAIT1:
	case TCP_STATE_CLOSE_WAIT:
	case TCP_STATE_CLOSING:
	case TCP_STATE_LAST_ACK:
	case TCP_STATES:
		return false;
	}
	return false;
}

static void note_restart(const struct sock_span *was,
			 const struct sock_span *span, struct way *way)
{
	int64_t old_ns = was->hi_ns + was->sock.timer_ns;
	int64_t new_ns = span->hi_ns + span->sock.timer_ns;

	const struct way_restart restart = {
		.lo_ns = span->lo_ns,
		.hi_ns = span->hi_ns,
		.t_ns = span->hi_ns,
		.n = span->n,
	};

	if (was->sock.timer_ns && new_ns - old_ns > RESTART_NS)
		vec_push(&way->restarts, restart);
}

void way_dumped(const struct life *life, size_t first, size_t end,
		struct way *way)
{
	for (size_t i = first; i < end; i++) {
		const struct sock_span *span = &life->pub.spans[i];
		struct way_claim claim = {
			.state = span->present ? span->sock.state
					       : TCP_STATE_CLOSED,
			.lo_ns = span->lo_ns,
			.hi_ns = span->hi_ns,
			.t_ns = span->hi_ns,
			.source = HISTORY_SOURCE_DUMP,
			.n = span->n,
		};
		size_t n = way->claims.n;

		claim.mini = span->present && is_mini(&span->sock);
		if (!n || way->claims.v[n - 1].state != claim.state ||
		    way->claims.v[n - 1].mini != claim.mini)
			vec_push(&way->claims, claim);
		else if (claim.state == TCP_STATE_TIME_WAIT)
			note_restart(span - 1, span, way);
	}
}

/* The first claim of a state that can be from what happened at @t_ns on */
static const struct way_claim *find_near(const struct way *way,
					 enum tcp_state state, int64_t t_ns)
{
	for (size_t i = 0; i < way->claims.n; i++) {
		const struct way_claim *claim = &way->claims.v[i];

		if (claim->state == state &&
		    claim->hi_ns >= t_ns - WAY_BY_ARRIVAL_NS)
			return claim;
	}
	return NULL;
}

/* Is there a TIME_WAIT that began at @t_ns */
static bool begins_time_wait(const struct way *walked, const struct way *dumped,
			     int64_t t_ns)
{
	const struct way_claim *walk =
		find_near(walked, TCP_STATE_TIME_WAIT, t_ns);
	const struct way_claim *dump =
		find_near(dumped, TCP_STATE_TIME_WAIT, t_ns);

	if (walk)
		return walk->t_ns <= t_ns + walked->slack_ns &&
		       t_ns - walk->t_ns <= WAY_BY_ARRIVAL_NS;
	return dump && dump->lo_ns < t_ns;
}

/* Is there a minisocket after @t_ns. What segments tell of one that no dump
 * shows any more did not happen: there was no room for it (tcp_time_wait()) */
static bool is_mini_later(const struct way *walked, const struct way *dumped,
			  int64_t t_ns)
{
	const struct way_claim *gone =
		find_near(dumped, TCP_STATE_CLOSED, t_ns);
	const struct way_claim *walk =
		find_near(walked, TCP_STATE_TIME_WAIT, t_ns);

	for (size_t i = 0; i < dumped->claims.n; i++)
		if (dumped->claims.v[i].mini &&
		    dumped->claims.v[i].state != TCP_STATE_SYN_RECV &&
		    dumped->claims.v[i].hi_ns >= t_ns)
			return true;
	return walk && (!gone || walk->t_ns <= gone->hi_ns);
}

/* The socket is gone; what took its place */
static void take_place(struct way_claim *claim, const struct way *walked,
		       const struct way *dumped)
{
	const uint32_t may = TCP_STATE_BIT(TCP_STATE_FIN_WAIT1) |
			     TCP_STATE_BIT(TCP_STATE_FIN_WAIT2) |
			     TCP_STATE_BIT(TCP_STATE_CLOSING);

	if (!(may & TCP_STATE_BIT(claim->was)))
		return;
	if (begins_time_wait(walked, dumped, claim->t_ns)) {
		claim->state = TCP_STATE_TIME_WAIT;
		claim->mini = true;
		return;
	}
	if (claim->was == TCP_STATE_CLOSING)
		return;
	if (is_mini_later(walked, dumped, claim->t_ns)) {
		claim->state = TCP_STATE_FIN_WAIT2;
		claim->mini = true;
	}
}

/* FIN_WAIT2 for an instant is the kernel's way from FIN_WAIT1 to where it
 * goes at once: a minisocket in FIN_WAIT2, or TIME_WAIT (RFC 9293 figure 5,
 * note 2), if one segment did both */
static bool is_passage(const struct way_claim *last,
		       const struct way_claim *claim, const struct way *walked)
{
	if (last->state != TCP_STATE_FIN_WAIT2 || !claim->mini ||
	    claim->t_ns - last->t_ns > WAY_SLACK_NS)
		return false;
	if (claim->state == TCP_STATE_FIN_WAIT2)
		return true;
	for (size_t i = 0; i < walked->claims.n; i++)
		if (walked->claims.v[i].state == TCP_STATE_FIN_WAIT2)
			return false;
	return claim->state == TCP_STATE_TIME_WAIT;
}

void way_traced(const struct timeline_transition *const *transitions, size_t n,
		const struct way *walked, const struct way *dumped,
		struct way *way)
{
	for (size_t i = 0; i < n; i++) {
		const struct timeline_transition *t = transitions[i];
		struct way_claim claim = {
			.state = t->change.state,
			.was = t->change.was,
			.lo_ns = t->t_ns,
			.hi_ns = t->t_ns,
			.t_ns = t->t_ns,
			.source = HISTORY_SOURCE_TRACE,
			.n = t->n,
		};
		struct way_claim *last;

		/* a child is made long after its request socket; close(2)
		 * enters FIN_WAIT2 where shutdown(2) did */
		if ((claim.state == TCP_STATE_SYN_RECV &&
		     claim.was == TCP_STATE_LISTEN) ||
		    claim.state == claim.was)
			continue;
		if (claim.state == TCP_STATE_CLOSED)
			take_place(&claim, walked, dumped);
		if (!way->claims.n ||
		    !is_passage(&way->claims.v[way->claims.n - 1], &claim,
				walked)) {
			vec_push(&way->claims, claim);
			continue;
		}
		last = &way->claims.v[way->claims.n - 1];
		claim.was = last->was;
		if (claim.state == TCP_STATE_FIN_WAIT2) {
			claim.t_ns = last->t_ns;
			claim.n = last->n;
		}
		*last = claim;
	}
}
