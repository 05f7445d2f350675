/*
 * history.c - each connection's whole life: both ends, on one clock
 */
#include "timeline/history.h"

#include <stdlib.h>

#include "base/names.h"
#include "timeline/fold.h"
#include "timeline/history_build.h"

const char *const history_source_names[HISTORY_SOURCES] = {
	[HISTORY_SOURCE_DUMP] = "dump",	      [HISTORY_SOURCE_TRACE] = "trace",
	[HISTORY_SOURCE_SEGMENT] = "segment", [HISTORY_SOURCE_CALL] = "call",
	[HISTORY_SOURCE_IMPLIED] = "implied",
};
TABLE_COVERS(history_source_names, HISTORY_SOURCES);

static int by_begin(const void *a, const void *b)
{
	const struct pair *x = a;
	const struct pair *y = b;
	int order;

	if (x->begin_ns != y->begin_ns)
		return x->begin_ns < y->begin_ns ? -1 : 1;
	if (x->first_n != y->first_n)
		return x->first_n < y->first_n ? -1 : 1;
	order = pair_order(&x->ends[0].local, &y->ends[0].local);
	return order ? order : pair_order(&x->ends[1].local, &y->ends[1].local);
}

const struct pair_end *history_pair_end(const struct history *h, size_t i,
					int e)
{
	return &h->pairs.pairs.v[i].ends[h->flipped[i] ? 1 - e : e];
}

struct history *history_new(const struct timeline *tl)
{
	struct history *h = mem_new(struct history, 1);

	h->tl = tl;
	pair_all(tl, &h->pairs);
	if (h->pairs.pairs.n)
		qsort(h->pairs.pairs.v, h->pairs.pairs.n, sizeof(struct pair),
		      by_begin);
	h->flipped = mem_new(bool, h->pairs.pairs.n);
	h->call_ties = mem_new(struct history_tie, tl->calls.n);
	h->op_ties = mem_new(struct history_tie, tl->ops.n);
	history_tie_calls(h);
	history_listen(h);
	history_ways(h);
	history_follow(h);
	history_order(h);
	pair_table_done(&h->pairs);
	return h;
}

static void end_done(struct history_end *end)
{
	for (size_t i = 0; i < end->n_states; i++) {
		free(end->states[i].restarts_ns);
		free(end->states[i].restarts_n);
	}
	free(end->states);
}

void history_free(struct history *history)
{
	if (!history)
		return;
	vec_foreach(&history->connections, connection) {
		end_done(&connection->ends[0]);
		end_done(&connection->ends[1]);
		free(connection->segments);
	}
	vec_foreach(&history->listeners, listener)
		end_done(listener);
	vec_done(&history->connections);
	vec_done(&history->listeners);
	vec_done(&history->items);
	free(history->flipped);
	free(history->call_ties);
	free(history->op_ties);
	free(history);
}

const struct history_connection *
history_connections(const struct history *history, size_t *n)
{
	*n = history->connections.n;
	return history->connections.v;
}

const struct history_end *history_listeners(const struct history *history,
					    size_t *n)
{
	*n = history->listeners.n;
	return history->listeners.v;
}

const struct history_item *history_items(const struct history *history,
					 size_t *n)
{
	*n = history->items.n;
	return history->items.v;
}
