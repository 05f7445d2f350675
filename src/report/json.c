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
 *     "tries": 2,                         only if it was run again
 *     "verdict": "FAIL", "duration_ns": 210000000,
 *     "kernel": "6.1.0", "label": null,   its column, with --kernels
 *     "error": null, "remedy": null,      set if it could not be judged
 *     "findings": [{
 *       "verdict": "FAIL", "rule": "state",
 *       "step": 7, "line": 14,            step from 0, -1; line from 1, 0
 *       "expected": "…", "saw": "…",
 *       "t_ns": 20400000,                 -1 if there is no moment
 *       "evidence": [12, 31]              "n" in <folder>/journal.jsonl
 *     }],
 *     "links": [], "faults": [],          what they did: see json_wire.c
 *     "untraced": null                    why states were only sampled
 *   }],
 *   "not_run": ["close/server-first"],    the run ended before; a name for
 *                                         each repetition
 *   "left_out": ["keepalive/two-hours"],  takes hours, and time was real
 *   "repetitions": [],                    in virtual time: were they the
 *                                         same; see json_alike.c
 *   "matrix": null                        with --kernels: see json_matrix.c
 * }
 *
 * Keys are added, never renamed or removed, within one version. What is not
 * known is null. The seed is text, since it may need all 64 bits.
 */
#include "report/json.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "report/json_alike.h"
#include "report/json_matrix.h"
#include "report/json_wire.h"
#include "report/jvalue.h"
#include "report/report.h"
#include "spec/scenario.h"

static json_t *finding_json(const struct finding *finding)
{
	json_t *object = json_object();
	json_t *evidence = json_array();

	for (size_t i = 0; i < finding->n_evidence; i++)
		jvalue_push(evidence,
			    jvalue_number((int64_t)finding->evidence[i]));
	jvalue_set(object, "verdict",
		   jvalue_text(verdict_names[finding->verdict]));
	jvalue_set(object, "rule", jvalue_text(finding->rule));
	jvalue_set(object, "step", jvalue_number(finding->step));
	jvalue_set(object, "line", jvalue_number(finding->line));
	jvalue_set(object, "expected", jvalue_text(finding->expected));
	jvalue_set(object, "saw", jvalue_text(finding->saw));
	jvalue_set(object, "t_ns", jvalue_number(finding->t_ns));
	jvalue_set(object, "evidence", evidence);
	return object;
}

static json_t *tags_json(const struct scenario *scenario)
{
	json_t *array = json_array();

	if (scenario && scenario->tags)
		for (char **tag = scenario->tags; *tag; tag++)
			jvalue_push(array, jvalue_text(*tag));
	return array;
}

json_t *json_result_head(const struct report_result *result)
{
	const struct scenario *scenario = result->scenario;
	json_t *object = json_object();

	jvalue_set(object, "name", jvalue_text(result->name));
	jvalue_set(object, "folder", jvalue_text(result->folder));
	jvalue_set(object, "file",
		   jvalue_text(scenario ? scenario->path : NULL));
	jvalue_set(object, "title",
		   jvalue_text(scenario ? scenario->title : NULL));
	jvalue_set(object, "why", jvalue_text(scenario ? scenario->why : NULL));
	jvalue_set(object, "tags", tags_json(scenario));
	jvalue_set(object, "repeat", jvalue_number(result->repeat));
	jvalue_set(object, "repeats", jvalue_number(result->repeats));
	if (result->tries > 1)
		jvalue_set(object, "tries", jvalue_number(result->tries));
	jvalue_set(object, "verdict",
		   jvalue_text(verdict_names[report_verdict(result)]));
	jvalue_set(object, "duration_ns", jvalue_number(result->duration_ns));
	jvalue_set(object, "kernel", jvalue_text(result->kernel));
	jvalue_set(object, "label", jvalue_text(result->label));
	jvalue_set(object, "error", jvalue_text(result->error));
	jvalue_set(object, "remedy", jvalue_text(result->remedy));
	return object;
}

json_t *json_result(const struct report_result *result)
{
	const struct judgement *judgement = result->judgement;
	json_t *object = json_result_head(result);
	json_t *findings = json_array();

	for (size_t i = 0; judgement && i < judgement->n_findings; i++)
		jvalue_push(findings, finding_json(&judgement->findings[i]));
	jvalue_set(object, "findings", findings);
	jvalue_set(object, "links", json_links(result));
	jvalue_set(object, "faults", json_faults(result));
	jvalue_set(object, "untraced", jvalue_text(report_untraced(result)));
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
	return jvalue_text(stamp);
}

static json_t *counts_json(const struct report_run *run)
{
	struct report_tally tally = report_tally(run);
	json_t *object = json_object();

	for (int v = 0; v < VERDICTS; v++)
		jvalue_set(object, verdict_names[v],
			   jvalue_number((int64_t)tally.n[v]));
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

json_t *json_run(const struct report_run *run)
{
	SCOPED_FREE char *seed = mem_printf("%" PRIu64, run->seed);
	json_t *root = json_object();
	json_t *not_run = json_array();
	json_t *left_out = json_array();

	jvalue_set(root, "format", jvalue_text("tcplab-report"));
	jvalue_set(root, "version", jvalue_number(1));
	jvalue_set(root, "tcplab", jvalue_text(run->version));
	jvalue_set(root, "kernel", jvalue_text(run->kernel));
	jvalue_set(root, "machine", jvalue_text(run->machine));
	jvalue_set(root, "started", started_json(run->started_ns));
	jvalue_set(root, "duration_ns", jvalue_number(run->duration_ns));
	jvalue_set(root, "simulated_ns", jvalue_number(run->simulated_ns));
	jvalue_set(root, "jobs", jvalue_number(run->jobs));
	jvalue_set(root, "root", json_boolean(run->root));
	jvalue_set(root, "seed", jvalue_text(seed));
	jvalue_set(root, "folder", jvalue_text(run->folder));
	jvalue_set(root, "verdict",
		   jvalue_text(verdict_names[report_worst(run)]));
	jvalue_set(root, "counts", counts_json(run));
	jvalue_set(root, "results", json_array());
	for (size_t i = 0; i < run->n_not_run; i++)
		jvalue_push(not_run, jvalue_text(run->not_run[i].name));
	jvalue_set(root, "not_run", not_run);
	for (size_t i = 0; i < run->n_left_out; i++)
		jvalue_push(left_out, jvalue_text(run->left_out[i].name));
	jvalue_set(root, "left_out", left_out);
	jvalue_set(root, "repetitions", json_alikes(run));
	jvalue_set(root, "matrix", json_matrix(run));
	return root;
}

int report_json(const struct report_run *run, struct str *out)
{
	json_t *root = json_run(run);
	json_t *results = json_object_get(root, "results");

	for (size_t i = 0; i < run->n_results; i++)
		jvalue_push(results, json_result(&run->results[i]));
	dump(root, out);
	return 0;
}

int report_verdict_json(const struct report_result *result, struct str *out)
{
	dump(json_result(result), out);
	return 0;
}
