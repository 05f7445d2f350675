/*
 * held.h - what holds of any history, whatever the journal
 */
#pragma once

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "test.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

/** struct dice - numbers that are the same each time */
struct dice {
	uint64_t state;
};

/* xorshift64*, which passes for random: below @sides */
static inline uint32_t roll(struct dice *dice, uint32_t sides)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return (uint32_t)((dice->state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) %
	       sides;
}

/* "SYN_SENT>ESTABLISHED": all of RFC 9293 figure 5, written down by hand, and
 * to CLOSED from everywhere */
static const char *const moves[] = {
	"CLOSED>LISTEN",	 "CLOSED>SYN_SENT",
	"SYN_SENT>SYN_RECV",	 "SYN_SENT>ESTABLISHED",
	"SYN_RECV>ESTABLISHED",	 "SYN_RECV>FIN_WAIT1",
	"ESTABLISHED>FIN_WAIT1", "ESTABLISHED>CLOSE_WAIT",
	"FIN_WAIT1>FIN_WAIT2",	 "FIN_WAIT1>CLOSING",
	"FIN_WAIT1>TIME_WAIT",	 "FIN_WAIT2>TIME_WAIT",
	"FIN_WAIT2>FIN_WAIT2",	 "CLOSING>TIME_WAIT",
	"CLOSE_WAIT>LAST_ACK",
};

static inline bool is_move(enum tcp_state from, enum tcp_state to)
{
	char text[48];

	if (to == TCP_STATE_CLOSED)
		return from != TCP_STATE_CLOSED;
	(void)snprintf(text, sizeof(text), "%s>%s", tcp_state_names[from],
		       tcp_state_names[to]);
	for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++)
		if (strcmp(moves[i], text) == 0)
			return true;
	return false;
}

/* Times do not go back, each state lasts until the next, and each follows on
 * the one before; @legal: of a journal that was not made up */
static inline void check_path(const struct history_end *end, bool legal)
{
	for (size_t i = 0; i < end->n_states; i++) {
		const struct history_state *s = &end->states[i];

		ck_assert_int_le(s->lo_ns, s->from_ns);
		ck_assert(s->source != HISTORY_SOURCE_IMPLIED || !s->n);
		ck_assert(s->source == HISTORY_SOURCE_IMPLIED || s->n);
		for (size_t r = 0; r < s->n_restarts; r++) {
			ck_assert_int_ge(s->restarts_ns[r], s->from_ns);
			ck_assert_uint_gt(s->restarts_n[r], 0);
		}
		if (i + 1 == end->n_states) {
			ck_assert_int_eq(s->until_ns, -1);
			continue;
		}
		ck_assert_int_eq(s->until_ns, s[1].from_ns);
		ck_assert_int_le(s->from_ns, s->until_ns);
		if (legal)
			ck_assert_msg(is_move(s->state, s[1].state), "%s > %s",
				      tcp_state_names[s->state],
				      tcp_state_names[s[1].state]);
	}
}

static inline void check_state(const struct history_end *end, size_t i,
			       const struct history_item *items, size_t at)
{
	const struct history_state *s = &end->states[i];

	ck_assert_int_eq(items[at].t_ns, s->from_ns);
	for (size_t k = 0; s->cause_n && k < at; k++)
		ck_assert_msg(items[k].what != HISTORY_SENT ||
				      items[k].n != s->cause_n,
			      "%s after what shows it",
			      tcp_state_names[s->state]);
}

/* Each thing is there once, and behind what causes it */
static inline void check_items(const struct timeline *tl,
			       const struct history *history, bool causes)
{
	size_t n;
	size_t n_rows;
	size_t n_c;
	const struct history_item *items = history_items(history, &n);
	const struct tcp_seen *rows = timeline_segments(tl, &n_rows);
	const struct history_connection *c = history_connections(history, &n_c);
	SCOPED_FREE size_t *sent = mem_new(size_t, n_rows);
	SCOPED_FREE size_t *come = mem_new(size_t, n_rows);
	SCOPED_FREE size_t *next = mem_new(size_t, 2 * n_c);

	for (size_t i = 0; i < n; i++) {
		const struct history_item *item = &items[i];

		if (item->what == HISTORY_SENT) {
			ck_assert_uint_eq(sent[item->index]++, 0);
			ck_assert_uint_eq(come[item->index], 0);
			ck_assert_int_eq(item->t_ns, rows[item->index].t_ns);
		} else if (item->what == HISTORY_ARRIVED ||
			   item->what == HISTORY_LOST) {
			ck_assert_uint_eq(come[item->index]++, 0);
			ck_assert(sent[item->index] ||
				  rows[item->index].forged);
		} else if (item->what == HISTORY_STATE && item->end >= 0) {
			const struct history_end *end =
				&c[item->connection].ends[item->end];
			size_t *k =
				&next[2 * item->connection + (size_t)item->end];

			ck_assert_uint_eq(item->index,
					  (size_t)item->end * 65536 + *k);
			if (causes)
				check_state(end, *k, items, i);
			(*k)++;
		}
	}
	for (size_t i = 0; i < n_rows; i++)
		ck_assert_uint_eq(come[i], rows[i].fate != SEEN_FATE_UNDER_WAY);
	for (size_t i = 0; i < 2 * n_c; i++)
		ck_assert_uint_eq(next[i], c[i / 2].ends[i % 2].n_states);
}

/* No segment is of two connections, and each is of one */
static inline void check_segments(const struct timeline *tl,
				  const struct history *history)
{
	size_t n_rows;
	size_t n;
	const struct tcp_seen *rows = timeline_segments(tl, &n_rows);
	const struct history_connection *c = history_connections(history, &n);
	SCOPED_FREE bool *of = mem_new(bool, n_rows);
	size_t sum = 0;

	ck_assert(rows || !n_rows);
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_le(c[i].begin_ns, c[i].end_ns);
		for (size_t k = 0; k < c[i].n_segments; k++) {
			ck_assert(!of[c[i].segments[k]]);
			of[c[i].segments[k]] = true;
			ck_assert(!k ||
				  c[i].segments[k - 1] < c[i].segments[k]);
			sum++;
		}
	}
	ck_assert_uint_eq(sum, n_rows);
}

static inline void check_history(const struct timeline *tl, bool legal,
				 bool causes)
{
	struct history *history = history_new(tl);
	size_t n;
	const struct history_connection *c = history_connections(history, &n);
	const struct history_end *l;

	for (size_t i = 0; i < n; i++) {
		check_path(&c[i].ends[0], legal);
		check_path(&c[i].ends[1], legal);
	}
	l = history_listeners(history, &n);
	for (size_t i = 0; i < n; i++)
		check_path(&l[i], legal);
	check_segments(tl, history);
	check_items(tl, history, causes);
	history_free(history);
}
