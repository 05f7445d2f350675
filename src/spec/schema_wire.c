/*
 * schema_wire.c - the schema of faults, and of steps that change the wire
 */
#include "base/scope.h"
#include "base/str.h"
#include "spec/fault_read.h"
#include "spec/impairment_read.h"
#include "spec/inject_read.h"
#include "spec/schema_build.h"
#include "spec/selector.h"
#include "tcp/flow.h"

#define DIRECTION "^[a-z][a-z0-9-]{0,31}>[a-z][a-z0-9-]{0,31}$"

static void define(json_t *definitions, const char *name, json_t *schema)
{
	(void)json_object_set_new(definitions, name, schema);
}

/* the names of roles, and the words that stand for many */
static json_t *role_schema(bool words)
{
	json_t *names = json_array();
	json_t *schema = json_object();

	for (int i = 0; i < FLOW_ROLES; i++)
		(void)json_array_append_new(names,
					    json_string(flow_role_names[i]));
	if (words) {
		(void)json_array_append_new(names, json_string(SELECTOR_AGAIN));
		(void)json_array_append_new(names, json_string(SELECTOR_ANY));
	}
	(void)json_object_set_new(schema, "enum", names);
	return schema;
}

/* one action, with what it does it to, and the other keys */
static json_t *fault_schema(void)
{
	json_t *fault = schema_object(fault_keys, FAULT_KEYS);
	json_t *one = json_array();

	for (int i = 0; i < FAULT_ACTIONS; i++) {
		json_t *form = json_object();

		schema_property(fault, fault_action_names[i],
				schema_ref("selector"));
		schema_require(form, fault_action_names[i]);
		(void)json_array_append_new(one, form);
	}
	(void)json_object_set_new(fault, "oneOf", one);
	return fault;
}

/* what a link is to do: of one direction, or beside SET_BETWEEN */
static json_t *set_schema(void)
{
	json_t *set = schema_object(link_keys + LINK_KEY_OF_WAY,
				    LINK_KEYS - LINK_KEY_OF_WAY);

	schema_property(set, SET_BETWEEN, schema_wire_ends());
	schema_require(set, SET_BETWEEN);
	schema_pattern(set, DIRECTION, schema_ref("direction"));
	return set;
}

/* [a, b], or "a > b" */
json_t *schema_wire_ends(void)
{
	return schema_any_of(
		schema_ref("ends"),
		schema_json("{\"type\": \"string\", \"pattern\": "
			    "\"^[a-z][a-z0-9-]* *> *[a-z][a-z0-9-]*$\"}"),
		NULL);
}

void schema_wire_definitions(json_t *definitions)
{
	json_t *selector = schema_object(selector_keys, SELECTOR_KEYS);

	(void)json_object_set_new(selector, "minProperties", json_integer(1));
	define(definitions, "roles",
	       schema_any_of(role_schema(true),
			     schema_list(role_schema(false), 1), NULL));
	define(definitions, "selector",
	       schema_any_of(schema_ref("roles"), selector, NULL));
	define(definitions, "faults", schema_list(fault_schema(), 0));
	define(definitions, "cut", schema_wire_ends());
	define(definitions, "heal", schema_wire_ends());
	define(definitions, "set", set_schema());
	define(definitions, "forget", schema_ref("ends"));
	define(definitions, "release", schema_value(VALUE_NAME, NULL));
	define(definitions, "arm", schema_value(VALUE_NAME, NULL));
	define(definitions, "disarm", schema_value(VALUE_NAME, NULL));
	define(definitions, "inject", schema_object(inject_keys, INJECT_KEYS));
}
