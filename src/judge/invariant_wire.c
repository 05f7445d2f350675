/*
 * invariant_wire.c - RSTs and retransmissions, in every run
 */
#include <string.h>

#include "base/units.h"
#include "judge/invariant.h"
#include "judge/phrase_segment.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "timeline/timeline.h"

#define SYN TCP_FLAG_BIT(TCP_FLAG_SYN)
#define FIN TCP_FLAG_BIT(TCP_FLAG_FIN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/** AGAIN_NS - nothing is sent again sooner for want of an answer than this:
 * TCP_RTO_MIN, include/net/tcp.h; a tail loss probe may be */
#define AGAIN_NS INT64_C(200000000)

/** AGAIN_LATE_NS - likewise, where the machine may be late */
#define AGAIN_LATE_NS INT64_C(2000000000)

/** struct wire - all segments of a run */
struct wire {
	const struct tcp_seen *v;
	size_t n;
};

static struct wire wire_of(const struct ruling *r)
{
	struct wire wire;

	wire.v = timeline_segments(r->tl, &wire.n);
	return wire;
}

static uint32_t space(const struct tcp_seen *s)
{
	return s->len + !!(s->flags & SYN) + !!(s->flags & FIN);
}

/* RFC 9293 3.4: numbers are compared modulo 2^32 */
static bool before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static bool is_way(const struct tcp_seen *s, const struct endpoint *from,
		   const struct endpoint *to)
{
	return endpoint_equal(&s->from, from) && endpoint_equal(&s->to, to);
}

void invariant_sources(struct ruling *r, const struct allowance *allowed)
{
	const struct wire w = wire_of(r);

	for (size_t i = 0; !allowed->wires && i < w.n; i++) {
		const struct tcp_seen *s = &w.v[i];
		struct finding *finding;
		struct str saw = {0};

		if (!s->forged || !s->from_host || !s->to_host)
			continue;
		phrase_segment(&saw, s);
		finding = invariant_broken(
			r, "segments", s->from_host,
			mem_printf("%s gets nothing that %s did not send",
				   s->to_host, s->from_host),
			str_steal(&saw), s->t_ns);
		finding_cite(finding, s->n);
	}
}

/* RFC 9293 3.10.7.1: to a SYN that nobody listens for; has no number */
static bool is_refusal(const struct ruling *r, const struct tcp_seen *s)
{
	return s->flags & ACK && !s->seq &&
	       !allowance_listened(r, s->from_host, &s->from, s->t_ns);
}

void invariant_resets(struct ruling *r, const struct allowance *allowed)
{
	const struct wire w = wire_of(r);

	if (allowed->wires || allowed->resets)
		return;
	for (size_t i = 0; i < w.n; i++) {
		const struct tcp_seen *s = &w.v[i];
		struct finding *finding;
		struct str saw = {0};

		if (s->forged || !(s->flags & RST) || !s->from_host ||
		    is_refusal(r, s) ||
		    allowance_closed(r, s->from_host, s->from.port, s->t_ns))
			continue;
		phrase_segment(&saw, s);
		finding = invariant_broken(
			r, "agent", s->from_host,
			mem_printf("no RST of %s, where nothing was closed, "
				   "killed or lost",
				   s->from_host),
			str_steal(&saw), s->t_ns);
		finding_cite(finding, s->n);
		finding_cite(finding, s->arrived_n);
	}
}

/* The last sending before @i of all that @i takes up */
static const struct tcp_seen *original(const struct wire *w, size_t i)
{
	const struct tcp_seen *again = &w->v[i];

	for (size_t k = i; k-- > 0;) {
		const struct tcp_seen *s = &w->v[k];

		if (s->connection == again->connection && !s->forged &&
		    is_way(s, &again->from, &again->to) &&
		    !before(again->seq, s->seq) &&
		    !before(s->seq + space(s), again->seq + space(again)) &&
		    space(s))
			return s;
	}
	return NULL;
}

/* The first acknowledgement of @first to reach its sender before @t_ns */
static const struct tcp_seen *answer(const struct wire *w,
				     const struct tcp_seen *first, int64_t t_ns)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct tcp_seen *s = &w->v[i];

		if (s->flags & ACK && !(s->flags & RST) && s->arrived_n &&
		    s->arrived_ns < t_ns && s->arrived_ns > first->t_ns &&
		    is_way(s, &first->to, &first->from) &&
		    !before(s->ack, first->seq + space(first)))
			return s;
	}
	return NULL;
}

/* A receiver that counts such has dropped what reached it */
static bool receiver_drops(const struct ruling *r, const char *host)
{
	static const char *const counters[] = {
		"TcpExt.ListenOverflows",    "TcpExt.ListenDrops",
		"TcpExt.TCPDeferAcceptDrop", "TcpExt.TCPReqQFullDrop",
		"TcpExt.TCPRcvQDrop",	     "TcpExt.TCPZeroWindowDrop",
		"TcpExt.TCPBacklogDrop",     "TcpExt.PFMemallocDrop",
		"TcpExt.TCPOFODrop",	     "TcpExt.PAWSEstab",
		"TcpExt.TCPToZeroWindowAdv", "Tcp.InErrs",
	};

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		if (timeline_counter(r->tl, host, counters[i], INT64_MAX,
				     NULL) > 0)
			return true;
	return false;
}

static bool had_rst(const struct wire *w, const struct tcp_seen *s)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].flags & RST &&
		    (is_way(&w->v[i], &s->from, &s->to) ||
		     is_way(&w->v[i], &s->to, &s->from)))
			return true;
	return false;
}

/*
 * What was acknowledged long ago is never sent again. What nobody acknowledged
 * is, but then whom it reached must have had a reason: it had a second chance,
 * since what was sent again came, too, and is not excused by its lateness.
 */
static void judge_again(struct ruling *r, const struct wire *w, size_t i,
			const struct allowance *allowed)
{
	const struct tcp_seen *again = &w->v[i];
	const struct tcp_seen *first = original(w, i);
	int64_t wait_ns =
		(allowed->late ? AGAIN_LATE_NS : AGAIN_NS) + allowed->delay_ns;
	const struct tcp_seen *ack;
	struct finding *finding;
	struct str saw = {0};
	char buf[UNITS_TEXT];

	if (!first || !first->arrived_n || !again->to_host ||
	    again->t_ns - first->arrived_ns < wait_ns ||
	    receiver_drops(r, again->to_host) || had_rst(w, again))
		return;
	ack = answer(w, first, again->t_ns);
	if (ack && again->t_ns - ack->arrived_ns < wait_ns)
		return;
	phrase_segment(&saw, again);
	str_addf(&saw, "; %s it had arrived",
		 duration_print(again->t_ns - first->arrived_ns, buf));
	str_add(&saw, ack ? " before, and its acknowledgement had come"
			  : " before, and was not acknowledged");
	finding = invariant_broken(
		r, "segments", NULL,
		mem_strdup("nothing is sent again where nothing is lost"),
		str_steal(&saw), again->t_ns);
	finding_cite(finding, again->n);
	finding_cite(finding, first->arrived_n);
	finding_cite(finding, ack ? ack->arrived_n : 0);
}

void invariant_retransmissions(struct ruling *r,
			       const struct allowance *allowed)
{
	const uint32_t probes = FLOW_ROLE_BIT(FLOW_KEEPALIVE) |
				FLOW_ROLE_BIT(FLOW_WINDOW_PROBE);
	const struct wire w = wire_of(r);

	if (allowed->wires || allowed->retransmissions)
		return;
	for (size_t i = 0; i < w.n; i++)
		if (w.v[i].again && !w.v[i].forged && space(&w.v[i]) &&
		    !(w.v[i].roles & probes) && !(w.v[i].flags & RST))
			judge_again(r, &w, i, allowed);
}
