/*
 * json.c - everything about a run, for programs
 *
 * DOC: Schema
 *
 * {
 *   "format": "tcplab-report", "version": 1,
 *   "tcplab": "0.1.0", "kernel": "6.1.0", "machine": "ci-3",
 *   "started": "2026-01-31T12:00:00.250Z", "duration_ns": 66100000000,
 *   "simulated_ns": 0,                    not 0 where time is virtual
 *   "jobs": 24, "root": true, "seed": "42", "folder": "results/…",
 *   "verdict": "FAIL",                    the worst of all results
 *   "counts": {"PASS": 23, "INCONCLUSIVE": 0, "FAIL": 1, "ERROR": 0},
 *   "results": [{
 *     "name": "close/client-first", "folder": "results/…/close/client-first",
 *     "file": "lab/close/client-first.yaml", "title": "…", "why": "…",
 *     "tags": ["close"], "repeat": 1, "repeats": 1,
 *     "verdict": "FAIL", "duration_ns": 210000000,
 *     "error": null, "remedy": null,      set if it could not be judged
 *     "findings": [{
 *       "verdict": "FAIL", "rule": "state",
 *       "step": 7, "line": 14,            step from 0, -1; line from 1, 0
 *       "expected": "…", "saw": "…",
 *       "t_ns": 20400000,                 -1 if there is no moment
 *       "evidence": [12, 31]              "n" in <folder>/journal.jsonl
 *     }]
 *   }],
 *   "not_run": ["close/server-first"],    the run ended before; a name for
 *                                         each repetition
 *   "left_out": ["keepalive/two-hours"]   takes hours, and time was real
 * }
 *
 * Keys are added, never renamed or removed, within one version. What is not
 * known is null. The seed is text, since it may need all 64 bits.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "report/report.h"
#include "report/utf8.h"
#include "spec/scenario.h"

/* jansson refuses malformed UTF-8, and a report must come out whatever a
 * program printed */
static json_t *text(const char *s)
{
	SCOPED_STR struct str clean = {0};

	if (!s)
		return json_null();
	utf8_clean(&clean, s);
	return json_string(str_text(&clean));
}

/* json_object_set_new fails only without memory, and for a NULL value; a
 * report with a hole in it must not look whole */
static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		abort();
}

static void push(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		abort();
}

static json_t *number(int64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *finding_json(const struct finding *finding)
{
	json_t *object = json_object();
	json_t *evidence = json_array();

	for (size_t i = 0; i < finding->n_evidence; i++)
		push(evidence, number((int64_t)finding->evidence[i]));
	set(object, "verdict", text(verdict_names[finding->verdict]));
	set(object, "rule", text(finding->rule));
	set(object, "step", number(finding->step));
	set(object, "line", number(finding->line));
	set(object, "expected", text(finding->expected));
	set(object, "saw", text(finding->saw));
	set(object, "t_ns", number(finding->t_ns));
	set(object, "evidence", evidence);
	return object;
}

static json_t *tags_json(const struct scenario *scenario)
{
	json_t *array = json_array();

	if (scenario && scenario->tags)
		for (char **tag = scenario->tags; *tag; tag++)
			push(array, text(*tag));
	return array;
}

static json_t *result_json(const struct report_result *result)
{
	const struct scenario *scenario = result->scenario;
	const struct judgement *judgement = result->judgement;
	json_t *object = json_object();
	json_t *findings = json_array();

	set(object, "name", text(result->name));
	set(object, "folder", text(result->folder));
	set(object, "file", text(scenario ? scenario->path : NULL));
	set(object, "title", text(scenario ? scenario->title : NULL));
	set(object, "why", text(scenario ? scenario->why : NULL));
	set(object, "tags", tags_json(scenario));
	set(object, "repeat", number(result->repeat));
	set(object, "repeats", number(result->repeats));
	set(object, "verdict", text(verdict_names[report_verdict(result)]));
	set(object, "duration_ns", number(result->duration_ns));
	set(object, "error", text(result->error));
	set(object, "remedy", text(result->remedy));
	for (size_t i = 0; judgement && i < judgement->n_findings; i++)
		push(findings, finding_json(&judgement->findings[i]));
	set(object, "findings", findings);
	return object;
}

static json_t *started_json(int64_t wall_ns)
{
	time_t seconds = (time_t)(wall_ns / NS_PER_S);
	char day[32];
	struct tm tm;
	SCOPED_FREE char *stamp = NULL;

	if (!gmtime_r(&seconds, &tm) ||
	    !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm))
		return json_null();
	stamp = mem_printf("%s.%03dZ", day,
			   (int)(wall_ns % NS_PER_S / NS_PER_MS));
	return text(stamp);
}

static json_t *counts_json(const struct report_run *run)
{
	struct report_tally tally = report_tally(run);
	json_t *object = json_object();

	for (int v = 0; v < VERDICTS; v++)
		set(object, verdict_names[v], number((int64_t)tally.n[v]));
	return object;
}

/* Print and release. */
static void dump(json_t *root, struct str *out)
{
	SCOPED_FREE char *s = json_dumps(root, JSON_INDENT(2));

	if (!s)
		abort();
	str_add(out, s);
	str_addc(out, '\n', 1);
	json_decref(root);
}

int report_json(const struct report_run *run, struct str *out)
{
	SCOPED_FREE char *seed = mem_printf("%" PRIu64, run->seed);
	json_t *root = json_object();
	json_t *results = json_array();
	json_t *not_run = json_array();
	json_t *left_out = json_array();

	set(root, "format", text("tcplab-report"));
	set(root, "version", number(1));
	set(root, "tcplab", text(run->version));
	set(root, "kernel", text(run->kernel));
	set(root, "machine", text(run->machine));
	set(root, "started", started_json(run->started_ns));
	set(root, "duration_ns", number(run->duration_ns));
	set(root, "simulated_ns", number(run->simulated_ns));
	set(root, "jobs", number(run->jobs));
	set(root, "root", json_boolean(run->root));
	set(root, "seed", text(seed));
	set(root, "folder", text(run->folder));
	set(root, "verdict", text(verdict_names[report_worst(run)]));
	set(root, "counts", counts_json(run));
	for (size_t i = 0; i < run->n_results; i++)
		push(results, result_json(&run->results[i]));
	set(root, "results", results);
	for (size_t i = 0; i < run->n_not_run; i++)
		push(not_run, text(run->not_run[i].name));
	set(root, "not_run", not_run);
	for (size_t i = 0; i < run->n_left_out; i++)
		push(left_out, text(run->left_out[i].name));
	set(root, "left_out", left_out);
	dump(root, out);
	return 0;
}

int report_verdict_json(const struct report_result *result, struct str *out)
{
	dump(result_json(result), out);
	return 0;
}
