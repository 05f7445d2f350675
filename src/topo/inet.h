/*
 * inet.h - addresses, neighbours and routes of a host
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct batch;
struct err;

/**
 * inet_add_addresses - queue: the addresses of one port
 * @batch: turned to its host
 * @port: index into plan->ports, up already, so that routes to its subnet come
 *	with the addresses
 * @err: as batch_add()
 *
 * IPv6 addresses are usable at once (IFA_F_NODAD).
 *
 * Return: as batch_add().
 */
int inet_add_addresses(struct batch *batch, size_t port, struct err *err);

/**
 * inet_set_neighbour - queue: which MAC an on-link peer has, for good
 * @batch: turned to the host of @port
 * @port: index into plan->ports
 * @peer: port in the same subnet
 * @mac: six bytes
 * @err: as batch_add()
 *
 * Permanent: no ARP and no neighbour discovery, ever. Replaces what was known.
 *
 * Return: as batch_add().
 */
int inet_set_neighbour(struct batch *batch, size_t port, size_t peer,
		       const uint8_t mac[6], struct err *err);

/** inet_add_neighbours - queue: every on-link peer of a port; returns as
 * batch_add() */
int inet_add_neighbours(struct batch *batch, size_t port, struct err *err);

/** inet_add_routes - queue: the static routes of the batch's host; returns as
 * batch_add() */
int inet_add_routes(struct batch *batch, struct err *err);
