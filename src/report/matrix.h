/*
 * matrix.h - the same scenarios on several kernels: what differed
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct report_result;
struct report_run;
struct str;

/** enum matrix_kind - in what a scenario differs between kernels */
enum matrix_kind {
	MATRIX_KIND_VERDICT,
	MATRIX_KIND_FINDING, /* one expectation's verdict */
	MATRIX_KIND_LEFT_OUT, /* a step is for some of them only */
	MATRIX_KIND_CALL, /* an action's result, or how long it took */
	MATRIX_KIND_STATE, /* how long it took until an expectation came true */
	MATRIX_KINDS
};

/** matrix_kind_names - "verdict", "finding", "left-out", "call", "state" */
extern const char *const matrix_kind_names[MATRIX_KINDS];

/**
 * struct matrix_difference - one thing that is not the same on all kernels
 * @kind: which
 * @step: index in the scenario; -1 if it concerns none
 * @line: in the scenario file; 0 if none
 * @what: what was asked or done, in words; owned; NULL for a verdict
 * @values: what became of it, one a kernel; owned; NULL where nothing did
 */
struct matrix_difference {
	enum matrix_kind kind;
	int step;
	int line;
	char *what;
	char **values;
};

/**
 * struct matrix_row - one scenario on all kernels
 * @name: borrowed from the results
 * @results: one a kernel; of several repetitions the first of the worst; NULL
 *	if it was not run there
 * @verdicts_differ: those that there are
 * @differences: all that is not the same, verdicts first
 */
struct matrix_row {
	const char *name;
	const struct report_result **results;
	bool verdicts_differ;
	VEC(struct matrix_difference) differences;
};

/** struct matrix - all scenarios, by name in the order of the results */
struct matrix {
	size_t n_kernels;
	VEC(struct matrix_row) rows;
};

/** MATRIX_GRAIN - times that differ by one part in so many are the same: the
 * kernel's timer wheel rounds up by as much (kernel/time/timer.c), and how much
 * depends on its HZ and on the moment */
#define MATRIX_GRAIN 8

/** MATRIX_FINE_GRAIN - instead, where something else differs: then a smaller
 * difference may be why, or tell how much */
#define MATRIX_FINE_GRAIN 64

/** MATRIX_SLACK_NS - nor is a busy machine's delay a difference */
#define MATRIX_SLACK_NS INT64_C(100000000)

/**
 * matrix_new - hold a run's kernels against each other
 * @run: on run->n_kernels kernels; must outlive it
 *
 * Return: caller frees with matrix_free(); NULL unless there are two kernels
 * or more.
 */
struct matrix *matrix_new(const struct report_run *run);

/** matrix_free - release it; NULL is fine */
void matrix_free(struct matrix *matrix);

/** matrix_row_compare - find a row's differences; for matrix_new() */
void matrix_row_compare(struct matrix_row *row, size_t n_kernels);

/** matrix_text - the table, and below it what differed; nothing unless there
 * are two kernels or more */
void matrix_text(const struct report_run *run, struct str *out);
