/*
 * json_alike.c - in JSON, whether a scenario did the same each time
 *
 * DOC: Schema
 *
 * [{
 *   "name": "close/client-first", "kernel": "6.12.43",
 *   "runs": 20, "others": 1,              so many differ from the first
 *   "sha256": "1c4ab931...",              of the first's canonical journal
 *   "differs": {                          null if none does
 *     "event": 12,                        number of the first that differs
 *     "repeats": [1, 7],                  in these two
 *     "texts": ["{\"n\":12,...}", "..."]  "" if a journal ends before
 *   }
 * }]
 */
#include "report/json_alike.h"

#include "report/alike.h"
#include "report/jvalue.h"
#include "report/report.h"

static json_t *differs_json(const struct alike *alike)
{
	json_t *object = json_object();
	json_t *repeats = json_array();
	json_t *texts = json_array();

	jvalue_push(repeats, jvalue_number(alike->first->repeat));
	jvalue_push(repeats, jvalue_number(alike->other->repeat));
	jvalue_push(texts, jvalue_text(alike->first_line));
	jvalue_push(texts, jvalue_text(alike->other_line));
	jvalue_set(object, "event", jvalue_number((int64_t)alike->line));
	jvalue_set(object, "repeats", repeats);
	jvalue_set(object, "texts", texts);
	return object;
}

static json_t *alike_json(const struct alike *alike)
{
	json_t *object = json_object();

	jvalue_set(object, "name", jvalue_text(alike->first->name));
	jvalue_set(object, "kernel", jvalue_text(alike->first->kernel));
	jvalue_set(object, "runs", jvalue_number((int64_t)alike->runs));
	jvalue_set(object, "others", jvalue_number((int64_t)alike->others));
	jvalue_set(object, "sha256", jvalue_text(alike->sha256));
	jvalue_set(object, "differs",
		   alike->others ? differs_json(alike) : json_null());
	return object;
}

json_t *json_alikes(const struct report_run *run)
{
	json_t *array = json_array();
	struct alikes alikes = {0};

	alikes_find(&alikes, run);
	vec_foreach(&alikes.of, alike) {
		jvalue_push(array, alike_json(alike));
	}
	alikes_done(&alikes);
	return array;
}
