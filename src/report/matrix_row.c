/*
 * matrix_row.c - one scenario on several kernels: find what is not the same
 *
 * DOC: Theory of operation
 *
 * What is compared has a name that all kernels share: an expectation by line
 * and words, a step by its number, an action by its step, who does it and the
 * how manieth of its kind it is there. A kernel that has nothing of that name
 * has no say. Texts must be equal; times may differ a little (MATRIX_GRAIN).
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/units.h"
#include "event/journal.h"
#include "report/matrix.h"
#include "report/report.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "timeline/timeline.h"

/**
 * struct side - one kernel's part of a comparison
 * @result: NULL: it has none
 * @tl: what happened; NULL without a journal
 */
struct side {
	const struct report_result *result;
	struct timeline *tl;
};

/**
 * struct sides - the row at work
 * @row: gets the differences
 * @v: one a kernel
 * @n: how many
 * @texts: what became of the thing under comparison; owned; NULL: nothing
 * @took_ns: how long it took; -1 if there is no time
 * @grain: see MATRIX_GRAIN
 */
struct sides {
	struct matrix_row *row;
	struct side *v;
	size_t n;
	char **texts;
	int64_t *took_ns;
	int64_t grain;
};

static void clear(struct sides *s)
{
	for (size_t k = 0; k < s->n; k++) {
		free(s->texts[k]);
		s->texts[k] = NULL;
		s->took_ns[k] = -1;
	}
}

static bool texts_differ(const struct sides *s)
{
	const char *first = NULL;

	for (size_t k = 0; k < s->n; k++) {
		if (s->texts[k] && first && strcmp(s->texts[k], first) != 0)
			return true;
		first = first ?: s->texts[k];
	}
	return false;
}

static bool times_differ(const struct sides *s)
{
	int64_t least_ns = INT64_MAX;
	int64_t most_ns = -1;

	for (size_t k = 0; k < s->n; k++) {
		if (s->took_ns[k] < 0)
			continue;
		if (s->took_ns[k] < least_ns)
			least_ns = s->took_ns[k];
		if (s->took_ns[k] > most_ns)
			most_ns = s->took_ns[k];
	}
	return most_ns >= 0 &&
	       most_ns - least_ns > most_ns / s->grain + MATRIX_SLACK_NS;
}

/* keep what is under comparison, if it differs; @what is taken */
static void settle(struct sides *s, enum matrix_kind kind, int step, int line,
		   char *what)
{
	bool times = times_differ(s);
	struct matrix_difference *difference;

	if (!times && !texts_differ(s)) {
		free(what);
		clear(s);
		return;
	}
	difference = vec_grow(&s->row->differences);
	difference->kind = kind;
	difference->step = step;
	difference->line = line;
	difference->what = what;
	difference->values = mem_new(char *, s->n);
	for (size_t k = 0; k < s->n; k++) {
		char buf[UNITS_TEXT];

		if (s->texts[k] && times && s->took_ns[k] >= 0)
			difference->values[k] =
				mem_printf("%s after %s", s->texts[k],
					   duration_print(s->took_ns[k], buf));
		else
			difference->values[k] = mem_strdup(s->texts[k]);
	}
	clear(s);
}

static void compare_verdicts(struct sides *s)
{
	for (size_t k = 0; k < s->n; k++)
		if (s->v[k].result)
			s->texts[k] = mem_strdup(
				verdict_names[report_verdict(s->v[k].result)]);
	s->row->verdicts_differ = texts_differ(s);
	settle(s, MATRIX_KIND_VERDICT, -1, 0, NULL);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The finding of that name, or NULL */
static const struct finding *finding_of(const struct side *side,
					const struct finding *like)
{
	const struct judgement *j =
		side->result ? side->result->judgement : NULL;

	for (size_t i = 0; j && i < j->n_findings; i++)
		if (j->findings[i].line == like->line &&
		    j->findings[i].step == like->step &&
		    same(j->findings[i].rule, like->rule) &&
		    same(j->findings[i].expected, like->expected))
			return &j->findings[i];
	return NULL;
}

static bool finding_settled(const struct sides *s, size_t before,
			    const struct finding *like)
{
	for (size_t k = 0; k < before; k++) {
		const struct finding *f = finding_of(&s->v[k], like);

		if (f && f->verdict != VERDICT_PASS)
			return true;
	}
	return false;
}

static void compare_finding(struct sides *s, const struct finding *like)
{
	bool differ = false;

	for (size_t k = 0; k < s->n; k++) {
		const struct finding *f = finding_of(&s->v[k], like);

		if (!f)
			continue;
		differ = differ || f->verdict != like->verdict;
		s->texts[k] = mem_printf("%s: %s", verdict_names[f->verdict],
					 f->saw ?: "nothing");
	}
	/* what was seen is told, but of the same verdict it may differ */
	if (differ)
		settle(s, MATRIX_KIND_FINDING, like->step, like->line,
		       mem_strdup(like->expected));
	else
		clear(s);
}

static void compare_findings(struct sides *s)
{
	for (size_t k = 0; k < s->n; k++) {
		const struct report_result *result = s->v[k].result;
		const struct judgement *j = result ? result->judgement : NULL;

		for (size_t i = 0; j && i < j->n_findings; i++) {
			const struct finding *f = &j->findings[i];

			if (f->verdict != VERDICT_PASS &&
			    !finding_settled(s, k, f))
				compare_finding(s, f);
		}
	}
}

static const struct timeline_step *step_of(const struct side *side, int index)
{
	const struct timeline_step *step =
		side->tl ? timeline_step(side->tl, index) : NULL;

	return step && step->end_n ? step : NULL;
}

static void compare_step(struct sides *s, int index, const struct step *step)
{
	for (size_t k = 0; k < s->n; k++) {
		const struct timeline_step *went = step_of(&s->v[k], index);

		if (went)
			s->texts[k] = mem_strdup(went->left_out ? "left out"
								: "taken");
	}
	settle(s, MATRIX_KIND_LEFT_OUT, index, step->pos.line,
	       mem_strdup(step->text));
}

/* how long until what was expected came true */
static void compare_state(struct sides *s, int index, const struct step *step)
{
	for (size_t k = 0; step->kind == STEP_EXPECT && k < s->n; k++) {
		const struct timeline_step *went = step_of(&s->v[k], index);

		if (!went || went->left_out || !went->done)
			continue;
		s->texts[k] = mem_strdup("true");
		s->took_ns[k] =
			went->end_ns - went->begin_ns - step->expect.for_ns;
	}
	settle(s, MATRIX_KIND_STATE, index, step->pos.line,
	       mem_strdup(step->text));
}

static bool is_like(const struct timeline_op *a, const struct timeline_op *b)
{
	return a->step == b->step && same(a->host, b->host) &&
	       same(a->end.verb, b->end.verb) &&
	       same(a->end.socket, b->end.socket) &&
	       same(a->end.program, b->end.program);
}

/* how many like it were begun before */
static size_t nth_of(const struct side *side, size_t i)
{
	size_t n;
	const struct timeline_op *ops = timeline_ops(side->tl, &n);
	size_t before = 0;

	for (size_t j = 0; j < i; j++)
		before += is_like(&ops[j], &ops[i]);
	return before;
}

static const struct timeline_op *
op_of(const struct side *side, const struct timeline_op *like, size_t nth)
{
	const struct timeline_op *ops;
	size_t n;

	if (!side->tl)
		return NULL;
	ops = timeline_ops(side->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (is_like(&ops[i], like) && nth-- == 0)
			return &ops[i];
	return NULL;
}

static char *op_text(const struct timeline_op *op)
{
	const struct event_op *end = &op->end;

	if (!op->ended)
		return mem_strdup("did not return");
	if (end->error || end->result < 0)
		return mem_strdup(errno_name((int)end->error));
	if (end->value)
		return mem_printf("\"%s\"", end->value);
	if (end->bytes || end->eof)
		return mem_printf("%lld bytes%s", (long long)end->bytes,
				  end->eof ? " and end of file" : "");
	return mem_strdup("success");
}

static void compare_op(struct sides *s, size_t of, size_t i)
{
	size_t n;
	const struct timeline_op *like = &timeline_ops(s->v[of].tl, &n)[i];
	const struct scenario *scenario = s->v[of].result->scenario;
	const struct step *step =
		scenario && like->step >= 0 &&
				(size_t)like->step < scenario->n_steps
			? &scenario->steps[like->step]
			: NULL;
	size_t nth = nth_of(&s->v[of], i);

	for (size_t k = 0; k < s->n; k++) {
		const struct timeline_op *op = op_of(&s->v[k], like, nth);

		/* one of an earlier side was at work for both of them */
		if (op && k < of) {
			clear(s);
			return;
		}
		if (!op)
			continue;
		s->texts[k] = op_text(op);
		s->took_ns[k] = op->ended ? op->end_ns - op->begin_ns : -1;
	}
	settle(s, MATRIX_KIND_CALL, like->step, step ? step->pos.line : 0,
	       mem_printf("%s: %s%s%s", like->host ?: "?",
			  like->end.verb ?: "?", like->end.socket ? " " : "",
			  like->end.socket ?: ""));
}

static void compare_ops(struct sides *s)
{
	for (size_t k = 0; k < s->n; k++) {
		size_t n = 0;

		if (s->v[k].tl)
			(void)timeline_ops(s->v[k].tl, &n);
		for (size_t i = 0; i < n; i++)
			compare_op(s, k, i);
	}
}

static struct timeline *fold(const struct report_result *result)
{
	struct timeline *tl;

	if (!result || !result->journal)
		return NULL;
	tl = timeline_new();
	for (size_t i = 0; i < result->journal->n; i++)
		timeline_feed(tl, &result->journal->events[i]);
	return tl;
}

/* in the order of the scenario; what is of one step stays as it was found */
static void sort(struct matrix_row *row)
{
	struct matrix_difference *v = row->differences.v;

	for (size_t i = 1; i < row->differences.n; i++) {
		struct matrix_difference d = v[i];
		size_t j = i;

		for (; j > 0 && v[j - 1].step > d.step; j--)
			v[j] = v[j - 1];
		v[j] = d;
	}
}

void matrix_row_compare(struct matrix_row *row, size_t n_kernels)
{
	struct sides s = {
		.row = row,
		.v = mem_new(struct side, n_kernels),
		.n = n_kernels,
		.texts = mem_new(char *, n_kernels),
		.took_ns = mem_new(int64_t, n_kernels),
		.grain = MATRIX_GRAIN,
	};
	const struct scenario *scenario = NULL;

	for (size_t k = 0; k < n_kernels; k++) {
		s.took_ns[k] = -1;
		s.v[k].result = row->results[k];
		s.v[k].tl = fold(row->results[k]);
		if (!scenario && row->results[k])
			scenario = row->results[k]->scenario;
	}
	compare_verdicts(&s);
	compare_findings(&s);
	for (size_t i = 0; scenario && i < scenario->n_steps; i++)
		compare_step(&s, (int)i, &scenario->steps[i]);
	if (row->differences.n)
		s.grain = MATRIX_FINE_GRAIN;
	for (size_t i = 0; scenario && i < scenario->n_steps; i++)
		compare_state(&s, (int)i, &scenario->steps[i]);
	compare_ops(&s);
	sort(row);
	for (size_t k = 0; k < n_kernels; k++)
		timeline_free(s.v[k].tl);
	free(s.v);
	free(s.texts);
	free(s.took_ns);
}
