/*
 * diff_text.c - differences between two runs, for a terminal
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/units.h"
#include "report/diff.h"
#include "report/page.h"

/** LABEL - columns of "- 12345.678  " */
#define LABEL 14

/** SEGMENTS_TOLD - of one connection */
#define SEGMENTS_TOLD 24

static const char signs[] = {'-', '+'};
static const enum ink inks[] = {INK_BAD, INK_GOOD};

/* "  - 60 s", under what it is about */
static void tell_side(const struct page *page, const struct diff_row *row,
		      int run)
{
	char buf[UNITS_TEXT];
	SCOPED_STR struct str label = {0};
	const char *says = row->says[run];

	if (row->what == DIFF_TIME)
		says = duration_print(row->t_ns[run], buf);
	if (!says)
		return;
	str_addc(&label, signs[run], 1);
	if (row->what == DIFF_SEGMENT)
		str_addf(&label, " %9.3f",
			 (double)row->t_ns[run] / (double)NS_PER_MS);
	page_label(page, row->what == DIFF_SEGMENT ? 4 : 6,
		   row->what == DIFF_SEGMENT ? LABEL : 2, str_text(&label),
		   inks[run], says);
}

static void tell_row(const struct page *page, const struct diff_row *row)
{
	SCOPED_STR struct str head = {0};

	/* a segment says all itself */
	if (row->what != DIFF_SEGMENT) {
		str_add(&head, diff_what_names[row->what]);
		if (row->where)
			str_addf(&head, ", %s", row->where);
		page_label(page, 4, 0, "", INK_PLAIN, str_text(&head));
	}
	tell_side(page, row, 0);
	tell_side(page, row, 1);
}

static void tell_rest(const struct page *page, size_t told)
{
	SCOPED_FREE char *text = NULL;

	if (told <= SEGMENTS_TOLD)
		return;
	text = mem_printf("... %zu more segments: --format json has them all",
			  told - SEGMENTS_TOLD);
	page_label(page, 4, 0, "", INK_DIM, text);
}

static void tell_scenario(const struct page *page,
			  const struct diff_scenario *scenario)
{
	size_t connection = 0;
	size_t segments = 0;

	page_ink(page, INK_BOLD, scenario->name);
	if (scenario->repeat) {
		SCOPED_FREE char *nth =
			mem_printf("  run %d", scenario->repeat);

		page_ink(page, INK_DIM, nth);
	}
	page_ink(page, INK_PLAIN, "\n");
	vec_foreach(&scenario->rows, row) {
		if (row->what == DIFF_SEGMENT &&
		    row->connection == connection && ++segments > SEGMENTS_TOLD)
			continue;
		if (row->what != DIFF_SEGMENT ||
		    row->connection != connection) {
			tell_rest(page, segments);
			segments = row->what == DIFF_SEGMENT;
		}
		if (row->connection != connection) {
			SCOPED_FREE char *head =
				mem_printf("connection %zu", row->connection);

			connection = row->connection;
			page_label(page, 2, 0, "", INK_DIM, head);
		}
		tell_row(page, row);
	}
	tell_rest(page, segments);
	str_addc(page->out, '\n', 1);
}

void diff_text(const struct diff *diff, const struct page *page)
{
	size_t n = 0;
	SCOPED_STR struct str sum = {0};

	vec_foreach(&diff->scenarios, s) {
		if (!s->rows.n)
			continue;
		tell_scenario(page, s);
		n++;
	}
	if (n)
		str_addf(&sum, "%zu of %zu scenario%s differ%s", n,
			 diff->scenarios.n, diff->scenarios.n == 1 ? "" : "s",
			 n == 1 ? "s" : "");
	else
		str_addf(&sum, "%zu scenario%s, no difference",
			 diff->scenarios.n, diff->scenarios.n == 1 ? "" : "s");
	str_addf(&sum, " (times within %g %% or %.0f ms)\n",
		 diff->tolerance * 100,
		 (double)DIFF_SLACK_NS / (double)NS_PER_MS);
	page_ink(page, n ? INK_BAD : INK_GOOD, str_text(&sum));
}
