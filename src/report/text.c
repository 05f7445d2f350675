/*
 * text.c - a run for a terminal: a line a scenario, and every story
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "event/journal.h"
#include "judge/coverage.h"
#include "report/alike.h"
#include "report/cover.h"
#include "report/ladder.h"
#include "report/matrix.h"
#include "report/page.h"
#include "report/report.h"
#include "report/story.h"
#include "report/utf8.h"
#include "report/verdict_ink.h"

/** VERDICT_COLS - the longest verdict, "INCONCLUSIVE", and two spaces */
#define VERDICT_COLS 14

/** NAME_COLS - names are padded to at least this */
#define NAME_COLS 36

static size_t name_cols(const struct report_run *run)
{
	size_t cols = NAME_COLS;

	for (size_t i = 0; i < run->n_results; i++) {
		size_t width = utf8_width(run->results[i].name);

		if (width > cols && width < PAGE_COLS - VERDICT_COLS - 14)
			cols = width;
	}
	return cols;
}

static size_t label_cols(const struct report_run *run)
{
	size_t cols = 0;

	for (size_t i = 0; i < run->n_kernels; i++) {
		size_t width = utf8_width(run->kernels[i].label) + 2;

		cols = width > cols ? width : cols;
	}
	return cols;
}

static void tell_line(const struct page *page, const struct report_run *run,
		      size_t cols, const struct report_result *result)
{
	enum verdict verdict = report_verdict(result);
	SCOPED_FREE char *time = mem_printf(
		"%8.2f s", (double)result->duration_ns / (double)NS_PER_S);

	page_pad(page, verdict_ink(verdict), verdict_names[verdict],
		 VERDICT_COLS);
	if (result->label)
		page_pad(page, INK_DIM, result->label, label_cols(run));
	page_pad(page, INK_PLAIN, result->name, cols);
	page_ink(page, INK_DIM, time);
	if (result->repeats > 1) {
		SCOPED_FREE char *nth =
			mem_printf("  %d/%d", result->repeat, result->repeats);

		page_ink(page, INK_DIM, nth);
	}
	if (result->tries > 1) {
		SCOPED_FREE char *tries = mem_printf("  try %d", result->tries);

		page_ink(page, INK_DIM, tries);
	}
	page_ink(page, INK_PLAIN, "\n");
}

/* what a reader should know though the verdict holds */
static void tell_notes(const struct page *page,
		       const struct report_result *result)
{
	const struct journal *journal = result->journal;

	for (size_t i = 0; journal && i < journal->n; i++) {
		const struct event *e = &journal->events[i];
		SCOPED_FREE char *note = NULL;

		if (e->kind != EVENT_PROC_SPIN)
			continue;
		note = mem_printf("%s%s%s spins on the clock: %s",
				  e->host ?: "", e->host ? "." : "",
				  e->proc.program ?: "a program",
				  e->proc.why ?: "nobody said how");
		page_label(page, VERDICT_COLS, 0, "", INK_DIM, note);
	}
}

static bool repeats(const struct report_run *run)
{
	for (size_t i = 0; i < run->n_results; i++)
		if (run->results[i].repeats > 1)
			return true;
	return false;
}

/* Of many repetitions with the same verdict the first one's story will do. */
static bool told_before(const struct report_run *run, size_t i)
{
	const struct report_result *result = &run->results[i];

	for (size_t j = 0; j < i; j++)
		if (report_alike(&run->results[j], result) &&
		    report_verdict(&run->results[j]) == report_verdict(result))
			return true;
	return false;
}

/* Of many that passed nobody wants to see each. */
static void tell_ladder(const struct page *page, const struct report_run *run,
			const struct report_result *result)
{
	struct ladder_page to = {
		.page = page, .cols = run->columns, .ascii = run->ascii};

	if (report_verdict(result) != VERDICT_PASS || run->n_results == 1)
		ladder_tell(&to, result);
}

static void tell_stories(const struct page *page, const struct report_run *run)
{
	for (size_t i = 0; i < run->n_results; i++) {
		const struct report_result *result = &run->results[i];

		if (report_verdict(result) == VERDICT_PASS && !run->verbose)
			continue;
		if (result->repeats > 1 && told_before(run, i))
			continue;
		story_tell(page, result);
		tell_ladder(page, run, result);
		str_addc(page->out, '\n', 1);
	}
}

static bool counted_before(const struct report_run *run, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (report_alike(&run->results[j], &run->results[i]))
			return true;
	return false;
}

static void tell_flake(const struct page *page, const struct report_run *run,
		       size_t cols, size_t first)
{
	size_t n[VERDICTS] = {0};
	size_t runs = 0;
	size_t flaked;
	SCOPED_STR struct str row = {0};

	for (size_t i = first; i < run->n_results; i++) {
		if (!report_alike(&run->results[i], &run->results[first]))
			continue;
		n[report_verdict(&run->results[i])]++;
		runs++;
	}
	flaked = runs - n[VERDICT_PASS];
	str_addf(&row, "%5zu%6zu", runs, n[VERDICT_PASS]);
	str_addf(&row, "%6zu%6zu%7zu", n[VERDICT_INCONCLUSIVE], n[VERDICT_FAIL],
		 n[VERDICT_ERROR]);
	str_addf(&row, "%8.1f %%\n", 100.0 * (double)flaked / (double)runs);
	page_pad(page, INK_PLAIN, run->results[first].name, cols);
	if (run->n_kernels)
		page_pad(page, INK_PLAIN, run->results[first].label,
			 label_cols(run));
	page_ink(page, flaked ? INK_BAD : INK_PLAIN, str_text(&row));
}

static void tell_flakes(const struct page *page, const struct report_run *run)
{
	size_t cols = name_cols(run);

	page_pad(page, INK_BOLD, "scenario", cols);
	page_pad(page, INK_BOLD, run->n_kernels ? "kernel" : "",
		 label_cols(run));
	page_ink(page, INK_BOLD, " runs  pass inconc  fail  error   flaky\n");
	for (size_t i = 0; i < run->n_results; i++)
		if (!counted_before(run, i))
			tell_flake(page, run, cols, i);
}

/* what was repeated in virtual time ought to be the same each time */
static void tell_alikes(const struct page *page, const struct report_run *run)
{
	struct alikes alikes = {0};

	alikes_find(&alikes, run);
	alikes_text(&alikes, page);
	alikes_done(&alikes);
}

static void add_count(struct str *out, size_t n, const char *what)
{
	str_addf(out, "%s%zu %s", out->len ? ", " : "", n, what);
}

/* a single short scenario may be slower than life: a kernel has to boot */
static void add_ratio(struct str *line, const struct report_run *run)
{
	double ratio = (double)run->simulated_ns / (double)run->duration_ns;

	str_addf(line, "%.1f s simulated, %.*f times as fast\n",
		 (double)run->simulated_ns / (double)NS_PER_S,
		 ratio < 10 ? 1 : 0, ratio);
}

static void tell_summary(const struct page *page, const struct report_run *run)
{
	struct report_tally tally = report_tally(run);
	size_t errors = tally.n[VERDICT_ERROR];
	SCOPED_STR struct str line = {0};

	add_count(&line, tally.n[VERDICT_PASS], "passed");
	add_count(&line, tally.n[VERDICT_FAIL], "failed");
	add_count(&line, tally.n[VERDICT_INCONCLUSIVE], "inconclusive");
	add_count(&line, errors, errors == 1 ? "error" : "errors");
	if (run->n_not_run)
		add_count(&line, run->n_not_run, "not run");
	str_addf(&line, " in %.1f s\n",
		 (double)run->duration_ns / (double)NS_PER_S);
	if (run->n_left_out)
		str_addf(&line, "%zu %s left out%s%s: %s; add --virtual\n",
			 run->n_left_out,
			 run->n_left_out == 1 ? "scenario" : "scenarios",
			 run->left_out->label ? " on " : "",
			 run->left_out->label ?: "",
			 run->n_left_out == 1 ? "it takes hours"
					      : "they take hours");
	if (run->simulated_ns && run->duration_ns)
		add_ratio(&line, run);
	page_ink(page, verdict_ink(report_worst(run)), str_text(&line));
}

/* where the kernel's tracer is not ours to use: the first reason will do */
static void tell_untraced(const struct page *page, const struct report_run *run)
{
	for (size_t i = 0; i < run->n_results; i++) {
		const char *untraced = report_untraced(&run->results[i]);
		SCOPED_FREE char *why = NULL;

		if (!untraced)
			continue;
		why = mem_printf("sampled, not traced: %s", untraced);
		page_label(page, 0, 9, "states:", INK_PLAIN, why);
		return;
	}
}

static bool several(const struct report_run *run)
{
	for (size_t i = 1; i < run->n_results; i++)
		if (strcmp(run->results[i].name, run->results[0].name) != 0)
			return true;
	return false;
}

/* one scenario never takes many: there it is news to who asks for more only */
static void tell_coverage(const struct page *page, const struct report_run *run)
{
	SCOPED_STR struct str line = {0};
	struct coverage *coverage;

	if (!run->verbose && !several(run))
		return;
	coverage = coverage_new();
	for (size_t i = 0; i < run->n_results; i++)
		if (run->results[i].journal)
			coverage_add(coverage, run->results[i].name,
				     run->results[i].journal);
	if (coverage_sum(coverage, false).taken ||
	    coverage_sum(coverage, true).taken) {
		cover_line(coverage, &line);
		if (run->folder)
			str_add(&line, " (tcplab coverage)");
		page_label(page, 0, 9, "covered:", INK_PLAIN, str_text(&line));
	}
	coverage_free(coverage);
}

/* the folder by itself first: it is there to be copied */
static void tell_folder(const struct page *page, const struct report_run *run)
{
	SCOPED_FREE char *line =
		mem_printf("%s%s", run->folder ?: "",
			   run->kept ? " (look at report.html)" : "");

	if (run->folder && run->n_results)
		page_label(page, 0, 9, "results:", INK_PLAIN, line);
}

void report_text_line(const struct report_run *run,
		      const struct report_result *result, struct str *out)
{
	struct page page = {.out = out, .colour = run->colour};

	tell_line(&page, run, name_cols(run), result);
	tell_notes(&page, result);
}

void report_text_rest(const struct report_run *run, struct str *out)
{
	struct page page = {.out = out, .colour = run->colour};

	str_addc(out, '\n', 1);
	tell_stories(&page, run);
	if (repeats(run)) {
		tell_flakes(&page, run);
		str_addc(out, '\n', 1);
		tell_alikes(&page, run);
	}
	matrix_text(run, out);
	tell_folder(&page, run);
	tell_coverage(&page, run);
	tell_untraced(&page, run);
	tell_summary(&page, run);
}

int report_text(const struct report_run *run, struct str *out)
{
	for (size_t i = 0; i < run->n_results; i++)
		report_text_line(run, &run->results[i], out);
	report_text_rest(run, out);
	return 0;
}
