/*
 * json_alike.h - in JSON, whether a scenario did the same each time
 */
#pragma once

#include <jansson.h>

struct report_run;

/** json_alikes - of all that was repeated in virtual time; an array */
json_t *json_alikes(const struct report_run *run);
