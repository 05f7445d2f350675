/*
 * diff_json.c - differences between two runs, for programs
 *
 * {"a", "b": folders, "same", "tolerance": 0 to 1, "scenarios": [{"name",
 *  "repeat": null if there is one, "same", "connections": ["client.c >
 *  server.s"], "differences": [{"what", "connection": number of it, from 1;
 *  null if none, "where", "a", "b": texts, null if there is none; of a segment
 *  "a_ns", "b_ns": when it was sent; of a time: how long}]}]}
 */
#include "base/str.h"
#include "report/diff.h"
#include "report/jvalue.h"

static json_t *number_or_null(int64_t number, int64_t none)
{
	return number == none ? json_null() : jvalue_number(number);
}

static json_t *row_json(const struct diff_row *row)
{
	json_t *json = json_object();

	jvalue_set(json, "what", jvalue_text(diff_what_names[row->what]));
	jvalue_set(json, "connection",
		   number_or_null((int64_t)row->connection, 0));
	jvalue_set(json, "where", jvalue_text(row->where));
	if (row->what != DIFF_TIME) {
		jvalue_set(json, "a", jvalue_text(row->says[0]));
		jvalue_set(json, "b", jvalue_text(row->says[1]));
	}
	if (row->what == DIFF_TIME || row->what == DIFF_SEGMENT) {
		jvalue_set(json, "a_ns", number_or_null(row->t_ns[0], -1));
		jvalue_set(json, "b_ns", number_or_null(row->t_ns[1], -1));
	}
	return json;
}

static json_t *scenario_json(const struct diff_scenario *scenario)
{
	json_t *json = json_object();
	json_t *titles = json_array();
	json_t *rows = json_array();

	jvalue_set(json, "name", jvalue_text(scenario->name));
	jvalue_set(json, "repeat", number_or_null(scenario->repeat, 0));
	jvalue_set(json, "same", json_boolean(scenario->rows.n == 0));
	vec_foreach(&scenario->connections, title) {
		jvalue_push(titles, jvalue_text(*title));
	}
	jvalue_set(json, "connections", titles);
	vec_foreach(&scenario->rows, row) {
		jvalue_push(rows, row_json(row));
	}
	jvalue_set(json, "differences", rows);
	return json;
}

void diff_json(const struct diff *diff, struct str *out)
{
	json_t *json = json_object();
	json_t *scenarios = json_array();
	char *text;

	jvalue_set(json, "a", jvalue_text(diff->folders[0]));
	jvalue_set(json, "b", jvalue_text(diff->folders[1]));
	jvalue_set(json, "same", json_boolean(diff_same(diff)));
	jvalue_set(json, "tolerance", json_real(diff->tolerance));
	vec_foreach(&diff->scenarios, s) {
		jvalue_push(scenarios, scenario_json(s));
	}
	jvalue_set(json, "scenarios", scenarios);
	text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	if (!text)
		abort();
	str_add(out, text);
	str_addc(out, '\n', 1);
	free(text);
	json_decref(json);
}
