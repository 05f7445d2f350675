/*
 * scenario_read.h - the keys of a scenario file
 */
#pragma once

#include "spec/reader.h"

/** SCENARIO_KEYS - keys of a scenario file */
#define SCENARIO_KEYS 6

/** scenario_keys - "title", "why", "tags", "topology", "sysctl", "steps" */
extern const struct key scenario_keys[SCENARIO_KEYS];
