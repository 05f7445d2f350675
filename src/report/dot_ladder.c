/*
 * dot_ladder.c - each connection's ladder as a graph for Graphviz
 *
 * Every row of a lifeline is a node, pinned to its place, and every segment an
 * edge from the node where it was sent to that where it arrived. Of Graphviz's
 * layouts only neato takes places; the graph itself asks for it, so that each
 * of its programs draws the same.
 */
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/units.h"
#include "report/dot_text.h"
#include "report/ladder_each.h"
#include "report/ladder_sheet.h"
#include "report/report.h"
#include "timeline/history.h"

/** struct drawing - @n_texts: nodes that are not on a lifeline */
struct drawing {
	struct str *out;
	size_t n_texts;
};

/* all in inches: from one row to the next; between the lifelines; from one of
 * these to the middle of what stands inside and outside, and of the time */
static const double row_height = 0.32;
static const double span = 7;
static const double inside = 1.7;
static const double outside = 0.8;
static const double margin = 1.9;

static double height(size_t row)
{
	return -row_height * (double)(row + 1);
}

/* @cited: evidence for what failed; returns the node's number */
static size_t add_words(struct drawing *d, double x, double y, bool cited,
			const char *text)
{
	str_addf(d->out,
		 "\tt%zu [shape=plaintext, pos=\"%.2f,%.2f!\"%s, label=",
		 d->n_texts, x, y, cited ? ", fontcolor=red" : "");
	dot_quote(d->out, text);
	str_add(d->out, "];\n");
	return d->n_texts++;
}

static void add_ends(struct drawing *d,
		     const struct history_connection *connection)
{
	for (int e = 0; e < 2; e++) {
		SCOPED_FREE char *name = ladder_end_name(&connection->ends[e]);

		str_addf(d->out,
			 "\t%c [shape=plaintext, pos=\"%.2f,0!\", label=",
			 "ab"[e], e * span);
		dot_quote(d->out, name);
		str_add(d->out, "];\n");
	}
}

static void add_lifelines(struct drawing *d, const struct ladder_sheet *sheet)
{
	for (size_t i = 0; i < sheet->rows.n; i++) {
		const struct ladder_row *row = &sheet->rows.v[i];

		for (int e = 0; e < 2; e++) {
			char id = "ab"[e];

			str_addf(d->out, "\t%c%zu [pos=\"%.2f,%.2f!\"];\n\t%c",
				 id, i, e * span, height(i), id);
			if (i)
				str_addf(d->out, "%zu", i - 1);
			str_addf(d->out, " -> %c%zu [arrowhead=none%s%s];\n",
				 id, i, row->silence_ns ? ", style=dotted" : "",
				 row->bar[e] ? ", penwidth=4" : "");
		}
	}
}

static void add_row(struct drawing *d, const struct ladder_row *row, size_t i)
{
	SCOPED_FREE char *time = mem_printf("%.3f ms", (double)row->t_ns / 1e6);
	char buf[UNITS_TEXT];
	double y = height(i);

	add_words(d, -margin, y, false,
		  row->silence_ns ? duration_print(row->silence_ns, buf)
				  : time);
	for (int e = 0; e < 2; e++) {
		double side = e ? 1 : -1;

		if (row->state[e])
			add_words(d, e * span + side * outside, y, row->cited,
				  row->state[e]);
		if (row->call[e])
			add_words(d, e * span - side * inside, y, row->cited,
				  row->call[e]);
	}
	if (row->note)
		add_words(d, span / 2, y, row->cited, row->note);
	if (!row->bulk)
		return;
	str_addf(d->out,
		 "\t%c%zu -> %c%zu [style=bold, label=", "ab"[row->bulk_from],
		 i, "ba"[row->bulk_from], i);
	dot_quote(d->out, row->bulk);
	str_add(d->out, "];\n");
}

/* what nobody sent begins in the middle, and what did not arrive ends there */
static void add_arrow(struct drawing *d, const struct ladder_arrow *arrow)
{
	bool lost = arrow->end_row == LADDER_NOWHERE;
	bool forged = arrow->row == LADDER_NOWHERE;
	SCOPED_FREE char *why = NULL;
	size_t middle = 0;

	if (lost && forged)
		return;
	if (lost)
		why = mem_printf("✗ lost%s%s", arrow->lost ? ": " : "",
				 arrow->lost ?: "");
	if (lost || forged)
		middle = add_words(d, span * (arrow->from ? 0.3 : 0.7),
				   height(lost ? arrow->row : arrow->end_row),
				   arrow->cited, lost ? why : "injected");
	if (forged)
		str_addf(d->out, "\tt%zu", middle);
	else
		str_addf(d->out, "\t%c%zu", "ab"[arrow->from], arrow -> row);
	if (lost)
		str_addf(d->out, " -> t%zu [label=", middle);
	else
		str_addf(d->out, " -> %c%zu [label=", "ba"[arrow->from],
			 arrow -> end_row);
	dot_quote(d->out, arrow->label);
	str_addf(d->out, "%s];\n",
		 arrow->cited ? ", color=red, fontcolor=red" : "");
}

/** struct of - whose ladders go where */
struct of {
	const struct report_result *result;
	struct str *out;
};

static void add_ladder(void *arg, const struct history_connection *connection,
		       const struct ladder_sheet *sheet)
{
	const struct of *of = arg;
	struct drawing d = {.out = of->out};

	str_add(d.out, "digraph ");
	dot_quote(d.out, of->result->name);
	str_add(d.out, " {\n\tgraph [layout=neato, splines=line, label=");
	dot_quote(d.out, of->result->name);
	str_add(d.out, "];\n"
		       "\tnode [shape=point, width=0.04, fontsize=10];\n"
		       "\tedge [fontsize=10, arrowsize=0.7];\n");
	add_ends(&d, connection);
	add_lifelines(&d, sheet);
	for (size_t i = 0; i < sheet->rows.n; i++)
		add_row(&d, &sheet->rows.v[i], i);
	vec_foreach(&sheet->arrows, arrow) {
		add_arrow(&d, arrow);
	}
	str_add(d.out, "}\n");
}

int report_dot_ladder(const struct report_run *run, struct str *out)
{
	for (size_t i = 0; i < run->n_results; i++) {
		struct of of = {&run->results[i], out};

		/* from end to end: routers are in the topology's graph */
		ladder_each(of.result, 0, add_ladder, &of);
	}
	return 0;
}
