/*
 * segment.h - one TCP segment, as an Ethernet frame carries it
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcp/endpoint.h"

struct str;

/** enum tcp_flag - control bits of the header: RFC 9293 3.1; the value is the
 * bit's position there */
enum tcp_flag {
	TCP_FLAG_FIN,
	TCP_FLAG_SYN,
	TCP_FLAG_RST,
	TCP_FLAG_PSH,
	TCP_FLAG_ACK,
	TCP_FLAG_URG,
	TCP_FLAG_ECE,
	TCP_FLAG_CWR,
	TCP_FLAGS
};

/** tcp_flag_names - "FIN", "SYN" … */
extern const char *const tcp_flag_names[TCP_FLAGS];

/** TCP_FLAG_BIT - as in the header */
#define TCP_FLAG_BIT(flag) (1U << (flag))

/** SEGMENT_SACK_BLOCKS - all that fit into the options (RFC 2018 3) */
#define SEGMENT_SACK_BLOCKS 4

/** struct segment_sack - one block: bytes from @left up to before @right */
struct segment_sack {
	uint32_t left;
	uint32_t right;
};

/**
 * struct segment_options - the options that a lab has a use for
 * @mss: maximum segment size, 0 if absent (RFC 9293 3.7.1)
 * @has_wscale: @wscale is there (RFC 7323 2)
 * @sack_permitted: RFC 2018 2
 * @has_timestamps: @ts_val and @ts_ecr are there (RFC 7323 3)
 * @sack: @n_sack blocks (RFC 2018 3)
 * @malformed: the options end in the middle of one
 */
struct segment_options {
	uint16_t mss;
	bool has_wscale;
	uint8_t wscale;
	bool sack_permitted;
	bool has_timestamps;
	uint32_t ts_val;
	uint32_t ts_ecr;
	size_t n_sack;
	struct segment_sack sack[SEGMENT_SACK_BLOCKS];
	bool malformed;
};

/**
 * struct segment - a segment's header, in host order
 * @header: where it begins, borrowed from the frame
 * @flags: set of TCP_FLAG_BIT()
 * @payload: its bytes, borrowed from the frame
 * @payload_len: as the IP header says, also where the frame was cut
 * @checksum_good: over header, payload and pseudo-header; true if the frame
 *	was cut so that it cannot be known
 */
struct segment {
	const uint8_t *header;
	struct endpoint from;
	struct endpoint to;
	uint32_t seq;
	uint32_t ack;
	uint8_t flags;
	uint16_t window; /* not scaled */
	struct segment_options options;
	const uint8_t *payload;
	uint32_t payload_len;
	bool checksum_good;
};

/** segment_has - are all of these flags set; @flags: set of TCP_FLAG_BIT() */
static inline bool segment_has(const struct segment *segment,
			       unsigned int flags)
{
	return (segment->flags & flags) == flags;
}

/**
 * segment_flags_match - is this what people mean by such flags
 * @want: set of TCP_FLAG_BIT(), as written
 * @have: of a segment
 *
 * All of @want are set; of SYN, FIN and RST, no other is; and there is no ACK
 * beside a SYN unless @want has it. So "SYN" is not "SYN,ACK", while "FIN" and
 * "RST" are met with an ACK or without. PSH, URG, ECE and CWR matter only if
 * they are wanted.
 */
bool segment_flags_match(uint8_t want, uint8_t have);

/** segment_len - sequence space that it takes: SYN and FIN count as one each
 * (RFC 9293 3.4, SEG.LEN) */
uint32_t segment_len(const struct segment *segment);

/**
 * segment_parse - find the TCP segment in a frame
 * @frame: from the Ethernet header on; 802.1Q tags are passed over
 * @len: bytes of it that are there
 * @segment: borrows from @frame; untouched on failure
 *
 * IPv4 (RFC 791) and IPv6 with hop-by-hop, routing and destination options
 * (RFC 8200 4). The header and its options must be there; a frame may be cut
 * behind them.
 *
 * Return: 0; -EPROTONOSUPPORT if it carries no TCP, or a fragment other than
 * the first; -EBADMSG if it is cut or contradicts itself.
 */
int segment_parse(const uint8_t *frame, size_t len, struct segment *segment);

/** segment_print_flags - "SYN,ACK"; "none" if there are none */
void segment_print_flags(uint8_t flags, struct str *out);
