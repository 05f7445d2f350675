/*
 * json_wire.h - of a report in JSON, what links and faults did
 */
#pragma once

#include <jansson.h>

struct report_result;

/** json_links - how each direction of each link fared; empty without a
 * journal. Caller owns the reference */
json_t *json_links(const struct report_result *result);

/** json_faults - each fault of the scenario, and how often it acted; empty
 * without a scenario. Caller owns the reference */
json_t *json_faults(const struct report_result *result);
