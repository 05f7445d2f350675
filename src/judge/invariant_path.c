/*
 * invariant_path.c - each end's path and what explains it, in every run
 *
 * DOC: Theory of operation
 *
 * One witness alone may tell a legal story, and all together none: so the path
 * that they add up to is held to figure 5, too. What only a segment can bring
 * about (RFC 9293 3.10.7) needs one that came by then; and who sends a RST of
 * its own is gone (3.10.5, 3.10.7.4): no dump shows its socket afterwards.
 */
#include <string.h>

#include "judge/invariant.h"
#include "judge/moves.h"
#include "judge/phrase_segment.h"
#include "tcp/segment.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

#define SYN TCP_FLAG_BIT(TCP_FLAG_SYN)
#define FIN TCP_FLAG_BIT(TCP_FLAG_FIN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/** STAMPS_NS - a state and the segment that brought it about are stamped in two
 * places, so far apart at most; in virtual time not at all */
#define STAMPS_NS INT64_C(10000000)

/** GONE_NS - a socket that was reset is gone by then */
#define GONE_NS INT64_C(10000000)

/**
 * struct path - one end's, and what reached it
 * @slack_ns: see STAMPS_NS
 * @timeouts: it may have given up, or have been reset
 */
struct path {
	struct ruling *r;
	const struct history_connection *connection;
	const struct history_end *end;
	int64_t slack_ns;
	bool timeouts;
};

static const struct tcp_seen *row_of(const struct path *p, size_t i)
{
	size_t n;

	return &timeline_segments(p->r->tl, &n)[p->connection->segments[i]];
}

static bool is_own(const struct path *p, const struct tcp_seen *s)
{
	return endpoint_equal(&s->from, &p->end->local);
}

/* RFC 9293 3.4: one past the last number of what has one of @flags, sent by the
 * end. Return: is there any */
static bool number_past(const struct path *p, uint8_t flag, uint32_t *past)
{
	for (size_t i = 0; i < p->connection->n_segments; i++) {
		const struct tcp_seen *s = row_of(p, i);

		if (!is_own(p, s) || s->forged || !(s->flags & flag))
			continue;
		*past = s->seq + (flag == SYN ? 1 : s->len + 1);
		return true;
	}
	return false;
}

/* Has what acknowledges the end's SYN, or its FIN, come by @t_ns; nobody knows
 * if nobody saw that leave */
static bool was_acked(const struct path *p, uint8_t flag, int64_t t_ns)
{
	uint32_t past = 0;

	if (!number_past(p, flag, &past))
		return true;
	for (size_t i = 0; i < p->connection->n_segments; i++) {
		const struct tcp_seen *s = row_of(p, i);

		if (!is_own(p, s) && s->arrived_n && s->arrived_ns <= t_ns &&
		    s->flags & ACK && (int32_t)(s->ack - past) >= 0)
			return true;
	}
	return false;
}

static bool has_come(const struct path *p, uint8_t flag, int64_t t_ns)
{
	for (size_t i = 0; i < p->connection->n_segments; i++) {
		const struct tcp_seen *s = row_of(p, i);

		if (!is_own(p, s) && s->arrived_n && s->arrived_ns <= t_ns &&
		    s->flags & flag)
			return true;
	}
	return false;
}

/* What must have come for a state, and has not; NULL if nothing is missing */
static const char *missing(const struct path *p, enum tcp_state was,
			   const struct history_state *is)
{
	int64_t t_ns = is->from_ns + p->slack_ns;

	switch (is->state) {
	case TCP_STATE_ESTABLISHED:
		return was_acked(p, SYN, t_ns) ? NULL : "an ACK of its SYN";
	case TCP_STATE_CLOSE_WAIT:
	case TCP_STATE_CLOSING:
		return has_come(p, FIN, t_ns) ? NULL : "a FIN";
	case TCP_STATE_FIN_WAIT2:
		return was == is->state || was_acked(p, FIN, t_ns)
			       ? NULL
			       : "an ACK of its FIN";
	case TCP_STATE_TIME_WAIT:
		if (!has_come(p, FIN, t_ns))
			return "a FIN";
		return was_acked(p, FIN, t_ns) ? NULL : "an ACK of its FIN";
	case TCP_STATE_CLOSED:
		return p->timeouts || was != TCP_STATE_LAST_ACK ||
				       was_acked(p, FIN, t_ns) ||
				       has_come(p, RST, t_ns)
			       ? NULL
			       : "an ACK of its FIN";
	case TCP_STATE_LISTEN:
	case TCP_STATE_SYN_SENT:
	case TCP_STATE_SYN_RECV:
	case TCP_STATE_FIN_WAIT1:
	case TCP_STATE_LAST_ACK:
	case TCP_STATES:
		return NULL;
	}
	return NULL;
}

static const char *who(const struct path *p, char buf[ENDPOINT_TEXT])
{
	return p->end->name ?: endpoint_print(&p->end->local, buf);
}

static void judge_step(const struct path *p, const struct history_state *was,
		       const struct history_state *is, bool captured)
{
	bool seen = is->source == HISTORY_SOURCE_DUMP ||
		    is->source == HISTORY_SOURCE_TRACE;
	const char *lacks =
		captured && seen ? missing(p, was->state, is) : NULL;
	struct finding *finding = NULL;
	char buf[ENDPOINT_TEXT];

	if (!move_is_legal(was->state, is->state))
		finding = invariant_broken(
			p->r,
			is->source == HISTORY_SOURCE_DUMP ? "sockets" : "trace",
			p->end->host,
			mem_printf("%s: a path of RFC 9293 figure 5, or of "
				   "Linux",
				   who(p, buf)),
			mem_printf("%s to %s", tcp_state_names[was->state],
				   tcp_state_names[is->state]),
			is->from_ns);
	else if (lacks)
		finding = invariant_broken(
			p->r, "segments", p->end->host,
			mem_printf("%s: %s after %s has come", who(p, buf),
				   tcp_state_names[is->state], lacks),
			mem_strdup("it had not come"), is->from_ns);
	if (!finding)
		return;
	finding_cite(finding, is->n);
	finding_cite(finding, was->n);
}

/* Are segments captured where they reach this end */
static bool is_captured(const struct path *p)
{
	const struct history_end *ends = p->connection->ends;

	if (!ends[0].host || !ends[1].host ||
	    strcmp(ends[0].host, ends[1].host) == 0)
		return false;
	for (size_t i = 0; i < p->connection->n_segments; i++)
		if (!is_own(p, row_of(p, i)) && row_of(p, i)->arrived_n)
			return true;
	return false;
}

void invariant_paths(struct ruling *r, const struct history *history,
		     const struct allowance *allowed)
{
	size_t n;
	const struct history_connection *all = history_connections(history, &n);

	for (size_t i = 0; i < 2 * n; i++) {
		const struct path p = {
			.r = r,
			.connection = &all[i / 2],
			.end = &all[i / 2].ends[i % 2],
			.slack_ns = allowed->late ? STAMPS_NS : 0,
			.timeouts = allowed->wires || allowed->resets ||
				    allowed->retransmissions,
		};
		bool captured = p.end->n_states > 1 && is_captured(&p);

		for (size_t k = 1; k < p.end->n_states; k++)
			judge_step(&p, &p.end->states[k - 1], &p.end->states[k],
				   captured);
	}
}

/* When a dump last showed a socket as span @k tells of it */
static int64_t shown_until(const struct timeline *tl,
			   const struct sock_life *life, size_t k)
{
	size_t n = 0;
	const struct timeline_look *looks;

	if (k + 1 < life->n_spans)
		return life->spans[k + 1].lo_ns;
	looks = timeline_snaps(tl, life->host, &n);
	return n ? looks[n - 1].began_ns : INT64_MIN;
}

/* What dumps show of an end that was there before @s, and is after it; NULL */
static const struct sock_span *outlives(const struct ruling *r,
					const struct sock_life *life,
					const struct tcp_seen *s)
{
	const uint32_t open = ~(TCP_STATE_BIT(TCP_STATE_CLOSED) |
				TCP_STATE_BIT(TCP_STATE_LISTEN) |
				TCP_STATE_BIT(TCP_STATE_SYN_SENT) |
				TCP_STATE_BIT(TCP_STATE_SYN_RECV));
	bool was_there = false;

	for (size_t k = 0; k < life->n_spans; k++) {
		const struct sock_span *span = &life->spans[k];

		if (!span->present && span->hi_ns > s->t_ns)
			return NULL;
		if (!(open & TCP_STATE_BIT(span->sock.state)) ||
		    !span->present ||
		    !endpoint_equal(&span->sock.local, &s->from) ||
		    !endpoint_equal(&span->sock.remote, &s->to))
			was_there = false;
		else if (span->hi_ns < s->t_ns)
			was_there = true;
		if (was_there &&
		    (span->hi_ns > s->t_ns + GONE_NS ||
		     shown_until(r->tl, life, k) > s->t_ns + GONE_NS))
			return span;
	}
	return NULL;
}

static const struct sock_span *survivor(const struct ruling *r,
					const struct tcp_seen *s)
{
	const struct sock_life *life;
	const struct sock_span *span;
	size_t i = 0;

	while ((life = timeline_sock_next(r->tl, &i))) {
		if (strcmp(life->host, s->from_host) != 0)
			continue;
		span = outlives(r, life, s);
		if (span)
			return span;
	}
	return NULL;
}

void invariant_aborts(struct ruling *r)
{
	size_t n;
	const struct tcp_seen *rows = timeline_segments(r->tl, &n);

	for (size_t i = 0; i < n; i++) {
		const struct tcp_seen *s = &rows[i];
		const struct sock_span *span;
		struct finding *finding;
		struct str saw = {0};

		if (s->forged || !(s->flags & RST) || !s->from_host)
			continue;
		span = survivor(r, s);
		if (!span)
			continue;
		phrase_segment(&saw, s);
		str_addf(&saw, ", and still %s",
			 tcp_state_names[span->sock.state]);
		finding = invariant_broken(
			r, "sockets", s->from_host,
			mem_printf("%s has no socket left whose RST it sent",
				   s->from_host),
			str_steal(&saw), s->t_ns);
		finding_cite(finding, s->n);
		finding_cite(finding, span->n);
	}
}
