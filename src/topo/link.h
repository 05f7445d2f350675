/*
 * link.h - interfaces: veth pairs, bridges, and setting them up
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct batch;
struct err;

/**
 * link_add_wired - queue: join a port with the wire's namespace, both ends down
 * @batch: turned to the wire's namespace
 * @port: index into plan->ports; its end there is w<port>
 * @host_netns: where the port itself is born; borrowed until the batch is
 *	flushed
 * @err: as batch_add()
 *
 * Neither end is ever in another namespace than its own. They are born down: a
 * veth that asks for IFF_UP at once fails with ENOTCONN, since its peer is not
 * linked to it yet, and takes 25 ms to be unmade (drivers/net/veth.c).
 *
 * Return: as batch_add().
 */
int link_add_wired(struct batch *batch, size_t port, int host_netns,
		   struct err *err);

/** link_add_bridge - queue: make a switch's br0; returns as batch_add() */
int link_add_bridge(struct batch *batch, struct err *err);

/**
 * link_set_up - queue: enslave, silence and set up an interface
 * @batch: turned to its host
 * @ifindex: the interface
 * @master: index of its bridge; 0 for none
 * @port: for errors; BATCH_NO_PORT for lo and br0
 * @err: as batch_add()
 *
 * Silence means no link-local IPv6 address, hence no router solicitation and
 * no duplicate address detection.
 *
 * Return: as batch_add().
 */
int link_set_up(struct batch *batch, int ifindex, int master, size_t port,
		struct err *err);

/**
 * link_set_up_wired - queue: set up the wire's end of a port, without ARP
 * @batch: turned to the wire's namespace
 * @port: index into plan->ports
 * @is_mute: there is no IPv6 to silence
 * @err: as batch_add()
 *
 * Return: as batch_add().
 */
int link_set_up_wired(struct batch *batch, size_t port, bool is_mute,
		      struct err *err);
