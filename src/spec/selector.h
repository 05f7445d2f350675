/*
 * selector.h - read which segments are meant: by role, flags and hosts
 */
#pragma once

#include "spec/fault.h"
#include "spec/reader.h"

struct story;

/** enum selector_key - keys of a selector that is a mapping */
enum selector_key {
	SELECTOR_KEY_ROLE,
	SELECTOR_KEY_FLAGS,
	SELECTOR_KEY_FROM,
	SELECTOR_KEY_TO,
	SELECTOR_KEY_RETRANSMITTED,
	SELECTOR_KEY_FILTER,
	SELECTOR_KEY_LINK,
	SELECTOR_KEYS
};

/** selector_keys - "role", "flags", "from" … */
extern const struct key selector_keys[SELECTOR_KEYS];

/** SELECTOR_ANY - every segment */
#define SELECTOR_ANY "any"

/** SELECTOR_AGAIN - every segment that was sent before */
#define SELECTOR_AGAIN "retransmission"

/**
 * selector_role - find a role by its name
 *
 * Return: an enum flow_role; -1 if there is none.
 */
int selector_role(const char *word);

/**
 * selector_read - read "wave-4", [wave-1, wave-3], or {from: client, …}
 * @story: where errors go, and the hosts that there are
 * @node: the selector
 * @fault: gets which segments, the filter and the link; what it owns is the
 *	caller's also after errors
 */
void selector_read(const struct story *story, const struct node *node,
		   struct fault_spec *fault);

/** segment_pattern_done - release what it owns */
void segment_pattern_done(struct segment_pattern *which);
