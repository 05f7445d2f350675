/*
 * json.h - parts of the json format, for a report that embeds them
 */
#pragma once

#include <jansson.h>

struct report_result;
struct report_run;

/** json_run - a run, with no "results" in it so far: see the schema in json.c;
 * the caller's reference */
json_t *json_run(const struct report_run *run);

/** json_result - one element of "results"; the caller's reference */
json_t *json_result(const struct report_result *result);

/** json_result_head - the same without its "findings", "links" and "faults":
 * what a list of results needs */
json_t *json_result_head(const struct report_result *result);
