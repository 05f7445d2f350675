/*
 * schema_scenario.c - the schema of scenario files
 */
#include <stdio.h>

#include "base/scope.h"
#include "base/str.h"
#include "spec/expect_read.h"
#include "spec/scenario_read.h"
#include "spec/schema.h"
#include "spec/schema_build.h"
#include "spec/topology_read.h"
#include "spec/verbs.h"
#include "spec/when.h"

#define HOST_NAME "^[a-z][a-z0-9-]{0,31}$"
#define REF_NAME  "^[a-z][a-z0-9-]{0,31}\\.[A-Za-z_][A-Za-z0-9_-]{0,31}$"
#define COUNTER	  "^[A-Za-z0-9]+\\.[A-Za-z0-9_]+$"

static void define(json_t *definitions, const char *name, json_t *schema)
{
	(void)json_object_set_new(definitions, name, schema);
}

/* what one verb takes: its keys and no others */
static json_t *verb_schema(enum verb verb)
{
	const struct verb_rule *rule = &verb_rules[verb];
	json_t *object = schema_object(NULL, 0);

	(void)json_object_set_new(object, "title",
				  json_string(verb_names[verb]));
	(void)json_object_set_new(object, "description",
				  json_string(rule->help));
	schema_property(object, verb_names[verb],
			schema_value(rule->value, rule->help));
	schema_require(object, verb_names[verb]);
	for (unsigned int k = 0; k < ACT_KEYS; k++) {
		if (!(rule->admits & ACT_KEY_BIT(k)))
			continue;
		schema_property(
			object, act_keys[k].name,
			schema_value(act_keys[k].type, act_keys[k].help));
		if (rule->needs & ACT_KEY_BIT(k))
			schema_require(object, act_keys[k].name);
	}
	return object;
}

static json_t *act_schema(void)
{
	json_t *act = json_object();
	json_t *verbs = json_array();

	for (int v = 0; v < VERBS; v++)
		(void)json_array_append_new(verbs, verb_schema((enum verb)v));
	(void)json_object_set_new(act, "oneOf", verbs);
	return act;
}

/* a host, or a program of one; but no word that means another step */
static char *actor_pattern(void)
{
	SCOPED_STR struct str pattern = {0};

	str_add(&pattern, "^(?!(");
	for (size_t i = 0; topology_reserved[i]; i++)
		str_addf(&pattern, "%s%s", i ? "|" : "", topology_reserved[i]);
	str_add(&pattern, ")$)[a-z][a-z0-9-]{0,31}"
			  "(\\.[A-Za-z_][A-Za-z0-9_-]{0,31})?$");
	return str_steal(&pattern);
}

static json_t *step_schema(bool acts_only)
{
	SCOPED_FREE char *actor = actor_pattern();
	json_t *step = schema_map(actor, schema_ref("act"));

	if (acts_only)
		(void)json_object_set_new(step, "maxProperties",
					  json_integer(1));
	else
		/* one thing, and perhaps "when" */
		(void)json_object_set_new(
			step, "oneOf",
			schema_json("[{\"minProperties\": 1, "
				    "\"maxProperties\": 1, \"not\": "
				    "{\"required\": [\"when\"]}}, "
				    "{\"minProperties\": 2, "
				    "\"maxProperties\": 2, "
				    "\"required\": [\"when\"]}]"));
	for (size_t i = 0; !acts_only && topology_reserved[i]; i++)
		schema_property(step, topology_reserved[i],
				schema_ref(topology_reserved[i]));
	return step;
}

static json_t *expect_schema(void)
{
	json_t *expect = schema_object(expect_keys, EXPECT_KEYS);

	schema_pattern(expect, REF_NAME, schema_ref("socket"));
	(void)json_object_set_new(expect, "minProperties", json_integer(1));
	return expect;
}

/* a line; YAML takes one that begins with "? " for a key without a value. What
 * is wrong within it only the reader knows */
static json_t *arrows_schema(void)
{
	return schema_list(
		schema_any_of(schema_json("{\"type\": \"string\", "
					  "\"minLength\": 1}"),
			      schema_json("{\"type\": \"object\", "
					  "\"minProperties\": 1, "
					  "\"maxProperties\": 1, "
					  "\"additionalProperties\": "
					  "{\"type\": \"null\"}}"),
			      NULL),
		1);
}

static json_t *never_schema(void)
{
	json_t *never = schema_object(never_keys, NEVER_KEYS);

	schema_pattern(never, REF_NAME, schema_ref("socket"));
	(void)json_object_set_new(never, "minProperties", json_integer(1));
	return schema_any_of(schema_ref("arrows"), never, NULL);
}

static void define_expectations(json_t *definitions)
{
	json_t *socket = schema_object(expect_sock_keys, EXPECT_SOCK_KEYS);

	(void)json_object_set_new(socket, "minProperties", json_integer(1));
	define(definitions, "socket",
	       schema_any_of(schema_value(VALUE_STATES, NULL), socket, NULL));
	define(definitions, "socket-counts",
	       schema_list(schema_object(expect_count_keys, EXPECT_COUNT_KEYS),
			   1));
	define(definitions, "counters",
	       schema_map(
		       HOST_NAME,
		       schema_map(COUNTER, schema_value(VALUE_COMPARE, NULL))));
	define(definitions, "processes",
	       schema_map(REF_NAME,
			  schema_any_of(schema_json("{\"const\": \"running\"}"),
					schema_value(VALUE_STATUS, NULL),
					schema_value(VALUE_SIGNAL, NULL))));
	define(definitions, "outputs",
	       schema_map(REF_NAME, schema_value(VALUE_PROSE, NULL)));
	define(definitions, "arrows", arrows_schema());
	define(definitions, "never", never_schema());
	define(definitions, "expect", expect_schema());
}

static void define_steps(json_t *definitions)
{
	define(definitions, "act", act_schema());
	define(definitions, "together", schema_list(step_schema(true), 2));
	define(definitions, "await",
	       schema_any_of(schema_value(VALUE_NAME, NULL),
			     schema_object(await_keys, AWAIT_KEYS), NULL));
	define(definitions, "wait",
	       schema_value(VALUE_DURATION, "let time pass"));
	define(definitions, "when", schema_object(when_keys, WHEN_KEYS));
	define(definitions, "steps", schema_list(step_schema(false), 1));
}

void spec_schema_scenario(struct str *out)
{
	json_t *definitions = json_object();
	json_t *topology = schema_topology_definitions(definitions);

	define(definitions, "topology-of",
	       schema_any_of(
		       schema_json("{\"type\": \"string\", \"minLength\": 1}"),
		       topology, NULL));
	define(definitions, "host-sysctls",
	       schema_map(HOST_NAME, schema_ref("sysctls")));
	define_expectations(definitions);
	define_steps(definitions);
	schema_wire_definitions(definitions);
	schema_print(schema_object(scenario_keys, SCENARIO_KEYS), definitions,
		     "tcplab scenario", out);
}
