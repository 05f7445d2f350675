/*
 * link.h - interfaces: veth pairs, bridges, up, and ready to carry a frame
 */
#pragma once

#include <stddef.h>

struct batch;
struct err;

/**
 * link_add_veth - queue: make a link, both ends, down
 * @batch: turned to the host of @near
 * @near: port that is born there
 * @far: port of the other end
 * @far_netns: where that is born; borrowed until the batch is flushed
 * @err: as batch_add()
 *
 * Neither end is ever in another namespace than its own. They are born down: a
 * veth that asks for IFF_UP at once fails with ENOTCONN, since its peer is not
 * linked to it yet, and takes 25 ms to be unmade (drivers/net/veth.c).
 *
 * Return: as batch_add().
 */
int link_add_veth(struct batch *batch, size_t near, size_t far, int far_netns,
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
 * link_wait_ready - wait until every port of a host can send
 * @batch: turned to the host, and flushed
 * @err: which port is not ready
 *
 * The end that was set up first has a queue that drops everything until the
 * kernel's link watch has noticed the carrier. From Linux 6.8 on, asking for
 * the link makes it notice (rtnl_getlink, linkwatch_sync_dev); before, it does
 * so within a second, and we ask again every millisecond.
 *
 * Return: 0; -ETIMEDOUT after five seconds; as batch_add().
 */
int link_wait_ready(struct batch *batch, struct err *err);
