/*
 * mermaid.c - topology and ladders as Mermaid diagrams, in Markdown
 *
 * A file of Mermaid is one diagram; Markdown, which most of its readers take,
 * holds any number. Its arrows cannot slant: each stands where the segment was
 * sent, and a note where it arrived, if something came between.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/units.h"
#include "report/ladder_each.h"
#include "report/ladder_sheet.h"
#include "report/report.h"
#include "report/utf8.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "timeline/history.h"

/* Text that ends no statement, opens no comment and closes no quote: entity
 * codes, with a number sign instead of HTML's ampersand. */
static void add_text(struct str *out, const char *text)
{
	SCOPED_STR struct str clean = {0};

	utf8_clean(&clean, text);
	for (const char *p = str_text(&clean); *p; p++) {
		if (strchr("#;\"<>%`", *p))
			str_addf(out, "#%d;", (int)*p);
		else
			str_addn(out, *p == '\n' ? " " : p, 1);
	}
}

static void add_note(struct str *out, const char *where, const char *text)
{
	str_addf(out, "    Note %s: ", where);
	add_text(out, text);
	str_addc(out, '\n', 1);
}

/* a participant: an end, or a router by its number */
static char *id_of(int end, size_t mid)
{
	return mid == LADDER_NOWHERE ? mem_printf("%c", "ab"[end])
				     : mem_printf("r%zu", mid);
}

static void add_leg(struct str *out, const struct ladder_sheet *sheet,
		    const struct ladder_arrow *arrow, size_t leg)
{
	bool last = leg == arrow->points.n;
	size_t from = leg ? arrow->points.v[leg - 1].mid : LADDER_NOWHERE;
	size_t to = last ? LADDER_NOWHERE : arrow->points.v[leg].mid;
	bool lost = last && arrow->end_row == LADDER_NOWHERE;
	bool forged = !leg && arrow->row == LADDER_NOWHERE;
	SCOPED_FREE char *begin = id_of(arrow->from, from);
	SCOPED_FREE char *end = NULL;

	/* it was lost before the next router */
	if (lost && sheet->n_mids && !leg)
		to = arrow->from ? sheet->n_mids - 1 : 0;
	else if (lost && from + (arrow->from ? SIZE_MAX : 1) < sheet->n_mids)
		to = from + (arrow->from ? SIZE_MAX : 1);
	end = id_of(!arrow->from, to);
	str_addf(out, "    %s%s%s: ", begin,
		 lost	  ? "-x"
		 : forged ? "-->>"
			  : "->>",
		 end);
	add_text(out, arrow->label);
	if (forged)
		str_add(out, ", injected");
	if (lost)
		str_add(out, ", lost");
	if (lost && arrow->lost) {
		str_add(out, ": ");
		add_text(out, arrow->lost);
	}
	if (!last && !arrow->points.v[leg].on)
		str_add(out, ", goes no further");
	if (arrow->cited)
		str_add(out, " (!)");
	str_addc(out, '\n', 1);
}

static void add_arrival(struct str *out, const struct ladder_arrow *arrow)
{
	SCOPED_FREE char *text = mem_printf("%s arrives", arrow->label);

	add_note(out, arrow->from == 0 ? "right of b" : "left of a", text);
}

/* the row on which a leg begins; of the first one of what nobody sent, that on
 * which it ends */
static size_t row_of_leg(const struct ladder_arrow *arrow, size_t leg)
{
	if (leg)
		return arrow->points.v[leg - 1].row;
	if (arrow->row != LADDER_NOWHERE)
		return arrow->row;
	return arrow->points.n ? arrow->points.v[0].row : arrow->end_row;
}

static void add_arrow(struct str *out, const struct ladder_sheet *sheet,
		      const struct ladder_arrow *arrow, size_t row)
{
	size_t legs = arrow->points.n + 1;

	if (arrow->points.n && !arrow->points.v[arrow->points.n - 1].on)
		legs--;
	for (size_t leg = 0; leg < legs; leg++)
		if (row_of_leg(arrow, leg) == row)
			add_leg(out, sheet, arrow, leg);
	if (arrow->end_row == row && row > row_of_leg(arrow, legs - 1) + 1)
		add_arrival(out, arrow);
}

static void add_row(struct str *out, const struct ladder_row *row)
{
	static const char *const outside[] = {"left of a", "right of b"};
	static const char *const on[] = {"over a", "over b"};
	char buf[UNITS_TEXT];

	if (row->silence_ns)
		add_note(out, "over a,b", duration_print(row->silence_ns, buf));
	if (row->note)
		add_note(out, "over a,b", row->note);
	if (row->bulk) {
		str_addf(out, "    %c->>%c: ", "ab"[row->bulk_from],
			 "ba"[row->bulk_from]);
		add_text(out, row->bulk);
		str_addc(out, '\n', 1);
	}
	for (int e = 0; e < 2; e++) {
		if (row->call[e])
			add_note(out, on[e], row->call[e]);
		if (row->state[e])
			add_note(out, outside[e], row->state[e]);
	}
}

static void add_participant(struct str *out, char id,
			    const struct history_end *end)
{
	SCOPED_FREE char *name = ladder_end_name(end);

	str_addf(out, "    participant %c as ", id);
	add_text(out, name);
	str_addc(out, '\n', 1);
}

static void add_sequence(void *arg, const struct history_connection *connection,
			 const struct ladder_sheet *sheet)
{
	struct str *out = arg;

	str_add(out, "\n```mermaid\nsequenceDiagram\n");
	add_participant(out, 'a', &connection->ends[0]);
	for (size_t i = 0; i < sheet->n_mids; i++) {
		str_addf(out, "    participant r%zu as ", i);
		add_text(out, sheet->mids[i]);
		str_addc(out, '\n', 1);
	}
	add_participant(out, 'b', &connection->ends[1]);
	for (size_t i = 0; i < sheet->rows.n; i++) {
		vec_foreach(&sheet->arrows, arrow) {
			add_arrow(out, sheet, arrow, i);
		}
		add_row(out, &sheet->rows.v[i]);
	}
	str_add(out, "```\n");
}

static void add_link(struct str *out, const struct link_spec *link)
{
	SCOPED_STR struct str there = {0};
	SCOPED_STR struct str back = {0};
	SCOPED_STR struct str nat = {0};

	impair_rules_print(&link->rules[LINK_A_TO_B], &there);
	impair_rules_print(&link->rules[LINK_B_TO_A], &back);
	link_nat_print(link, &nat);
	str_addf(out, "    h%zu ---", link->a);
	if (there.len || back.len || nat.len) {
		str_add(out, "|\"");
		add_text(out, str_text(&there));
		if (strcmp(str_text(&there), str_text(&back)) != 0) {
			str_add(out, " / ");
			add_text(out, str_text(&back));
		}
		if (nat.len && (there.len || back.len))
			str_add(out, ", ");
		add_text(out, str_text(&nat));
		str_add(out, "\"|");
	}
	str_addf(out, " h%zu\n", link->b);
}

static void add_topology(struct str *out, const struct topology *t)
{
	static const char *const open[HOST_KINDS] = {
		[HOST_KIND_HOST] = "[\"",
		[HOST_KIND_SWITCH] = "([\"",
		[HOST_KIND_ROUTER] = "{\""};
	static const char *const shut[HOST_KINDS] = {
		[HOST_KIND_HOST] = "\"]",
		[HOST_KIND_SWITCH] = "\"])",
		[HOST_KIND_ROUTER] = "\"}"};

	str_add(out, "\n```mermaid\nflowchart LR\n");
	for (size_t i = 0; i < t->n_hosts; i++) {
		str_addf(out, "    h%zu%s", i, open[t->hosts[i].kind]);
		add_text(out, t->hosts[i].name);
		str_addf(out, "%s\n", shut[t->hosts[i].kind]);
	}
	for (size_t i = 0; i < t->n_links; i++)
		add_link(out, &t->links[i]);
	str_add(out, "```\n");
}

int report_mermaid(const struct report_run *run, struct str *out)
{
	for (size_t i = 0; i < run->n_results; i++) {
		const struct report_result *result = &run->results[i];

		str_addf(out, "%s# ", i ? "\n" : "");
		utf8_clean(out, result->name);
		str_addf(out, ": %s", verdict_names[report_verdict(result)]);
		if (result->label)
			str_addf(out, " on %s", result->label);
		if (result->repeats > 1)
			str_addf(out, ", run %d of %d", result->repeat,
				 result->repeats);
		str_addc(out, '\n', 1);
		if (result->scenario && result->scenario->topology)
			add_topology(out, result->scenario->topology);
		ladder_each(result, LADDER_MIDS_MAX, add_sequence, out);
	}
	return 0;
}
