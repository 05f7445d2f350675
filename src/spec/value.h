/*
 * value.h - the types that a value in a spec can have: one row each
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node;
struct reader;

/** enum value_type - what value_read() writes is said behind each */
enum value_type {
	VALUE_NODE, /* const struct node *: whatever it is, read by its owner */
	VALUE_BOOL, /* bool */
	VALUE_TEXT, /* char *, owned */
	VALUE_PROSE, /* char *, owned: a text that may not be empty */
	VALUE_NAME, /* char *, owned: of a socket, program, or action */
	VALUE_HOST, /* char *, owned: of a host */
	VALUE_ARGV, /* char **, owned: at least one, NULL-terminated */
	VALUE_WORDS, /* char **, owned: likewise, but may be empty */
	VALUE_COUNT, /* int64_t: 1 to 4096 */
	VALUE_BACKLOG, /* int: 0 to 2^31 - 1 */
	VALUE_BYTES, /* int64_t: 1 to 2^40; with or without a unit */
	VALUE_PORT, /* uint16_t: 1 to 65535 */
	VALUE_DURATION, /* int64_t, ns: more than none */
	VALUE_DELAY, /* int64_t, ns: may be none */
	VALUE_SHARE, /* double: 0 to 1, written 0% to 100% */
	VALUE_RATE, /* uint64_t, bits a second: more than none */
	VALUE_FRAMES, /* uint32_t: 1 to 1,000,000 */
	VALUE_ADDR, /* struct act_addr */
	VALUE_LISTEN, /* char *, owned: an address, or a socket's name */
	VALUE_COMPARE, /* struct compare */
	VALUE_STATUS, /* struct compare: of an exit status, 0 to 255 */
	VALUE_STATES, /* uint32_t: set of TCP_STATE_BIT() */
	VALUE_TIMER, /* enum tcp_timer */
	VALUE_ERRNO, /* int */
	VALUE_SIGNAL, /* int */
	VALUE_OPTION, /* char *, owned: of a socket option that we know */
	VALUE_SHUT_HOW, /* enum shut_how */
	VALUE_FAMILY, /* enum act_family: ipv4 or ipv6 */
	VALUE_SOCKET, /* enum act_family: tcp or tcp6 */
	VALUE_HOST_KIND, /* enum host_kind */
	VALUE_SPREAD, /* enum impair_spread */
	VALUE_FAMILIES, /* enum ip_families */
	VALUE_KERNEL, /* struct when: versions of the kernel */
	VALUE_CLOCK, /* enum scenario_clock */
	VALUE_TIMES, /* uint32_t: 1 to 1,000,000 */
	VALUE_SKIP, /* uint32_t: 0 to 1,000,000 */
	VALUE_PAYLOAD, /* int64_t: what fits into a frame */
	VALUE_WINDOW, /* uint16_t */
	VALUE_FLAGS, /* uint8_t: set of TCP_FLAG_BIT(), at least one */
	VALUE_SEQ, /* struct inject_number */
	VALUE_SHIFT, /* int64_t: a signed number below 2^32 */
	VALUE_FIELD, /* enum fault_field */
	VALUE_WIRE, /* enum wire_backend */
	VALUE_NAT_END, /* enum nat_end */
	VALUE_TYPES
};

/** enum nat_end - what a middlebox does to what it has forgotten */
enum nat_end {
	NAT_END_DROP,
	NAT_END_RESET,
	NAT_ENDS
};

/**
 * value_read - read one value, or add an error that says what is wanted
 * @r: where errors go
 * @type: what it must be
 * @node: the value
 * @out: written as said at the type; untouched on failure
 *
 * Return: true if it was one.
 */
bool value_read(const struct reader *r, enum value_type type,
		const struct node *node, void *out);

/** value_what - the type in words: "a duration" */
const char *value_what(enum value_type type);

/**
 * value_schema - the type as JSON Schema (draft-07)
 *
 * Return: JSON text, static; NULL for a type whose values are a list of
 * words: value_words().
 */
const char *value_schema(enum value_type type);

/**
 * value_words - the words that a type's values may be
 * @type: the type
 * @n: their number
 *
 * Return: @n names, some NULL; NULL if the type is not one of words.
 */
const char *const *value_words(enum value_type type, size_t *n);

/** value_state_alias - the @i-th of RFC 9293's spellings of states that Linux
 * names otherwise; NULL past the last */
const char *value_state_alias(size_t i);

/** value_is_name - does a text have the form of a socket's or program's name */
bool value_is_name(const char *text);

/** value_is_host_name - does a text have the form of a host's name */
bool value_is_host_name(const char *text);
