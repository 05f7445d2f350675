/*
 * pair.c - which sockets and transitions belong to which connection
 *
 * All that is known of two addresses is gone through in the order of time:
 * connections that segments tell of, lives that dumps tell of, runs of
 * transitions. A life belongs to the last connection that has begun by then,
 * unless that end of it had its life already: then it is another one, of which
 * there are no segments.
 */
#include "timeline/pair.h"

#include <string.h>

#include "timeline/fold.h"

/** enum thing_kind - what is known of two addresses */
enum thing_kind {
	THING_ROWS, /* a connection of which there are segments */
	THING_PART,
	THING_RUN, /* of transitions */
};

/**
 * struct thing - one of them
 * @low, @high: the addresses
 * @side: PART, RUN: the end with @low is 0
 * @t_ns: the first that is known of it
 * @gone_ns: PART: it was there no longer; INT64_MAX
 * @first, @last: PART: states; TCP_STATES if no dump showed it
 */
struct thing {
	enum thing_kind kind;
	struct endpoint low;
	struct endpoint high;
	int side;
	int64_t t_ns;
	uint64_t n;
	const char *host;
	size_t pair;
	struct pair_part part;
	enum tcp_state first;
	enum tcp_state last;
	const struct timeline_transition *transition;
};

/** struct things - all of them */
struct things {
	VEC(struct thing) all;
};

/** struct side - what the last connection of two addresses knows of an end */
struct side {
	enum tcp_state last; /* of its parts; TCP_STATES: no dump showed it */
	bool has_part;
	bool is_closed; /* by transitions */
};

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

/* How far a state is on the way; a connection does not go back */
static int rank(enum tcp_state state)
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
	return endpoint_equal(&was->sock.local, &now->sock.local) &&
	       endpoint_equal(&was->sock.remote, &now->sock.remote) &&
	       rank(now->sock.state) >= rank(was->sock.state);
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

static void add_part(struct pair_table *table, struct things *things,
		     const struct life *life, size_t first, size_t end)
{
	const struct sock_span *spans = life->pub.spans;
	struct thing thing = {
		.kind = THING_PART,
		.host = life->pub.host,
		.t_ns = spans[first].hi_ns,
		.n = spans[first].n,
		.part = {life, first, end},
		.first = spans[first].sock.state,
		.last = spans[end - 1].present ? spans[end - 1].sock.state
					       : TCP_STATE_CLOSED,
	};

	if (!spans[first].present)
		return;
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

static void add_transitions(const struct timeline *tl, struct things *things)
{
	for (size_t i = 0; i < tl->transitions.n; i++) {
		const struct timeline_transition *t = &tl->transitions.v[i];
		struct thing thing = {
			.kind = THING_RUN,
			.host = t->host,
			.t_ns = t->t_ns,
			.n = t->n,
			.transition = t,
		};

		if (!is_connected(&t->change.local, &t->change.remote))
			continue;
		set_pair(&thing, &t->change.local, &t->change.remote);
		vec_push(&things->all, thing);
	}
}

static void add_rows(struct pair_table *table, struct things *things)
{
	for (size_t i = 0; i < table->pairs.n; i++) {
		const struct pair *pair = &table->pairs.v[i];
		struct thing thing = {
			.kind = THING_ROWS,
			/* a socket is in SYN_SENT before its SYN is seen */
			.t_ns = pair->begin_ns - WAY_SLACK_NS,
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

/* May @thing be what the end with that @side is or becomes */
static bool may_join(const struct side *side, const struct thing *thing)
{
	if (thing->kind == THING_RUN) {
		bool begins =
			thing->transition->change.state == TCP_STATE_SYN_SENT ||
			thing->transition->change.was == TCP_STATE_SYN_RECV;

		return !begins || !side->is_closed;
	}
	if (!side->has_part || side->last == TCP_STATES ||
	    thing->first == TCP_STATES)
		return true;
	return side->last != TCP_STATE_CLOSED &&
	       rank(thing->first) > rank(side->last);
}

static void join(struct pair *pair, struct side *side,
		 const struct thing *thing)
{
	struct pair_end *end = &pair->ends[thing->side];

	if (!end->host)
		end->host = thing->host;
	if (thing->kind == THING_RUN) {
		vec_push(&end->transitions, thing->transition);
		side->is_closed =
			thing->transition->change.state == TCP_STATE_CLOSED;
	} else {
		vec_push(&end->parts, thing->part);
		side->has_part = true;
		side->last = thing->last;
	}
	if (thing->t_ns < pair->begin_ns)
		pair->begin_ns = thing->t_ns;
}

static size_t new_pair(struct pair_table *table, const struct thing *thing)
{
	struct pair *pair = vec_grow(&table->pairs);

	pair->ends[0].local = thing->low;
	pair->ends[1].local = thing->high;
	pair->begin_ns = thing->t_ns;
	pair->first_n = thing->n;
	pair->opener = -1;
	return table->pairs.n - 1;
}

/* Segments of the connection of which a life was seen before them */
static bool may_absorb(const struct pair *old, const struct side sides[2],
		       const struct pair *new)
{
	if (old->rows.n || sides[0].is_closed || sides[1].is_closed)
		return false;
	for (int e = 0; e < 2; e++)
		if (sides[e].has_part && sides[e].last != TCP_STATES &&
		    (rank(sides[e].last) == 0 ||
		     (new->opener >= 0 &&
		      rank(sides[e].last) > rank(TCP_STATE_SYN_RECV))))
			return false;
	return true;
}

static void absorb(struct pair *old, struct pair *new)
{
	for (int e = 0; e < 2; e++) {
		vec_foreach(&old->ends[e].parts, part)
			vec_push(&new->ends[e].parts, *part);
		vec_foreach(&old->ends[e].transitions, transition)
			vec_push(&new->ends[e].transitions, *transition);
		if (!new->ends[e].host)
			new->ends[e].host = old->ends[e].host;
		vec_done(&old->ends[e].parts);
		vec_done(&old->ends[e].transitions);
	}
	if (old->begin_ns < new->begin_ns)
		new->begin_ns = old->begin_ns;
	old->begin_ns = INT64_MAX; /* pair_all() drops it */
}

/* Is it of a time before the connection, and no begin of one */
static bool is_of_old(const struct pair *now, const struct thing *thing)
{
	if (thing->t_ns >= now->begin_ns)
		return false;
	if (thing->kind == THING_RUN)
		return thing->transition->change.state != TCP_STATE_SYN_SENT;
	return rank(thing->first) > rank(TCP_STATE_SYN_SENT);
}

/* All that is known of two addresses: things from @at to before @end */
static void go_through(struct pair_table *table, const struct thing *at,
		       const struct thing *end)
{
	struct side sides[2] = {0};
	size_t now = SIZE_MAX;
	size_t old = SIZE_MAX;

	for (; at < end; at++) {
		if (at->kind == THING_ROWS) {
			if (now != SIZE_MAX &&
			    may_absorb(&table->pairs.v[now], sides,
				       &table->pairs.v[at->pair])) {
				absorb(&table->pairs.v[now],
				       &table->pairs.v[at->pair]);
			} else {
				memset(sides, 0, sizeof(sides));
				old = now;
			}
			now = at->pair;
			continue;
		}
		if (old != SIZE_MAX && is_of_old(&table->pairs.v[now], at)) {
			struct side ignored = {0};

			join(&table->pairs.v[old], &ignored, at);
			continue;
		}
		if (now == SIZE_MAX || !may_join(&sides[at->side], at)) {
			old = now;
			now = new_pair(table, at);
			memset(sides, 0, sizeof(sides));
		}
		join(&table->pairs.v[now], &sides[at->side], at);
	}
}

static bool is_other_pair(const struct thing *a, const struct thing *b)
{
	return pair_order(&a->low, &b->low) || pair_order(&a->high, &b->high);
}

static void drop_absorbed(struct pair_table *table)
{
	size_t n = 0;

	for (size_t i = 0; i < table->pairs.n; i++)
		if (table->pairs.v[i].begin_ns != INT64_MAX ||
		    table->pairs.v[i].ends[0].parts.n ||
		    table->pairs.v[i].ends[1].parts.n)
			table->pairs.v[n++] = table->pairs.v[i];
	table->pairs.n = n;
}

static const char *find_owner(const struct timeline *tl,
			      const struct endpoint *e)
{
	for (size_t i = 0; i < tl->segments.addresses.n; i++) {
		struct endpoint address = tl->segments.addresses.v[i].address;

		address.port = e->port;
		if (endpoint_equal(&address, e))
			return tl->segments.addresses.v[i].host;
	}
	return NULL;
}

void pair_all(const struct timeline *tl, struct pair_table *table)
{
	struct things things = {0};
	const struct thing *v;
	size_t first = 0;

	pair_rows(tl, table);
	add_lives(tl, table, &things);
	add_transitions(tl, &things);
	add_rows(table, &things);
	if (things.all.n)
		qsort(things.all.v, things.all.n, sizeof(struct thing),
		      by_pair);
	v = things.all.v;
	for (size_t i = 1; i <= things.all.n; i++) {
		if (i < things.all.n && !is_other_pair(&v[first], &v[i]))
			continue;
		go_through(table, &v[first], v + i);
		first = i;
	}
	vec_done(&things.all);
	drop_absorbed(table);
	vec_foreach(&table->pairs, pair) {
		for (int e = 0; e < 2; e++)
			if (!pair->ends[e].host)
				pair->ends[e].host =
					find_owner(tl, &pair->ends[e].local);
	}
}

static void end_done(struct pair_end *end)
{
	vec_done(&end->parts);
	vec_done(&end->transitions);
	vec_done(&end->calls);
	vec_done(&end->stream.steps);
}

void pair_table_done(struct pair_table *table)
{
	vec_foreach(&table->pairs, pair) {
		end_done(&pair->ends[0]);
		end_done(&pair->ends[1]);
		vec_done(&pair->rows);
	}
	vec_foreach(&table->listeners, listener)
		end_done(listener);
	vec_done(&table->pairs);
	vec_done(&table->listeners);
}
