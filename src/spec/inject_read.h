/*
 * inject_read.h - read a segment that nobody sent
 */
#pragma once

#include "spec/fault.h"
#include "spec/reader.h"

struct story;

/** enum inject_key - keys of "inject" */
enum inject_key {
	INJECT_KEY_TO,
	INJECT_KEY_ON,
	INJECT_KEY_FROM,
	INJECT_KEY_FLAGS,
	INJECT_KEY_SEQ,
	INJECT_KEY_ACK,
	INJECT_KEY_WINDOW,
	INJECT_KEY_TEXT,
	INJECT_KEY_BYTES,
	INJECT_KEY_TS,
	INJECT_KEY_TIMES,
	INJECT_KEYS
};

/** inject_keys - "to", "on", "from" … */
extern const struct key inject_keys[INJECT_KEYS];

/**
 * inject_read - read "inject: {to: server, on: client.c, flags: RST, …}"
 * @story: where errors go, and what was made before
 * @node: the mapping
 * @inject: written; what it owns is the caller's also after errors
 */
void inject_read(const struct story *story, const struct node *node,
		 struct inject_spec *inject);

/** inject_done - release what an injection owns */
void inject_done(struct inject_spec *inject);
