/*
 * ktap.c - a run in the kernel's test protocol, KTAP version 1
 *
 * DOC: Decisions
 *
 * Documentation/dev-tools/ktap.rst of the kernel says what a line may hold.
 *
 * - A scenario is a test, "close.client-first"; what the judge looked at are
 *   its subtests, indented by two, headed as KUnit heads them.
 * - INCONCLUSIVE and ERROR are "not ok" with the directive ERROR ("the
 *   execution of a test has failed due to a specific error"); a SKIP would be
 *   "ok", and would count as passed. What was not run at all is a SKIP.
 * - '#' begins a directive, so no description may hold one.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/str.h"
#include "report/message.h"
#include "report/report.h"
#include "report/utf8.h"

/* What is said in one line must stay in one line. */
static void add_one_line(struct str *out, const char *text)
{
	SCOPED_STR struct str clean = {0};

	utf8_clean(&clean, text);
	for (char *p = clean.s; p && *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	str_add(out, str_text(&clean));
}

static void add_description(struct str *out, const char *text)
{
	size_t from = out->len;

	add_one_line(out, text);
	for (size_t i = from; i < out->len; i++)
		if (out->s[i] == '#')
			out->s[i] = '_';
}

/* "close.client-first", "close.client-first.2" for the second of several,
 * "host.close.client-first" on one of several kernels */
static void add_name(struct str *out, const struct report_result *result)
{
	size_t from = out->len;

	if (result->label) {
		add_description(out, result->label);
		str_add(out, ".");
	}
	add_description(out, result->name);
	for (size_t i = from; i < out->len; i++) {
		if (out->s[i] == '/')
			out->s[i] = '.';
		else if (out->s[i] == ' ')
			out->s[i] = '_';
	}
	if (result->repeats > 1)
		str_addf(out, ".%d", result->repeat);
}

static void add_status(struct str *out, enum verdict verdict, size_t number)
{
	str_addf(out, "%s %zu ", verdict == VERDICT_PASS ? "ok" : "not ok",
		 number);
}

/* " # ERROR inconclusive: why" */
static void add_directive(struct str *out, enum verdict verdict,
			  const char *why)
{
	switch (verdict) {
	case VERDICT_INCONCLUSIVE:
		str_add(out, " # ERROR inconclusive: ");
		add_one_line(out, why);
		break;
	case VERDICT_ERROR:
		str_add(out, " # ERROR ");
		add_one_line(out, why);
		break;
	case VERDICT_PASS:
	case VERDICT_FAIL:
	case VERDICTS:
		break;
	}
	str_add(out, "\n");
}

static void add_diagnostics(struct str *out, const struct report_result *result,
			    const struct finding *finding, const char *message)
{
	/* a directive says it already */
	if (finding->verdict == VERDICT_FAIL) {
		str_add(out, "  # ");
		add_one_line(out, message);
		str_add(out, "\n");
	}
	if (finding->verdict == VERDICT_PASS || !finding->n_evidence)
		return;
	str_add(out, "  # evidence:");
	for (size_t i = 0; i < finding->n_evidence; i++)
		str_addf(out, " %" PRIu64, finding->evidence[i]);
	if (result->folder) {
		str_add(out, " in ");
		add_one_line(out, result->folder);
		str_add(out, "/journal.jsonl");
	}
	str_add(out, "\n");
}

static void add_subtest(struct str *out, const struct report_result *result,
			const struct finding *finding, size_t number)
{
	SCOPED_STR struct str message = {0};

	message_finding(&message, finding);
	add_diagnostics(out, result, finding, str_text(&message));
	str_add(out, "  ");
	add_status(out, finding->verdict, number);
	if (finding->line)
		str_addf(out, "line %d ", finding->line);
	add_description(out, finding->rule ? finding->rule : "judged");
	if (finding->expected) {
		str_add(out, ": ");
		add_description(out, finding->expected);
	}
	add_directive(out, finding->verdict, str_text(&message));
}

static void add_test(struct str *out, const struct report_result *result,
		     size_t number)
{
	const struct judgement *judgement = result->judgement;
	enum verdict verdict = report_verdict(result);
	SCOPED_STR struct str message = {0};

	message_short(&message, result);
	if (judgement && judgement->n_findings) {
		str_add(out, "  KTAP version 1\n  # Subtest: ");
		add_name(out, result);
		str_addf(out, "\n  1..%zu\n", judgement->n_findings);
		for (size_t i = 0; i < judgement->n_findings; i++)
			add_subtest(out, result, &judgement->findings[i],
				    i + 1);
	}
	if (result->label && result->kernel) {
		str_add(out, "# kernel: ");
		add_one_line(out, result->kernel);
		str_add(out, "\n");
	}
	str_addf(out, "# duration_ms: %.1f\n",
		 (double)result->duration_ns / (double)NS_PER_MS);
	if (result->remedy) {
		str_add(out, "# remedy: ");
		add_one_line(out, result->remedy);
		str_add(out, "\n");
	}
	add_status(out, verdict, number);
	add_name(out, result);
	add_directive(out, verdict, str_text(&message));
}

int report_ktap(const struct report_run *run, struct str *out)
{
	struct report_tally tally = report_tally(run);

	str_addf(out, "KTAP version 1\n1..%zu\n",
		 run->n_results + run->n_not_run);
	for (size_t i = 0; i < run->n_results; i++)
		add_test(out, &run->results[i], i + 1);
	for (size_t i = 0; i < run->n_not_run; i++) {
		str_addf(out, "ok %zu ", run->n_results + i + 1);
		add_name(out, &run->not_run[i]);
		str_add(out, " # SKIP not run\n");
	}
	str_addf(out,
		 "# Totals: pass:%zu fail:%zu xfail:0 xpass:0 skip:%zu "
		 "error:%zu\n",
		 tally.n[VERDICT_PASS], tally.n[VERDICT_FAIL], run->n_not_run,
		 tally.n[VERDICT_INCONCLUSIVE] + tally.n[VERDICT_ERROR]);
	return 0;
}
