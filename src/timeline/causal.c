/*
 * causal.c - things in an order in which a cause is before what it causes
 *
 * Of those whose causes are all out, the earliest comes next: Kahn's algorithm
 * with a heap. So a thing's place depends on nothing that it is not tied to: of
 * two connections neither moves anything of the other.
 */
#include "timeline/causal.h"

#include <stdlib.h>

/**
 * struct sorting - things while they are put in order
 * @first: of each item, its first edge
 * @waits: of each item, for how many others
 * @heap: items that wait for none; the earliest on top
 * @by_time: all items, if there is a ring; @next: of it that may not be out
 */
struct sorting {
	struct causal *causal;
	size_t *first;
	size_t *waits;
	VEC(size_t) heap;
	size_t *by_time;
	size_t next;
};

size_t causal_add(struct causal *causal, const struct history_item *item)
{
	vec_push(&causal->items, *item);
	return causal->items.n - 1;
}

void causal_before(struct causal *causal, size_t from, size_t to)
{
	const struct causal_edge edge = {from, to};

	if (from != SIZE_MAX && to != SIZE_MAX && from != to)
		vec_push(&causal->edges, edge);
}

/* Which of two comes first if neither causes the other */
static bool is_earlier(const struct sorting *s, size_t a, size_t b)
{
	const struct history_item *x = &s->causal->items.v[a];
	const struct history_item *y = &s->causal->items.v[b];

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns;
	if (x->n != y->n)
		return x->n < y->n;
	if (x->what != y->what)
		return x->what < y->what;
	if (x->connection != y->connection)
		return x->connection < y->connection;
	return x->index != y->index ? x->index < y->index : a < b;
}

static void swap(size_t *a, size_t *b)
{
	size_t was = *a;

	*a = *b;
	*b = was;
}

static void push(struct sorting *s, size_t item)
{
	size_t at = s->heap.n;
	size_t *v;

	vec_push(&s->heap, item);
	for (v = s->heap.v; at > 0; at = (at - 1) / 2) {
		if (!is_earlier(s, v[at], v[(at - 1) / 2]))
			return;
		swap(&v[at], &v[(at - 1) / 2]);
	}
}

static size_t pop(struct sorting *s)
{
	size_t *v = s->heap.v;
	size_t top = v[0];
	size_t at = 0;

	v[0] = v[--s->heap.n];
	while (2 * at + 1 < s->heap.n) {
		size_t child = 2 * at + 1;

		if (child + 1 < s->heap.n &&
		    is_earlier(s, v[child + 1], v[child]))
			child++;
		if (!is_earlier(s, v[child], v[at]))
			break;
		swap(&v[at], &v[child]);
		at = child;
	}
	return top;
}

static int by_from(const void *a, const void *b)
{
	const struct causal_edge *x = a;
	const struct causal_edge *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

static void link_edges(struct sorting *s)
{
	size_t at = 0;

	s->first = mem_new(size_t, s->causal->items.n + 1);
	s->waits = mem_new(size_t, s->causal->items.n + 1);
	if (s->causal->edges.n)
		qsort(s->causal->edges.v, s->causal->edges.n,
		      sizeof(struct causal_edge), by_from);
	for (size_t i = 0; i <= s->causal->items.n; i++) {
		while (at < s->causal->edges.n &&
		       s->causal->edges.v[at].from < i)
			at++;
		s->first[i] = at;
	}
	vec_foreach(&s->causal->edges, edge)
		s->waits[edge->to]++;
}

static int by_earliness(const void *a, const void *b, void *arg)
{
	size_t x = *(const size_t *)a;
	size_t y = *(const size_t *)b;

	return is_earlier(arg, x, y) ? -1 : is_earlier(arg, y, x);
}

/* Two stamps of one clock cannot contradict each other in a ring, but those of
 * a journal that was made up can: then time decides */
static size_t break_ring(struct sorting *s, const bool *out)
{
	size_t n = s->causal->items.n;
	size_t i;

	if (!s->by_time) {
		s->by_time = mem_new(size_t, n);
		for (i = 0; i < n; i++)
			s->by_time[i] = i;
		qsort_r(s->by_time, n, sizeof(*s->by_time), by_earliness, s);
	}
	while (out[s->by_time[s->next]])
		s->next++;
	i = s->by_time[s->next];
	s->waits[i] = 0;
	return i;
}

void causal_sort(struct causal *causal)
{
	struct sorting s = {.causal = causal};
	struct causal sorted = {0};
	bool *out = mem_new(bool, causal->items.n);

	link_edges(&s);
	for (size_t i = 0; i < causal->items.n; i++)
		if (!s.waits[i])
			push(&s, i);
	while (sorted.items.n < causal->items.n) {
		size_t i = s.heap.n ? pop(&s) : break_ring(&s, out);

		out[i] = true;
		vec_push(&sorted.items, causal->items.v[i]);
		for (size_t e = s.first[i]; e < s.first[i + 1]; e++) {
			size_t to = causal->edges.v[e].to;

			if (!out[to] && s.waits[to] && --s.waits[to] == 0)
				push(&s, to);
		}
	}
	vec_done(&causal->items);
	vec_done(&causal->edges);
	*causal = sorted;
	vec_done(&s.heap);
	free(s.first);
	free(s.waits);
	free(s.by_time);
	free(out);
}
