/*
 * diff_text.c - differences between two runs, for a terminal
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/units.h"
#include "report/diff.h"
#include "report/page.h"

/** LABEL - columns of "- 12345.678  " */
#define LABEL 14

/** ROWS_TOLD - of one kind in a row: of thousands of segments the first say
 * where it began */
#define ROWS_TOLD 24

static const char signs[] = {'-', '+'};
static const char *const heads[] = {
	[DIFF_SCENARIO] = "only one run has it",
	[DIFF_VERDICT] = "verdict",
	[DIFF_CONNECTION] = "only one run has it",
	[DIFF_SEGMENT] = "",
	[DIFF_STATES] = "states",
	[DIFF_RETRANSMISSIONS] = "retransmissions",
	[DIFF_TIME] = "time",
	[DIFF_UNREADABLE] = "cannot be read, and was not compared",
};
TABLE_COVERS(heads, DIFF_WHATS);
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
		str_add(&head, heads[row->what]);
		if (row->where)
			str_addf(&head, ", %s", row->where);
		page_label(page, 4, 0, "", INK_PLAIN, str_text(&head));
	}
	tell_side(page, row, 0);
	tell_side(page, row, 1);
}

static void tell_rest(const struct page *page, enum diff_what what, size_t told)
{
	SCOPED_FREE char *text = NULL;

	if (told <= ROWS_TOLD)
		return;
	text = mem_printf("... %zu more %ss: --format json has them all",
			  told - ROWS_TOLD, diff_what_names[what]);
	page_label(page, 4, 0, "", INK_DIM, text);
}

static void tell_name(const struct page *page,
		      const struct diff_scenario *scenario)
{
	page_ink(page, INK_BOLD, scenario->name);
	if (scenario->repeat) {
		SCOPED_FREE char *nth =
			mem_printf("  run %d", scenario->repeat);

		page_ink(page, INK_DIM, nth);
	}
	page_ink(page, INK_PLAIN, "\n");
}

static void tell_connection(const struct page *page,
			    const struct diff_scenario *scenario,
			    size_t connection)
{
	SCOPED_FREE char *head =
		mem_printf("connection %zu, %s", connection,
			   scenario->connections.v[connection - 1]);

	page_label(page, 2, 0, "", INK_DIM, head);
}

static void tell_scenario(const struct page *page,
			  const struct diff_scenario *scenario)
{
	const struct diff_row *last = NULL;
	size_t told = 0; /* of the same kind as the last */

	tell_name(page, scenario);
	vec_foreach(&scenario->rows, row) {
		if (!last || row->what != last->what ||
		    row->connection != last->connection) {
			if (last)
				tell_rest(page, last->what, told);
			told = 0;
		}
		if (row->connection &&
		    (!last || row->connection != last->connection))
			tell_connection(page, scenario, row->connection);
		if (++told <= ROWS_TOLD)
			tell_row(page, row);
		last = row;
	}
	if (last)
		tell_rest(page, last->what, told);
	str_addc(page->out, '\n', 1);
}

/* which sign is which run, before the first difference */
static void tell_runs(const struct page *page, const struct diff *diff)
{
	for (int run = 0; run < 2; run++) {
		SCOPED_FREE char *line =
			mem_printf("%c %s\n", signs[run], diff->folders[run]);

		page_ink(page, inks[run], line);
	}
	str_addc(page->out, '\n', 1);
}

void diff_text(const struct diff *diff, const struct page *page)
{
	char share[UNITS_TEXT];
	char slack[UNITS_TEXT];
	size_t n = 0;
	size_t n_real = 0;
	SCOPED_STR struct str sum = {0};

	vec_foreach(&diff->scenarios, s) {
		n_real += s->real_time;
		if (!s->rows.n)
			continue;
		if (n++ == 0)
			tell_runs(page, diff);
		tell_scenario(page, s);
	}
	if (n)
		str_addf(&sum, "%zu of %zu scenario%s differ%s", n,
			 diff->scenarios.n, diff->scenarios.n == 1 ? "" : "s",
			 n == 1 ? "s" : "");
	else
		str_addf(&sum, "%zu scenario%s, no difference",
			 diff->scenarios.n, diff->scenarios.n == 1 ? "" : "s");
	str_addf(&sum, " (times within %s and %s%s)\n",
		 share_print(diff->tolerance, share),
		 duration_print(DIFF_SLACK_NS, slack),
		 n_real ? ", in states 1 s" : "");
	page_ink(page, n ? INK_BAD : INK_GOOD, str_text(&sum));
}
