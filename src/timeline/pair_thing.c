/*
 * pair_thing.c - gather what is known of two addresses: connections that
 * segments tell of, lives that dumps tell of, transitions
 */
#include "timeline/pair_thing.h"

#include <stdlib.h>
#include <string.h>

#include "timeline/fold.h"

/** SOCKET_AHEAD - so far ahead, a socket's next transition is looked for */
#define SOCKET_AHEAD 4096

static bool is_connected(const struct endpoint *local,
			 const struct endpoint *remote)
{
	return local->family != AF_UNSPEC && remote->family != AF_UNSPEC &&
	       local->port && remote->port;
}

static void set_pair(struct thing *thing, const struct endpoint *local,
		     const struct endpoint *remote)
{
	thing->side = pair_order(local, remote) <= 0 ? 0 : 1;
	thing->low = thing->side ? *remote : *local;
	thing->high = thing->side ? *local : *remote;
}

int pair_rank(enum tcp_state state)
{
	static const int ranks[TCP_STATES] = {
		[TCP_STATE_LISTEN] = 1,	   [TCP_STATE_SYN_SENT] = 2,
		[TCP_STATE_SYN_RECV] = 3,  [TCP_STATE_ESTABLISHED] = 4,
		[TCP_STATE_FIN_WAIT1] = 5, [TCP_STATE_CLOSE_WAIT] = 5,
		[TCP_STATE_FIN_WAIT2] = 6, [TCP_STATE_CLOSING] = 6,
		[TCP_STATE_LAST_ACK] = 6,  [TCP_STATE_TIME_WAIT] = 7,
	};

	return state < TCP_STATES ? ranks[state] : 0;
}

static bool is_same_part(const struct sock_span *was,
			 const struct sock_span *now)
{
	if (!now->present)
		return true;
	if (!was->present)
		return was->hi_ns == now->hi_ns;
	if (!endpoint_equal(&was->sock.local, &now->sock.local) ||
	    !endpoint_equal(&was->sock.remote, &now->sock.remote))
		return false;
	/* a socket that is kept may listen or connect again */
	if (was->sock.state == TCP_STATE_CLOSED)
		return now->sock.state == TCP_STATE_CLOSED ||
		       now->sock.state == TCP_STATE_LISTEN;
	return now->sock.state == TCP_STATE_CLOSED ||
	       pair_rank(now->sock.state) >= pair_rank(was->sock.state);
}

static void add_listener(struct pair_table *table, const struct life *life,
			 size_t first, size_t end)
{
	const struct pair_part part = {.life = life, first, end};
	struct pair_end *listener = vec_grow(&table->listeners);

	listener->host = life->pub.host;
	listener->local = life->pub.spans[first].sock.local;
	vec_push(&listener->parts, part);
}

/* A socket that is only bound is CLOSED, and of no connection yet */
static size_t skip_bound(const struct life *life, size_t first, size_t end)
{
	while (first < end &&
	       (!life->pub.spans[first].present ||
		life->pub.spans[first].sock.state == TCP_STATE_CLOSED))
		first++;
	return first;
}

static void add_part(struct pair_table *table, struct things *things,
		     const struct life *life, size_t from, size_t end)
{
	const struct sock_span *spans = life->pub.spans;
	size_t first = skip_bound(life, from, end);
	struct thing thing = {
		.kind = THING_PART,
		.host = life->pub.host,
		.part = {life, first, end},
	};

	if (first == end)
		return;
	thing.t_ns = spans[first].hi_ns;
	thing.n = spans[first].n;
	thing.first = spans[first].sock.state;
	thing.last = spans[end - 1].present ? spans[end - 1].sock.state
					    : TCP_STATE_CLOSED;
	if (spans[first].sock.state == TCP_STATE_LISTEN)
		add_listener(table, life, first, end);
	if (!is_connected(&spans[first].sock.local, &spans[first].sock.remote))
		return;
	set_pair(&thing, &spans[first].sock.local, &spans[first].sock.remote);
	vec_push(&things->all, thing);
}

static void add_lives(const struct timeline *tl, struct pair_table *table,
		      struct things *things)
{
	for (size_t i = 0; i < tl->lives.all.n; i++) {
		const struct life *life = tl->lives.all.v[i];
		size_t first = 0;

		for (size_t s = 1; s <= life->pub.n_spans; s++) {
			if (s < life->pub.n_spans &&
			    is_same_part(&life->pub.spans[s - 1],
					 &life->pub.spans[s]))
				continue;
			add_part(table, things, life, first, s);
			first = s;
		}
		if (life->pub.n_spans ||
		    !is_connected(&life->local, &life->remote))
			continue;
		struct thing thing = {
			.kind = THING_PART,
			.host = life->pub.host,
			.t_ns = life->paired_ns,
			.n = life->pub.named_n,
			.part = {life, 0, 0},
			.first = TCP_STATES,
			.last = TCP_STATES,
		};

		set_pair(&thing, &life->local, &life->remote);
		vec_push(&things->all, thing);
	}
}

/* connect(2) says SYN_SENT before it has chosen a port (net/ipv4/tcp_ipv4.c,
 * tcp_v4_connect()): what the same socket says next has it */
static const struct timeline_transition *
next_of_socket(const struct timeline *tl, size_t i)
{
	uint64_t socket = tl->transitions.v[i].change.socket;

	for (size_t j = i + 1;
	     socket && j < tl->transitions.n && j - i <= SOCKET_AHEAD; j++)
		if (tl->transitions.v[j].change.socket == socket)
			return &tl->transitions.v[j];
	return NULL;
}

static void add_transitions(const struct timeline *tl, struct things *things)
{
	for (size_t i = 0; i < tl->transitions.n; i++) {
		const struct timeline_transition *t = &tl->transitions.v[i];
		const struct timeline_transition *ends = t;
		struct thing thing = {
			.kind = THING_RUN,
			.host = t->host,
			.t_ns = t->t_ns,
			.n = t->n,
			.transition = t,
		};

		if (t->change.state == TCP_STATE_SYN_SENT &&
		    !t->change.local.port)
			ends = next_of_socket(tl, i);
		if (!ends ||
		    !is_connected(&ends->change.local, &ends->change.remote))
			continue;
		set_pair(&thing, &ends->change.local, &ends->change.remote);
		vec_push(&things->all, thing);
	}
}

static void add_rows(struct pair_table *table, struct things *things)
{
	for (size_t i = 0; i < table->pairs.n; i++) {
		const struct pair *pair = &table->pairs.v[i];
		struct thing thing = {
			.kind = THING_ROWS,
			.t_ns = pair->begin_ns,
			.n = pair->first_n,
			.pair = i,
			.low = pair->ends[0].local,
			.high = pair->ends[1].local,
		};

		vec_push(&things->all, thing);
	}
}

static int by_pair(const void *a, const void *b)
{
	const struct thing *x = a;
	const struct thing *y = b;
	int order = pair_order(&x->low, &y->low);

	if (!order)
		order = pair_order(&x->high, &y->high);
	if (order)
		return order;
	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

bool pair_is_other(const struct thing *a, const struct thing *b)
{
	return pair_order(&a->low, &b->low) || pair_order(&a->high, &b->high);
}

void pair_collect(const struct timeline *tl, struct pair_table *table,
		  struct things *things)
{
	add_lives(tl, table, things);
	add_transitions(tl, things);
	add_rows(table, things);
	if (things->all.n)
		qsort(things->all.v, things->all.n, sizeof(struct thing),
		      by_pair);
}
