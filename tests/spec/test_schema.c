/*
 * test_schema.c - the schemas and the reader know the same keys, both ways
 */
#include <fcntl.h>
#include <jansson.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/str.h"
#include "spec/expect_read.h"
#include "spec/fault_read.h"
#include "spec/impairment_read.h"
#include "spec/inject_read.h"
#include "spec/scenario_read.h"
#include "spec/schema.h"
#include "spec/selector.h"
#include "spec/topology_read.h"
#include "spec/value.h"
#include "spec/verbs.h"
#include "test.h"

static json_t *topology;
static json_t *scenario;

static json_t *load(void (*print)(struct str *out))
{
	SCOPED_STR struct str text = {0};
	json_t *json;

	print(&text);
	json = json_loads(str_text(&text), JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(json);
	return json;
}

static void setup(void)
{
	topology = load(spec_schema_topology);
	scenario = load(spec_schema_scenario);
}

static void teardown(void)
{
	json_decref(topology);
	json_decref(scenario);
}

static const json_t *definition(const json_t *schema, const char *name)
{
	const json_t *found =
		json_object_get(json_object_get(schema, "definitions"), name);

	ck_assert_msg(found != NULL, "no definition of %s", name);
	return found;
}

static bool requires(const json_t *object, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(object, "required"), i,
			   one) if (strcmp(json_string_value(one), name) ==
				    0) return true;
	return false;
}

/* every key of the table is a property, as required; and no other is */
static void same_keys(const json_t *object, const struct key *keys, size_t n)
{
	json_t *properties = json_object_get(object, "properties");

	ck_assert_uint_eq(json_object_size(properties), n);
	ck_assert(
		json_is_false(json_object_get(object, "additionalProperties")));
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(json_object_get(properties, keys[i].name) != NULL,
			      "the schema lacks '%s'", keys[i].name);
		ck_assert_msg(requires(object, keys[i].name) ==
				      keys[i].required,
			      "required or not: '%s'", keys[i].name);
	}
}

START_TEST(mappings_have_the_keys_of_the_reader)
{
	const json_t *hosts = json_object_get(definition(topology, "hosts"),
					      "patternProperties");
	const json_t *link = json_array_get(
		json_object_get(
			json_object_get(definition(topology, "links"), "items"),
			"anyOf"),
		1);

	same_keys(topology, topology_keys, TOPOLOGY_KEYS);
	same_keys(json_object_iter_value(json_object_iter((json_t *)hosts)),
		  host_keys, HOST_KEYS);
	same_keys(link, link_keys, LINK_KEYS);
	ck_assert_uint_eq(
		json_object_size(json_object_get(link, "patternProperties")),
		1);
	same_keys(definition(topology, "direction"),
		  link_keys + LINK_KEY_OF_WAY, LINK_KEYS - LINK_KEY_OF_WAY);
	same_keys(definition(topology, "gemodel"), gemodel_keys, GEMODEL_KEYS);
	same_keys(definition(topology, "nat"), nat_keys, NAT_KEYS);
	same_keys(scenario, scenario_keys, SCENARIO_KEYS);
	same_keys(definition(scenario, "expect"), expect_keys, EXPECT_KEYS);
	same_keys(json_array_get(json_object_get(definition(scenario, "never"),
						 "anyOf"),
				 1),
		  never_keys, NEVER_KEYS);
	same_keys(json_array_get(json_object_get(definition(scenario, "socket"),
						 "anyOf"),
				 1),
		  expect_sock_keys, EXPECT_SOCK_KEYS);
	same_keys(
		json_object_get(definition(scenario, "socket-counts"), "items"),
		expect_count_keys, EXPECT_COUNT_KEYS);
	same_keys(json_array_get(json_object_get(definition(scenario, "await"),
						 "anyOf"),
				 1),
		  await_keys, AWAIT_KEYS);
}
END_TEST

START_TEST(mappings_of_the_wire_have_the_keys_of_the_reader)
{
	const json_t *fault =
		json_object_get(definition(scenario, "faults"), "items");
	json_t *actions = json_object_get(fault, "properties");

	same_keys(definition(scenario, "inject"), inject_keys, INJECT_KEYS);
	same_keys(
		json_array_get(json_object_get(definition(scenario, "selector"),
					       "anyOf"),
			       1),
		selector_keys, SELECTOR_KEYS);
	ck_assert_uint_eq(json_array_size(json_object_get(fault, "oneOf")),
			  FAULT_ACTIONS);
	for (int i = 0; i < FAULT_ACTIONS; i++)
		ck_assert_int_eq(
			json_object_del(actions, fault_action_names[i]), 0);
	same_keys(fault, fault_keys, FAULT_KEYS);
}
END_TEST

START_TEST(each_verb_has_the_keys_that_it_admits)
{
	const struct verb_rule *rule = &verb_rules[_i];
	const json_t *verb = json_array_get(
		json_object_get(definition(scenario, "act"), "oneOf"),
		(size_t)_i);
	json_t *properties = json_object_get(verb, "properties");
	size_t n = 1;

	ck_assert_ptr_nonnull(json_object_get(properties, verb_names[_i]));
	ck_assert(requires(verb, verb_names[_i]));
	for (unsigned int k = 0; k < ACT_KEYS; k++) {
		bool admits = rule->admits & ACT_KEY_BIT(k);

		/* "exit" admits "signal", which is a verb elsewhere */
		ck_assert_msg((json_object_get(properties, act_keys[k].name) !=
			       NULL) == (admits || strcmp(act_keys[k].name,
							  verb_names[_i]) == 0),
			      "%s: '%s'", verb_names[_i], act_keys[k].name);
		ck_assert_msg(
			!(rule->needs & ACT_KEY_BIT(k)) ||
				(admits && requires(verb, act_keys[k].name)),
			"%s needs '%s'", verb_names[_i], act_keys[k].name);
		n += admits;
	}
	ck_assert_uint_eq(json_object_size(properties), n);
}
END_TEST

START_TEST(there_is_a_schema_for_every_verb_and_step)
{
	const json_t *verbs =
		json_object_get(definition(scenario, "act"), "oneOf");
	const json_t *steps = json_object_get(
		json_object_get(definition(scenario, "steps"), "items"),
		"properties");

	ck_assert_uint_eq(json_array_size(verbs), VERBS);
	ck_assert_uint_eq(json_object_size(steps), STEP_KINDS);
	for (int k = STEP_ACT + 1; k < STEP_KINDS; k++) {
		ck_assert_ptr_nonnull(
			json_object_get(steps, step_kind_names[k]));
		ck_assert_str_eq(topology_reserved[k - 1], step_kind_names[k]);
	}
	ck_assert_ptr_nonnull(json_object_get(steps, "when"));
	ck_assert_str_eq(topology_reserved[STEP_KINDS - 1], "when");
	ck_assert_ptr_null(topology_reserved[STEP_KINDS]);
}
END_TEST

/* every "$ref" leads somewhere */
static void check_refs(const json_t *schema, const json_t *at)
{
	const char *ref = json_string_value(json_object_get(at, "$ref"));
	const char *key;
	json_t *value;
	size_t i;

	if (ref) {
		ck_assert_int_eq(strncmp(ref, "#/definitions/", 14), 0);
		(void)definition(schema, ref + 14);
	}
	json_object_foreach((json_t *)at, key, value) check_refs(schema, value);
	json_array_foreach(at, i, value) check_refs(schema, value);
}

START_TEST(references_lead_somewhere)
{
	check_refs(topology, topology);
	check_refs(scenario, scenario);
}
END_TEST

START_TEST(every_type_of_value_has_a_schema_and_words)
{
	enum value_type type = (enum value_type)_i;
	size_t n = 0;

	ck_assert_str_ne(value_what(type), "");
	if (type != VALUE_OPTION)
		ck_assert((value_schema(type) == NULL) !=
			  (value_words(type, &n) == NULL));
}
END_TEST

static const struct {
	const char *variable; /* names the folder */
	const char *file;
	void (*print)(struct str *out);
} shipped[] = {
	{"TOPOLOGIES", "topology.schema.json", spec_schema_topology},
	{"LAB", "scenario.schema.json", spec_schema_scenario},
};

START_TEST(the_shipped_schema_is_up_to_date)
{
	SCOPED_FREE char *path = mem_printf(
		"%s/%s", getenv(shipped[_i].variable), shipped[_i].file);
	SCOPED_FREE char *text = NULL;
	SCOPED_STR struct str made = {0};
	struct err err = {0};

	ck_assert_msg(file_read(AT_FDCWD, path, 1 << 20, &text, NULL, &err) ==
			      0,
		      "%s", err.text);
	shipped[_i].print(&made);
	ck_assert_msg(strcmp(text, str_text(&made)) == 0,
		      "%s differs from what 'tcplab schema' prints", path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("schemas");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, mappings_have_the_keys_of_the_reader);
	tcase_add_test(tcase, mappings_of_the_wire_have_the_keys_of_the_reader);
	tcase_add_loop_test(tcase, each_verb_has_the_keys_that_it_admits, 0,
			    VERBS);
	tcase_add_test(tcase, there_is_a_schema_for_every_verb_and_step);
	tcase_add_test(tcase, references_lead_somewhere);
	tcase_add_loop_test(tcase, every_type_of_value_has_a_schema_and_words,
			    0, VALUE_TYPES);
	tcase_add_loop_test(tcase, the_shipped_schema_is_up_to_date, 0,
			    (int)(sizeof(shipped) / sizeof(shipped[0])));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
