/*
 * scenario_read.h - the keys of a scenario file
 */
#pragma once

#include "spec/reader.h"

/** SCENARIO_KEYS - keys of a scenario file */
#define SCENARIO_KEYS 8

/** scenario_keys - "title", "why", "tags", "time" … */
extern const struct key scenario_keys[SCENARIO_KEYS];
