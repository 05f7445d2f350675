/*
 * diff_life.h - a connection, without what chance decides
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "tcp/state.h"

struct report_result;

/**
 * struct diff_segment - as it was sent
 * @says: "client > server  SYN 0, lost"; owned
 * @from: the end that sent it
 * @timed: a timer sent it: a probe, or what was sent before and takes up
 *	sequence space
 * @t_ns: when
 * @since_ns: of a @timed one, since that end sent the same before; of a probe,
 *	since it sent anything; -1 if it did not
 * @way_ns: until it arrived; -1 if it did not, or if a fault had to do with it
 * @flags, @seq: of the header, relative
 * @len: bytes of payload
 * @plain: data or an ACK, and nothing befell it
 */
struct diff_segment {
	char *says;
	int from;
	bool timed;
	int64_t t_ns;
	int64_t since_ns;
	int64_t way_ns;
	uint8_t flags;
	uint32_t seq;
	uint32_t len;
	bool plain;
};

/** struct diff_state - @took_ns: -1 if it was not left */
struct diff_state {
	enum tcp_state state;
	int64_t took_ns;
};

/**
 * struct diff_life - one connection
 * @names: of its ends, "client.c"; owned
 * @hosts: where they are; "nobody": at none of the lab's; owned
 * @named: has the scenario a name for it
 * @port: that was connected to
 * @segments: in the order of their sending
 * @states: of each end
 * @again: retransmissions of each end
 */
struct diff_life {
	char *names[2];
	char *hosts[2];
	bool named[2];
	uint16_t port;
	VEC(struct diff_segment) segments;
	VEC(struct diff_state) states[2];
	size_t again[2];
};

/** struct diff_lives - a scenario's; @virtual_time: programs took no time */
struct diff_lives {
	VEC(struct diff_life) all;
	bool virtual_time;
};

/** diff_lives_new - of one result; none without a journal; release with
 * diff_lives_done() */
struct diff_lives diff_lives_new(const struct report_result *result);

/** diff_lives_done - release them */
void diff_lives_done(struct diff_lives *lives);

/** diff_life_turn - exchange its ends */
void diff_life_turn(struct diff_life *life);
