/*
 * way_lay.c - lay what a surer witness tells over what a less sure one does
 *
 * Both tell the same story with different gaps. They are gone through side by
 * side: what both tell of becomes one claim, with the name of the surer witness
 * and the better time; what only the less sure one tells of is kept where the
 * surer one did not look, and refuted where it did.
 */
#include "timeline/way.h"

#include <stdlib.h>

/**
 * struct laying - two ways while they are laid over each other
 * @base: the less sure
 * @over: the surer
 * @out: both
 * @at: first of @base that is not done
 * @until_ns: the surer witness looked until then
 * @exact: the surer witness is the tracepoint
 */
struct laying {
	struct way *base;
	const struct way *over;
	struct way out;
	size_t at;
	int64_t until_ns;
	bool exact;
};

/* Where the claim @b stands in @base, can it be between @p and @q of @over,
 * either of which may be NULL */
static bool dumps_allow(const struct laying *l, const struct way_claim *b,
			const struct way_claim *p, const struct way_claim *q)
{
	/* @p, or that there is nothing, was still so when @q was not yet */
	if (q)
		return b->t_ns > q->lo_ns - l->base->slack_ns || !q->lo_ns;
	if (p->state == TCP_STATE_CLOSED)
		return false;
	return b->t_ns + l->base->slack_ns >= l->until_ns;
}

static bool traces_allow(const struct laying *l, const struct way_claim *b,
			 const struct way_claim *p, const struct way_claim *q)
{
	if (q && p)
		return q->was != p->state;
	/* of a request socket it tells nothing, of a minisocket neither */
	if (q)
		return true;
	if (p->mini)
		return b->state == TCP_STATE_TIME_WAIT ||
		       b->state == TCP_STATE_CLOSED;
	return p->state != TCP_STATE_CLOSED && b->t_ns > l->until_ns;
}

static void keep(struct laying *l, const struct way_claim *b,
		 const struct way_claim *p, const struct way_claim *q)
{
	bool allowed =
		l->exact ? traces_allow(l, b, p, q) : dumps_allow(l, b, p, q);

	if (allowed)
		vec_push(&l->out.claims, *b);
	else
		l->out.refuted |= TCP_STATE_BIT(b->state);
}

/* The claim of @base that is the same as @q; SIZE_MAX. The tracepoint's clock
 * is not that of a capture, whose stamp may be the later. */
static size_t find_same(const struct laying *l, const struct way_claim *q)
{
	int64_t hi_ns = q->hi_ns + (l->exact ? l->base->slack_ns : 0);

	for (size_t i = l->at; i < l->base->claims.n; i++) {
		const struct way_claim *b = &l->base->claims.v[i];

		if (b->state == q->state && (b->late || b->t_ns <= hi_ns))
			return i;
	}
	return SIZE_MAX;
}

static struct way_claim with_trace(const struct laying *l,
				   const struct way_claim *b,
				   const struct way_claim *q)
{
	struct way_claim claim = *q;
	int64_t after_ns = q->t_ns - b->t_ns;

	claim.mini = b->mini || q->mini;
	/* a full socket: the request socket is not traced */
	if (b->late ? after_ns <= l->base->slack_ns
		    : after_ns >= -l->base->slack_ns &&
			      after_ns <= WAY_BY_ARRIVAL_NS)
		claim.cause_n = b->cause_n;
	return claim;
}

static struct way_claim with_dump(const struct laying *l,
				  const struct way_claim *b,
				  const struct way_claim *q)
{
	struct way_claim claim = *q;

	/* of segments a Fast Open child looks like a request (RFC 7413) */
	claim.mini = q->mini || (b->mini && q->state != TCP_STATE_SYN_RECV);
	if (b->source == HISTORY_SOURCE_TRACE) {
		claim = *b;
		claim.mini = b->mini || q->mini;
		return claim;
	}
	if (b->t_ns > q->lo_ns - l->base->slack_ns && b->t_ns <= q->hi_ns) {
		claim.t_ns = b->t_ns;
		if (claim.lo_ns > claim.t_ns)
			claim.lo_ns = claim.t_ns;
		claim.cause_n = b->cause_n;
	} else if (b->late && b->t_ns > q->hi_ns) {
		claim.cause_n = b->cause_n;
	}
	return claim;
}

static void lay_one(struct laying *l, const struct way_claim *p,
		    const struct way_claim *q)
{
	size_t same = find_same(l, q);
	const struct way_claim *base = l->base->claims.v;

	if (same == SIZE_MAX) {
		while (l->at < l->base->claims.n && base[l->at].t_ns <= q->t_ns)
			keep(l, &base[l->at++], p, q);
		vec_push(&l->out.claims, *q);
		return;
	}
	while (l->at < same)
		keep(l, &base[l->at++], p, q);
	vec_push(&l->out.claims, l->exact ? with_trace(l, &base[same], q)
					  : with_dump(l, &base[same], q));
	l->at = same + 1;
}

static int by_time(const void *a, const void *b)
{
	const struct way_restart *x = a;
	const struct way_restart *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

static bool is_told(const struct way *way, const struct way_restart *restart)
{
	for (size_t i = 0; i < way->restarts.n; i++) {
		int64_t t_ns = way->restarts.v[i].t_ns;

		if (t_ns > restart->lo_ns - way->slack_ns &&
		    t_ns <= restart->hi_ns)
			return true;
	}
	return false;
}

/* Restarts that both tell of are told once, by the segment */
static void lay_restarts(struct laying *l)
{
	struct way *out = &l->out;

	for (size_t i = 0; i < l->base->restarts.n; i++)
		vec_push(&out->restarts, l->base->restarts.v[i]);
	for (size_t i = 0; i < l->over->restarts.n; i++)
		if (!is_told(l->base, &l->over->restarts.v[i]))
			vec_push(&out->restarts, l->over->restarts.v[i]);
	if (out->restarts.n)
		qsort(out->restarts.v, out->restarts.n,
		      sizeof(*out->restarts.v), by_time);
}

static void lay(struct laying *l)
{
	const struct way_claim *over = l->over->claims.v;
	size_t n = l->over->claims.n;

	l->out.refuted = l->base->refuted;
	l->out.slack_ns = l->base->slack_ns;
	for (size_t i = 0; i < n; i++)
		lay_one(l, i ? &over[i - 1] : NULL, &over[i]);
	while (l->at < l->base->claims.n)
		keep(l, &l->base->claims.v[l->at++], &over[n - 1], NULL);
	lay_restarts(l);
	way_done(l->base);
	*l->base = l->out;
}

void way_lay_traces(struct way *way, const struct way *traced, int64_t until_ns)
{
	struct laying l = {
		.base = way,
		.over = traced,
		.until_ns = until_ns,
		.exact = true,
	};

	if (traced->claims.n)
		lay(&l);
}

void way_lay_dumps(struct way *way, const struct way *dumped, int64_t until_ns)
{
	struct laying l = {
		.base = way,
		.over = dumped,
		.until_ns = until_ns,
	};

	if (dumped->claims.n)
		lay(&l);
}

void way_done(struct way *way)
{
	vec_done(&way->claims);
	vec_done(&way->restarts);
	*way = (struct way){0};
}
