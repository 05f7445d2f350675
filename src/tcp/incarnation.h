/*
 * incarnation.h - one connection of two endpoints, as its segments show it
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct flow_view;
struct segment;

/**
 * struct incarnation_end - what is known of one end of a connection
 * @known: @isn and @next are
 * @isn: initial sequence number
 * @next: one past the highest number sent
 * @opened: sent a SYN without ACK
 * @confirmed: sent a segment with ACK and without SYN
 * @has_fin: @fin is known
 * @fin: one past its FIN: what acknowledges it
 * @fin_acked: by the other end
 * @window_closed: what it last advertised was 0
 * @acks: @ack and @edge are known
 * @ack: the highest number that it acknowledged
 * @edge: the right edge of the window that it offered, at its farthest
 * @has_wscale: its SYN had the option; @wscale (RFC 7323 2)
 * @has_ts: its last segment had timestamps; @ts (RFC 7323 3)
 */
struct incarnation_end {
	bool known;
	uint32_t isn;
	uint32_t next;
	bool opened;
	bool confirmed;
	bool has_fin;
	uint32_t fin;
	bool fin_acked;
	bool window_closed;
	bool acks;
	uint32_t ack;
	uint32_t edge;
	bool has_wscale;
	uint8_t wscale;
	bool has_ts;
	uint32_t ts;
};

/**
 * struct incarnation - a connection
 * @id: 0: there is none
 * @since_begin: its SYN was seen
 * @has_closer: @closer is known
 * @closer: the end whose FIN came first
 * @ends: as in its path
 */
struct incarnation {
	uint64_t id;
	bool since_begin;
	bool has_closer;
	int closer;
	struct incarnation_end ends[2];
};

/** incarnation_answers - does this segment of end @from acknowledge the other's
 * SYN, and nothing beyond it */
bool incarnation_answers(const struct incarnation *c, int from,
			 const struct segment *s);

/** incarnation_has_syn - is this the number of the SYN that @from sent */
bool incarnation_has_syn(const struct incarnation *c, int from,
			 const struct segment *s);

/**
 * incarnation_see - one more segment of it
 * @from: the end that sent it
 * @view: what it is; its path is left to the caller
 */
void incarnation_see(struct incarnation *c, int from, const struct segment *s,
		     struct flow_view *view);
