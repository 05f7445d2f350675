/*
 * schema.c - schemas from the tables that the readers use
 */
#include "spec/schema_build.h"

#include <assert.h>
#include <stdlib.h>

#include "base/str.h"
#include "spec/reader.h"
#include "tcp/words.h"

json_t *schema_json(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	assert(json); /* it is our own text */
	return json;
}

/* jansson fails only for want of memory, or by our mistake */
static void set(json_t *object, const char *key, json_t *value)
{
	int rc = json_object_set_new(object, key, value);

	assert(rc == 0);
	(void)rc;
}

static void append(json_t *array, json_t *value)
{
	int rc = json_array_append_new(array, value);

	assert(rc == 0);
	(void)rc;
}

json_t *schema_ref(const char *name)
{
	json_t *ref = json_object();

	set(ref, "$ref", json_sprintf("#/definitions/%s", name));
	return ref;
}

/* the socket options that a scenario may name */
static json_t *option_names(void)
{
	size_t n;
	const struct sockopt *table = sockopts(&n);
	json_t *names = json_array();

	for (size_t i = 0; i < n; i++)
		append(names, json_string(table[i].name));
	return names;
}

/* the words of a type, and of states those of RFC 9293 as well */
static json_t *word_names(enum value_type type)
{
	size_t n;
	const char *const *words = value_words(type, &n);
	json_t *names = json_array();

	for (size_t i = 0; i < n; i++)
		if (words[i])
			append(names, json_string(words[i]));
	for (size_t i = 0; type == VALUE_STATES && value_state_alias(i); i++)
		append(names, json_string(value_state_alias(i)));
	return names;
}

static json_t *enum_of(json_t *names)
{
	json_t *schema = json_object();

	set(schema, "enum", names);
	return schema;
}

json_t *schema_value(enum value_type type, const char *help)
{
	json_t *schema;

	if (value_schema(type)) {
		schema = schema_json(value_schema(type));
	} else if (type == VALUE_OPTION) {
		schema = enum_of(option_names());
	} else if (type == VALUE_STATES) {
		schema = json_object();
		set(schema, "anyOf", json_array());
		append(json_object_get(schema, "anyOf"),
		       enum_of(word_names(type)));
		append(json_object_get(schema, "anyOf"),
		       schema_list(enum_of(word_names(type)), 1));
	} else {
		schema = enum_of(word_names(type));
	}
	if (help)
		set(schema, "description", json_string(help));
	return schema;
}

void schema_property(json_t *object, const char *name, json_t *value)
{
	set(json_object_get(object, "properties"), name, value);
}

void schema_pattern(json_t *object, const char *pattern, json_t *value)
{
	if (!json_object_get(object, "patternProperties"))
		set(object, "patternProperties", json_object());
	set(json_object_get(object, "patternProperties"), pattern, value);
}

void schema_require(json_t *object, const char *name)
{
	if (!json_object_get(object, "required"))
		set(object, "required", json_array());
	append(json_object_get(object, "required"), json_string(name));
}

json_t *schema_object(const struct key *keys, size_t n)
{
	json_t *object = json_object();

	set(object, "type", json_string("object"));
	set(object, "additionalProperties", json_false());
	set(object, "properties", json_object());
	for (size_t i = 0; i < n; i++) {
		schema_property(
			object, keys[i].name,
			keys[i].type == VALUE_NODE
				? schema_ref(keys[i].schema)
				: schema_value(keys[i].type, keys[i].help));
		if (keys[i].required)
			schema_require(object, keys[i].name);
	}
	return object;
}

json_t *schema_map(const char *pattern, json_t *value)
{
	json_t *object = schema_object(NULL, 0);

	schema_pattern(object, pattern, value);
	set(object, "minProperties", json_integer(1));
	return object;
}

json_t *schema_list(json_t *item, int min)
{
	json_t *list = json_object();

	set(list, "type", json_string("array"));
	set(list, "items", item);
	set(list, "minItems", json_integer(min));
	return list;
}

json_t *schema_any_of(json_t *a, json_t *b, json_t *c)
{
	json_t *any = json_object();
	json_t *forms = json_array();

	append(forms, a);
	append(forms, b);
	if (c)
		append(forms, c);
	set(any, "anyOf", forms);
	return any;
}

void schema_print(json_t *root, json_t *definitions, const char *title,
		  struct str *out)
{
	json_t *whole = json_object();
	char *text;
	int rc;

	set(whole, "$schema",
	    json_string("http://json-schema.org/draft-07/schema#"));
	set(whole, "title", json_string(title));
	rc = json_object_update(whole, root);
	assert(rc == 0);
	(void)rc;
	json_decref(root);
	set(whole, "definitions", definitions);
	text = json_dumps(whole, JSON_INDENT(2));
	assert(text);
	str_add(out, text);
	str_add(out, "\n");
	free(text);
	json_decref(whole);
}
