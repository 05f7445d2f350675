/*
 * causal.c - which of the frames that have one stamp came first
 *
 * DOC: Theory of operation
 *
 * A User-Mode Linux in virtual time does not let time pass while its network
 * stack works (arch/um/kernel/time.c, timer_read: not in softirqs): a SYN, its
 * answer and the answer's answer have one stamp, at both ends. Each tap's own
 * order says what its host saw; which of two taps comes next, the bytes say.
 */
#include "observe/causal.h"

#include <net/ethernet.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tcp/digest.h"

/** IPV6_BYTES - its header: RFC 8200 3 */
#define IPV6_BYTES 40

/** struct item - a frame on its way into the order */
struct item {
	uint64_t whole; /* digest */
	uint64_t behind_ip; /* digest of what a router leaves as it is */
	bool placed;
};

static size_t ip_len(const uint8_t *frame, size_t len)
{
	unsigned int type;

	if (len <= ETHER_HDR_LEN)
		return 0;
	type = (unsigned int)frame[12] << 8 | frame[13];
	if (type == ETHERTYPE_IP)
		return (frame[ETHER_HDR_LEN] & 0xfU) * 4U;
	return type == ETHERTYPE_IPV6 ? IPV6_BYTES : 0;
}

static uint64_t behind_ip(const struct causal_frame *f)
{
	size_t at = ETHER_HDR_LEN + ip_len(f->bytes, f->len);

	return at < f->len ? frame_digest(f->bytes + at, f->len - at) : 0;
}

/* must frame @b come before frame @a */
static bool is_before(const struct causal_frame *frames,
		      const struct item *items, size_t b, size_t a)
{
	if (frames[a].tap == frames[b].tap || frames[a].out == frames[b].out)
		return false; /* or the tap's order says */
	if (frames[b].out)
		return frames[a].host != frames[b].host &&
		       items[a].whole == items[b].whole;
	return frames[a].host == frames[b].host &&
	       items[a].behind_ip == items[b].behind_ip;
}

static bool is_blocked(const struct causal_frame *frames,
		       const struct item *items, size_t n, size_t a)
{
	for (size_t b = 0; b < n; b++)
		if (!items[b].placed && is_before(frames, items, b, a))
			return true;
	return false;
}

/* the frame that goes next: one that arrived if there is any */
static size_t choose(const struct causal_frame *frames,
		     const struct item *items, size_t n)
{
	size_t sent = n;
	size_t any = n;

	for (size_t i = 0; i < n; i++) {
		if (items[i].placed ||
		    (i > 0 && frames[i - 1].tap == frames[i].tap &&
		     !items[i - 1].placed))
			continue; /* not the first of its tap */
		if (any == n)
			any = i;
		if ((frames[i].out && sent < n) ||
		    is_blocked(frames, items, n, i))
			continue;
		if (!frames[i].out)
			return i;
		sent = i;
	}
	/* all wait for each other: copies of a frame that went around */
	return sent < n ? sent : any;
}

void causal_order(const struct causal_frame *frames, size_t n, size_t *order)
{
	struct item *items = mem_new(struct item, n);

	for (size_t i = 0; i < n; i++)
		items[i] = (struct item){
			.whole = frame_digest(frames[i].bytes, frames[i].len),
			.behind_ip = behind_ip(&frames[i]),
		};
	for (size_t i = 0; i < n; i++) {
		order[i] = choose(frames, items, n);
		items[order[i]].placed = true;
	}
	free(items);
}
