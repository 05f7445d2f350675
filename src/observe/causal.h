/*
 * causal.h - which of the frames that have one stamp came first
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct causal_frame - one of them
 * @tap: who saw it
 * @host: whose tap that is
 * @out: it was sent; false: it arrived
 * @bytes: from the Ethernet header on, @len of them; borrowed
 */
struct causal_frame {
	size_t tap;
	size_t host;
	bool out;
	const uint8_t *bytes;
	size_t len;
};

/**
 * causal_order - put them into an order in which they can have happened
 * @frames: by tap, those of one tap in its order, which is kept
 * @n: how many
 * @order: gets indices of @frames, @n of them
 *
 * What arrived comes after what was sent with the same bytes; what a router
 * sent, after what arrived at another of its interfaces with the same bytes
 * behind the IP header. Else an arrival comes before a sending, and the lower
 * tap first: so one set of frames has one order.
 */
void causal_order(const struct causal_frame *frames, size_t n, size_t *order);
