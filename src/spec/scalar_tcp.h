/*
 * scalar_tcp.h - read what segments are told by: flags, numbers, times
 *
 * Each reader writes what enum value_type says of the types named here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "spec/value.h"

/** SEGMENT_PAYLOAD_MAX - fits into an Ethernet frame whatever the IP version
 * and with timestamps: 1500 - 40 - 20 - 12 */
#define SEGMENT_PAYLOAD_MAX 1428

/** scalar_read_times - VALUE_TIMES, VALUE_SKIP */
bool scalar_read_times(const struct reader *r, enum value_type type,
		       const struct node *node, void *out);

/** scalar_read_payload - VALUE_PAYLOAD */
bool scalar_read_payload(const struct reader *r, enum value_type type,
			 const struct node *node, void *out);

/** scalar_read_window - VALUE_WINDOW */
bool scalar_read_window(const struct reader *r, enum value_type type,
			const struct node *node, void *out);

/** scalar_read_flags - VALUE_FLAGS: "SYN,ACK" or [SYN, ACK] */
bool scalar_read_flags(const struct reader *r, enum value_type type,
		       const struct node *node, void *out);

/** scalar_read_seq - VALUE_SEQ: "next", "edge+1000", "1" for "start+1" */
bool scalar_read_seq(const struct reader *r, enum value_type type,
		     const struct node *node, void *out);

/** scalar_read_shift - VALUE_SHIFT: "+1000", "-5000" */
bool scalar_read_shift(const struct reader *r, enum value_type type,
		       const struct node *node, void *out);

/**
 * scalar_shift - parse a signed decimal number below 2^32
 * @text: digits, with or without a sign
 * @value: untouched on failure
 */
bool scalar_shift(const char *text, int64_t *value);
