/*
 * jvalue.c - JSON values that cannot fail
 */
#include "report/jvalue.h"

#include <stdlib.h>

#include "base/str.h"
#include "report/utf8.h"

/* jansson refuses malformed UTF-8 */
json_t *jvalue_text(const char *s)
{
	SCOPED_STR struct str clean = {0};

	if (!s)
		return json_null();
	utf8_clean(&clean, s);
	return json_string(str_text(&clean));
}

json_t *jvalue_number(int64_t value)
{
	return json_integer((json_int_t)value);
}

/* fails only without memory, and for a NULL value */
void jvalue_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		abort();
}

void jvalue_push(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		abort();
}
