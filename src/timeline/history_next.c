/*
 * history_next.c - a connection ends where the next of the same two addresses
 * begins
 *
 * A minisocket gives way to a new SYN, sent or received, at once
 * (tcp_twsk_unique(), tcp_timewait_state_process()): dumps tell of it late, or
 * never, since the addresses are in use all the time.
 */
#include <stdlib.h>

#include "tcp/segment.h"
#include "timeline/fold.h"
#include "timeline/history_build.h"

/** struct turn - a connection and its two addresses, the smaller first */
struct turn {
	const struct endpoint *low;
	const struct endpoint *high;
	int64_t begin_ns;
	size_t connection;
};

static int by_addresses(const void *a, const void *b)
{
	const struct turn *x = a;
	const struct turn *y = b;
	int order = pair_order(x->low, y->low);

	if (!order)
		order = pair_order(x->high, y->high);
	if (order)
		return order;
	if (x->begin_ns != y->begin_ns)
		return x->begin_ns < y->begin_ns ? -1 : 1;
	return (x->connection > y->connection) -
	       (x->connection < y->connection);
}

static bool is_mini(const struct history_state *state)
{
	return state->mini && state->state != TCP_STATE_SYN_RECV;
}

/* The state with which an end came to be; NULL if it has none */
static const struct history_state *begin_of(const struct history_end *end)
{
	for (size_t i = 0; i < end->n_states; i++)
		if (end->states[i].state == TCP_STATE_SYN_SENT ||
		    end->states[i].state == TCP_STATE_SYN_RECV)
			return &end->states[i];
	return NULL;
}

static void add_closed(struct history_end *end,
		       const struct history_state *next)
{
	struct history_state *states = end->states;
	struct history_state closed = {
		.state = TCP_STATE_CLOSED,
		.lo_ns = next->lo_ns,
		.from_ns = next->from_ns,
		.until_ns = -1,
		.source = next->source,
		.n = next->n,
		.cause_n = next->cause_n,
	};

	states = mem_resize(states, end->n_states + 1, sizeof(*states));
	states[end->n_states - 1].until_ns = closed.from_ns;
	states[end->n_states++] = closed;
	end->states = states;
}

static void give_way(struct history_end *end, const struct history_end *after)
{
	const struct history_state *next = begin_of(after);
	struct history_state *last = end->states + end->n_states - 1;

	if (!next || !end->n_states || last->from_ns < 0)
		return;
	if (is_mini(last) && last->from_ns <= next->from_ns) {
		add_closed(end, next);
	} else if (last->state == TCP_STATE_CLOSED && end->n_states > 1 &&
		   is_mini(last - 1) && !last->cause_n &&
		   last->source == HISTORY_SOURCE_DUMP &&
		   last->from_ns > next->from_ns &&
		   last[-1].from_ns <= next->from_ns) {
		last->from_ns = next->from_ns;
		last->cause_n = next->cause_n;
		last[-1].until_ns = next->from_ns;
		if (last->lo_ns > last->from_ns)
			last->lo_ns = last->from_ns;
	}
}

/* A newer SYN ends TIME_WAIT whether the listener has room for it or not
 * (tcp_v4_rcv(), do_time_wait): then it is answered only when it comes again */
static void end_by_syn(const struct history *h, struct history_end *end,
		       const struct history_connection *next)
{
	struct history_state *last = end->states + end->n_states - 1;

	if (end->n_states < 2 || last->state != TCP_STATE_CLOSED ||
	    last->source != HISTORY_SOURCE_DUMP || last->cause_n ||
	    last[-1].state != TCP_STATE_TIME_WAIT)
		return;
	for (size_t i = 0; i < next->n_segments; i++) {
		const struct tcp_seen *s =
			&h->tl->segments.rows.v[next->segments[i]];

		if (!(s->flags & TCP_FLAG_BIT(TCP_FLAG_SYN)) ||
		    s->flags & TCP_FLAG_BIT(TCP_FLAG_ACK) || !s->arrived_n ||
		    !endpoint_equal(&s->to, &end->local) ||
		    s->arrived_ns <= last->lo_ns ||
		    s->arrived_ns > last->from_ns)
			continue;
		last->from_ns = s->arrived_ns;
		last->cause_n = s->arrived_n;
		last[-1].until_ns = last->from_ns;
		return;
	}
}

static void follow(const struct history *h, struct history_connection *c,
		   const struct history_connection *next)
{
	for (int e = 0; e < 2; e++) {
		const struct endpoint *local = &c->ends[e].local;
		int other = endpoint_equal(local, &next->ends[0].local) ? 0 : 1;

		end_by_syn(h, &c->ends[e], next);
		give_way(&c->ends[e], &next->ends[other]);
	}
}

void history_follow(struct history *h)
{
	size_t n = h->connections.n;
	struct turn *turns = mem_new(struct turn, n);

	for (size_t i = 0; i < n; i++) {
		const struct history_connection *c = &h->connections.v[i];
		bool low =
			pair_order(&c->ends[0].local, &c->ends[1].local) <= 0;

		turns[i] = (struct turn){
			.low = &c->ends[low ? 0 : 1].local,
			.high = &c->ends[low ? 1 : 0].local,
			.begin_ns = c->begin_ns,
			.connection = i,
		};
	}
	qsort(turns, n, sizeof(*turns), by_addresses);
	for (size_t i = 1; i < n; i++)
		if (!pair_order(turns[i - 1].low, turns[i].low) &&
		    !pair_order(turns[i - 1].high, turns[i].high))
			follow(h, &h->connections.v[turns[i - 1].connection],
			       &h->connections.v[turns[i].connection]);
	free(turns);
}
