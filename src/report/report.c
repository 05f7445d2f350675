/*
 * report.c - the table of formats, and what a run comes to
 */
#include "report/report.h"

#include <string.h>

#include "base/names.h"
#include "event/journal.h"

const struct report_format report_formats[] = {
	{"text", "one line a scenario, and the story of each failure",
	 report_text},
	{"json", "everything, for programs", report_json},
	{"html", "one page to look at: ladders, states, every event cited",
	 report_html},
	{"junit", "JUnit XML for GitLab, Jenkins, GitHub actions",
	 report_junit},
	{"ktap", "the kernel's test protocol (KTAP version 1)", report_ktap},
	{"ladder", "segments, states and calls of each connection, drawn",
	 report_ladder},
	{"mermaid", "topology and ladders as Mermaid diagrams, in Markdown",
	 report_mermaid},
	{"dot", "topologies as graphs for Graphviz", report_dot},
	{"dot-ladder", "each connection's ladder, likewise", report_dot_ladder},
	{0},
};

#define FORMATS (sizeof(report_formats) / sizeof(report_formats[0]) - 1)

const struct report_format *report_format_find(const char *name)
{
	for (const struct report_format *f = report_formats; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

const char *report_format_nearest(const char *name)
{
	const char *names[FORMATS];

	for (size_t i = 0; i < FORMATS; i++)
		names[i] = report_formats[i].name;
	return names_nearest(names, FORMATS, name);
}

bool report_alike(const struct report_result *a, const struct report_result *b)
{
	return a->column == b->column && strcmp(a->name, b->name) == 0;
}

enum verdict report_verdict(const struct report_result *result)
{
	return result->judgement ? result->judgement->verdict : VERDICT_ERROR;
}

const char *report_untraced(const struct report_result *result)
{
	const struct journal *journal = result->journal;
	const struct event *last =
		journal && journal->n ? &journal->events[journal->n - 1] : NULL;

	return last && last->kind == EVENT_END ? last->end.untraced : NULL;
}

struct report_tally report_tally(const struct report_run *run)
{
	struct report_tally tally = {0};

	for (size_t i = 0; i < run->n_results; i++)
		tally.n[report_verdict(&run->results[i])]++;
	return tally;
}

enum verdict report_worst(const struct report_run *run)
{
	enum verdict worst = VERDICT_PASS;

	for (size_t i = 0; i < run->n_results; i++)
		if (report_verdict(&run->results[i]) > worst)
			worst = report_verdict(&run->results[i]);
	return worst;
}
