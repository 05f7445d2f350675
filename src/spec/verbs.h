/*
 * verbs.h - the one table of verbs: what each takes, needs and means
 */
#pragma once

#include "spec/reader.h"
#include "spec/scenario.h"

/** enum act_key - the keys that a step may have beside its verb; names and
 * types in act_keys */
enum act_key {
	ACT_KEY_AS,
	ACT_KEY_ON,
	ACT_KEY_FROM,
	ACT_KEY_BYTES,
	ACT_KEY_TEXT,
	ACT_KEY_EOF,
	ACT_KEY_HOW,
	ACT_KEY_OPTION,
	ACT_KEY_VALUE,
	ACT_KEY_RETURNS,
	ACT_KEY_TO,
	ACT_KEY_LISTENING,
	ACT_KEY_STATUS,
	ACT_KEY_SIGNAL,
	ACT_KEY_REUSEADDR,
	ACT_KEY_REUSEPORT,
	ACT_KEY_V6ONLY,
	ACT_KEY_CLOEXEC,
	ACT_KEY_BACKLOG,
	ACT_KEY_FAMILY,
	ACT_KEY_FAILS,
	ACT_KEY_BLOCKS,
	ACT_KEY_WITHIN,
	ACT_KEY_NOT_BEFORE,
	ACT_KEY_BACKGROUND,
	ACT_KEYS
};

/** ACT_KEY_BIT - a key as a member of a set (uint32_t) */
#define ACT_KEY_BIT(key) (UINT32_C(1) << (key))

/**
 * struct act_draft - an act while it is read
 * @act: the result
 * @as: a socket's or program's name, by the verb
 * @word: the verb's own value, where it is a name, or for listen either a
 *	name or an address
 * @cloexec: true if not said
 * @verb_at: the verb's key
 * @value_at: the verb's value
 * @at: the other keys, where given
 */
struct act_draft {
	struct act act;
	char *as;
	char *on;
	char *word;
	bool cloexec;
	const struct node *verb_at;
	const struct node *value_at;
	const struct node *at[ACT_KEYS];
};

/** act_keys - by enum act_key; offsets in struct act_draft */
extern const struct key act_keys[ACT_KEYS];

/** AWAIT_KEYS - keys of "await", when it is a mapping */
#define AWAIT_KEYS 6

/** await_keys - offsets in struct act_draft */
extern const struct key await_keys[AWAIT_KEYS];

/**
 * struct verb_rule - one verb
 * @offset: where the verb's value goes in struct act_draft
 * @value: its type
 * @admits: set of ACT_KEY_BIT() that it may have
 * @needs: set that it must have
 * @makes: it makes a socket
 * @calls: it is a system call of a program; else the lab does it
 * @help: one line
 * @example: a step
 */
struct verb_rule {
	size_t offset;
	enum value_type value;
	uint32_t admits;
	uint32_t needs;
	bool makes;
	bool calls;
	const char *help;
	const char *example;
};

/** verb_rules - by enum verb */
extern const struct verb_rule verb_rules[VERBS];
