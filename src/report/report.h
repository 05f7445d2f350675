/*
 * report.h - a run and its verdicts, and the table of formats to tell it in
 *
 * DOC: Theory of operation
 *
 * A format is one file, report/<name>.c, with one function and one row in
 * report_formats. All of them read the same model and write text into a
 * buffer; none looks at the clock, the environment or the disk, so that the
 * same results folder always gives the same report.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/verdict.h"

struct journal;
struct scenario;
struct str;

/**
 * struct report_result - one scenario of a run, judged
 *
 * Everything is borrowed for as long as the report is written.
 */
struct report_result {
	const char *name; /* "close/client-first" */
	const char *folder; /* "results/…/close/client-first"; NULL if none */
	const struct scenario *scenario; /* NULL if it could not be read */
	const struct journal *journal; /* NULL if it could not be loaded */
	const struct judgement *judgement; /* NULL: an ERROR, see @error */
	const char *error; /* why there is no judgement; NULL if there is */
	const char *remedy; /* what to do about @error; NULL if not known */
	const char *kernel; /* uname -r; NULL if not known */
	const char *label; /* of the kernel, where there are several; or NULL */
	size_t column; /* of the kernel: in @kernels */
	int64_t duration_ns; /* from the start of the lab to its end */
	int repeat; /* which repetition this is, from 1 */
	int repeats; /* of how many; 1 without --repeat */
	int tries; /* it was INCONCLUSIVE each time but the last; 0 is 1 */
};

/** struct report_kernel - one of several kernels that a run was on */
struct report_kernel {
	const char *label; /* "uml-6.12.117": its folder, and its column */
	const char *release; /* uname -r; NULL if no scenario told */
};

/** struct report_run - a whole run; everything is borrowed */
struct report_run {
	const char *version; /* of tcplab */
	const char *kernel; /* uname -r of the kernel that was tested; NULL if
			     * there are several */
	const struct report_kernel *kernels; /* if there are several */
	size_t n_kernels; /* 0 if there is one */
	const char *machine; /* host name, for JUnit; NULL if not known */
	const char *folder; /* the results folder; NULL if none was kept */
	bool kept; /* text only: a report.html is in there */
	int64_t started_ns; /* CLOCK_REALTIME when the run began */
	int64_t duration_ns; /* of the whole run, wall time */
	int64_t simulated_ns; /* in guests whose time is virtual; else 0 */
	int jobs; /* labs allowed at once */
	bool root; /* false: in a user namespace */
	uint64_t seed;
	const struct report_result *results; /* in the order to be shown */
	size_t n_results;
	/* to be run, but not run to their end, as the run was ended before:
	 * name, scenario, label, column, repeat and repeats only */
	const struct report_result *not_run;
	size_t n_not_run;
	/* not begun, as they take hours and time was real: name, scenario,
	 * label and column only */
	const struct report_result *left_out;
	size_t n_left_out;
	bool colour; /* text only: ANSI colours */
	bool verbose; /* text only: tell the story of a PASS too */
	size_t columns; /* ladders: of the page; 0: PAGE_COLS */
	bool ascii; /* ladders: nothing but ASCII */
	const char *cwd; /* html only, for links: where @file and folders that
			  * do not begin with a slash begin; NULL: not known */
	const char *file; /* html only: where it will be; NULL: in @folder */
};

/**
 * struct report_format - one way to tell a run
 * @name: as in --format NAME
 * @help: one line for usage and "list"
 * @write: append the report to @out; 0, or -EINVAL if the run holds what the
 *	format cannot say (none does today)
 */
struct report_format {
	const char *name;
	const char *help;
	int (*write)(const struct report_run *run, struct str *out);
};

/** report_formats - all formats; the last row's name is NULL */
extern const struct report_format report_formats[];

/** report_format_find - by name; NULL if unknown; see names_nearest() */
const struct report_format *report_format_find(const char *name);

/** report_format_nearest - the format that a typo may have meant, or NULL */
const char *report_format_nearest(const char *name);

/** struct report_tally - how many results have each verdict */
struct report_tally {
	size_t n[VERDICTS];
};

/** report_verdict - of one result: its judgement's, or ERROR without one */
enum verdict report_verdict(const struct report_result *result);

/** report_alike - are both of the same scenario, on the same kernel */
bool report_alike(const struct report_result *a, const struct report_result *b);

/** report_tally - count the verdicts of a run */
struct report_tally report_tally(const struct report_run *run);

/** report_untraced - why the kernel's tracer told nothing, so that states were
 * only sampled; NULL if it did, or if nobody can tell */
const char *report_untraced(const struct report_result *result);

/** report_worst - the worst verdict of a run; PASS if nothing was run */
enum verdict report_worst(const struct report_run *run);

/**
 * report_verdict_json - what goes into a scenario's verdict.json: its name,
 * verdict, duration and findings, as one element of the json format's
 * "results" (see json.c for the schema)
 * @result: the scenario
 * @out: appended to, newline at the end
 *
 * Return: 0.
 */
int report_verdict_json(const struct report_result *result, struct str *out);

/*
 * One format a file: these are the rows of report_formats.
 */

/** report_text - for a terminal: a line a scenario, and every story */
int report_text(const struct report_run *run, struct str *out);

/** report_text_line - of that report one scenario's line, for whoever prints
 * results as they come */
void report_text_line(const struct report_run *run,
		      const struct report_result *result, struct str *out);

/** report_text_rest - and what follows the lines: stories, flake rates, sum */
void report_text_rest(const struct report_run *run, struct str *out);

/** report_json - everything, for programs */
int report_json(const struct report_run *run, struct str *out);

/** report_junit - JUnit XML, as CI servers read it */
int report_junit(const struct report_run *run, struct str *out);

/** report_ktap - the kernel's test protocol, KTAP version 1 */
int report_ktap(const struct report_run *run, struct str *out);

/** report_ladder - each connection's segments, states and system calls */
int report_ladder(const struct report_run *run, struct str *out);

/** report_mermaid - topologies and ladders as Mermaid diagrams in Markdown */
int report_mermaid(const struct report_run *run, struct str *out);

/** report_dot - topologies as graphs for Graphviz */
int report_dot(const struct report_run *run, struct str *out);

/** report_dot_ladder - what report_ladder() draws, as graphs for Graphviz */
int report_dot_ladder(const struct report_run *run, struct str *out);

/** report_html - one page with everything, to be looked at */
int report_html(const struct report_run *run, struct str *out);
