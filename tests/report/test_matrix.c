/*
 * test_matrix.c - what differs between kernels is found, and nothing else
 */
#include <errno.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "event/journal.h"
#include "judge/verdict.h"
#include "report/matrix.h"
#include "report/report.h"
#include "spec/scenario.h"
#include "test.h"

/** struct sight - what one kernel showed of a scenario of two steps: an act
 * and an expectation */
struct sight {
	enum verdict verdict;
	int64_t error; /* of the act; 0: it succeeded */
	int64_t took_ms; /* the act; 0: not even begun; -1: never over */
	bool left_out; /* the act's step */
	int64_t true_ms; /* how long until the expectation came true; 0: never
			  */
};

/** EVENTS - in such a journal at most */
#define EVENTS 8

/** struct story - a sight as the report knows it */
struct story {
	struct event events[EVENTS];
	struct journal journal;
	struct finding finding;
	struct judgement judgement;
};

static struct step steps[] = {
	{.kind = STEP_ACT, .pos = {.line = 5}, .text = "client: connect"},
	{.kind = STEP_EXPECT, .pos = {.line = 6}, .text = "expect CLOSED"},
};

static const struct scenario scenario = {.steps = steps, .n_steps = 2};

static struct event *next(struct story *story, enum event_kind kind, int step,
			  int64_t t_ms)
{
	struct event *event = &story->events[story->journal.n++];

	*event = (struct event){.n = story->journal.n,
				.kind = kind,
				.step = step,
				.t_ns = t_ms * NS_PER_MS};
	return event;
}

static void op(struct story *story, enum event_kind kind, int64_t t_ms,
	       int64_t error)
{
	struct event *event = next(story, kind, 0, t_ms);

	event->host = "client";
	event->op = (struct event_op){
		.op = 1,
		.program = "agent",
		.verb = "connect",
		.socket = "c",
		.result = error ? -1 : 0,
		.error = error,
	};
}

static void tell(struct story *story, const struct sight *sight)
{
	struct event *end;
	int64_t t_ms = 1;

	(void)next(story, EVENT_STEP_BEGIN, 0, t_ms);
	if (sight->took_ms)
		op(story, EVENT_OP_BEGIN, t_ms, 0);
	if (sight->took_ms > 0) {
		t_ms += sight->took_ms;
		op(story, EVENT_OP_END, t_ms, sight->error);
	}
	end = next(story, EVENT_STEP_END, 0, t_ms);
	end->step_of.done = true;
	end->step_of.left_out = sight->left_out;
	(void)next(story, EVENT_STEP_BEGIN, 1, t_ms);
	end = next(story, EVENT_STEP_END, 1, t_ms + sight->true_ms);
	end->step_of.done = sight->true_ms != 0;
	story->journal.events = story->events;
	story->finding = (struct finding){
		.verdict = sight->verdict,
		.step = 1,
		.line = 6,
		.rule = "state",
		.expected = (char *)(uintptr_t) "client.c CLOSED",
		.saw = (char *)(uintptr_t) "client.c SYN_SENT",
	};
	story->judgement = (struct judgement){
		.verdict = sight->verdict,
		.findings = &story->finding,
		.n_findings = 1,
	};
}

#define OK    .verdict = VERDICT_PASS
#define MANY  3
#define LIMIT 3

/** @has: a line each of the differences, as told below; none must be left */
static const struct {
	struct sight sights[MANY];
	const char *has[LIMIT];
} cases[] = {
	{{{OK, 0, 10, .true_ms = 1},
	  {OK, 0, 12, .true_ms = 1},
	  {OK, 0, 9, .true_ms = 1}},
	 {NULL}},
	/* a result */
	{{{OK, ECONNREFUSED, 10, .true_ms = 1},
	  {OK, ETIMEDOUT, 10, .true_ms = 1},
	  {OK, ECONNREFUSED, 10, .true_ms = 1}},
	 {"call 5 client: connect c: ECONNREFUSED|ETIMEDOUT|ECONNREFUSED"}},
	{{{OK, 0, -1, .true_ms = 1},
	  {OK, 0, 10, .true_ms = 1},
	  {OK, 0, -1, .true_ms = 1}},
	 {"call 5 client: connect c: did not return|success|did not return"}},
	/* times: an eighth and a tenth of a second are none */
	{{{OK, ETIMEDOUT, 127000, .true_ms = 1},
	  {OK, ETIMEDOUT, 131000, .true_ms = 1},
	  {OK, ETIMEDOUT, 140000, .true_ms = 1}},
	 {NULL}},
	{{{OK, ETIMEDOUT, 100000, .true_ms = 1},
	  {OK, ETIMEDOUT, 131000, .true_ms = 1},
	  {OK, ETIMEDOUT, 131000, .true_ms = 1}},
	 {"call 5 client: connect c: ETIMEDOUT after 100.0 s|"
	  "ETIMEDOUT after 131.0 s|ETIMEDOUT after 131.0 s"}},
	{{{OK, 0, 1, .true_ms = 1},
	  {OK, 0, 101, .true_ms = 1},
	  {OK, 0, 1, .true_ms = 1}},
	 {NULL}},
	{{{OK, 0, 1, .true_ms = 60000},
	  {OK, 0, 1, .true_ms = 64600},
	  {OK, 0, 1, .true_ms = 66000}},
	 {NULL}},
	{{{OK, 0, 1, .true_ms = 60000},
	  {OK, 0, 1, .true_ms = 80000},
	  {OK, 0, 1, .true_ms = 60000}},
	 {"state 6 expect CLOSED: true after 60 s|true after 80 s|"
	  "true after 60 s"}},
	/* a step for some of them; then the times count that may tell why */
	{{{OK, .left_out = true, .true_ms = 1},
	  {OK, 0, 10, .true_ms = 1},
	  {OK, 0, 10, .true_ms = 1}},
	 {"left-out 5 client: connect: left out|taken|taken"}},
	{{{OK, .left_out = true, .true_ms = 127000},
	  {OK, 0, 10, .true_ms = 131000},
	  {OK, 0, 10, .true_ms = 131000}},
	 {"left-out 5 client: connect: left out|taken|taken",
	  "state 6 expect CLOSED: true after 127.0 s|true after 131.0 s|"
	  "true after 131.0 s"}},
	/* verdicts, and which expectation it was */
	{{{VERDICT_FAIL, 0, 1, .true_ms = 0},
	  {OK, 0, 1, .true_ms = 1},
	  {OK, 0, 1, .true_ms = 1}},
	 {"verdict 0 -: FAIL|PASS|PASS",
	  "finding 6 client.c CLOSED: FAIL: client.c SYN_SENT|"
	  "PASS: client.c SYN_SENT|PASS: client.c SYN_SENT"}},
	{{{VERDICT_FAIL, 0, 1, .true_ms = 0},
	  {VERDICT_FAIL, 0, 1, .true_ms = 0},
	  {VERDICT_FAIL, 0, 1, .true_ms = 0}},
	 {NULL}},
};

static char *line_of(const struct matrix_difference *d)
{
	struct str line = {0};

	str_addf(&line, "%s %d %s: ", matrix_kind_names[d->kind], d->line,
		 d->what ?: "-");
	for (int k = 0; k < MANY; k++)
		str_addf(&line, "%s%s", k ? "|" : "", d->values[k] ?: "-");
	return str_steal(&line);
}

static void run_of(struct report_run *run, struct story *stories,
		   struct report_result *results, const struct sight *sights,
		   size_t n)
{
	static const struct report_kernel kernels[MANY] = {
		{"a", "6.1"}, {"b", "6.12"}, {"c", "6.18"}};

	for (size_t k = 0; k < n; k++) {
		tell(&stories[k], &sights[k]);
		results[k] = (struct report_result){
			.name = "close/one",
			.scenario = &scenario,
			.journal = &stories[k].journal,
			.judgement = &stories[k].judgement,
			.label = kernels[k].label,
			.column = k,
			.repeat = 1,
			.repeats = 1,
		};
	}
	*run = (struct report_run){
		.kernels = kernels,
		.n_kernels = n,
		.results = results,
		.n_results = n,
	};
}

START_TEST(what_differs_is_found_and_nothing_else)
{
	struct story stories[MANY] = {0};
	struct report_result results[MANY];
	struct report_run run;
	struct matrix *matrix;
	const struct matrix_row *row;
	size_t n = 0;

	run_of(&run, stories, results, cases[_i].sights, MANY);
	matrix = matrix_new(&run);
	ck_assert_uint_eq(matrix->rows.n, 1);
	row = &matrix->rows.v[0];
	while (n < LIMIT && cases[_i].has[n])
		n++;
	for (size_t i = 0; i < row->differences.n; i++) {
		SCOPED_FREE char *line = line_of(&row->differences.v[i]);

		ck_assert_msg(i < n, "unexpected: %s", line);
		ck_assert_str_eq(line, cases[_i].has[i]);
	}
	ck_assert_uint_eq(row->differences.n, n);
	ck_assert_int_eq(row->verdicts_differ,
			 n && strncmp(cases[_i].has[0], "verdict", 7) == 0);
	matrix_free(matrix);
}
END_TEST

START_TEST(one_kernel_has_no_table)
{
	struct story stories[MANY] = {0};
	struct report_result results[MANY];
	SCOPED_STR struct str text = {0};
	struct report_run run;

	run_of(&run, stories, results, cases[0].sights, 1);
	ck_assert_ptr_null(matrix_new(&run));
	matrix_text(&run, &text);
	ck_assert_uint_eq(text.len, 0);
	matrix_free(NULL);
}
END_TEST

/* of several repetitions the worst counts, whatever the order they ended in */
START_TEST(the_worst_repetition_stands_for_all)
{
	static const struct sight sights[MANY] = {
		{OK, 0, 1, .true_ms = 1},
		{VERDICT_FAIL, 0, 1, .true_ms = 0},
		{OK, 0, 1, .true_ms = 1},
	};
	struct story stories[MANY] = {0};
	struct report_result results[MANY];
	struct report_run run;
	struct matrix *matrix;

	run_of(&run, stories, results, sights, MANY);
	for (size_t i = 0; i < MANY; i++)
		results[i].column = i == 2; /* the first two: on a */
	run.n_kernels = 2;
	matrix = matrix_new(&run);
	ck_assert_uint_eq(matrix->rows.n, 1);
	ck_assert_ptr_eq(matrix->rows.v[0].results[0], &results[1]);
	ck_assert_ptr_eq(matrix->rows.v[0].results[1], &results[2]);
	ck_assert(matrix->rows.v[0].verdicts_differ);
	matrix_free(matrix);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("matrix");
	TCase *tc = tcase_create("matrix");

	tcase_add_loop_test(tc, what_differs_is_found_and_nothing_else, 0,
			    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, one_kernel_has_no_table);
	tcase_add_test(tc, the_worst_repetition_stands_for_all);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
