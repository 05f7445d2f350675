/*
 * schema_topology.c - the schema of topology files
 */
#include "base/str.h"
#include "spec/impairment_read.h"
#include "spec/reader.h"
#include "spec/schema.h"
#include "spec/schema_build.h"
#include "spec/topology_read.h"

#define HOST_NAME   "^[a-z][a-z0-9-]{0,31}$"
#define DIRECTION   "^[a-z][a-z0-9-]{0,31}>[a-z][a-z0-9-]{0,31}$"
#define SYSCTL_NAME "^net\\.[A-Za-z0-9._-]+$"

/* a host may be nothing but its name */
static json_t *host_schema(void)
{
	json_t *host = schema_object(host_keys, HOST_KEYS);

	(void)json_object_set_new(host, "type",
				  schema_json("[\"object\", \"null\"]"));
	return host;
}

/* [a, b], or {ends: [a, b], delay: 20ms, a>b: {loss: 1%}} */
static json_t *link_schema(void)
{
	json_t *link = json_object();
	json_t *forms = json_array();
	json_t *mapping = schema_object(link_keys, LINK_KEYS);

	schema_pattern(mapping, DIRECTION, schema_ref("direction"));
	(void)json_array_append_new(forms, schema_ref("ends"));
	(void)json_array_append_new(forms, mapping);
	(void)json_object_set_new(link, "anyOf", forms);
	return link;
}

json_t *schema_topology_definitions(json_t *definitions)
{
	json_t *ends = schema_list(schema_value(VALUE_HOST, NULL), 2);

	(void)json_object_set_new(ends, "maxItems", json_integer(2));
	(void)json_object_set_new(
		definitions, "sysctls",
		schema_map(SYSCTL_NAME, schema_value(VALUE_PROSE, NULL)));
	(void)json_object_set_new(definitions, "hosts",
				  schema_map(HOST_NAME, host_schema()));
	(void)json_object_set_new(definitions, "ends", ends);
	(void)json_object_set_new(definitions, "gemodel",
				  schema_object(gemodel_keys, GEMODEL_KEYS));
	(void)json_object_set_new(definitions, "direction",
				  schema_object(link_keys + LINK_KEY_OF_WAY,
						LINK_KEYS - LINK_KEY_OF_WAY));
	(void)json_object_set_new(definitions, "nat",
				  schema_object(nat_keys, NAT_KEYS));
	(void)json_object_set_new(definitions, "links",
				  schema_list(link_schema(), 0));
	return schema_object(topology_keys, TOPOLOGY_KEYS);
}

void spec_schema_topology(struct str *out)
{
	json_t *definitions = json_object();
	json_t *root = schema_topology_definitions(definitions);

	schema_print(root, definitions, "tcplab topology", out);
}
