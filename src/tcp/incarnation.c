/*
 * incarnation.c - one connection of two endpoints, as its segments show it
 *
 * DOC: Theory of operation
 *
 * Of each end we keep the initial sequence number, the highest number sent,
 * where its FIN is, and what it last said of its window. Numbers are compared
 * modulo 2^32 (RFC 9293 3.4).
 *
 * Roles follow from that: a bare ACK is the handshake's third arrow if it is
 * the first of the end that sent the SYN without ACK; the waves are counted
 * from the first FIN that is seen, so two ends that close at once have waves 1
 * and 3 crossing, and each is acknowledged by 2 and 4 all the same.
 */
#include "tcp/incarnation.h"

#include "tcp/flow.h"
#include "tcp/segment.h"

#define SYN TCP_FLAG_BIT(TCP_FLAG_SYN)
#define FIN TCP_FLAG_BIT(TCP_FLAG_FIN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/** WSCALE_MAX - more is taken for this: RFC 7323 2.3 */
#define WSCALE_MAX 14

static bool after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

bool incarnation_answers(const struct incarnation *c, int from,
			 const struct segment *s)
{
	const struct incarnation_end *peer = &c->ends[!from];

	return c->id && segment_has(s, ACK) && peer->known &&
	       s->ack == peer->isn + 1;
}

bool incarnation_has_syn(const struct incarnation *c, int from,
			 const struct segment *s)
{
	return c->id && c->ends[from].known && c->ends[from].isn == s->seq;
}

/* where numbers count from: the SYN's, or as if the first segment were 1; a
 * RST's number may be anybody's */
static void learn(struct incarnation *c, int from, const struct segment *s)
{
	struct incarnation_end *end = &c->ends[from];

	if (end->known || segment_has(s, RST))
		return;
	end->known = true;
	end->isn = segment_has(s, SYN) ? s->seq : s->seq - 1;
	end->next = s->seq;
	if (segment_has(s, SYN) && !segment_has(s, ACK))
		c->since_begin = true;
}

static bool is_bare(const struct segment *s)
{
	return segment_has(s, ACK) && segment_len(s) == 0 &&
	       !segment_has(s, RST);
}

/* waves 1 and 3: the FIN itself */
static uint32_t fin_role(struct incarnation *c, int from,
			 const struct segment *s)
{
	struct incarnation_end *end = &c->ends[from];

	if (!segment_has(s, FIN))
		return 0;
	if (!c->has_closer) {
		c->has_closer = true;
		c->closer = from;
	}
	end->has_fin = true;
	end->fin = s->seq + segment_len(s);
	return FLOW_ROLE_BIT(c->closer == from ? FLOW_WAVE_1 : FLOW_WAVE_3);
}

/* waves 2 and 4: what acknowledges the other's FIN for the first time, and
 * any bare ACK that does it again */
static uint32_t fin_ack_role(struct incarnation *c, int from,
			     const struct segment *s, bool *again)
{
	struct incarnation_end *peer = &c->ends[!from];
	bool first = !peer->fin_acked;

	if (!peer->has_fin || !segment_has(s, ACK) || segment_has(s, RST) ||
	    s->ack != peer->fin || (!first && !is_bare(s)))
		return 0;
	peer->fin_acked = true;
	*again = *again || !first;
	return FLOW_ROLE_BIT(c->closer == from ? FLOW_WAVE_4 : FLOW_WAVE_2);
}

static uint32_t handshake_role(struct incarnation *c, int from,
			       const struct segment *s, bool *again)
{
	struct incarnation_end *end = &c->ends[from];
	const struct incarnation_end *peer = &c->ends[!from];

	if (segment_has(s, SYN | ACK))
		return FLOW_ROLE_BIT(FLOW_HANDSHAKE_2);
	if (segment_has(s, SYN)) {
		end->opened = true;
		return FLOW_ROLE_BIT(FLOW_HANDSHAKE_1);
	}
	if (!end->opened || segment_has(s, RST) ||
	    !incarnation_answers(c, from, s))
		return 0;
	/* once more: nobody has sent anything since, so it can only be an
	 * answer to handshake-2 again */
	if (end->confirmed && (!is_bare(s) || end->next != end->isn + 1 ||
			       peer->next != peer->isn + 1))
		return 0;
	*again = *again || end->confirmed;
	end->confirmed = true;
	return is_bare(s) ? FLOW_ROLE_BIT(FLOW_HANDSHAKE_3) : 0;
}

/* a number that was sent already, and no byte: "are you there?"
 * (net/ipv4/tcp_output.c, tcp_xmit_probe_skb) */
static uint32_t probe_role(const struct incarnation *c, int from,
			   const struct segment *s)
{
	const struct incarnation_end *end = &c->ends[from];

	if (!is_bare(s) || !end->known || s->seq != end->next - 1 ||
	    end->next == end->isn + (c->since_begin ? 0 : 1))
		return 0;
	return FLOW_ROLE_BIT(c->ends[!from].window_closed ? FLOW_WINDOW_PROBE
							  : FLOW_KEEPALIVE);
}

static uint32_t other_roles(const struct segment *s)
{
	if (segment_has(s, RST))
		return FLOW_ROLE_BIT(FLOW_RST);
	return s->payload_len ? FLOW_ROLE_BIT(FLOW_DATA) : 0;
}

/* how far the other end may send; windows of SYNs are not scaled (RFC 7323
 * 2.2), nor are any unless both ends said so */
static void learn_edge(struct incarnation *c, int from, const struct segment *s)
{
	struct incarnation_end *end = &c->ends[from];
	bool scaled = !segment_has(s, SYN) && end->has_wscale &&
		      c->ends[!from].has_wscale;
	uint32_t edge =
		s->ack + ((uint32_t)s->window << (scaled ? end->wscale : 0));

	if (!segment_has(s, ACK))
		return;
	if (!end->acks || after(s->ack, end->ack))
		end->ack = s->ack;
	if (!end->acks || after(edge, end->edge))
		end->edge = edge;
	end->acks = true;
}

static void learn_options(struct incarnation_end *end, const struct segment *s)
{
	const struct segment_options *o = &s->options;

	if (segment_has(s, SYN)) {
		end->has_wscale = o->has_wscale;
		end->wscale = o->wscale > WSCALE_MAX ? WSCALE_MAX : o->wscale;
	}
	end->has_ts = o->has_timestamps;
	if (o->has_timestamps)
		end->ts = o->ts_val;
}

void incarnation_see(struct incarnation *c, int from, const struct segment *s,
		     struct flow_view *view)
{
	struct incarnation_end *end = &c->ends[from];
	uint32_t past = s->seq + segment_len(s);
	bool again;
	uint32_t roles;

	learn(c, from, s);
	again = segment_len(s) && !after(past, end->next);
	roles = probe_role(c, from, s);
	if (!roles) {
		roles = handshake_role(c, from, s, &again);
		roles |= fin_role(c, from, s);
		roles |= fin_ack_role(c, from, s, &again);
		roles |= other_roles(s);
	}
	if (!roles)
		roles = FLOW_ROLE_BIT(FLOW_ACK);
	if (!segment_has(s, RST)) {
		if (after(past, end->next))
			end->next = past;
		end->window_closed = s->window == 0;
		learn_options(end, s);
		learn_edge(c, from, s);
	}
	*view = (struct flow_view){
		.connection = c->id,
		.roles = roles,
		.again = again,
		.seq = s->seq - end->isn,
		.since_begin = c->since_begin,
	};
	if (segment_has(s, ACK))
		view->ack =
			c->ends[!from].known ? s->ack - c->ends[!from].isn : 1;
}
