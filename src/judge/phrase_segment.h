/*
 * phrase_segment.h - segments, and what became of them, in words
 */
#pragma once

#include <stddef.h>

#include "base/str.h"

struct scenario;
struct tcp_seen;
struct timeline;

/** phrase_segment - "SYN,ACK from server to client, seq 7 (0), ack 9 (1), sent
 * at 12 ms": numbers absolute (and relative), payload if there is any */
void phrase_segment(struct str *text, const struct tcp_seen *seen);

/** phrase_fate - "; arrived at 13 ms", "; lost on the wire (fault 1: drop
 * handshake-1)" of segment @i; faults that did not drop it are told too */
void phrase_fate(struct str *text, const struct timeline *tl,
		 const struct scenario *scenario, size_t i);
