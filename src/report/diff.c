/*
 * diff.c - what went otherwise in another run of the same scenarios
 */
#include "report/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/str.h"
#include "report/diff_align.h"
#include "report/diff_life.h"
#include "report/report.h"

const char *const diff_what_names[] = {
	[DIFF_SCENARIO] = "scenario",
	[DIFF_VERDICT] = "verdict",
	[DIFF_CONNECTION] = "connection",
	[DIFF_SEGMENT] = "segment",
	[DIFF_STATES] = "states",
	[DIFF_RETRANSMISSIONS] = "retransmissions",
	[DIFF_TIME] = "time",
};
TABLE_COVERS(diff_what_names, DIFF_WHATS);

/** struct differ - two connections, or what is left of them, compared */
struct differ {
	struct diff_scenario *scenario;
	double tolerance;
	size_t connection; /* from 1 */
	const struct diff_life *life[2];
};

static struct diff_row *add(struct diff_scenario *scenario, enum diff_what what,
			    size_t connection)
{
	struct diff_row *row = vec_grow(&scenario->rows);

	*row = (struct diff_row){
		.what = what, .connection = connection, .t_ns = {-1, -1}};
	return row;
}

static bool alike(const struct differ *d, int64_t a, int64_t b)
{
	int64_t apart = a > b ? a - b : b - a;
	int64_t longer = a > b ? a : b;

	return apart <= DIFF_SLACK_NS ||
	       (double)apart <= d->tolerance * (double)longer;
}

static void add_time(const struct differ *d, char *where, int64_t a, int64_t b)
{
	struct diff_row *row;

	if (a < 0 || b < 0 || alike(d, a, b)) {
		free(where);
		return;
	}
	row = add(d->scenario, DIFF_TIME, d->connection);
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
	struct diff_row *row = add(d->scenario, DIFF_SEGMENT, d->connection);

	row->says[run] = mem_strdup(segment->says);
	row->t_ns[run] = segment->t_ns;
}

/* since the connection began */
static int64_t since(const struct differ *d, int run, size_t i)
{
	const struct diff_segment *all = d->life[run]->segments.v;

	return all[i].t_ns - all[0].t_ns;
}

/* What two hosts send in the same moment comes in either order: such a segment
 * is in both runs, on different sides of one of the other host's. */
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
			    !alike(d, since(d, 0, pairs[i].a), since(d, 1, b)))
				continue;
			pairs[i].b = b;
			pairs[j].b = DIFF_NONE;
		}
	}
}

static void diff_pair(const struct differ *d, const struct diff_pair *pair)
{
	const struct diff_segment *s;

	if (pair->a != DIFF_NONE && pair->b == DIFF_NONE)
		only_in(d, 0, pair->a);
	else if (pair->b != DIFF_NONE && pair->a == DIFF_NONE)
		only_in(d, 1, pair->b);
	if (pair->a == DIFF_NONE || pair->b == DIFF_NONE)
		return;
	s = &d->life[0]->segments.v[pair->a];
	if (s->again)
		add_time(d, mem_printf("before %s", s->says), s->since_ns,
			 d->life[1]->segments.v[pair->b].since_ns);
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
		row = add(d->scenario, DIFF_STATES, d->connection);
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
			 s->took_ns, d->life[1]->states[e].v[i].took_ns);
	}
}

static void diff_again(const struct differ *d, int e)
{
	struct diff_row *row;

	if (d->life[0]->again[e] == d->life[1]->again[e])
		return;
	row = add(d->scenario, DIFF_RETRANSMISSIONS, d->connection);
	row->where = mem_strdup(d->life[0]->names[e]);
	for (int run = 0; run < 2; run++)
		row->says[run] = mem_printf("%zu", d->life[run]->again[e]);
}

static void diff_connections(struct diff_scenario *scenario, double tolerance,
			     const struct diff_lives lives[2])
{
	for (size_t i = 0; i < lives[0].all.n || i < lives[1].all.n; i++) {
		struct differ d = {
			.scenario = scenario,
			.tolerance = tolerance,
			.connection = i + 1,
		};
		struct diff_row *row;

		for (int run = 0; run < 2; run++)
			if (i < lives[run].all.n)
				d.life[run] = &lives[run].all.v[i];
		if (d.life[0] && d.life[1]) {
			diff_segments(&d);
			for (int e = 0; e < 2; e++) {
				diff_states(&d, e);
				diff_again(&d, e);
			}
			continue;
		}
		row = add(scenario, DIFF_CONNECTION, i + 1);
		for (int run = 0; run < 2; run++)
			if (d.life[run])
				row->says[run] = mem_printf(
					"%s > %s", d.life[run]->names[0],
					d.life[run]->names[1]);
	}
}

static void diff_scenario(struct diff_scenario *scenario, double tolerance,
			  const struct report_result *a,
			  const struct report_result *b)
{
	const struct report_result *of[2] = {a, b};
	struct diff_lives lives[2];

	for (int run = 0; run < 2; run++)
		lives[run] = diff_lives_new(of[run]);
	if (report_verdict(a) != report_verdict(b)) {
		struct diff_row *row = add(scenario, DIFF_VERDICT, 0);

		for (int run = 0; run < 2; run++)
			row->says[run] = mem_strdup(
				verdict_names[report_verdict(of[run])]);
	}
	diff_connections(scenario, tolerance, lives);
	for (int run = 0; run < 2; run++)
		diff_lives_done(&lives[run]);
}

/* The same repetition of the same scenario, on the same kernel if the other
 * run was on that, too; each is found once. */
static const struct report_result *
twin(const struct report_run *run, const struct report_result *of, bool *taken)
{
	size_t best = run->n_results;

	for (size_t i = 0; i < run->n_results; i++) {
		const struct report_result *r = &run->results[i];
		bool label = !!r->label == !!of->label &&
			     (!r->label || strcmp(r->label, of->label) == 0);

		if (taken[i] || strcmp(r->name, of->name) != 0 ||
		    r->repeat != of->repeat)
			continue;
		if (best == run->n_results || label)
			best = i;
		if (label)
			break;
	}
	if (best == run->n_results)
		return NULL;
	taken[best] = true;
	return &run->results[best];
}

static struct diff_scenario *new_scenario(struct diff *diff,
					  const struct report_result *of)
{
	struct diff_scenario *new = vec_grow(&diff->scenarios);

	new->name = of->name;
	new->repeat = of->repeats > 1 ? of->repeat : 0;
	return new;
}

static void only_one(struct diff *diff, const struct report_result *of, int run)
{
	struct diff_row *row = add(new_scenario(diff, of), DIFF_SCENARIO, 0);

	row->says[run] = mem_strdup(verdict_names[report_verdict(of)]);
}

struct diff diff_new(const struct report_run *a, const struct report_run *b,
		     double tolerance)
{
	struct diff diff = {.folders = {a->folder, b->folder},
			    .tolerance = tolerance};
	bool *taken = mem_new(bool, b->n_results + 1);
	/* of one against one it is known which are meant */
	bool single = a->n_results == 1 && b->n_results == 1;

	taken[0] = single;
	for (size_t i = 0; i < a->n_results; i++) {
		const struct report_result *other =
			single ? b->results : twin(b, &a->results[i], taken);

		if (!other)
			only_one(&diff, &a->results[i], 0);
		else
			diff_scenario(new_scenario(&diff, &a->results[i]),
				      tolerance, &a->results[i], other);
	}
	for (size_t i = 0; i < b->n_results; i++)
		if (!taken[i])
			only_one(&diff, &b->results[i], 1);
	free(taken);
	return diff;
}

bool diff_same(const struct diff *diff)
{
	vec_foreach(&diff->scenarios, s) {
		if (s->rows.n)
			return false;
	}
	return true;
}

void diff_done(struct diff *diff)
{
	vec_foreach(&diff->scenarios, s) {
		vec_foreach(&s->rows, row) {
			free(row->where);
			free(row->says[0]);
			free(row->says[1]);
		}
		vec_done(&s->rows);
	}
	vec_done(&diff->scenarios);
}
