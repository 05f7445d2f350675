/*
 * port.h - one end of a wire: takes a host's frames, and gives it others'
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct err;

/** PORT_FRAME_BYTES - the longest frame: 1,500 bytes, their header, two VLAN
 * tags; hosts' offloads are off */
#define PORT_FRAME_BYTES 1522

/** PORT_BURST - frames taken or given with one system call, at most */
#define PORT_BURST 64

/**
 * struct port_frame - room for a frame, or a frame
 * @len: its bytes; more than PORT_FRAME_BYTES if it was too long, and is cut
 */
struct port_frame {
	uint32_t len;
	uint8_t bytes[PORT_FRAME_BYTES];
};

/**
 * port_open - take every frame that an interface receives, and no other's
 * @netns_fd: its namespace; borrowed during the call
 * @ifindex: its index there
 * @err: says what was refused
 *
 * Frames that we send ourselves are not seen (PACKET_IGNORE_OUTGOING, Linux
 * 4.20), and go past the interface's qdisc (PACKET_QDISC_BYPASS): packet(7).
 * Needs CAP_NET_RAW in the namespace's user namespace.
 *
 * Return: a descriptor, O_CLOEXEC and O_NONBLOCK, owned by the caller; -EPERM;
 * -ENODEV; others of socket(2), setsockopt(2).
 */
int port_open(int netns_fd, int ifindex, struct err *err);

/**
 * port_take - frames that came
 * @fd: port_open()'s
 * @frames: room for @n of them
 * @n: at most PORT_BURST
 * @waited_ns: how long ago the first of them came; untouched if none did; may
 *	be NULL
 *
 * Return: how many; 0 if there is none; negative errno of recvmmsg(2), as
 * -ENETDOWN when the interface is gone.
 */
int port_take(int fd, struct port_frame *const *frames, size_t n,
	      int64_t *waited_ns);

/**
 * port_give - send frames, in this order
 * @fd: port_open()'s
 * @frames: @n of them
 * @n: at most PORT_BURST
 *
 * Return: how many of them, from the first on, were sent; negative errno of
 * sendmmsg(2) if not even the first: -ENOBUFS and -EAGAIN pass by themselves.
 */
int port_give(int fd, struct port_frame *const *frames, size_t n);

/** port_dropped - frames that came since the last call and were lost as nobody
 * had taken them in time */
uint64_t port_dropped(int fd);
