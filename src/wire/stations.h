/*
 * stations.h - which Ethernet address reaches whom on a wire
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "tcp/endpoint.h"
#include "wire/forge.h"

/** struct station - an IP address, and where frames for it go */
struct station {
	struct endpoint address; /* port 0 */
	uint8_t mac[FORGE_MAC];
};

/**
 * struct stations - of one wire: {0}
 * @known: learnt from frames that passed
 * @has_end: @end is known
 * @end: of the interfaces at ends a and b
 */
struct stations {
	VEC(struct station) known;
	bool has_end[2];
	uint8_t end[2][FORGE_MAC];
};

/**
 * stations_open - ask the kernel for the interfaces at a wire's ends
 * @netns_fd: namespace of the wire
 * @ifindex: its interfaces there: veths, whose peers are meant
 *
 * What the kernel does not tell is left to be learnt.
 */
void stations_open(struct stations *stations, int netns_fd,
		   const int ifindex[2]);

/** stations_done - forget them */
void stations_done(struct stations *stations);

/**
 * stations_learn - from a frame between two endpoints
 *
 * Its source address reaches the sender, its destination the receiver, be they
 * there or behind a router. A group's address is nobody's.
 */
void stations_learn(struct stations *stations, const uint8_t *frame,
		    const struct endpoint *from, const struct endpoint *to);

/**
 * stations_find - whom to send to, for an address
 * @end: 0 or 1: where it lies; if no frame told better, the interface there
 * @mac: untouched if nobody knows
 *
 * Return: is it known.
 */
bool stations_find(const struct stations *stations,
		   const struct endpoint *address, int end,
		   uint8_t mac[FORGE_MAC]);
