/*
 * invariant_number.c - sequence numbers of each end, in every run
 *
 * DOC: Theory of operation
 *
 * An end is held to what its own host's capture shows, in the order of that
 * capture, so no two clocks are compared. What it sends leaves no number out;
 * what it acknowledges had reached it, and is not taken back. Only an end that
 * sent its SYN before our eyes is judged: of another nobody knows the numbers.
 * What was forged counts as come, and never as sent; a RST may carry whatever
 * number it answers (RFC 9293 3.10.7.1).
 */
#include <stdlib.h>

#include "base/vec.h"
#include "judge/invariant.h"
#include "judge/phrase_segment.h"
#include "tcp/segment.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

#define SYN TCP_FLAG_BIT(TCP_FLAG_SYN)
#define FIN TCP_FLAG_BIT(TCP_FLAG_FIN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/** struct seen_here - a segment that left an end, or came there: event @n */
struct seen_here {
	const struct tcp_seen *segment;
	uint64_t n;
	bool sent;
};

/**
 * struct numbers - what an end has sent and got so far
 * @end: whose
 * @next: it has sent all before; if @begun
 * @come: all before may have come; if @has_come
 * @come_n: event with which it did
 * @acked: what it acknowledged last; if @has_acked
 * @acked_n: event of that
 */
struct numbers {
	struct ruling *r;
	const struct history_end *end;
	bool begun;
	uint32_t next;
	uint64_t next_n;
	bool has_come;
	uint32_t come;
	uint64_t come_n;
	bool has_acked;
	uint32_t acked;
	uint64_t acked_n;
};

static uint32_t after(const struct tcp_seen *s)
{
	return s->seq + s->len + !!(s->flags & SYN) + !!(s->flags & FIN);
}

/* RFC 9293 3.4: numbers are compared modulo 2^32 */
static bool is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static void broken(const struct numbers *w, const struct seen_here *here,
		   const char *what, uint64_t instead)
{
	struct str saw = {0};
	struct finding *finding;

	phrase_segment(&saw, here->segment);
	finding = invariant_broken(w->r, "segments", w->end->host,
				   mem_printf("%s %s", w->end->host, what),
				   str_steal(&saw), here->segment->t_ns);
	finding_cite(finding, here->n);
	finding_cite(finding, instead);
}

static void came(struct numbers *w, const struct seen_here *here)
{
	const struct tcp_seen *s = here->segment;

	/* another SYN,ACK may have another number: a cookie, or a request that
	 * was forgotten in between */
	if (s->flags & RST || (s->flags & SYN && w->has_come && w->has_acked))
		return;
	if (w->has_come && !(s->flags & SYN) && !is_before(w->come, after(s)))
		return;
	w->has_come = true;
	w->come = after(s);
	w->come_n = here->n;
}

static void judge_ack(struct numbers *w, const struct seen_here *here)
{
	const struct tcp_seen *s = here->segment;

	if (!(s->flags & ACK) || !w->has_come)
		return;
	if (is_before(w->come, s->ack))
		broken(w, here, "acknowledges nothing that has not come",
		       w->come_n);
	else if (w->has_acked && !(s->flags & RST) &&
		 is_before(s->ack, w->acked))
		broken(w, here, "takes back nothing that it acknowledged",
		       w->acked_n);
	if (s->flags & RST)
		return;
	w->has_acked = true;
	w->acked = s->ack;
	w->acked_n = here->n;
}

static void sent(struct numbers *w, const struct seen_here *here)
{
	const struct tcp_seen *s = here->segment;

	if (s->flags & SYN) {
		w->begun = true;
		w->next = after(s);
		w->next_n = here->n;
	}
	if (!w->begun)
		return;
	judge_ack(w, here);
	if (s->flags & RST)
		return;
	if (is_before(w->next, s->seq))
		broken(w, here, "leaves no number out", w->next_n);
	if (is_before(w->next, after(s))) {
		w->next = after(s);
		w->next_n = here->n;
	}
}

static int by_number(const void *a, const void *b)
{
	const struct seen_here *x = a;
	const struct seen_here *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

static void judge_end(struct ruling *r, const struct history_connection *c,
		      int e)
{
	struct numbers w = {.r = r, .end = &c->ends[e]};
	VEC(struct seen_here) all = {0};
	size_t n;
	const struct tcp_seen *rows = timeline_segments(r->tl, &n);

	for (size_t i = 0; w.end->host && i < c->n_segments; i++) {
		const struct tcp_seen *s = &rows[c->segments[i]];
		bool own = endpoint_equal(&s->from, &w.end->local);
		const struct seen_here here = {
			.segment = s,
			.n = own ? s->n : s->arrived_n,
			.sent = own,
		};

		if (own ? !s->forged : s->arrived_n != 0)
			vec_push(&all, here);
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_number);
	vec_foreach(&all, here) {
		if (here->sent)
			sent(&w, here);
		else
			came(&w, here);
	}
	vec_done(&all);
}

void invariant_numbers(struct ruling *r, const struct history *history)
{
	size_t n;
	const struct history_connection *all = history_connections(history, &n);

	for (size_t i = 0; i < n; i++) {
		judge_end(r, &all[i], 0);
		judge_end(r, &all[i], 1);
	}
}
