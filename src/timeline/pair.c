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

#include <stdlib.h>
#include <string.h>

#include "tcp/segment.h"
#include "timeline/fold.h"
#include "timeline/pair_thing.h"

/** struct side - what the last connection of two addresses knows of an end */
struct side {
	bool has_part;
	enum tcp_state first; /* of its parts; TCP_STATES: no dump showed it */
	enum tcp_state last;
	bool has_run; /* of transitions */
	bool is_open; /* it came as far as ESTABLISHED */
	bool is_closed;
};

/** struct run - a socket of which the tracepoint tells, and whose it is */
struct run {
	uint64_t socket;
	int side;
	size_t pair;
};

/**
 * struct passage - two addresses while their things are gone through
 * @sides: of the connection @now
 * @now: the last one; SIZE_MAX: none yet
 * @runs: of all of them
 */
struct passage {
	const struct timeline *tl;
	struct pair_table *table;
	struct side sides[2];
	size_t now;
	VEC(struct run) runs;
};

static bool may_join_run(const struct side *side,
			 const struct event_state *change)
{
	if (!side->has_run)
		return true;
	/* a listener's child that came to nothing, and the next one */
	if (change->socket)
		return side->is_closed && !side->is_open &&
		       change->state != TCP_STATE_SYN_SENT;
	return !side->is_closed || (change->state != TCP_STATE_SYN_SENT &&
				    change->was != TCP_STATE_SYN_RECV &&
				    change->was != TCP_STATE_LISTEN);
}

/* May @thing be what the end with that @side is or becomes */
static bool may_join(const struct side *side, const struct thing *thing)
{
	if (thing->kind == THING_RUN)
		return may_join_run(side, &thing->transition->change);
	if (!side->has_part || side->last == TCP_STATES ||
	    thing->first == TCP_STATES)
		return true;
	return side->last != TCP_STATE_CLOSED &&
	       pair_rank(thing->first) > pair_rank(side->last);
}

static void join_run(struct passage *p, size_t to, const struct thing *thing)
{
	const struct event_state *change = &thing->transition->change;
	struct side *side = &p->sides[thing->side];

	vec_push(&p->table->pairs.v[to].ends[thing->side].transitions,
		 thing->transition);
	if (to != p->now)
		return;
	side->has_run = true;
	side->is_closed = change->state == TCP_STATE_CLOSED;
	side->is_open = side->is_open || change->state == TCP_STATE_ESTABLISHED;
}

static void join(struct passage *p, const struct thing *thing)
{
	struct pair *pair = &p->table->pairs.v[p->now];
	struct pair_end *end = &pair->ends[thing->side];
	struct side *side = &p->sides[thing->side];

	if (!end->host)
		end->host = thing->host;
	if (thing->t_ns < pair->begin_ns)
		pair->begin_ns = thing->t_ns;
	if (thing->kind == THING_RUN) {
		const struct run run = {thing->transition->change.socket,
					thing->side, p->now};

		join_run(p, p->now, thing);
		vec_push(&p->runs, run);
		return;
	}
	vec_push(&end->parts, thing->part);
	if (!side->has_part)
		side->first = thing->first;
	side->has_part = true;
	side->last = thing->last;
}

/* The connection of which a socket is that was told of before; SIZE_MAX */
static size_t find_run(const struct passage *p, const struct thing *thing)
{
	const struct event_state *change = &thing->transition->change;

	/* a socket that connects again is of another */
	if (!change->socket || change->state == TCP_STATE_SYN_SENT)
		return SIZE_MAX;
	for (size_t i = p->runs.n; i > 0; i--)
		if (p->runs.v[i - 1].socket == change->socket &&
		    p->runs.v[i - 1].side == thing->side)
			return p->runs.v[i - 1].pair;
	return SIZE_MAX;
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

static int by_row(const void *a, const void *b)
{
	size_t x = *(const size_t *)a;
	size_t y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* Segments of the connection of which a life was seen before them */
static bool may_absorb(const struct pair *old, const struct side sides[2],
		       const struct pair *new)
{
	if (old->rows.n || sides[0].is_closed || sides[1].is_closed)
		return false;
	for (int e = 0; e < 2; e++)
		if (sides[e].has_part && new->opener >= 0 &&
		    sides[e].first != TCP_STATES &&
		    pair_rank(sides[e].first) > pair_rank(TCP_STATE_SYN_RECV))
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
	old->dropped = true;
}

/* Segments that nobody sent, and what kept them off: no attempt at a connection
 * but a trial of the one that was there */
static bool is_stray(const struct timeline *tl, const struct pair *pair)
{
	for (size_t i = 0; i < pair->rows.n; i++) {
		const struct tcp_seen *row =
			&tl->segments.rows.v[pair->rows.v[i]];

		if (!row->forged && !(row->flags & TCP_FLAG_BIT(TCP_FLAG_RST)))
			return false;
	}
	return true;
}

static void take_stray(struct pair *old, struct pair *stray)
{
	for (int e = 0; e < 2; e++) {
		struct way_stream *to = &old->ends[e].stream;

		vec_foreach(&stray->ends[e].stream.steps, step)
			vec_push(&to->steps, *step);
		way_stream_sort(to);
		vec_done(&stray->ends[e].stream.steps);
	}
	vec_foreach(&stray->rows, row)
		vec_push(&old->rows, *row);
	qsort(old->rows.v, old->rows.n, sizeof(*old->rows.v), by_row);
	vec_done(&stray->rows);
	stray->dropped = true;
}

static void begin_rows(struct passage *p, size_t rows)
{
	struct pair *pairs = p->table->pairs.v;

	if (p->now != SIZE_MAX && is_stray(p->tl, &pairs[rows])) {
		take_stray(&pairs[p->now], &pairs[rows]);
		return;
	}
	if (p->now != SIZE_MAX &&
	    may_absorb(&pairs[p->now], p->sides, &pairs[rows])) {
		absorb(&pairs[p->now], &pairs[rows]);
		vec_foreach(&p->runs, run)
			run->pair = run->pair == p->now ? rows : run->pair;
	} else {
		memset(p->sides, 0, sizeof(p->sides));
	}
	p->now = rows;
}

/* All that is known of two addresses: things from @at to before @end */
static void go_through(const struct timeline *tl, struct pair_table *table,
		       const struct thing *at, const struct thing *end)
{
	struct passage p = {.tl = tl, .table = table, .now = SIZE_MAX};

	for (; at < end; at++) {
		if (at->kind == THING_ROWS) {
			begin_rows(&p, at->pair);
			continue;
		}
		if (at->kind == THING_RUN) {
			size_t known = find_run(&p, at);

			if (known != SIZE_MAX) {
				join_run(&p, known, at);
				continue;
			}
		}
		if (p.now == SIZE_MAX || !may_join(&p.sides[at->side], at)) {
			p.now = new_pair(table, at);
			memset(p.sides, 0, sizeof(p.sides));
		}
		join(&p, at);
	}
	vec_done(&p.runs);
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

/* The tracepoint does not tell of namespaces: what it tells of the addresses of
 * another lab that has the same is of no connection of which anybody else here
 * knows, though segments are captured */
static bool is_foreign(const struct timeline *tl, const struct pair *pair)
{
	return tl->segments.rows.n && !pair->rows.n && !pair->ends[0].parts.n &&
	       !pair->ends[1].parts.n && pair->ends[0].host &&
	       pair->ends[1].host &&
	       strcmp(pair->ends[0].host, pair->ends[1].host) != 0;
}

static void end_done(struct pair_end *end)
{
	vec_done(&end->parts);
	vec_done(&end->transitions);
	vec_done(&end->calls);
	vec_done(&end->stream.steps);
}

static void pair_done(struct pair *pair)
{
	end_done(&pair->ends[0]);
	end_done(&pair->ends[1]);
	vec_done(&pair->rows);
}

static void drop(const struct timeline *tl, struct pair_table *table)
{
	size_t n = 0;

	for (size_t i = 0; i < table->pairs.n; i++) {
		struct pair *pair = &table->pairs.v[i];

		if (pair->dropped || is_foreign(tl, pair))
			pair_done(pair);
		else
			table->pairs.v[n++] = *pair;
	}
	table->pairs.n = n;
}

void pair_all(const struct timeline *tl, struct pair_table *table)
{
	struct things things = {0};
	const struct thing *v;
	size_t first = 0;

	pair_rows(tl, table);
	pair_collect(tl, table, &things);
	v = things.all.v;
	for (size_t i = 1; i <= things.all.n; i++) {
		if (i < things.all.n && !pair_is_other(&v[first], &v[i]))
			continue;
		go_through(tl, table, &v[first], v + i);
		first = i;
	}
	vec_done(&things.all);
	vec_foreach(&table->pairs, pair) {
		for (int e = 0; e < 2; e++)
			if (!pair->ends[e].host)
				pair->ends[e].host =
					find_owner(tl, &pair->ends[e].local);
	}
	drop(tl, table);
}

void pair_table_done(struct pair_table *table)
{
	vec_foreach(&table->pairs, pair)
		pair_done(pair);
	vec_foreach(&table->listeners, listener)
		end_done(listener);
	vec_done(&table->pairs);
	vec_done(&table->listeners);
}
