/*
 * nat.h - a wire that remembers connections, and forgets them
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct forge;
struct segment;

/**
 * struct nat_path - what it knows of two endpoints: {0} has just been met
 * @used_ns: when a segment last passed; 0: never
 * @forgotten: nothing passes until a SYN opens it anew
 */
struct nat_path {
	int64_t used_ns;
	bool forgotten;
};

/**
 * nat_passes - does it let a segment through
 * @path: of its endpoints, both directions; changed
 * @idle_ns: a path that was not used for longer is forgotten; 0: never
 * @now_ns: same clock as before
 *
 * Only a SYN without ACK opens a path. What was never met passes: the wire was
 * there before the connection, so its begin was elsewhere.
 */
bool nat_passes(struct nat_path *path, const struct segment *segment,
		int64_t idle_ns, int64_t now_ns);

/**
 * nat_reset - what answers a segment of a connection that is not there
 * @frame: that holds @segment
 * @reset: filled in, towards the sender: RFC 9293 3.10.7.1
 *
 * Return: false if it must not be answered, being a reset itself.
 */
bool nat_reset(const uint8_t *frame, const struct segment *segment,
	       struct forge *reset);
