/*
 * schema_build.h - schemas from the tables that the readers use
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

#include "spec/value.h"

struct key;
struct str;

/* Every json_t returned is a new reference, the caller's. */

/** schema_json - JSON text that we wrote ourselves, as a value */
json_t *schema_json(const char *text);

/** schema_ref - a reference to the definition @name */
json_t *schema_ref(const char *name);

/** schema_value - the schema of a type of value; @help may be NULL */
json_t *schema_value(enum value_type type, const char *help);

/**
 * schema_object - a mapping with these keys and no others
 * @keys: its keys; those of VALUE_NODE refer to their definitions
 * @n: how many
 */
json_t *schema_object(const struct key *keys, size_t n);

/** schema_property - add a key to what schema_object() returned */
void schema_property(json_t *object, const char *name, json_t *value);

/** schema_pattern - add keys of a form to what schema_object() returned */
void schema_pattern(json_t *object, const char *pattern, json_t *value);

/** schema_require - say that a mapping must have a key */
void schema_require(json_t *object, const char *name);

/** schema_map - a mapping from names of a form to @value, stolen */
json_t *schema_map(const char *pattern, json_t *value);

/** schema_list - a list of @item, stolen; at least @min */
json_t *schema_list(json_t *item, int min);

/** schema_any_of - one of several schemas, stolen; @c may be NULL */
json_t *schema_any_of(json_t *a, json_t *b, json_t *c);

/** schema_wire_ends - between whom: [a, b], or "a > b" */
json_t *schema_wire_ends(void);

/**
 * schema_wire_definitions - what scenarios say of faults and the wire
 * @definitions: gets them
 */
void schema_wire_definitions(json_t *definitions);

/**
 * schema_topology_definitions - what both schemas say of hosts and links
 * @definitions: gets them
 *
 * Return: the schema of a topology itself.
 */
json_t *schema_topology_definitions(json_t *definitions);

/**
 * schema_print - a whole schema as text
 * @root: stolen
 * @definitions: stolen
 * @title: of the schema
 * @out: appended to
 */
void schema_print(json_t *root, json_t *definitions, const char *title,
		  struct str *out);
