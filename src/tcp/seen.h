/*
 * seen.h - a segment as both ends of its way saw it
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tcp/endpoint.h"

/** enum seen_fate - what became of a segment that was sent */
enum seen_fate {
	SEEN_FATE_UNDER_WAY, /* it has not arrived so far */
	SEEN_FATE_ARRIVED,
	SEEN_FATE_LOST, /* a fault dropped it, or the run is over */
	SEEN_FATES
};

/**
 * struct tcp_seen - a segment that a host sent, or that came out of nowhere
 *
 * @from_host, @to_host: owners of the two addresses; NULL if no host has it
 * @from, @to: the endpoints
 * @flags: set of TCP_FLAG_BIT()
 * @roles: set of FLOW_ROLE_BIT()
 * @again: a retransmission, or the same answer again
 * @seq, @ack: as in the header
 * @rel_seq, @rel_ack: relative to the initial numbers
 * @len: bytes of payload
 * @window: as in the header
 * @connection: of the sender's: numbers of its host's connections
 * @forged: nobody sent it: it was injected, or came twice; @t_ns is when it
 *	arrived
 * @fate: see there
 * @t_ns: sent
 * @arrived_ns: if it arrived
 * @n: event number of the sending (forged: of the arrival)
 * @arrived_n: of the arrival; 0
 * @fault_n: of the first fault that touched it; 0
 */
struct tcp_seen {
	const char *from_host;
	const char *to_host;
	struct endpoint from;
	struct endpoint to;
	uint8_t flags;
	uint32_t roles;
	bool again;
	uint32_t seq;
	uint32_t ack;
	uint32_t rel_seq;
	uint32_t rel_ack;
	uint32_t len;
	uint32_t window;
	uint64_t connection;
	bool forged;
	enum seen_fate fate;
	int64_t t_ns;
	int64_t arrived_ns;
	uint64_t n;
	uint64_t arrived_n;
	uint64_t fault_n;
};
