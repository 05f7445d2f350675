/*
 * timeline_fault.c - which faults acted, and on which segments
 *
 * The relay tells of a fault by its own way, the captures of the segment by
 * theirs: either may come first.
 */
#include "timeline/timeline.h"

#include <string.h>

#include "timeline/fold.h"

/** PENDING_MOST - so many faults wait for their segments; of more, the oldest
 * are of segments that nobody saw */
#define PENDING_MOST 64

/** ROWS_BACK - so far back, the segment of a fault is looked for that does not
 * tell of its frame */
#define ROWS_BACK 4096

static bool is_meant(const struct fold_segments *s, size_t row,
		     const struct fold_pending *p)
{
	const struct tcp_seen *seen = &s->rows.v[row];

	if (seen->forged)
		return false;
	/* that of a router in between has another number than the sender's */
	if (p->frame && p->host && seen->from_host &&
	    strcmp(seen->from_host, p->host) == 0)
		return s->identities.v[row].frame == p->frame;
	return endpoint_equal(&seen->from, &p->from) &&
	       endpoint_equal(&seen->to, &p->to) && seen->seq == p->seq &&
	       seen->ack == p->ack && seen->len == p->len &&
	       seen->flags == p->flags;
}

static bool is_that_row(const void *arg, size_t row)
{
	return row == *(const size_t *)arg;
}

/** struct framed - a frame that is looked for among rows */
struct framed {
	const struct fold_segments *s;
	const struct fold_pending *p;
};

static bool is_that_frame(const void *arg, size_t row)
{
	const struct framed *f = arg;

	return is_meant(f->s, row, f->p);
}

static size_t find_row(struct fold_segments *s, const struct fold_pending *p)
{
	const struct framed f = {.s = s, .p = p};
	size_t row = SIZE_MAX;

	if (p->frame)
		row = row_map_find(&s->frames, p->frame, is_that_frame, &f,
				   false);
	if (row != SIZE_MAX)
		return row;
	/* the latest one, as digests are looked up: tcp/digest.h */
	for (size_t i = s->rows.n; i-- > 0 && s->rows.n - i <= ROWS_BACK;)
		if (is_meant(s, i, p))
			return i;
	return SIZE_MAX;
}

void fold_sent_take(struct fold_segments *s, size_t row)
{
	(void)row_map_find(&s->sent, s->identities.v[row].key, is_that_row,
			   &row, true);
}

static void touch(struct fold_segments *s, size_t row, size_t fault)
{
	struct timeline_fault *f = &s->faults.v[fault];
	struct tcp_seen *seen = &s->rows.v[row];

	f->row = row;
	if (!seen->fault_n)
		seen->fault_n = f->n;
	if (strcmp(f->action, "drop") != 0 || seen->fate != SEEN_FATE_UNDER_WAY)
		return;
	seen->fate = SEEN_FATE_LOST;
	fold_sent_take(s, row);
}

static void forget_pending(struct fold_segments *s, size_t i)
{
	s->pending.n--;
	memmove(&s->pending.v[i], &s->pending.v[i + 1],
		(s->pending.n - i) * sizeof(*s->pending.v));
}

void fold_fault(struct timeline *tl, const struct event *event)
{
	struct fold_segments *s = &tl->segments;
	const struct event_fault *e = &event->fault;
	struct timeline_fault fault = {
		.fault = e->fault,
		.action = arena_str(&tl->strings, e->action ? e->action : ""),
		.host = arena_str(&tl->strings, event->host),
		.to = arena_str(&tl->strings, e->to),
		.nth = e->nth,
		.by_ns = e->by_ns,
		.t_ns = event->t_ns,
		.step = event->step,
		.row = SIZE_MAX,
		.frame = e->frame,
		.n = event->n,
	};
	struct fold_pending p = {
		.host = fault.host,
		.from = e->from_end,
		.to = e->to_end,
		.flags = fold_flags(e->flags),
		.seq = e->seq,
		.ack = e->ack,
		.len = e->len,
		.frame = e->frame,
		.fault = s->faults.n,
	};
	size_t row = find_row(s, &p);

	vec_push(&s->faults, fault);
	if (row != SIZE_MAX) {
		touch(s, row, p.fault);
		return;
	}
	if (s->pending.n == PENDING_MOST)
		forget_pending(s, 0);
	vec_push(&s->pending, p);
}

void fold_fault_row(struct timeline *tl, size_t row)
{
	struct fold_segments *s = &tl->segments;

	for (size_t i = 0; i < s->pending.n;) {
		if (is_meant(s, row, &s->pending.v[i])) {
			touch(s, row, s->pending.v[i].fault);
			forget_pending(s, i);
		} else {
			i++;
		}
	}
}

const struct timeline_fault *timeline_faults(const struct timeline *tl,
					     size_t *n)
{
	*n = tl->segments.faults.n;
	return tl->segments.faults.v;
}
