/*
 * forge.h - build a frame that holds a TCP segment
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tcp/endpoint.h"

struct port_frame;

/** FORGE_MAC - bytes of an Ethernet address */
#define FORGE_MAC 6

/**
 * struct forge - what it is to say
 * @mac_from, @mac_to: see there
 * @from, @to: of the same family
 * @flags: set of TCP_FLAG_BIT()
 * @window: as in the header
 * @has_ts: with timestamps @ts_val and @ts_ecr (RFC 7323 3)
 * @payload: @payload_len bytes; NULL: zeros
 */
struct forge {
	uint8_t mac_from[FORGE_MAC];
	uint8_t mac_to[FORGE_MAC];
	struct endpoint from;
	struct endpoint to;
	uint32_t seq;
	uint32_t ack;
	uint8_t flags;
	uint16_t window;
	bool has_ts;
	uint32_t ts_val;
	uint32_t ts_ecr;
	const void *payload;
	size_t payload_len;
};

/**
 * forge_frame - build it, with right checksums
 * @out: untouched on failure
 *
 * Hop limit 64; IPv4 with "don't fragment" and identification 0, so that the
 * same segment is always the same frame.
 *
 * Return: 0; -EINVAL for endpoints of different families or of none; -EMSGSIZE
 * for more than a frame of 1,500 bytes holds.
 */
int forge_frame(const struct forge *forge, struct port_frame *out);
