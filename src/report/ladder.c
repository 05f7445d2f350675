/*
 * ladder.c - a scenario's connections as ladders, for a terminal
 */
#include "report/ladder.h"

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "report/ladder_draw.h"
#include "report/ladder_each.h"
#include "report/ladder_flow.h"
#include "report/ladder_sheet.h"
#include "report/page.h"
#include "report/report.h"
#include "report/verdict_ink.h"
#include "timeline/history.h"

static bool is_cited(const struct ladder_sheet *sheet)
{
	vec_foreach(&sheet->rows, row) {
		if (row->cited)
			return true;
	}
	return false;
}

static size_t cols_of(const struct ladder_page *to)
{
	return to->cols ? to->cols : PAGE_COLS;
}

/* routers for which there is no room */
static void tell_narrow(const struct ladder_page *to,
			const struct ladder_sheet *sheet)
{
	SCOPED_STR struct str text = {0};

	if (!sheet->n_left_out)
		return;
	str_add(&text, "Only the ends; between them, and too wide for this: ");
	for (size_t i = 0; i < sheet->n_left_out; i++)
		str_addf(&text, "%s%s", i ? ", " : "", sheet->left_out[i]);
	page_label(to->page, 2, 0, "", INK_DIM, str_text(&text));
}

static void draw(const struct ladder_page *to,
		 const struct history_connection *connection,
		 const struct ladder_sheet *sheet)
{
	SCOPED_FREE char *left = ladder_end_name(&connection->ends[0]);
	SCOPED_FREE char *right = ladder_end_name(&connection->ends[1]);
	struct ladder_look look = {
		.cols = cols_of(to),
		.ascii = to->ascii,
		.names = {left, right},
	};

	str_addc(to->page->out, '\n', 1);
	tell_narrow(to, sheet);
	ladder_draw(sheet, &look, to->page);
}

static void tell_left_out(const struct ladder_page *to, size_t n)
{
	SCOPED_FREE char *text = mem_printf(
		"%zu more connection%s: tcplab report --format ladder", n,
		n == 1 ? "" : "s");

	if (!n)
		return;
	str_addc(to->page->out, '\n', 1);
	page_label(to->page, 2, 0, "", INK_DIM, text);
}

/** struct told - how far ladder_tell() is */
struct told {
	const struct ladder_page *to;
	size_t n;
	size_t left_out;
};

static void tell(void *arg, const struct history_connection *connection,
		 const struct ladder_sheet *sheet)
{
	struct told *told = arg;

	if (!told->to->all && told->n >= LADDERS_TOLD && !is_cited(sheet)) {
		told->left_out++;
		return;
	}
	draw(told->to, connection, sheet);
	told->n++;
}

void ladder_tell(const struct ladder_page *to,
		 const struct report_result *result)
{
	struct told told = {.to = to};

	if (ladder_flow(result, cols_of(to), to->ascii, to->page))
		return;
	ladder_each(result, ladder_mids_fit(cols_of(to)), tell, &told);
	tell_left_out(to, told.left_out);
}

int report_ladder(const struct report_run *run, struct str *out)
{
	struct page page = {.out = out, .colour = run->colour};
	struct ladder_page to = {.page = &page,
				 .cols = run->columns,
				 .ascii = run->ascii,
				 .all = true};

	for (size_t i = 0; i < run->n_results; i++) {
		const struct report_result *result = &run->results[i];
		enum verdict verdict = report_verdict(result);

		if (i)
			str_addc(out, '\n', 1);
		page_ink(&page, verdict_ink(verdict), verdict_names[verdict]);
		page_ink(&page, INK_PLAIN, "  ");
		page_ink(&page, INK_BOLD, result->name);
		if (result->label) {
			page_ink(&page, INK_DIM, "  on ");
			page_ink(&page, INK_DIM, result->label);
		}
		if (result->repeats > 1) {
			SCOPED_FREE char *nth =
				mem_printf("  run %d of %d", result->repeat,
					   result->repeats);

			page_ink(&page, INK_DIM, nth);
		}
		str_addc(out, '\n', 1);
		ladder_tell(&to, result);
	}
	return 0;
}
