/*
 * pair.h - which segments, sockets and transitions are one connection; private
 * to timeline/
 */
#pragma once

#include "base/vec.h"
#include "timeline/timeline.h"
#include "timeline/way.h"

struct life;

/** struct pair_part - spans of a life that are of one connection: @first to
 * before @end; none if no dump ever showed it */
struct pair_part {
	const struct life *life;
	size_t first;
	size_t end;
};

/**
 * struct pair_end - one end of a connection, or a listener
 * @host: NULL if nobody in the lab
 * @local: its address
 * @parts: what dumps showed of it
 * @transitions: what the tracepoint told of it, in order; borrowed
 * @calls: of timeline_calls(), which were about it; see history_call.h
 * @stream: what it sent and got
 */
struct pair_end {
	const char *host;
	struct endpoint local;
	VEC(struct pair_part) parts;
	VEC(const struct timeline_transition *) transitions;
	VEC(size_t) calls;
	struct way_stream stream;
};

/**
 * struct pair - a connection
 * @ends: the smaller address first
 * @rows: of timeline_segments(), in order
 * @begin_ns: the first that is known of it
 * @first_n: number of its first event
 * @opener: the end that sent the first SYN; -1 if no segment tells
 * @dropped: it is part of another
 */
struct pair {
	struct pair_end ends[2];
	VEC(size_t) rows;
	int64_t begin_ns;
	uint64_t first_n;
	int opener;
	bool dropped;
};

/** struct pair_table - all connections and all listeners */
struct pair_table {
	VEC(struct pair) pairs;
	VEC(struct pair_end) listeners;
};

/** pair_all - of a timeline, which is borrowed; @table is {0}; release with
 * pair_table_done() */
void pair_all(const struct timeline *tl, struct pair_table *table);

/** pair_table_done - release it */
void pair_table_done(struct pair_table *table);

/** pair_rows - the connections that segments tell of; each row is of one, by
 * the numbers that the captures of the two hosts gave it */
void pair_rows(const struct timeline *tl, struct pair_table *table);

/** pair_order - compare two addresses; as memcmp(3) */
int pair_order(const struct endpoint *a, const struct endpoint *b);
