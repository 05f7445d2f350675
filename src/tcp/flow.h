/*
 * flow.h - follow connections by their segments: who plays which part
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;
struct segment;
struct str;

/**
 * enum flow_role - what a segment is in its connection's life; one may have
 * several: a FIN that carries data, a FIN that is also the first
 * acknowledgement of the other's
 */
enum flow_role {
	FLOW_HANDSHAKE_1, /* SYN; of both ends, where they open at once */
	FLOW_HANDSHAKE_2, /* SYN,ACK */
	FLOW_HANDSHAKE_3, /* the opener's bare ACK of it */
	FLOW_WAVE_1, /* the first FIN, of whichever end */
	FLOW_WAVE_2, /* what acknowledges it */
	FLOW_WAVE_3, /* the other end's FIN */
	FLOW_WAVE_4, /* what acknowledges that */
	FLOW_DATA, /* carries payload */
	FLOW_ACK, /* bare, and none of the above */
	FLOW_KEEPALIVE, /* one byte before what is next: RFC 9293 3.8.4 */
	FLOW_WINDOW_PROBE, /* likewise, at a closed window: RFC 9293 3.8.6.1 */
	FLOW_RST,
	FLOW_ROLES
};

/** flow_role_names - "handshake-1" … "wave-4", "data", "ack", "keepalive",
 * "window-probe", "rst" */
extern const char *const flow_role_names[FLOW_ROLES];

/** FLOW_ROLE_BIT - for sets of roles */
#define FLOW_ROLE_BIT(role) (1U << (role))

/**
 * struct flow_view - one segment in the light of those before it
 * @path: number of its two endpoints in this table, from 1 on without a gap
 * @connection: number of its connection in this table, from 1; another
 *	incarnation of the same two endpoints has another
 * @roles: set of FLOW_ROLE_BIT(), at least one
 * @again: it takes up sequence space that was sent before: a retransmission;
 *	or it is handshake-3, wave-2 or wave-4 once more
 * @seq: relative to the sender's initial sequence number, which is 0
 * @ack: relative to the receiver's; 0 if the segment has no ACK
 * @since_begin: the connection's SYN was seen. If not, numbers are relative to
 *	the first that was seen of each end, as if that were 1
 */
struct flow_view {
	uint64_t path;
	uint64_t connection;
	uint32_t roles;
	bool again;
	uint32_t seq;
	uint32_t ack;
	bool since_begin;
};

/** struct flow_table - the connections seen so far, in one place */
struct flow_table;

/** flow_table_new - none so far; flow_table_free() */
struct flow_table *flow_table_new(void);

/** flow_table_free - forget them; NULL is fine */
void flow_table_free(struct flow_table *table);

/**
 * flow_see - one more segment
 * @table: those before it, as seen in the same place: on one wire or at one
 *	host
 * @segment: the next one
 * @view: what it is
 *
 * A SYN with another initial sequence number begins another incarnation only
 * once it is answered as one: until then a stray SYN does not disturb the
 * connection that is there (RFC 9293 3.10.7.4, the challenge ACK).
 */
void flow_see(struct flow_table *table, const struct segment *segment,
	      struct flow_view *view);

/**
 * flow_look - what flow_see() would say, of a segment that may never come
 *
 * @view->path is 0 if nothing passed between its endpoints yet.
 */
void flow_look(const struct flow_table *table, const struct segment *segment,
	       struct flow_view *view);

/**
 * struct flow_end - where one end of a connection stands, by its segments
 * @known: @isn and @next are: something was seen of it
 * @isn: initial sequence number
 * @next: one past the highest number that it sent: SND.NXT (RFC 9293 3.3.1)
 * @acks: @ack is known
 * @ack: the highest number that it acknowledged: its RCV.NXT
 * @has_edge: @edge is known
 * @edge: right edge of the window that the other end offers it, scaled
 * @has_ts: its last segment had timestamps
 * @ts: their value there (RFC 7323 3.2, TSval)
 */
struct flow_end {
	bool known;
	uint32_t isn;
	uint32_t next;
	bool acks;
	uint32_t ack;
	bool has_edge;
	uint32_t edge;
	bool has_ts;
	uint32_t ts;
};

/**
 * struct flow_conn - where a connection stands
 * @path, @connection, @since_begin: as in struct flow_view
 * @ends: that which was asked for as "from", then the other
 */
struct flow_conn {
	uint64_t path;
	uint64_t connection;
	bool since_begin;
	struct flow_end ends[2];
};

/**
 * flow_find - the connection between two endpoints
 * @conn: untouched if nothing was seen of one; of several incarnations the
 *	last that was answered
 *
 * Return: is there one.
 */
bool flow_find(const struct flow_table *table, const struct endpoint *from,
	       const struct endpoint *to, struct flow_conn *conn);

/** flow_print_roles - "wave-2,wave-3" */
void flow_print_roles(uint32_t roles, struct str *out);
