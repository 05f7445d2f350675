/*
 * passage.c - what was around when an end went from a state to the next
 */
#include "judge/passage.h"

#include <string.h>

/** SLACK_NS - two witnesses of one thing are so far apart at most */
#define SLACK_NS INT64_C(2000000)

/** SLACK_VIRTUAL_NS - likewise, where only reading the clock takes time, and
 * the next step may begin 10 us later */
#define SLACK_VIRTUAL_NS INT64_C(4000)

/** struct around - when it happened, at most so much earlier and later */
struct around {
	int64_t from_ns;
	int64_t to_ns;
};

int64_t passage_slack_ns(const struct witness *w)
{
	return timeline_is_virtual(w->tl) ? SLACK_VIRTUAL_NS : SLACK_NS;
}

static struct around around(const struct passage *p)
{
	int64_t slack_ns = passage_slack_ns(p->w);
	int64_t lo =
		p->is->lo_ns < p->is->from_ns ? p->is->lo_ns : p->is->from_ns;

	if (p->is->source != HISTORY_SOURCE_DUMP)
		lo = p->is->from_ns;
	if (lo < p->was_since_ns)
		lo = p->was_since_ns;
	return (struct around){lo - slack_ns, p->is->from_ns + slack_ns};
}

static bool within(const struct around *a, int64_t t_ns)
{
	return t_ns >= a->from_ns && t_ns <= a->to_ns;
}

const struct history_end *passage_end(const struct passage *p)
{
	return &p->connection->ends[p->end];
}

static const struct tcp_seen *row(const struct passage *p, size_t i)
{
	size_t n;
	const struct tcp_seen *rows = timeline_segments(p->w->tl, &n);

	return &rows[p->connection->segments[i]];
}

static bool reached(const struct passage *p, const struct tcp_seen *seen,
		    const struct around *a)
{
	return endpoint_equal(&seen->to, &passage_end(p)->local) &&
	       (seen->forged ||
		(seen->fate == SEEN_FATE_ARRIVED && seen->arrived_n)) &&
	       within(a, seen->forged ? seen->t_ns : seen->arrived_ns);
}

bool passage_arrived(const struct passage *p, uint8_t flags)
{
	struct around a = around(p);

	for (size_t i = 0; i < p->connection->n_segments; i++) {
		const struct tcp_seen *seen = row(p, i);

		if ((seen->flags & flags) == flags && reached(p, seen, &a))
			return true;
	}
	return false;
}

bool passage_data(const struct passage *p)
{
	struct around a = around(p);

	for (size_t i = 0; i < p->connection->n_segments; i++)
		if (row(p, i)->len && reached(p, row(p, i), &a))
			return true;
	return false;
}

bool passage_sent_rst(const struct passage *p)
{
	struct around a = around(p);

	for (size_t i = 0; i < p->connection->n_segments; i++) {
		const struct tcp_seen *seen = row(p, i);

		if (seen->flags & TCP_FLAG_BIT(TCP_FLAG_RST) && !seen->forged &&
		    endpoint_equal(&seen->from, &passage_end(p)->local) &&
		    within(&a, seen->t_ns))
			return true;
	}
	return false;
}

static const struct event_call *call_around(const struct passage *p,
					    const char *name, bool failed)
{
	const struct history_end *end = passage_end(p);
	struct around a = around(p);
	size_t n;
	const struct timeline_call *calls = timeline_calls(p->w->tl, &n);

	for (size_t i = 0; end->host && end->name && i < n; i++) {
		const struct event_call *call = &calls[i].call;

		if (strcmp(call->call, name) == 0 && call->socket &&
		    strcmp(call->socket, end->name) == 0 && calls[i].host &&
		    strcmp(calls[i].host, end->host) == 0 &&
		    (call->error != 0) == failed &&
		    calls[i].t_ns >= a.from_ns && call->began_ns <= a.to_ns)
			return call;
	}
	return NULL;
}

bool passage_called(const struct passage *p, const char *call)
{
	return call_around(p, call, false);
}

int passage_failed(const struct passage *p, const char *call)
{
	const struct event_call *found = call_around(p, call, true);

	return found ? (int)found->error : 0;
}

bool passage_counted(const struct passage *p, const char *counter)
{
	const char *host = passage_end(p)->host;

	return host &&
	       timeline_counter(p->w->tl, host, counter, INT64_MAX, NULL) > 0;
}

/* The last dump of the end that shows it before @before_ns, in one of @states
 */
static const struct sock_span *dumped(const struct passage *p,
				      int64_t before_ns, uint32_t states)
{
	const struct history_end *end = passage_end(p);
	const struct history_end *peer = &p->connection->ends[!p->end];
	const struct sock_life *life;
	const struct sock_span *last = NULL;
	size_t i = 0;

	while (end->host && (life = timeline_sock_next(p->w->tl, &i)))
		for (size_t k = 0; k < life->n_spans; k++) {
			const struct sock_span *span = &life->spans[k];

			if (span->present && span->hi_ns < before_ns &&
			    states & TCP_STATE_BIT(span->sock.state) &&
			    strcmp(life->host, end->host) == 0 &&
			    endpoint_equal(&span->sock.local, &end->local) &&
			    endpoint_equal(&span->sock.remote, &peer->local) &&
			    (!last || span->hi_ns >= last->hi_ns))
				last = span;
		}
	return last;
}

bool passage_held(const struct passage *p)
{
	const struct sock_span *span = dumped(p, p->is->from_ns, UINT32_MAX);

	return span && span->sock.inode;
}

bool passage_holds(const struct passage *p)
{
	int64_t until_ns = p->is->until_ns < 0 ? INT64_MAX : p->is->until_ns;
	const struct sock_span *span =
		dumped(p, until_ns, TCP_STATE_BIT(p->is->state));

	return span && span->hi_ns >= p->is->from_ns && span->sock.inode;
}

bool passage_answered_syn(const struct passage *p)
{
	uint8_t both = TCP_FLAG_BIT(TCP_FLAG_SYN) | TCP_FLAG_BIT(TCP_FLAG_ACK);

	for (size_t i = 0; i < p->connection->n_segments; i++)
		if ((row(p, i)->flags & both) == both && !row(p, i)->forged &&
		    endpoint_equal(&row(p, i)->from, &passage_end(p)->local) &&
		    row(p, i)->t_ns >= p->is->from_ns - passage_slack_ns(p->w))
			return true;
	return false;
}

bool passage_listened(const struct passage *p)
{
	const struct history_end *end = passage_end(p);
	int64_t t_ns = p->is->from_ns;
	size_t n;
	const struct history_end *all = history_listeners(p->w->history, &n);

	for (size_t i = 0; end->host && i < n; i++) {
		const struct history_end *l = &all[i];

		if (!l->host || strcmp(l->host, end->host) != 0 ||
		    l->local.port != end->local.port)
			continue;
		for (size_t k = 0; k < l->n_states; k++)
			if (l->states[k].state == TCP_STATE_LISTEN &&
			    l->states[k].from_ns <= t_ns &&
			    (l->states[k].until_ns < 0 ||
			     l->states[k].until_ns > t_ns))
				return true;
	}
	return false;
}

bool passage_began_passive(const struct passage *p)
{
	const struct history_end *end = passage_end(p);

	for (size_t i = 0; i < end->n_states; i++)
		if (end->states[i].state == TCP_STATE_SYN_SENT)
			return false;
	return true;
}

uint64_t witness_counter(const struct witness *w, const char *name)
{
	const struct sock_life *life;
	size_t i = 0;
	uint64_t n = 0;

	while (!n && (life = timeline_sock_next(w->tl, &i)))
		if (timeline_counter(w->tl, life->host, name, INT64_MAX, &n) <=
		    0)
			n = 0;
	return n;
}
