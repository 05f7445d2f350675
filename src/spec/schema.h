/*
 * schema.h - the JSON Schemas (draft-07) of both file formats
 */
#pragma once

struct str;

/**
 * spec_schema_topology - the schema of a topology file
 * @out: appended to: JSON text with a line end; the same every time
 */
void spec_schema_topology(struct str *out);

/** spec_schema_scenario - the schema of a scenario file, likewise */
void spec_schema_scenario(struct str *out);
