/*
 * overtaken.h - segments that a wire brought in another order, unasked
 */
#pragma once

#include <stdbool.h>

struct ruling;
struct tcp_seen;

/**
 * struct overtaken - two segments of one direction of a connection
 * @first: sent first, arrived last; borrowed from the timeline
 * @second: passed it
 */
struct overtaken {
	const struct tcp_seen *first;
	const struct tcp_seen *second;
};

/**
 * overtaken_find - the first segment that was overtaken, where one of the two
 * is a SYN, a FIN or a RST
 * @r: the run
 * @out: filled if there is one
 *
 * On a busy machine the kernel itself may do so: a segment that a timer sends
 * waits in the backlog of one processor while close(2) sends the next by way of
 * another's (net/core/dev.c, enqueue_to_backlog).
 *
 * Return: false if there is none, or if the scenario has links that jitter or
 * reorder, or changes one on the way. What a fault touched does not count.
 */
bool overtaken_find(const struct ruling *r, struct overtaken *out);
