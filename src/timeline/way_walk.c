/*
 * way_walk.c - the states of an end as its segments tell them
 *
 * RFC 9293 3.10.7, walked with what the end sent and what arrived there. What
 * cannot be known, whether a listener took the last ACK of the handshake, is
 * corrected by what the end sends next.
 */
#include "timeline/way.h"

#include <stdlib.h>

#include "tcp/segment.h"

/**
 * struct walker - one end while its segments are walked along
 * @state: now
 * @passive: it was opened by the other's SYN
 * @has_isn: @isn is known, @snd_nxt too
 * @has_rcv: @rcv_nxt is known
 * @fin_sent: @fin is: one past its FIN
 * @fin_waits: the other's FIN came too early; @their_fin: one past it
 * @syn: SYN that arrived and is not answered; NULL
 * @in: what arrived last; NULL
 * @by: what brought it into @state; NULL
 */
struct walker {
	const struct tcp_seen *rows;
	struct way *way;
	enum tcp_state state;
	bool passive;
	bool has_isn;
	uint32_t isn;
	uint32_t snd_nxt;
	bool has_rcv;
	uint32_t rcv_nxt;
	bool fin_sent;
	uint32_t fin;
	bool fin_waits;
	uint32_t their_fin;
	const struct way_step *syn;
	const struct way_step *in;
	const struct way_step *by;
};

/* RFC 9293 3.4: numbers wrap */
static bool is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static void enter(struct walker *w, enum tcp_state state,
		  const struct way_step *by)
{
	const struct way_claim claim = {
		.state = state,
		.mini = state == TCP_STATE_TIME_WAIT ||
			(state == TCP_STATE_SYN_RECV && w->passive),
		.late = by->sent && state != TCP_STATE_CLOSED,
		.lo_ns = by->t_ns,
		.hi_ns = by->t_ns,
		.t_ns = by->t_ns,
		.source = HISTORY_SOURCE_SEGMENT,
		.n = by->n,
		.cause_n = by->n,
	};

	vec_push(&w->way->claims, claim);
	w->state = state;
	w->by = by;
}

static bool is_new(const struct walker *w)
{
	return !w->way->claims.n;
}

/* Its FIN has come, and all before it */
static void take_fin(struct walker *w, const struct way_step *by)
{
	w->fin_waits = false;
	if (is_before(w->rcv_nxt, w->their_fin))
		w->rcv_nxt = w->their_fin;
	if (w->state == TCP_STATE_ESTABLISHED)
		enter(w, TCP_STATE_CLOSE_WAIT, by);
	else if (w->state == TCP_STATE_FIN_WAIT1)
		enter(w, TCP_STATE_CLOSING, by);
	else if (w->state == TCP_STATE_FIN_WAIT2)
		enter(w, TCP_STATE_TIME_WAIT, by);
}

static bool acks_syn(const struct walker *w, const struct tcp_seen *row)
{
	return (row->flags & TCP_FLAG_BIT(TCP_FLAG_ACK)) &&
	       (!w->has_isn || (is_before(w->isn, row->ack) &&
				!is_before(w->snd_nxt, row->ack)));
}

static bool acks_fin(const struct walker *w, const struct tcp_seen *row)
{
	return w->fin_sent && (row->flags & TCP_FLAG_BIT(TCP_FLAG_ACK)) &&
	       !is_before(row->ack, w->fin);
}

static void sent_rst(struct walker *w, const struct way_step *by)
{
	uint8_t flags = w->rows[by->row].flags;
	bool opening = w->state == TCP_STATE_SYN_SENT ||
		       w->state == TCP_STATE_SYN_RECV;

	if (w->state == TCP_STATE_CLOSED)
		return;
	/* RFC 9293 3.10.7.3 and .4: it answers an ACK of what was never sent,
	 * and stays as it is */
	if (opening && w->in && !acks_syn(w, &w->rows[w->in->row]) &&
	    (w->rows[w->in->row].flags & TCP_FLAG_BIT(TCP_FLAG_ACK)))
		return;
	/* it answers the ACK that would have established it: the queue was
	 * full, or the listener is gone; an abort has an ACK */
	if (w->state == TCP_STATE_ESTABLISHED && w->passive && w->by == w->in &&
	    !(flags & TCP_FLAG_BIT(TCP_FLAG_ACK)))
		w->way->claims.n--;
	enter(w, TCP_STATE_CLOSED, by);
}

static void sent_syn(struct walker *w, const struct way_step *by, bool ack)
{
	const struct tcp_seen *row = &w->rows[by->row];

	if (!w->has_isn) {
		w->has_isn = true;
		w->isn = row->seq;
		w->snd_nxt = row->seq + 1 + row->len; /* RFC 7413 */
	}
	if (!ack) {
		if (w->state == TCP_STATE_CLOSED && is_new(w))
			enter(w, TCP_STATE_SYN_SENT, by);
		return;
	}
	if (w->state == TCP_STATE_CLOSED && is_new(w)) {
		w->passive = true;
		enter(w, TCP_STATE_SYN_RECV, w->syn ? w->syn : by);
	} else if (w->state == TCP_STATE_ESTABLISHED && w->passive) {
		/* it did not take the ACK: the queue was full, or it waits
		 * for data (tcp_check_req()) */
		w->way->claims.n--;
		w->state = TCP_STATE_SYN_RECV;
	}
	w->syn = NULL;
}

static void sent(struct walker *w, const struct way_step *by)
{
	const struct tcp_seen *row = &w->rows[by->row];
	bool ack = row->flags & TCP_FLAG_BIT(TCP_FLAG_ACK);
	bool fin = row->flags & TCP_FLAG_BIT(TCP_FLAG_FIN);
	uint32_t end = row->seq + row->len + fin;

	if (row->flags & TCP_FLAG_BIT(TCP_FLAG_RST)) {
		sent_rst(w, by);
		return;
	}
	if (row->flags & TCP_FLAG_BIT(TCP_FLAG_SYN)) {
		sent_syn(w, by, ack);
		return;
	}
	if (w->state == TCP_STATE_CLOSED && is_new(w) && ack && !w->syn)
		enter(w, TCP_STATE_ESTABLISHED, by);
	if (ack && w->fin_waits && !is_before(row->ack, w->their_fin))
		take_fin(w, w->in ? w->in : by);
	if (ack && (!w->has_rcv || is_before(w->rcv_nxt, row->ack)))
		w->rcv_nxt = row->ack;
	w->has_rcv = w->has_rcv || ack;
	if (!w->has_isn || is_before(w->snd_nxt, end))
		w->snd_nxt = end;
	if (!w->has_isn)
		w->isn = row->seq - 1;
	w->has_isn = true;
	if (!fin)
		return;
	w->fin_sent = true;
	w->fin = end;
	if (w->state == TCP_STATE_ESTABLISHED || w->state == TCP_STATE_SYN_RECV)
		enter(w, TCP_STATE_FIN_WAIT1, by);
	else if (w->state == TCP_STATE_CLOSE_WAIT)
		enter(w, TCP_STATE_LAST_ACK, by);
}

/* RFC 5961 3: anywhere else in the window it is answered, not obeyed. (A
 * minisocket in FIN_WAIT2 obeys, tcp_timewait_state_process(); segments do not
 * tell whether it is one.) */
static void got_rst(struct walker *w, const struct way_step *by)
{
	const struct tcp_seen *row = &w->rows[by->row];

	if (w->state == TCP_STATE_CLOSED)
		return;
	if (w->state == TCP_STATE_SYN_SENT) {
		if (acks_syn(w, row))
			enter(w, TCP_STATE_CLOSED, by);
	} else if (!w->has_rcv || row->seq == w->rcv_nxt) {
		enter(w, TCP_STATE_CLOSED, by);
	}
}

/* tcp_timewait_state_process(): whatever has an ACK, and is no RST */
static void restart(struct walker *w, const struct way_step *by)
{
	const struct way_restart restart = {
		.lo_ns = by->t_ns,
		.hi_ns = by->t_ns,
		.t_ns = by->t_ns,
		.n = by->n,
	};

	if (w->rows[by->row].flags & TCP_FLAG_BIT(TCP_FLAG_ACK))
		vec_push(&w->way->restarts, restart);
}

static void got_syn(struct walker *w, const struct way_step *by, bool ack)
{
	const struct tcp_seen *row = &w->rows[by->row];

	if (w->state == TCP_STATE_CLOSED && is_new(w) && !ack) {
		w->syn = by;
	} else if (w->state == TCP_STATE_SYN_SENT && !ack) {
		enter(w, TCP_STATE_SYN_RECV, by);
	} else if ((w->state == TCP_STATE_SYN_SENT ||
		    (w->state == TCP_STATE_SYN_RECV && !w->passive)) &&
		   ack && acks_syn(w, row)) {
		enter(w, TCP_STATE_ESTABLISHED, by);
	} else {
		if (w->state == TCP_STATE_TIME_WAIT)
			restart(w, by);
		return;
	}
	w->has_rcv = true;
	w->rcv_nxt = row->seq + 1 + row->len;
}

/* What its FIN's acknowledgement does; @fin: beside the other's FIN */
static void fin_acked(struct walker *w, const struct way_step *by, bool fin)
{
	if (w->state == TCP_STATE_FIN_WAIT1)
		enter(w, fin ? TCP_STATE_TIME_WAIT : TCP_STATE_FIN_WAIT2, by);
	else if (w->state == TCP_STATE_CLOSING)
		enter(w, TCP_STATE_TIME_WAIT, by);
	else if (w->state == TCP_STATE_LAST_ACK)
		enter(w, TCP_STATE_CLOSED, by);
}

static void got_rest(struct walker *w, const struct way_step *by)
{
	const struct tcp_seen *row = &w->rows[by->row];
	bool fin = row->flags & TCP_FLAG_BIT(TCP_FLAG_FIN);
	uint32_t end = row->seq + row->len + fin;
	bool in_order = !w->has_rcv || !is_before(w->rcv_nxt, row->seq);
	bool fresh = !w->has_rcv || is_before(w->rcv_nxt, end);

	if (w->state == TCP_STATE_TIME_WAIT) {
		restart(w, by);
		return;
	}
	if (w->state == TCP_STATE_SYN_RECV) {
		if (!acks_syn(w, row))
			return;
		enter(w, TCP_STATE_ESTABLISHED, by);
	}
	if (w->state == TCP_STATE_CLOSED && !is_new(w))
		return;
	if (in_order && fresh && w->state != TCP_STATE_SYN_SENT)
		w->rcv_nxt = fin ? end - 1 : end;
	w->has_rcv = w->has_rcv || (in_order && fresh);
	if (fin && fresh) {
		w->fin_waits = true;
		w->their_fin = end;
	}
	if (acks_fin(w, row))
		fin_acked(w, by, fin && fresh && in_order);
	if (fin && fresh && in_order && !is_new(w))
		take_fin(w, by);
}

static void got(struct walker *w, const struct way_step *by)
{
	uint8_t flags = w->rows[by->row].flags;

	w->in = by;
	if (flags & TCP_FLAG_BIT(TCP_FLAG_RST))
		got_rst(w, by);
	else if (flags & TCP_FLAG_BIT(TCP_FLAG_SYN))
		got_syn(w, by, flags & TCP_FLAG_BIT(TCP_FLAG_ACK));
	else
		got_rest(w, by);
}

void way_walk(const struct tcp_seen *rows, const struct way_stream *stream,
	      struct way *way)
{
	struct walker w = {.rows = rows, .way = way};

	for (size_t i = 0; i < stream->steps.n; i++) {
		const struct way_step *step = &stream->steps.v[i];

		if (step->sent)
			sent(&w, step);
		else
			got(&w, step);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct way_step *x = a;
	const struct way_step *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

void way_stream_sort(struct way_stream *stream)
{
	if (stream->steps.n)
		qsort(stream->steps.v, stream->steps.n, sizeof(struct way_step),
		      by_time);
}
