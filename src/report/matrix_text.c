/*
 * matrix_text.c - several kernels for a terminal: the table, and what differed
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/matrix.h"
#include "report/page.h"
#include "report/report.h"
#include "report/utf8.h"
#include "report/verdict_ink.h"

/** CELL_COLS - the longest verdict, and two spaces */
#define CELL_COLS 14

/** NAME_COLS - names are padded to at least this */
#define NAME_COLS 24

static size_t name_cols(const struct matrix *matrix)
{
	size_t cols = NAME_COLS;

	vec_foreach(&matrix->rows, row) {
		size_t width = utf8_width(row->name) + 2;

		if (width > cols)
			cols = width;
	}
	return cols;
}

static size_t kernel_cols(const struct report_run *run, size_t k)
{
	size_t width = utf8_width(run->kernels[k].label) + 2;

	return width > CELL_COLS ? width : CELL_COLS;
}

/* the last column needs no spaces behind it */
static void tell_cell(const struct page *page, const struct report_run *run,
		      size_t k, enum ink ink, const char *text)
{
	bool last = k + 1 == run->n_kernels;

	page_pad(page, ink, text, last ? 0 : kernel_cols(run, k));
	if (last)
		page_ink(page, INK_PLAIN, "\n");
}

static void tell_row(const struct page *page, const struct report_run *run,
		     const struct matrix_row *row, size_t cols)
{
	const char *mark = row->verdicts_differ ? "* "
			   : row->differences.n ? "~ "
						: "  ";

	page_ink(page, row->verdicts_differ ? INK_BAD : INK_PLAIN, mark);
	page_pad(page, INK_PLAIN, row->name, cols);
	for (size_t k = 0; k < run->n_kernels; k++) {
		enum verdict verdict = row->results[k]
					       ? report_verdict(row->results[k])
					       : VERDICT_PASS;

		if (row->results[k])
			tell_cell(page, run, k, verdict_ink(verdict),
				  verdict_names[verdict]);
		else
			tell_cell(page, run, k, INK_DIM, "-");
	}
}

static void tell_kernels(const struct page *page, const struct report_run *run)
{
	SCOPED_STR struct str text = {0};

	for (size_t k = 0; k < run->n_kernels; k++)
		str_addf(&text, "%s%s %s%s", k ? ", " : "",
			 run->kernels[k].label,
			 run->kernels[k].release ? "is " : "was not run",
			 run->kernels[k].release ?: "");
	page_label(page, 2, 0, "", INK_DIM, str_text(&text));
}

static void tell_table(const struct page *page, const struct report_run *run,
		       const struct matrix *matrix)
{
	size_t cols = name_cols(matrix);
	size_t verdicts = 0;
	size_t others = 0;

	page_ink(page, INK_PLAIN, "  ");
	page_pad(page, INK_BOLD, "scenario", cols);
	for (size_t k = 0; k < run->n_kernels; k++)
		tell_cell(page, run, k, INK_BOLD, run->kernels[k].label);
	vec_foreach(&matrix->rows, row) {
		tell_row(page, run, row, cols);
		verdicts += row->verdicts_differ;
		others += !row->verdicts_differ && row->differences.n;
	}
	tell_kernels(page, run);
	if (verdicts)
		page_label(page, 0, 2, "*", INK_PLAIN, "the verdicts differ");
	if (others)
		page_label(page, 0, 2, "~", INK_PLAIN,
			   "the verdicts are the same, but not all else");
}

/* "host, uml-6.12.117: ETIMEDOUT after 131 s", once for each text */
static void tell_values(const struct page *page, const struct report_run *run,
			const struct matrix_difference *difference)
{
	char *const *values = difference->values;

	for (size_t k = 0; k < run->n_kernels; k++) {
		SCOPED_STR struct str line = {0};
		bool told = !values[k];

		for (size_t i = 0; i < k && !told; i++)
			told = values[i] && strcmp(values[i], values[k]) == 0;
		if (told)
			continue;
		str_add(&line, run->kernels[k].label);
		for (size_t i = k + 1; i < run->n_kernels; i++)
			if (values[i] && strcmp(values[i], values[k]) == 0)
				str_addf(&line, ", %s", run->kernels[i].label);
		str_addf(&line, ": %s", values[k]);
		page_label(page, 6, 2, "-", INK_PLAIN, str_text(&line));
	}
}

static void tell_difference(const struct page *page,
			    const struct report_run *run,
			    const struct matrix_difference *difference)
{
	SCOPED_STR struct str line = {0};

	if (difference->line)
		str_addf(&line, "line %d: ", difference->line);
	str_add(&line, difference->what ?: "the verdict");
	page_label(page, 4, 0, "", INK_PLAIN, str_text(&line));
	tell_values(page, run, difference);
}

void matrix_text(const struct report_run *run, struct str *out)
{
	struct page page = {.out = out, .colour = run->colour};
	struct matrix *matrix = matrix_new(run);
	bool any = false;

	if (!matrix)
		return;
	tell_table(&page, run, matrix);
	vec_foreach(&matrix->rows, row) {
		if (!row->differences.n)
			continue;
		page_ink(&page, INK_BOLD, any ? "" : "\nWhat differed\n");
		any = true;
		str_addc(out, '\n', 1);
		page_label(&page, 2, 0, "", INK_BOLD, row->name);
		vec_foreach(&row->differences, d) {
			tell_difference(&page, run, d);
		}
	}
	str_addc(out, '\n', 1);
	matrix_free(matrix);
}
