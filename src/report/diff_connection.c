/*
 * diff_connection.c - what went otherwise with one connection
 */
#include "report/diff_connection.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/diff.h"
#include "report/diff_align.h"
#include "report/diff_life.h"

/** struct differ - two connections, or what is left of them, compared */
struct differ {
	struct diff_scenario *scenario;
	double tolerance;
	size_t connection; /* from 1 */
	const struct diff_life *life[2];
};

static bool alike(const struct differ *d, int64_t a, int64_t b, int64_t slack)
{
	int64_t apart = a > b ? a - b : b - a;
	int64_t shorter = a > b ? b : a;

	return (double)(apart - slack) <= d->tolerance * (double)shorter;
}

/* @where: taken */
static void add_time(const struct differ *d, char *where, int64_t a, int64_t b,
		     int64_t slack)
{
	struct diff_row *row;

	if (a < 0 || b < 0 || alike(d, a, b, slack)) {
		free(where);
		return;
	}
	row = diff_add(d->scenario, DIFF_TIME, d->connection);
	row->where = where;
	row->t_ns[0] = a;
	row->t_ns[1] = b;
}

static const char **words(const struct diff_life *life)
{
	const char **all = mem_new(const char *, life->segments.n + 1);

	for (size_t i = 0; i < life->segments.n; i++)
		all[i] = life->segments.v[i].says;
	return all;
}

static void only_in(const struct differ *d, int run, size_t i)
{
	const struct diff_segment *segment = &d->life[run]->segments.v[i];
	struct diff_row *row =
		diff_add(d->scenario, DIFF_SEGMENT, d->connection);

	row->says[run] = mem_strdup(segment->says);
	row->t_ns[run] = segment->t_ns;
}

/* does a segment lie between, of the same end, that both runs have */
static bool passes_own(const struct differ *d, const struct diff_pair *pairs,
		       size_t i, size_t j)
{
	const struct diff_segment *all = d->life[0]->segments.v;
	int from = all[pairs[i].a].from;

	for (size_t k = i < j ? i : j; k < (i < j ? j : i); k++)
		if (pairs[k].a != DIFF_NONE && pairs[k].b != DIFF_NONE &&
		    all[pairs[k].a].from == from)
			return true;
	return false;
}

/* What two hosts send in the same moment comes in either order: such a segment
 * is in both runs, on different sides of the other host's. If it were an answer
 * to these, its acknowledgement number would not be the same. */
static void pair_moved(const struct differ *d, struct diff_pair *pairs,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (pairs[i].a == DIFF_NONE || pairs[i].b != DIFF_NONE)
			continue;
		for (size_t j = 0; j < n && pairs[i].b == DIFF_NONE; j++) {
			size_t b = pairs[j].b;

			if (pairs[j].a != DIFF_NONE || b == DIFF_NONE ||
			    strcmp(d->life[0]->segments.v[pairs[i].a].says,
				   d->life[1]->segments.v[b].says) != 0 ||
			    passes_own(d, pairs, i, j))
				continue;
			pairs[i].b = b;
			pairs[j].b = DIFF_NONE;
		}
	}
}

static void diff_pair(const struct differ *d, const struct diff_pair *pair)
{
	const struct diff_segment *s;
	const struct diff_segment *other;

	if (pair->a != DIFF_NONE && pair->b == DIFF_NONE)
		only_in(d, 0, pair->a);
	else if (pair->b != DIFF_NONE && pair->a == DIFF_NONE)
		only_in(d, 1, pair->b);
	if (pair->a == DIFF_NONE || pair->b == DIFF_NONE)
		return;
	s = &d->life[0]->segments.v[pair->a];
	other = &d->life[1]->segments.v[pair->b];
	if (s->timed && other->timed)
		add_time(d, mem_printf("before %s", s->says), s->since_ns,
			 other->since_ns, DIFF_SLACK_NS);
}

static int by_size(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a;
	int64_t other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

/* How long a link takes is one thing, not one of each segment; and not the
 * mean, in which one that was late would show. */
static void diff_way(const struct differ *d, const struct diff_pair *pairs,
		     size_t n, int from)
{
	int64_t median[2];

	for (int run = 0; run < 2; run++) {
		VEC(int64_t) ways = {0};

		for (size_t i = 0; i < n; i++) {
			const struct diff_segment *s = d->life[run]->segments.v;

			if (pairs[i].a == DIFF_NONE || pairs[i].b == DIFF_NONE)
				continue;
			s += run ? pairs[i].b : pairs[i].a;
			if (s->from == from && s->way_ns >= 0)
				vec_push(&ways, s->way_ns);
		}
		if (ways.n)
			qsort(ways.v, ways.n, sizeof(*ways.v), by_size);
		median[run] = ways.n ? ways.v[ways.n / 2] : -1;
		vec_done(&ways);
	}
	add_time(d,
		 mem_printf("on the way %s > %s", d->life[0]->hosts[from],
			    d->life[0]->hosts[!from]),
		 median[0], median[1], DIFF_SLACK_NS);
}

static void diff_segments(const struct differ *d)
{
	const char **a = words(d->life[0]);
	const char **b = words(d->life[1]);
	size_t n;
	struct diff_pair *pairs = diff_align(a, d->life[0]->segments.n, b,
					     d->life[1]->segments.n, &n);

	pair_moved(d, pairs, n);
	for (size_t i = 0; i < n; i++)
		diff_pair(d, &pairs[i]);
	diff_way(d, pairs, n, 0);
	diff_way(d, pairs, n, 1);
	free(pairs);
	free(a);
	free(b);
}

static char *path(const struct diff_life *life, int e)
{
	struct str text = {0};

	vec_foreach(&life->states[e], s) {
		str_addf(&text, "%s%s", text.len ? " " : "",
			 tcp_state_names[s->state]);
	}
	return str_steal(&text);
}

static void diff_states(const struct differ *d, int e)
{
	char *a = path(d->life[0], e);
	char *b = path(d->life[1], e);
	struct diff_row *row;

	if (strcmp(a, b) != 0) {
		row = diff_add(d->scenario, DIFF_STATES, d->connection);
		row->where = mem_strdup(d->life[0]->names[e]);
		row->says[0] = a;
		row->says[1] = b;
		return;
	}
	free(a);
	free(b);
	for (size_t i = 0; i < d->life[0]->states[e].n; i++) {
		const struct diff_state *s = &d->life[0]->states[e].v[i];

		add_time(d,
			 mem_printf("%s %s", d->life[0]->names[e],
				    tcp_state_names[s->state]),
			 s->took_ns, d->life[1]->states[e].v[i].took_ns,
			 d->scenario->real_time ? DIFF_PROGRAM_SLACK_NS
						: DIFF_SLACK_NS);
	}
}

static void diff_again(const struct differ *d, int e)
{
	struct diff_row *row;

	if (d->life[0]->again[e] == d->life[1]->again[e])
		return;
	row = diff_add(d->scenario, DIFF_RETRANSMISSIONS, d->connection);
	row->where = mem_strdup(d->life[0]->names[e]);
	for (int run = 0; run < 2; run++)
		row->says[run] = mem_printf("%zu", d->life[run]->again[e]);
}

void diff_connection(struct diff_scenario *scenario, double tolerance,
		     const struct diff_life *a, const struct diff_life *b)
{
	const struct diff_life *any = a ?: b;
	struct differ d = {
		.scenario = scenario,
		.tolerance = tolerance,
		.connection = scenario->connections.n + 1,
		.life = {a, b},
	};
	char *title = mem_printf("%s > %s", any->names[0], any->names[1]);

	vec_push(&scenario->connections, title);
	if (!a || !b) {
		diff_add(scenario, DIFF_CONNECTION, d.connection)->says[!a] =
			mem_strdup(title);
		return;
	}
	diff_segments(&d);
	for (int e = 0; e < 2; e++) {
		diff_states(&d, e);
		diff_again(&d, e);
	}
}
