/*
 * coverage.c - hold every path of every end against the table of transitions
 */
#include "judge/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/journal.h"
#include "judge/passage.h"

struct coverage {
	struct coverage_row rows[MOVES_MAX];
};

static void count_passage(const struct passage *p, uint32_t counts[MOVES_MAX])
{
	for (size_t i = 0; i < moves_count(); i++) {
		const struct move *move = moves_at(i);

		if (move->on_run || move->refused ||
		    !(move->from & TCP_STATE_BIT(p->was)) ||
		    !(move->to & TCP_STATE_BIT(p->is->state)))
			continue;
		counts[i] += !move->on_path || move->on_path(p);
	}
}

/* What the same two addresses' end was in until @connection took its place,
 * which it did at @since_ns at the earliest: NULL if nothing was there then */
static const struct history_state *
taken_over(const struct history_connection *all,
	   const struct history_connection *connection, int end,
	   int64_t since_ns)
{
	const struct history_end *now = &connection->ends[end];
	const struct history_state *last = NULL;

	for (; all < connection; all++)
		for (int e = 0; e < 2; e++) {
			const struct history_end *old = &all->ends[e];

			if (old->n_states > 1 && now->n_states &&
			    endpoint_equal(&old->local, &now->local) &&
			    endpoint_equal(&all->ends[!e].local,
					   &connection->ends[!end].local))
				last = &old->states[old->n_states - 1];
		}
	if (!last || !now->n_states)
		return NULL;
	if (last->state == TCP_STATE_CLOSED) {
		last--;
		if (last[1].from_ns < since_ns)
			return NULL;
	}
	return last->state == TCP_STATE_TIME_WAIT ||
			       last->state == TCP_STATE_FIN_WAIT2
		       ? last
		       : NULL;
}

/* An end's path begins in CLOSED, or it is a listener's child and begins in
 * LISTEN, which is the listener's */
static void count_begin(const struct witness *w,
			const struct history_connection *all,
			const struct history_connection *connection, int end,
			uint32_t counts[MOVES_MAX])
{
	const struct history_end *e = &connection->ends[end];
	const struct history_state *old;
	size_t first =
		e->n_states > 1 && e->states[0].state == TCP_STATE_CLOSED;
	struct passage p = {
		.w = w,
		.connection = connection,
		.end = end,
		.at = first,
		.was = TCP_STATE_LISTEN,
		.was_since_ns = INT64_MIN,
	};

	if (!e->n_states)
		return;
	p.is = &e->states[first];
	old = taken_over(all, connection, end,
			 p.is->from_ns - passage_slack_ns(w));
	if (!first && p.is->state == TCP_STATE_SYN_RECV)
		count_passage(&p, counts);
	if (!old)
		return;
	p.was = old->state;
	p.mini = true;
	p.was_since_ns = old->from_ns;
	count_passage(&p, counts);
}

static void count_path(const struct witness *w,
		       const struct history_connection *connection, int end,
		       uint32_t counts[MOVES_MAX])
{
	const struct history_end *e = &connection->ends[end];

	for (size_t i = 1; i < e->n_states; i++) {
		const struct passage p = {
			.w = w,
			.connection = connection,
			.end = end,
			.at = i,
			.was = e->states[i - 1].state,
			.mini = e->states[i - 1].mini,
			.was_since_ns = e->states[i - 1].from_ns,
			.is = &e->states[i],
		};

		count_passage(&p, counts);
	}
}

/* Nothing but their states tells of listeners */
static void count_listener(const struct history_end *end,
			   uint32_t counts[MOVES_MAX])
{
	for (size_t i = 0; i < moves_count(); i++) {
		const struct move *move = moves_at(i);

		if (move->on_path || move->on_run)
			continue;
		for (size_t k = 0; k < end->n_states; k++) {
			enum tcp_state was =
				k ? end->states[k - 1].state : TCP_STATE_CLOSED;

			counts[i] +=
				was != end->states[k].state &&
				move->from & TCP_STATE_BIT(was) &&
				move->to & TCP_STATE_BIT(end->states[k].state);
		}
	}
}

void coverage_count(const struct timeline *tl, const struct history *history,
		    uint32_t counts[MOVES_MAX])
{
	const struct witness w = {.tl = tl, .history = history};
	const struct history_connection *all;
	const struct history_end *listeners;
	size_t n;

	memset(counts, 0, MOVES_MAX * sizeof(*counts));
	all = history_connections(history, &n);
	for (size_t i = 0; i < n; i++)
		for (int end = 0; end < 2; end++) {
			count_begin(&w, all, &all[i], end, counts);
			count_path(&w, &all[i], end, counts);
		}
	listeners = history_listeners(history, &n);
	for (size_t i = 0; i < n; i++)
		count_listener(&listeners[i], counts);
	for (size_t i = 0; i < moves_count(); i++)
		if (moves_at(i)->on_run && !moves_at(i)->refused)
			counts[i] = moves_at(i)->on_run(&w) != 0;
}

struct coverage *coverage_new(void)
{
	struct coverage *coverage = mem_new(struct coverage, 1);

	for (size_t i = 0; i < moves_count(); i++)
		coverage->rows[i].move = moves_at(i);
	return coverage;
}

void coverage_free(struct coverage *coverage)
{
	for (size_t i = 0; coverage && i < moves_count(); i++)
		free(coverage->rows[i].scenarios);
	free(coverage);
}

void coverage_add(struct coverage *coverage, const char *scenario,
		  const struct journal *journal)
{
	struct timeline *tl = timeline_new();
	uint32_t counts[MOVES_MAX];
	struct history *history;

	for (size_t i = 0; i < journal->n; i++)
		timeline_feed(tl, &journal->events[i]);
	history = history_new(tl);
	coverage_count(tl, history, counts);
	for (size_t i = 0; i < moves_count(); i++) {
		struct coverage_row *row = &coverage->rows[i];

		if (!counts[i])
			continue;
		row->count += counts[i];
		row->scenarios =
			mem_resize(row->scenarios, row->n_scenarios + 1,
				   sizeof(*row->scenarios));
		row->scenarios[row->n_scenarios++] = scenario;
	}
	history_free(history);
	timeline_free(tl);
}

const struct coverage_row *coverage_rows(const struct coverage *coverage)
{
	return coverage->rows;
}

struct coverage_sum coverage_sum(const struct coverage *coverage, bool of_linux)
{
	struct coverage_sum sum = {0};

	for (size_t i = 0; i < moves_count(); i++) {
		const struct coverage_row *row = &coverage->rows[i];

		if (move_is_linux(row->move) != of_linux || row->move->refused)
			continue;
		sum.of++;
		sum.taken += row->count > 0;
	}
	return sum;
}
