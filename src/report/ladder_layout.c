/*
 * ladder_layout.c - a sheet in the making: its rows, and states on them
 */
#include "report/ladder_layout.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/units.h"
#include "report/ladder_words.h"
#include "timeline/history.h"

/** SILENCE_NS - a pause that is marked */
#define SILENCE_NS (100 * NS_PER_MS)

static struct ladder_row *bare_row(struct layout *l, int64_t t_ns)
{
	struct ladder_row *row = vec_grow(&l->sheet->rows);

	row->t_ns = t_ns;
	for (int e = 0; e < 2; e++)
		row->bar[e] = l->waiting[e] != NULL;
	return row;
}

struct ladder_row *layout_row(struct layout *l, int64_t t_ns)
{
	int64_t gap = t_ns - l->last_ns;

	if (l->sheet->rows.n && gap >= SILENCE_NS)
		bare_row(l, l->last_ns)->silence_ns = gap;
	if (t_ns > l->last_ns || !l->sheet->rows.n)
		l->last_ns = t_ns;
	return bare_row(l, t_ns);
}

size_t layout_last(const struct layout *l)
{
	return l->sheet->rows.n - 1;
}

void layout_touch(struct layout *l, int end, size_t row, uint64_t n)
{
	if (end < 0)
		return;
	l->last_row[end] = row;
	l->last_n[end] = n;
}

/* the timer started anew before this moment */
void layout_restarts(struct layout *l, int64_t until_ns)
{
	for (int e = 0; e < 2; e++) {
		const struct history_state *s = l->waiting[e];

		while (s && l->restart[e] < s->n_restarts &&
		       s->restarts_ns[l->restart[e]] <= until_ns) {
			int64_t at = s->restarts_ns[l->restart[e]++];
			struct ladder_row *row = layout_row(l, at);

			row->call[e] = mem_strdup("TIME_WAIT begins anew");
			layout_touch(l, e, layout_last(l), 0);
		}
	}
}

static char *waited(const struct history_state *s, int64_t until_ns)
{
	char buf[UNITS_TEXT];

	return mem_printf("%s of TIME_WAIT%s",
			  duration_print(until_ns - s->from_ns, buf),
			  s->until_ns < 0 ? " so far" : "");
}

static struct ladder_row *own_row(struct layout *l,
				  const struct history_item *item)
{
	(void)layout_row(l, item->t_ns); /* found again by its number */
	layout_touch(l, item->end, layout_last(l), item->n);
	return &l->sheet->rows.v[layout_last(l)];
}

/* the row on which a state can stand: that of its cause, or one of its own */
static struct ladder_row *row_for_state(struct layout *l,
					const struct history_item *item,
					const struct history_state *state)
{
	size_t at = l->last_row[item->end];

	if (at != LADDER_NOWHERE && state->cause_n && !l->waiting[item->end] &&
	    l->last_n[item->end] == state->cause_n &&
	    !l->sheet->rows.v[at].state[item->end])
		return &l->sheet->rows.v[at];
	(void)own_row(l, item); /* the last */
	l->alone = layout_last(l);
	return &l->sheet->rows.v[l->alone];
}

void layout_state(struct layout *l, const struct history_item *item)
{
	size_t end = item->index / 65536;
	size_t number = item->index % 65536;
	const struct history_end *of = &l->of->connection->ends[end];
	const struct history_state *state = &of->states[number];
	struct ladder_row *row;

	/* before its first segment nobody asks */
	if (number == 0 && state->state == TCP_STATE_CLOSED)
		return;
	/* the socket is gone, what is left of it stays in the same state */
	if (number && state->mini && state[-1].state == state->state) {
		row = own_row(l, item);
		row->call[end] = mem_printf("%s without a socket",
					    tcp_state_names[state->state]);
	} else {
		row = row_for_state(l, item, state);
		row->state[end] = ladder_state(state);
	}
	row->cited |= ladder_cites_state(l->of, of, state);
	row->bar[end] = state->state == TCP_STATE_TIME_WAIT;
	if (l->waiting[end])
		row->call[end] = waited(l->waiting[end], state->from_ns);
	l->waiting[end] = row->bar[end] ? state : NULL;
	l->restart[end] = 0;
}

void layout_end(struct layout *l)
{
	int64_t end_ns = l->of->connection->end_ns;

	for (int e = 0; e < 2; e++) {
		const struct history_state *s = l->waiting[e];
		struct ladder_row *row;

		if (!s)
			continue;
		row = layout_row(l, end_ns > l->last_ns ? end_ns : l->last_ns);
		row->call[e] = waited(s, row->t_ns);
	}
}
