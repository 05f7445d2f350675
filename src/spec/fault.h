/*
 * fault.h - what a scenario does to segments on their way, and what it adds
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/errors.h"
#include "tcp/endpoint.h"

/** enum pattern_again - first of its kind, or sent before */
enum pattern_again {
	PATTERN_AGAIN_EITHER,
	PATTERN_AGAIN_FIRST,
	PATTERN_AGAIN_ONLY, /* a retransmission, or an answer given again */
	PATTERN_AGAINS
};

/**
 * struct segment_pattern - which segments are meant; all that is set must hold
 * @from: the host whose address sends it; NULL: any
 * @to: the host whose address it is for; NULL: any
 * @has_flags: @flags are asked for: segment_flags_match()
 * @flags: set of TCP_FLAG_BIT()
 * @roles: set of FLOW_ROLE_BIT(), any of which will do; 0: any
 * @again: see there
 */
struct segment_pattern {
	char *from;
	char *to;
	bool has_flags;
	uint8_t flags;
	uint32_t roles;
	enum pattern_again again;
};

/** enum fault_action - what is done to a segment; names in
 * fault_action_names */
enum fault_action {
	FAULT_DROP,
	FAULT_DELAY, /* by a duration; those behind it pass */
	FAULT_HOLD, /* until a step releases it */
	FAULT_DUPLICATE, /* a copy comes later by a duration, or at once */
	FAULT_CORRUPT, /* a field is changed, the checksum is not */
	FAULT_REORDER, /* it waits until the next of its direction has passed */
	FAULT_ACTIONS
};

/** fault_action_names - "drop", "delay", "hold", "duplicate", "corrupt",
 * "reorder" */
extern const char *const fault_action_names[FAULT_ACTIONS];

/** enum fault_field - what FAULT_CORRUPT changes: one bit of it */
enum fault_field {
	FAULT_FIELD_CHECKSUM,
	FAULT_FIELD_PAYLOAD, /* of a segment without any: the checksum */
	FAULT_FIELD_SEQ,
	FAULT_FIELD_ACK,
	FAULT_FIELD_FLAGS,
	FAULT_FIELD_WINDOW,
	FAULT_FIELDS
};

/** fault_field_names - "checksum", "payload", "seq", "ack", "flags",
 * "window" */
extern const char *const fault_field_names[FAULT_FIELDS];

/**
 * struct fault_spec - one fault, aimed by what segments mean to TCP
 *
 * A segment meets a fault once, on the link of the host that sends it, unless
 * @link_a and @link_b name another. Faults are tried in the order of the file;
 * the first that is armed, matches and has times left acts, alone.
 *
 * @pos: in the file
 * @name: as: for release, arm and disarm; NULL if it has none
 * @text: in one line, for readers: "drop wave-4, times 1"
 * @action: see there
 * @which: see there
 * @filter: in pcap-filter(7)'s language, over the Ethernet frame; NULL: any
 * @link_a, @link_b: hosts at the ends of the link where it acts; NULL
 * @skip: so many matches pass untouched first ("nth: 3" is skip 2, times 1)
 * @times: so many are then acted upon; 0: all
 * @by_ns: DELAY, DUPLICATE
 * @field: CORRUPT
 * @disarmed: does nothing until a step arms it
 * @optional: need not happen
 */
struct fault_spec {
	struct spec_pos pos;
	char *name;
	char *text;
	enum fault_action action;
	struct segment_pattern which;
	char *filter;
	char *link_a;
	char *link_b;
	uint32_t skip;
	uint32_t times;
	int64_t by_ns;
	enum fault_field field;
	bool disarmed;
	bool optional;
};

/** enum inject_base - what a sequence number counts from */
enum inject_base {
	INJECT_BASE_ABSOLUTE, /* as in the header; without a connection */
	INJECT_BASE_START, /* the initial sequence number of whose it is */
	INJECT_BASE_NEXT, /* what it sends next: SND.NXT */
	INJECT_BASE_EDGE, /* the right edge of the window offered to it */
	INJECT_BASES
};

/** inject_base_names - "absolute", "start", "next", "edge": "edge+1000" */
extern const char *const inject_base_names[INJECT_BASES];

/** struct inject_number - "next+10", "start-1", "1" (start+1) */
struct inject_number {
	bool set;
	enum inject_base base;
	int64_t plus;
};

/**
 * struct inject_spec - a segment that nobody sent, put before one end's host
 *
 * It pretends to come from the connection's other end. Checksums are right.
 *
 * @to: the host that gets it
 * @on_host, @on: the connection: HOST.SOCKET of either end; NULL: @from_addr
 *	and @to_addr name the endpoints
 * @from_host, @from_port: without @on: whose it pretends to be
 * @to_port: without @on
 * @flags: set of TCP_FLAG_BIT()
 * @seq: default "next" of the end it pretends to come from; without @on 0
 * @ack: default "next" of @to if @flags have ACK
 * @window: as in the header; default 65535
 * @text: payload; NULL: none
 * @bytes: so many zeros instead; 0
 * @has_ts, @ts: timestamp value relative to the last that this end sent
 *	("ts: +1000", "ts: -5000"); without it the last one's, if the
 *	connection has timestamps
 * @times: so many of it; at least 1
 */
struct inject_spec {
	struct spec_pos pos;
	char *to;
	char *on_host;
	char *on;
	char *from_host;
	uint16_t from_port;
	uint16_t to_port;
	uint8_t flags;
	struct inject_number seq;
	struct inject_number ack;
	uint16_t window;
	char *text;
	int64_t bytes;
	bool has_ts;
	int64_t ts;
	uint32_t times;
};
