/*
 * invariant_sock.c - transitions, bytes and sockets left over, in every run
 */
#include <string.h>

#include "base/units.h"
#include "judge/invariant.h"
#include "judge/moves.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

/** SETTLE_NS - what is on its way to an end, has moved on by then */
#define SETTLE_NS INT64_C(1000000000)

/** SETTLE_LATE_NS - likewise, where the machine may be late */
#define SETTLE_LATE_NS INT64_C(10000000000)

static void illegal(struct ruling *r, const char *source, const char *host,
		    const char *who, enum tcp_state was, enum tcp_state is,
		    int64_t t_ns, const uint64_t evidence[2])
{
	struct finding *finding = invariant_broken(
		r, source, host,
		mem_printf("%s: transitions of RFC 9293 figure 5, or of Linux",
			   who),
		mem_printf("%s to %s", tcp_state_names[was],
			   tcp_state_names[is]),
		t_ns);

	finding_cite(finding, evidence[0]);
	finding_cite(finding, evidence[1]);
}

/* The tracepoint tells of each transition by itself */
static void judge_traced(struct ruling *r)
{
	const struct timeline_transition *all;
	size_t n;

	all = timeline_transitions(r->tl, &n);
	for (size_t i = 0; i < n; i++) {
		const struct event_state *change = &all[i].change;
		char buf[ENDPOINT_TEXT];

		if (!move_is_legal(change->was, change->state))
			illegal(r, "trace", all[i].host,
				endpoint_print(&change->local, buf),
				change->was, change->state, all[i].t_ns,
				(const uint64_t[]){all[i].n, 0});
	}
}

/* Between two dumps a socket may have gone on by more than one transition */
static void judge_dumped(struct ruling *r)
{
	const struct sock_life *life;
	size_t i = 0;

	while ((life = timeline_sock_next(r->tl, &i)))
		for (size_t k = 1; k < life->n_spans; k++) {
			const struct sock_span *was = &life->spans[k - 1];
			const struct sock_span *is = &life->spans[k];
			char buf[ENDPOINT_TEXT];

			if (!was->present || !is->present ||
			    move_is_way(was->sock.state, is->sock.state))
				continue;
			illegal(r, "sockets", life->host,
				life->name
					?: endpoint_print(&is->sock.local, buf),
				was->sock.state, is->sock.state, is->hi_ns,
				(const uint64_t[]){is->n, was->n});
		}
}

void invariant_transitions(struct ruling *r)
{
	judge_traced(r);
	judge_dumped(r);
}

/**
 * struct traffic - what programs of ours moved through one socket
 * @bytes: in all
 * @n: event that told of the last
 * @unsure: some of it is not known: an action failed, or did not end
 * @eof: it saw the end of the file
 */
struct traffic {
	int64_t bytes;
	uint64_t n;
	bool unsure;
	bool eof;
};

static struct traffic traffic_of(const struct ruling *r,
				 const struct history_end *end,
				 const char *verb)
{
	struct traffic traffic = {0};
	const struct timeline_op *ops;
	size_t n;

	ops = timeline_ops(r->tl, &n);
	for (size_t i = 0; i < n; i++) {
		const struct event_op *op = &ops[i].end;

		if (!op->verb || !op->socket || !ops[i].host ||
		    strcmp(op->socket, end->name) != 0 ||
		    strcmp(ops[i].host, end->host) != 0 ||
		    strcmp(op->verb, verb) != 0)
			continue;
		traffic.unsure |= !ops[i].ended || op->error;
		traffic.bytes += op->bytes;
		traffic.eof |= op->eof;
		traffic.n = ops[i].end_n ?: ops[i].begin_n;
	}
	return traffic;
}

/* A name that two connections have had tells of neither */
static bool is_unique(const struct history_connection *all, size_t n,
		      const struct history_end *end)
{
	size_t found = 0;

	for (size_t i = 0; i < 2 * n; i++) {
		const struct history_end *e = &all[i / 2].ends[i % 2];

		found += e->host && e->name &&
			 strcmp(e->host, end->host) == 0 &&
			 strcmp(e->name, end->name) == 0;
	}
	return found == 1;
}

/* Did a program stop reading before the other stopped sending: then its end of
 * file says nothing of the other's FIN */
static bool is_shut(const struct ruling *r, const struct history_end *end)
{
	return traffic_of(r, end, "shutdown").n != 0;
}

static bool is_forged(const struct ruling *r,
		      const struct history_connection *c)
{
	size_t n;
	const struct tcp_seen *rows = timeline_segments(r->tl, &n);

	for (size_t i = 0; i < c->n_segments; i++)
		if (rows[c->segments[i]].forged)
			return true;
	return false;
}

/* Nobody gets more than was sent; and whoever saw the end of the file, and no
 * error, has all of it */
static void judge_bytes(struct ruling *r, const struct history_connection *c,
			int e)
{
	const struct history_end *from = &c->ends[e];
	const struct history_end *to = &c->ends[!e];
	struct traffic sent = traffic_of(r, from, "send");
	struct traffic got = traffic_of(r, to, "recv");
	bool whole =
		got.eof && !got.unsure && !is_shut(r, to) && !is_forged(r, c);
	struct finding *finding;

	if (sent.unsure || got.bytes == sent.bytes ||
	    (got.bytes < sent.bytes && !whole))
		return;
	finding = invariant_broken(
		r, "agent", from->host,
		mem_printf("%s.%s receives %s %s.%s sent: %lld bytes", to->host,
			   to->name,
			   got.bytes > sent.bytes ? "no more than" : "all that",
			   from->host, from->name, (long long)sent.bytes),
		mem_printf("%lld bytes", (long long)got.bytes), c->end_ns);
	finding_cite(finding, got.n);
	finding_cite(finding, sent.n);
}

void invariant_bytes(struct ruling *r, const struct history *history)
{
	size_t n;
	const struct history_connection *all = history_connections(history, &n);

	for (size_t i = 0; i < n; i++) {
		const struct history_end *a = &all[i].ends[0];
		const struct history_end *b = &all[i].ends[1];

		if (!a->host || !a->name || !b->host || !b->name ||
		    !is_unique(all, n, a) || !is_unique(all, n, b))
			continue;
		judge_bytes(r, &all[i], 0);
		judge_bytes(r, &all[i], 1);
	}
}

static bool listens(const struct ruling *r, const char *host, uint16_t port)
{
	const struct sock_life *life;
	size_t i = 0;

	while ((life = timeline_sock_next(r->tl, &i))) {
		const struct tcp_sock *now = timeline_sock_now(life);

		if (now && now->state == TCP_STATE_LISTEN &&
		    now->local.port == port && strcmp(life->host, host) == 0)
			return true;
	}
	return false;
}

/*
 * Nobody holds it. Then it has sent its FIN, and the other end acknowledges
 * that; or it waits in the queue of a listener to be accepted. FIN_WAIT2 and
 * TIME_WAIT have a timer of their own, and so has a request. A FIN waits behind
 * data that the other end does not read.
 */
static bool is_left_over(const struct ruling *r, const struct sock_life *life,
			 const struct tcp_sock *sock)
{
	const uint32_t closing = TCP_STATE_BIT(TCP_STATE_FIN_WAIT1) |
				 TCP_STATE_BIT(TCP_STATE_CLOSING) |
				 TCP_STATE_BIT(TCP_STATE_LAST_ACK);
	const uint32_t open = TCP_STATE_BIT(TCP_STATE_ESTABLISHED) |
			      TCP_STATE_BIT(TCP_STATE_CLOSE_WAIT);

	if (!sock || sock->inode)
		return false;
	if (closing & TCP_STATE_BIT(sock->state))
		return sock->send_q <= 1;
	return open & TCP_STATE_BIT(sock->state) &&
	       !listens(r, life->host, sock->local.port);
}

/* Since when no dump shows it otherwise than without a holder, in that state */
static const struct sock_span *since(const struct sock_life *life)
{
	size_t k = life->n_spans - 1;
	const struct tcp_sock *last = &life->spans[k].sock;

	while (k > 0 && life->spans[k - 1].present &&
	       life->spans[k - 1].sock.state == last->state &&
	       !life->spans[k - 1].sock.inode)
		k--;
	return &life->spans[k];
}

void invariant_leftovers(struct ruling *r, const struct allowance *allowed)
{
	int64_t end_ns = timeline_whole(r->tl)->end_ns;
	int64_t settle_ns = (allowed->late ? SETTLE_LATE_NS : SETTLE_NS) +
			    2 * allowed->delay_ns;
	const struct sock_life *life;
	size_t i = 0;

	if (allowed->wires || end_ns < 0)
		return;
	while ((life = timeline_sock_next(r->tl, &i))) {
		const struct tcp_sock *now = timeline_sock_now(life);
		const struct sock_span *span;
		struct finding *finding;
		char text[ENDPOINT_TEXT];
		char buf[UNITS_TEXT];

		if (!is_left_over(r, life, now))
			continue;
		span = since(life);
		if (end_ns - span->hi_ns < settle_ns)
			continue;
		finding = invariant_broken(
			r, "sockets", life->host,
			mem_printf("no socket of %s is left over that nobody "
				   "holds",
				   life->host),
			mem_printf("%s %s for %s",
				   endpoint_print(&now->local, text),
				   tcp_state_names[now->state],
				   duration_print(end_ns - span->hi_ns, buf)),
			span->hi_ns);
		finding_cite(finding, span->n);
	}
}
