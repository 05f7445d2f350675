/*
 * when.h - conditions on the kernel: which steps are for which
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/reader.h"
#include "spec/scenario.h"

/** WHEN_WORLDS_MAX - kinds of kernels that one scenario can tell apart */
#define WHEN_WORLDS_MAX 16

/** WHEN_KEYS - keys of "when" */
#define WHEN_KEYS 1

/** when_keys - "kernel" */
extern const struct key when_keys[WHEN_KEYS];

/**
 * when_read - read what stands behind "when"
 * @r: where errors go
 * @node: the mapping
 * @when: written on success only; release with when_done()
 *
 * Return: true if it was a condition that some kernel satisfies.
 */
bool when_read(const struct reader *r, const struct node *node,
	       struct when *when);

/** when_read_kernel - VALUE_KERNEL: ">=6.9", ">=6.5 <6.9"; see value_read() */
bool when_read_kernel(const struct reader *r, enum value_type type,
		      const struct node *node, void *out);

/** when_done - release it */
void when_done(struct when *when);

/**
 * struct when_world - kernels that are alike to a scenario
 * @release: one of them
 * @text: its version, for messages: "6.9"
 */
struct when_world {
	struct release release;
	char text[32];
};

/**
 * when_worlds - every kind of kernel that some conditions tell apart
 * @whens: @n conditions, some unset
 * @n: their number
 * @worlds: one release of each kind; at least one
 *
 * Versions are in one order, so that a release at, just below and just above
 * each version that is named stands for all others.
 *
 * Return: how many; WHEN_WORLDS_MAX + 1 if there are too many.
 */
size_t when_worlds(const struct when *whens, size_t n,
		   struct when_world worlds[WHEN_WORLDS_MAX]);

/** when_holds_for - as when_holds(), of a release that was read before */
bool when_holds_for(const struct when *when, const struct release *release);
