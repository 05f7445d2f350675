/*
 * fault_read.h - read what a scenario does to segments on their way
 */
#pragma once

#include <stddef.h>

#include "spec/fault.h"
#include "spec/reader.h"

struct story;

/** enum fault_key - keys of a fault beside its action */
enum fault_key {
	FAULT_KEY_TIMES,
	FAULT_KEY_SKIP,
	FAULT_KEY_NTH,
	FAULT_KEY_BY,
	FAULT_KEY_FIELD,
	FAULT_KEY_AS,
	FAULT_KEY_ARMED,
	FAULT_KEY_OPTIONAL,
	FAULT_KEYS
};

/** fault_keys - "times", "skip", "nth" … */
extern const struct key fault_keys[FAULT_KEYS];

/**
 * faults_read - read the list of faults
 * @story: where errors go, and the hosts that there are
 * @node: the list
 * @n: their number
 *
 * Return: the faults, caller releases with faults_free(), also after errors.
 */
struct fault_spec *faults_read(const struct story *story,
			       const struct node *node, size_t *n);

/** faults_free - release @n faults; NULL is fine */
void faults_free(struct fault_spec *faults, size_t n);
