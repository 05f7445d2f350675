/*
 * tap.h - the frames of one interface, as its host sends and receives them
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct err;

/** struct tap - a packet socket with a ring of frames (packet(7)) */
struct tap;

/**
 * struct tap_frame - one frame
 * @wall_ns: CLOCK_REALTIME when the kernel handed it to us
 * @bytes: from the Ethernet header on; borrowed until tap_next()
 * @len: bytes that were kept
 * @whole_len: bytes that it had
 * @out: the host sent it; false: it arrived
 * @stray: it arrived, but is addressed to somebody else, and the host drops it
 */
struct tap_frame {
	int64_t wall_ns;
	const uint8_t *bytes;
	uint32_t len;
	uint32_t whole_len;
	bool out;
	bool stray;
};

/** struct tap_count - what went by so far, and what of it was lost because
 * nobody had taken it in time */
struct tap_count {
	uint64_t frames;
	uint64_t dropped;
};

/**
 * tap_new - a socket in a namespace, and nothing that it listens to
 * @netns_fd: the namespace; borrowed during the call
 * @frames: room for so many that nobody has taken yet; rounded up
 * @out: caller closes with tap_close(); untouched on failure
 * @err: says what was refused
 *
 * Needs CAP_NET_RAW in the namespace's user namespace.
 *
 * Return: 0; -EPERM; others of socket(2).
 */
int tap_new(int netns_fd, unsigned int frames, struct tap **out,
	    struct err *err);

/**
 * tap_prepare - make room for its frames
 *
 * Waits until all CPUs have been through the scheduler, some 15 ms
 * (net/packet/af_packet.c, packet_set_ring: synchronize_net). May be called
 * from any thread. What fails, tap_listen() tells.
 */
void tap_prepare(struct tap *tap);

/**
 * tap_listen - listen to an interface from now on
 * @tap: after tap_prepare()
 * @ifindex: its index in the namespace
 * @err: says what was refused
 *
 * Return: 0; -ENODEV; -ENOMEM for the room; others of setsockopt(2), mmap(2),
 * bind(2).
 */
int tap_listen(struct tap *tap, int ifindex, struct err *err);

/** tap_open - tap_new(), tap_prepare() and tap_listen() */
int tap_open(int netns_fd, int ifindex, unsigned int frames, struct tap **out,
	     struct err *err);

/** tap_close - listen no more; waits like tap_prepare(), twice; NULL is fine */
void tap_close(struct tap *tap);

/** tap_fd - readable when there is a frame; owned by the tap */
int tap_fd(const struct tap *tap);

/**
 * tap_peek - the oldest frame that was not taken
 *
 * If the kernel has handed over a later one already, waits for it: a frame that
 * was there before another one arrived elsewhere is found.
 *
 * Return: false if there is none.
 */
bool tap_peek(const struct tap *tap, struct tap_frame *frame);

/** tap_next - that frame was taken: the kernel may use its room again */
void tap_next(struct tap *tap);

/**
 * tap_count - how many frames there were
 * @count: since tap_open()
 *
 * Return: 0; negative errno of getsockopt(2), @count is untouched.
 */
int tap_count(struct tap *tap, struct tap_count *count);
