/*
 * capture_tell.h - a segment becomes an event
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct event_sink;
struct flow_table;
struct segment;

/**
 * struct capture_seen - where and when a segment was seen; borrowed for a call
 */
struct capture_seen {
	const char *host;
	const char *interface;
	bool out; /* the host sent it */
	uint64_t frame; /* number in the capture file */
	int64_t t_ns; /* as the journal counts */
};

/**
 * capture_tell - emit an EVENT_SEGMENT
 * @sink: gets it
 * @flows: the connections of that host so far; this segment is added
 * @seen: where and when
 * @s: the segment
 */
void capture_tell(const struct event_sink *sink, struct flow_table *flows,
		  const struct capture_seen *seen, const struct segment *s);
