/*
 * history_order.c - everything that happened in one causal order
 *
 * DOC: Theory of operation
 *
 * Things that happened are nodes; what must come before what is an edge: a
 * sending before its arrival; at one end, segments in the order of its capture;
 * an arrival before the state that it causes, which is before the next segment
 * there; a state before the next one, and before the sending that shows it; a
 * call before what it causes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "timeline/causal.h"
#include "timeline/fold.h"
#include "timeline/history_build.h"

/**
 * struct order - all things while they are put in order
 * @causal: them, and what causes what
 * @departure, @arrival: of each row of segments, its items; SIZE_MAX
 * @call_items: of each call, its item; SIZE_MAX
 */
struct order {
	const struct history *h;
	struct causal causal;
	size_t *departure;
	size_t *arrival;
	size_t *call_items;
};

static size_t add(struct order *o, const struct history_item *item)
{
	return causal_add(&o->causal, item);
}

static void before(struct order *o, size_t from, size_t to)
{
	causal_before(&o->causal, from, to);
}

static size_t *new_map(size_t n)
{
	size_t *map = mem_new(size_t, n);

	for (size_t i = 0; i < n; i++)
		map[i] = SIZE_MAX;
	return map;
}

static int64_t lost_at(const struct history *h, const struct tcp_seen *row)
{
	const struct fold_segments *s = &h->tl->segments;
	size_t low = 0;
	size_t high = s->faults.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->faults.v[mid].n < row->fault_n)
			low = mid + 1;
		else
			high = mid;
	}
	if (row->fault_n && low < s->faults.n &&
	    s->faults.v[low].n == row->fault_n &&
	    s->faults.v[low].t_ns > row->t_ns)
		return s->faults.v[low].t_ns;
	return row->t_ns;
}

static void add_row(struct order *o, size_t i, size_t connection, int from)
{
	const struct tcp_seen *row = &o->h->tl->segments.rows.v[i];
	struct history_item item = {
		.t_ns = row->t_ns,
		.what = HISTORY_SENT,
		.connection = connection,
		.end = from,
		.index = i,
		.n = row->n,
	};

	if (!row->forged)
		o->departure[i] = add(o, &item);
	item.end = from < 0 ? from : 1 - from;
	if (row->fate == SEEN_FATE_ARRIVED) {
		item.t_ns = row->arrived_ns;
		item.what = HISTORY_ARRIVED;
		item.n = row->arrived_n;
		o->arrival[i] = add(o, &item);
	} else if (row->fate == SEEN_FATE_LOST) {
		item.t_ns = lost_at(o->h, row);
		item.what = HISTORY_LOST;
		o->arrival[i] = add(o, &item);
	}
	before(o, o->departure[i], o->arrival[i]);
}

static void add_rows(struct order *o, size_t c)
{
	const struct history_connection *connection = &o->h->connections.v[c];

	for (size_t i = 0; i < connection->n_segments; i++) {
		size_t row = connection->segments[i];
		const struct tcp_seen *seen = &o->h->tl->segments.rows.v[row];

		add_row(o, row, c,
			endpoint_equal(&seen->from, &connection->ends[0].local)
				? 0
				: 1);
	}
}

static size_t step_item(const struct order *o, const struct way_step *step)
{
	return step->sent ? o->departure[step->row] : o->arrival[step->row];
}

static size_t call_item(const struct order *o, uint64_t n)
{
	const struct timeline *tl = o->h->tl;
	size_t low = 0;
	size_t high = tl->calls.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (tl->calls.v[mid].n < n)
			low = mid + 1;
		else
			high = mid;
	}
	return n && low < tl->calls.n && tl->calls.v[low].n == n
		       ? o->call_items[low]
		       : SIZE_MAX;
}

/* States among what the end sent and got: each is behind the arrival that it
 * is caused by, or before the sending that shows it */
static void add_states(struct order *o, const struct history_end *end,
		       const struct way_stream *stream, size_t connection,
		       int e, size_t number)
{
	size_t behind = 0; /* so many steps of the stream */
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < end->n_states; i++) {
		const struct history_state *state = &end->states[i];
		const struct history_item item = {
			.t_ns = state->from_ns,
			.what = HISTORY_STATE,
			.connection = connection,
			.end = e,
			.index = number * 65536 + i,
			.n = state->n,
		};
		size_t self = add(o, &item);
		size_t at;

		before(o, last, self);
		before(o, call_item(o, state->cause_n), self);
		last = self;
		if (!stream || !state->cause_n)
			continue;
		at = behind ? behind - 1 : 0;
		while (at < stream->steps.n &&
		       stream->steps.v[at].n != state->cause_n)
			at++;
		if (at == stream->steps.n)
			continue;
		if (!stream->steps.v[at].sent)
			at++;
		behind = at > behind ? at : behind;
		if (behind > 0)
			before(o, step_item(o, &stream->steps.v[behind - 1]),
			       self);
		if (behind < stream->steps.n)
			before(o, self, step_item(o, &stream->steps.v[behind]));
	}
}

static void add_connection(struct order *o, size_t c)
{
	const struct history_connection *connection = &o->h->connections.v[c];

	add_rows(o, c);
	for (int e = 0; e < 2; e++) {
		const struct way_stream *stream =
			&history_pair_end(o->h, c, e)->stream;

		for (size_t i = 1; i < stream->steps.n; i++)
			before(o, step_item(o, &stream->steps.v[i - 1]),
			       step_item(o, &stream->steps.v[i]));
		add_states(o, &connection->ends[e], stream, c, e, (size_t)e);
	}
}

static struct history_tie flip(const struct history *h, struct history_tie tie)
{
	if (tie.end >= 0 && h->flipped[tie.connection])
		tie.end = 1 - tie.end;
	return tie;
}

static void add_calls(struct order *o)
{
	const struct timeline *tl = o->h->tl;

	for (size_t i = 0; i < tl->calls.n; i++) {
		const struct timeline_call *call = &tl->calls.v[i];
		struct history_tie tie = flip(o->h, o->h->call_ties[i]);
		const struct history_item item = {
			.t_ns = history_call_began(call),
			.what = HISTORY_CALL,
			.connection = tie.connection,
			.end = tie.end,
			.n = call->n,
		};

		o->call_items[i] = add(o, &item);
	}
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* An action that made no calls of which we know is a thing of its own */
static void add_ops(struct order *o)
{
	const struct timeline *tl = o->h->tl;
	uint64_t *with_calls = mem_new(uint64_t, tl->calls.n + 1);

	for (size_t i = 0; i < tl->calls.n; i++)
		with_calls[i] = tl->calls.v[i].call.op;
	qsort(with_calls, tl->calls.n, sizeof(*with_calls), by_number);
	for (size_t i = 0; i < tl->ops.n; i++) {
		const struct timeline_op *op = &tl->ops.v[i];
		struct history_tie tie = flip(o->h, o->h->op_ties[i]);
		const struct history_item item = {
			.t_ns = op->end_ns,
			.what = HISTORY_CALL,
			.connection = tie.connection,
			.end = tie.end,
			.n = op->end_n,
		};

		if (op->ended && !bsearch(&op->end.op, with_calls, tl->calls.n,
					  sizeof(*with_calls), by_number))
			add(o, &item);
	}
	free(with_calls);
}

static void add_faults(struct order *o)
{
	const struct timeline *tl = o->h->tl;

	for (size_t i = 0; i < tl->segments.faults.n; i++) {
		const struct timeline_fault *fault = &tl->segments.faults.v[i];
		struct history_item item = {
			.t_ns = fault->t_ns,
			.what = HISTORY_FAULT,
			.connection = SIZE_MAX,
			.end = -1,
			.n = fault->n,
		};
		size_t self;

		if (fault->row != SIZE_MAX &&
		    o->departure[fault->row] < o->causal.items.n) {
			const struct history_item *sent =
				o->causal.items.v + o->departure[fault->row];

			assert(o->causal.items.v);
			item.connection = sent->connection;
			item.end = sent->end;
		}
		self = add(o, &item);
		if (fault->row == SIZE_MAX)
			continue;
		before(o, o->departure[fault->row], self);
		before(o, self, o->arrival[fault->row]);
	}
}

static void add_plain(struct order *o, enum history_what what, int64_t t_ns,
		      uint64_t n)
{
	const struct history_item item = {
		.t_ns = t_ns,
		.what = what,
		.connection = SIZE_MAX,
		.end = -1,
		.n = n,
	};

	if (n)
		add(o, &item);
}

static void add_rest(struct order *o)
{
	const struct timeline *tl = o->h->tl;

	for (size_t i = 0; i < tl->wires.n; i++)
		add_plain(o,
			  tl->wires.v[i].inject ? HISTORY_FAULT : HISTORY_WIRE,
			  tl->wires.v[i].t_ns, tl->wires.v[i].n);
	for (size_t i = 0; i < tl->procs.n; i++) {
		const struct timeline_proc *proc = &tl->procs.v[i];

		add_plain(o, HISTORY_PROC, proc->start_ns, proc->start_n);
		add_plain(o, HISTORY_PROC, proc->ready_ns, proc->ready_n);
		add_plain(o, HISTORY_PROC, proc->exit_ns, proc->exit_n);
	}
	for (size_t i = 0; i < tl->steps.n; i++)
		add_plain(o, HISTORY_STEP, tl->steps.v[i].begin_ns,
			  tl->steps.v[i].begin_n);
}

void history_order(struct history *h)
{
	const struct timeline *tl = h->tl;
	struct order o = {
		.h = h,
		.departure = new_map(tl->segments.rows.n),
		.arrival = new_map(tl->segments.rows.n),
		.call_items = new_map(tl->calls.n),
	};

	add_calls(&o);
	add_ops(&o);
	for (size_t i = 0; i < h->connections.n; i++)
		add_connection(&o, i);
	for (size_t i = 0; i < h->listeners.n; i++)
		add_states(&o, &h->listeners.v[i], NULL, SIZE_MAX, -1, i);
	add_faults(&o);
	add_rest(&o);
	causal_sort(&o.causal);
	h->items.v = o.causal.items.v;
	h->items.n = o.causal.items.n;
	h->items.cap = o.causal.items.cap;
	free(o.departure);
	free(o.arrival);
	free(o.call_items);
}
