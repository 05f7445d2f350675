/*
 * diff.c - what went otherwise in another run of the same scenarios
 */
#include "report/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "report/diff_align.h"
#include "report/diff_connection.h"
#include "report/diff_life.h"
#include "report/diff_match.h"
#include "report/report.h"

const char *const diff_what_names[] = {
	[DIFF_SCENARIO] = "scenario",
	[DIFF_VERDICT] = "verdict",
	[DIFF_CONNECTION] = "connection",
	[DIFF_SEGMENT] = "segment",
	[DIFF_STATES] = "states",
	[DIFF_RETRANSMISSIONS] = "retransmissions",
	[DIFF_TIME] = "time",
	[DIFF_UNREADABLE] = "unreadable",
};
TABLE_COVERS(diff_what_names, DIFF_WHATS);

struct diff_row *diff_add(struct diff_scenario *scenario, enum diff_what what,
			  size_t connection)
{
	struct diff_row *row = vec_grow(&scenario->rows);

	*row = (struct diff_row){
		.what = what, .connection = connection, .t_ns = {-1, -1}};
	return row;
}

/* A timer fires late by a share of its length (kernel/time/timer.c), and looks
 * and programs are late by something else, which adds to that. */
static void diff_connections(struct diff_scenario *scenario, double tolerance,
			     struct diff_lives lives[2])
{
	size_t n;
	struct diff_pair *pairs = diff_match(&lives[0], &lives[1], &n);

	for (size_t i = 0; i < n; i++)
		diff_connection(
			scenario, tolerance,
			pairs[i].a == DIFF_NONE ? NULL
						: &lives[0].all.v[pairs[i].a],
			pairs[i].b == DIFF_NONE ? NULL
						: &lives[1].all.v[pairs[i].b]);
	free(pairs);
}

/* what a row that only some runs have says of them */
static void add_says(struct diff_scenario *scenario, enum diff_what what,
		     const char *a, const char *b)
{
	struct diff_row *row = diff_add(scenario, what, 0);

	row->says[0] = a ? mem_strdup(a) : NULL;
	row->says[1] = b ? mem_strdup(b) : NULL;
}

static const char *unreadable(const struct report_result *of)
{
	return of->journal ? NULL : of->error ?: "it has no journal";
}

static void diff_scenario(struct diff_scenario *scenario, double tolerance,
			  const struct report_result *a,
			  const struct report_result *b)
{
	struct diff_lives lives[2] = {diff_lives_new(a), diff_lives_new(b)};

	scenario->real_time = (a->journal && !lives[0].virtual_time) ||
			      (b->journal && !lives[1].virtual_time);
	if (report_verdict(a) != report_verdict(b))
		add_says(scenario, DIFF_VERDICT,
			 verdict_names[report_verdict(a)],
			 verdict_names[report_verdict(b)]);
	if (a->journal && b->journal)
		diff_connections(scenario, tolerance, lives);
	else
		add_says(scenario, DIFF_UNREADABLE, unreadable(a),
			 unreadable(b));
	diff_lives_done(&lives[0]);
	diff_lives_done(&lives[1]);
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
	const char *verdict = verdict_names[report_verdict(of)];

	add_says(new_scenario(diff, of), DIFF_SCENARIO, run ? NULL : verdict,
		 run ? verdict : NULL);
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
		vec_foreach(&s->connections, title) {
			free(*title);
		}
		vec_done(&s->connections);
		vec_foreach(&s->rows, row) {
			free(row->where);
			free(row->says[0]);
			free(row->says[1]);
		}
		vec_done(&s->rows);
	}
	vec_done(&diff->scenarios);
}
