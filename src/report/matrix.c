/*
 * matrix.c - the same scenarios on several kernels: one row a scenario
 */
#include "report/matrix.h"

#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "report/report.h"

const char *const matrix_kind_names[] = {
	[MATRIX_KIND_VERDICT] = "verdict",   [MATRIX_KIND_FINDING] = "finding",
	[MATRIX_KIND_LEFT_OUT] = "left-out", [MATRIX_KIND_CALL] = "call",
	[MATRIX_KIND_STATE] = "state",
};
TABLE_COVERS(matrix_kind_names, MATRIX_KINDS);

static struct matrix_row *row_of(struct matrix *matrix, const char *name)
{
	struct matrix_row *row;

	vec_foreach(&matrix->rows, r) {
		if (strcmp(r->name, name) == 0)
			return r;
	}
	row = vec_grow(&matrix->rows);
	row->name = name;
	row->results = mem_new(const struct report_result *, matrix->n_kernels);
	return row;
}

static void add_result(struct matrix *matrix,
		       const struct report_result *result)
{
	struct matrix_row *row = row_of(matrix, result->name);
	const struct report_result **at = &row->results[result->column];

	if (!*at || report_verdict(result) > report_verdict(*at))
		*at = result;
}

struct matrix *matrix_new(const struct report_run *run)
{
	struct matrix *matrix;

	if (run->n_kernels < 2)
		return NULL;
	matrix = mem_new(struct matrix, 1);
	matrix->n_kernels = run->n_kernels;
	for (size_t i = 0; i < run->n_results; i++)
		add_result(matrix, &run->results[i]);
	/* what was run nowhere has its row all the same */
	for (size_t i = 0; i < run->n_not_run; i++)
		(void)row_of(matrix, run->not_run[i].name);
	for (size_t i = 0; i < run->n_left_out; i++)
		(void)row_of(matrix, run->left_out[i].name);
	vec_foreach(&matrix->rows, row) {
		matrix_row_compare(row, matrix->n_kernels);
	}
	return matrix;
}

static void difference_done(struct matrix_difference *difference,
			    size_t n_kernels)
{
	for (size_t k = 0; k < n_kernels; k++)
		free(difference->values[k]);
	free(difference->values);
	free(difference->what);
}

void matrix_free(struct matrix *matrix)
{
	if (!matrix)
		return;
	vec_foreach(&matrix->rows, row) {
		vec_foreach(&row->differences, d) {
			difference_done(d, matrix->n_kernels);
		}
		vec_done(&row->differences);
		free(row->results);
	}
	vec_done(&matrix->rows);
	free(matrix);
}
