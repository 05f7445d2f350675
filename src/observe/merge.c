/*
 * merge.c - the frames of several taps, in the order in which they went by
 *
 * DOC: Theory of operation
 *
 * Taps can be looked at only one after the other, while frames go on passing:
 * a look that finds nothing at the sender, and then the arrival at the
 * receiver, has missed the sending in between. So frames are gathered in
 * rounds over all taps, and one comes out only after a whole round more was
 * made: its sending was in the sender's tap before it arrived (the kernel
 * hands a frame to the taps before it hands it to the driver:
 * net/core/dev.c, xmit_one), so that round has found it.
 *
 * Stamps order what was found. The sender's is earlier than the receiver's:
 * the tap's clone of a frame that is sent is stamped as such, or not at all
 * (dev_queue_xmit_nit), and a frame that changes its namespace loses its stamp
 * (skb_scrub_packet) but for the time at which TCP wanted it sent, which is
 * marked and which packet sockets do not take for a stamp (skb_tstamp, since
 * Linux 5.18). What has no stamp is stamped as it is put into the ring
 * (tpacket_rcv).
 *
 * Gathering copies, which gives the ring's room back before the slow part,
 * writing, begins.
 */
#include "observe/merge.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/vec.h"
#include "observe/causal.h"

/** struct waiting - a frame that was gathered */
struct waiting {
	struct tap_frame frame; /* without its bytes */
	size_t bytes; /* where in merge.bytes they are */
	size_t tap;
	uint64_t n; /* gathered as the nth */
	uint64_t round;
};

/** struct source - a tap */
struct source {
	struct tap *tap;
	size_t host;
};

struct merge {
	VEC(struct source) taps;
	VEC(struct waiting) waiting; /* those that are out are in front */
	size_t out; /* so many */
	size_t even; /* up to here those of one stamp are in order */
	struct str bytes;
	uint64_t n;
	uint64_t round;
};

struct merge *merge_new(void)
{
	return mem_new(struct merge, 1);
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	vec_done(&m->taps);
	vec_done(&m->waiting);
	str_done(&m->bytes);
	free(m);
}

size_t merge_add(struct merge *m, struct tap *tap, size_t host)
{
	vec_push(&m->taps, (struct source){tap, host});
	return m->taps.n - 1;
}

size_t merge_waits(const struct merge *m)
{
	return m->waiting.n - m->out;
}

static int in_order(const void *va, const void *vb)
{
	const struct waiting *a = va;
	const struct waiting *b = vb;

	if (a->frame.wall_ns != b->frame.wall_ns)
		return a->frame.wall_ns < b->frame.wall_ns ? -1 : 1;
	if (a->tap != b->tap)
		return a->tap < b->tap ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

/* empty one tap */
static void gather_from(struct merge *m, size_t n)
{
	struct tap *tap = m->taps.v[n].tap;
	struct tap_frame frame;

	for (; tap_peek(tap, &frame); tap_next(tap)) {
		struct waiting *w = vec_grow(&m->waiting);

		*w = (struct waiting){
			.frame = frame,
			.bytes = m->bytes.len,
			.tap = n,
			.n = m->n++,
			.round = m->round,
		};
		str_addn(&m->bytes, (const char *)frame.bytes, frame.len);
	}
}

/* give back the room of those that are out */
static void compact(struct merge *m)
{
	size_t least = m->bytes.len;

	for (size_t i = m->out; i < m->waiting.n; i++)
		if (m->waiting.v[i].bytes < least)
			least = m->waiting.v[i].bytes;
	m->waiting.n -= m->out;
	m->bytes.len -= least;
	if (m->waiting.n) {
		memmove(m->waiting.v, m->waiting.v + m->out,
			m->waiting.n * sizeof(*m->waiting.v));
		memmove(m->bytes.s, m->bytes.s + least, m->bytes.len);
	}
	m->out = 0;
	m->even = 0;
	vec_foreach(&m->waiting, w)
		w->bytes -= least;
}

/* a round; false if nothing was there */
static bool gather(struct merge *m)
{
	size_t had;

	compact(m);
	had = m->waiting.n;
	m->round++;
	for (size_t i = 0; i < m->taps.n; i++)
		gather_from(m, i);
	if (m->waiting.n == had)
		return false;
	qsort(m->waiting.v, m->waiting.n, sizeof(*m->waiting.v), in_order);
	return true;
}

/* put those that have the next one's stamp in order */
static void settle(struct merge *m)
{
	struct waiting *first = &m->waiting.v[m->out];
	SCOPED_FREE struct causal_frame *frames = NULL;
	SCOPED_FREE struct waiting *were = NULL;
	SCOPED_FREE size_t *order = NULL;
	size_t n = 1;

	while (m->out + n < m->waiting.n &&
	       first[n].frame.wall_ns == first->frame.wall_ns)
		n++;
	m->even = m->out + n;
	if (n == 1)
		return;
	frames = mem_new(struct causal_frame, n);
	were = mem_new(struct waiting, n);
	order = mem_new(size_t, n);
	for (size_t i = 0; i < n; i++) {
		were[i] = first[i];
		frames[i] = (struct causal_frame){
			.tap = first[i].tap,
			.host = m->taps.v[first[i].tap].host,
			.out = first[i].frame.out,
			.bytes = (const uint8_t *)m->bytes.s + first[i].bytes,
			.len = first[i].frame.len,
		};
	}
	causal_order(frames, n, order);
	for (size_t i = 0; i < n; i++)
		first[i] = were[order[i]];
}

bool merge_next(struct merge *m, size_t *tap, struct tap_frame *frame)
{
	const struct waiting *w;

	/* a round is made only when all of those before are out: so no more
	 * than two waits at a time, and who is too slow loses frames in the
	 * rings, where they are counted */
	while (!merge_waits(m) || m->waiting.v[m->out].round == m->round)
		if (!gather(m) && !merge_waits(m))
			return false;
	if (m->out >= m->even)
		settle(m);
	w = &m->waiting.v[m->out++];
	*tap = w->tap;
	*frame = w->frame;
	frame->bytes = (const uint8_t *)m->bytes.s + w->bytes;
	return true;
}
