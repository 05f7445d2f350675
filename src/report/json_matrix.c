/*
 * json_matrix.c - several kernels as part of the json format
 *
 * DOC: Schema
 *
 * {
 *   "kernels": [{"label": "host", "kernel": "6.18.44"},
 *               {"label": "uml-6.1.192", "kernel": "6.1.192"}],
 *   "rows": [{
 *     "name": "handshake/blackhole",
 *     "verdicts": {"host": "PASS", "uml-6.1.192": null},    null: not run
 *     "verdicts_differ": false,
 *     "differences": [{
 *       "kind": "call",          or verdict, finding, left-out, state
 *       "step": 3, "line": 12,   step from 0, -1; line from 1, 0
 *       "what": "client: connect c",                 null for a verdict
 *       "values": {"host": "ETIMEDOUT after 131 s",
 *                  "uml-6.1.192": "ETIMEDOUT after 127 s"}
 *     }]
 *   }]
 * }
 */
#include "report/json_matrix.h"

#include "report/jvalue.h"
#include "report/matrix.h"
#include "report/report.h"

static json_t *difference_json(const struct report_run *run,
			       const struct matrix_difference *difference)
{
	json_t *object = json_object();
	json_t *values = json_object();

	for (size_t k = 0; k < run->n_kernels; k++)
		jvalue_set(values, run->kernels[k].label,
			   jvalue_text(difference->values[k]));
	jvalue_set(object, "kind",
		   jvalue_text(matrix_kind_names[difference->kind]));
	jvalue_set(object, "step", jvalue_number(difference->step));
	jvalue_set(object, "line", jvalue_number(difference->line));
	jvalue_set(object, "what", jvalue_text(difference->what));
	jvalue_set(object, "values", values);
	return object;
}

static json_t *row_json(const struct report_run *run,
			const struct matrix_row *row)
{
	json_t *object = json_object();
	json_t *verdicts = json_object();
	json_t *differences = json_array();

	for (size_t k = 0; k < run->n_kernels; k++)
		jvalue_set(verdicts, run->kernels[k].label,
			   jvalue_text(row->results[k]
					       ? verdict_names[report_verdict(
							 row->results[k])]
					       : NULL));
	vec_foreach(&row->differences, d) {
		jvalue_push(differences, difference_json(run, d));
	}
	jvalue_set(object, "name", jvalue_text(row->name));
	jvalue_set(object, "verdicts", verdicts);
	jvalue_set(object, "verdicts_differ",
		   json_boolean(row->verdicts_differ));
	jvalue_set(object, "differences", differences);
	return object;
}

json_t *json_matrix(const struct report_run *run)
{
	struct matrix *matrix = matrix_new(run);
	json_t *object = json_object();
	json_t *kernels = json_array();
	json_t *rows = json_array();

	jvalue_set(object, "kernels", kernels);
	jvalue_set(object, "rows", rows);
	if (!matrix) {
		json_decref(object);
		return json_null();
	}
	for (size_t k = 0; k < run->n_kernels; k++) {
		json_t *kernel = json_object();

		jvalue_set(kernel, "label", jvalue_text(run->kernels[k].label));
		jvalue_set(kernel, "kernel",
			   jvalue_text(run->kernels[k].release));
		jvalue_push(kernels, kernel);
	}
	vec_foreach(&matrix->rows, row) {
		jvalue_push(rows, row_json(run, row));
	}
	matrix_free(matrix);
	return object;
}
