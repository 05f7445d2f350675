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
 * @again: a retransmission
 * @t_ns: when
 * @since_ns: since that end sent anything before; -1 if nothing
 */
struct diff_segment {
	char *says;
	int from;
	bool again;
	int64_t t_ns;
	int64_t since_ns;
};

/** struct diff_state - @took_ns: -1 if it was not left */
struct diff_state {
	enum tcp_state state;
	int64_t took_ns;
};

/**
 * struct diff_life - one connection
 * @names: of its ends, "client.c"; owned
 * @segments: in the order of their sending
 * @states: of each end
 * @again: retransmissions of each end
 */
struct diff_life {
	char *names[2];
	VEC(struct diff_segment) segments;
	VEC(struct diff_state) states[2];
	size_t again[2];
};

/** struct diff_lives - a scenario's */
struct diff_lives {
	VEC(struct diff_life) all;
};

/** diff_lives_new - of one result; none without a journal; release with
 * diff_lives_done() */
struct diff_lives diff_lives_new(const struct report_result *result);

/** diff_lives_done - release them */
void diff_lives_done(struct diff_lives *lives);
