/*
 * expect_read.h - read what must be true at a point of a scenario
 */
#pragma once

#include "spec/reader.h"

struct expect;
struct story;

/** enum expect_key - keys of "expect" beside "HOST.SOCKET" */
enum expect_key {
	EXPECT_KEY_SOCKETS,
	EXPECT_KEY_SEGMENTS,
	EXPECT_KEY_ONLY,
	EXPECT_KEY_COUNTERS,
	EXPECT_KEY_PROCESS,
	EXPECT_KEY_OUTPUT,
	EXPECT_KEY_NEVER,
	EXPECT_KEY_WITHIN,
	EXPECT_KEY_NOT_BEFORE,
	EXPECT_KEY_FOR,
	EXPECT_KEY_SINCE,
	EXPECT_KEYS
};

/** expect_keys - "sockets", "segments", "only", "counters" … */
extern const struct key expect_keys[EXPECT_KEYS];

/** NEVER_KEYS - keys of "never" beside "HOST.SOCKET" */
#define NEVER_KEYS 2

/** never_keys - "sockets", "segments" */
extern const struct key never_keys[NEVER_KEYS];

/** EXPECT_SOCK_KEYS - keys of one socket's expectation */
#define EXPECT_SOCK_KEYS 4

/** expect_sock_keys - "state", "timer", "recv-q", "send-q" */
extern const struct key expect_sock_keys[EXPECT_SOCK_KEYS];

/** EXPECT_COUNT_KEYS - keys of one item of "sockets" */
#define EXPECT_COUNT_KEYS 4

/** expect_count_keys - "host", "port", "state", "count" */
extern const struct key expect_count_keys[EXPECT_COUNT_KEYS];

/**
 * expect_read - read "expect: {…}"
 * @story: where errors go, and what may be expected of; gets the variables that
 *	arrows bind
 * @node: the mapping
 * @expect: written; what it owns is the caller's also after errors
 */
void expect_read(struct story *story, const struct node *node,
		 struct expect *expect);

/** expect_done - release what an expectation owns */
void expect_done(struct expect *expect);
