/*
 * jvalue.h - JSON values that cannot fail
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

/** jvalue_text - a text, what is not UTF-8 in it replaced: a report must come
 * out whatever a program printed; null of NULL */
json_t *jvalue_text(const char *s);

/** jvalue_number - a number */
json_t *jvalue_number(int64_t value);

/** jvalue_set - a key of an object; @value is stolen. A report with a hole in
 * it must not look whole: aborts without memory */
void jvalue_set(json_t *object, const char *key, json_t *value);

/** jvalue_push - one more element of an array, likewise */
void jvalue_push(json_t *array, json_t *value);
