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
	enum tcp_state last; /* of its parts; TCP_STATES: no dump showed it */
	bool has_part;
	bool is_closed; /* by transitions */
};

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
	       pair_rank(thing->first) > pair_rank(side->last);
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
		if (sides[e].has_part && sides[e].last != TCP_STATES &&
		    (pair_rank(sides[e].last) == 0 ||
		     (new->opener >= 0 &&
		      pair_rank(sides[e].last) >
			      pair_rank(TCP_STATE_SYN_RECV))))
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

/* Is it of a time before the connection, and no begin of one */
static bool is_of_old(const struct pair *now, const struct thing *thing)
{
	if (thing->t_ns >= now->begin_ns)
		return false;
	if (thing->kind == THING_RUN)
		return thing->transition->change.state != TCP_STATE_SYN_SENT;
	return pair_rank(thing->first) > pair_rank(TCP_STATE_SYN_SENT);
}

/* All that is known of two addresses: things from @at to before @end */
static void go_through(const struct timeline *tl, struct pair_table *table,
		       const struct thing *at, const struct thing *end)
{
	struct side sides[2] = {0};
	size_t now = SIZE_MAX;
	size_t old = SIZE_MAX;

	for (; at < end; at++) {
		if (at->kind == THING_ROWS) {
			if (now != SIZE_MAX &&
			    is_stray(tl, &table->pairs.v[at->pair])) {
				take_stray(&table->pairs.v[now],
					   &table->pairs.v[at->pair]);
				continue;
			}
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
