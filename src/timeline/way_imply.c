/*
 * way_imply.c - states that nobody saw and that there is no way round
 */
#include "timeline/way.h"

#include <string.h>

#define TO(state) TCP_STATE_BIT(TCP_STATE_##state)

/* RFC 9293 figure 5. To CLOSED from wherever: RST, abort, timeout (3.10.5,
 * 3.10.7, 3.10.8). FIN_WAIT2 twice: a minisocket took the socket's place */
static const uint32_t next_states[TCP_STATES] = {
	[TCP_STATE_CLOSED] = TO(LISTEN) | TO(SYN_SENT) | TO(SYN_RECV),
	[TCP_STATE_LISTEN] = TO(SYN_RECV) | TO(SYN_SENT) | TO(CLOSED),
	[TCP_STATE_SYN_SENT] = TO(SYN_RECV) | TO(ESTABLISHED) | TO(CLOSED),
	[TCP_STATE_SYN_RECV] = TO(ESTABLISHED) | TO(FIN_WAIT1) | TO(CLOSED),
	[TCP_STATE_ESTABLISHED] = TO(FIN_WAIT1) | TO(CLOSE_WAIT) | TO(CLOSED),
	[TCP_STATE_FIN_WAIT1] =
		TO(FIN_WAIT2) | TO(CLOSING) | TO(TIME_WAIT) | TO(CLOSED),
	[TCP_STATE_FIN_WAIT2] = TO(FIN_WAIT2) | TO(TIME_WAIT) | TO(CLOSED),
	[TCP_STATE_CLOSE_WAIT] = TO(LAST_ACK) | TO(CLOSED),
	[TCP_STATE_CLOSING] = TO(TIME_WAIT) | TO(CLOSED),
	[TCP_STATE_LAST_ACK] = TO(CLOSED),
	[TCP_STATE_TIME_WAIT] = TO(CLOSED),
};

bool way_is_legal(enum tcp_state from, enum tcp_state to)
{
	return from < TCP_STATES && to < TCP_STATES &&
	       (next_states[from] & TCP_STATE_BIT(to));
}

/* The shortest way from one state to another, not over CLOSED or LISTEN:
 * before[] says from where each was reached. Return: is there one */
static bool find_between(enum tcp_state from, enum tcp_state to,
			 enum tcp_state before[TCP_STATES])
{
	const uint32_t barred = TO(CLOSED) | TO(LISTEN);
	enum tcp_state queue[TCP_STATES];
	uint32_t reached = TCP_STATE_BIT(from);
	size_t n = 0;

	queue[n++] = from;
	for (size_t i = 0; i < n; i++) {
		for (int s = 0; s < TCP_STATES; s++) {
			uint32_t bit = UINT32_C(1) << s;

			if (!(next_states[queue[i]] & bit) || (reached & bit))
				continue;
			before[s] = queue[i];
			if (s == (int)to)
				return true;
			if (barred & bit)
				continue;
			reached |= bit;
			queue[n++] = (enum tcp_state)s;
		}
	}
	return false;
}

static void push_implied(struct way *out, enum tcp_state state, bool mini,
			 int64_t lo_ns, int64_t t_ns)
{
	const struct way_claim claim = {
		.state = state,
		.mini = mini || state == TCP_STATE_TIME_WAIT,
		.lo_ns = lo_ns,
		.hi_ns = t_ns,
		.t_ns = t_ns,
		.source = HISTORY_SOURCE_IMPLIED,
	};

	vec_push(&out->claims, claim);
}

/* What is between @from, entered at @lo_ns, and @next */
static void fill(struct way *out, enum tcp_state from, int64_t lo_ns,
		 const struct way_claim *next)
{
	enum tcp_state before[TCP_STATES] = {0};
	enum tcp_state between[TCP_STATES];
	size_t n = 0;

	if (!find_between(from, next->state, before))
		return;
	for (enum tcp_state s = before[next->state]; s != from; s = before[s])
		between[n++] = s;
	while (n > 0)
		push_implied(out, between[--n], false, lo_ns, next->t_ns);
}

/* What a less sure witness alone tells of and what cannot follow on what is
 * before it, did not happen */
static bool is_idle_talk(const struct way_claim *last,
			 const struct way_claim *claim)
{
	enum tcp_state before[TCP_STATES];

	return claim->source == HISTORY_SOURCE_SEGMENT &&
	       !find_between(last->state, claim->state, before);
}

void way_imply(struct way *way, enum tcp_state begin)
{
	struct way out = {0};

	for (size_t i = 0; i < way->claims.n; i++) {
		const struct way_claim *claim = &way->claims.v[i];
		const struct way_claim *last =
			out.claims.n ? &out.claims.v[out.claims.n - 1] : NULL;

		if (last && is_idle_talk(last, claim))
			continue;
		if (!last && begin < TCP_STATES && claim->state != begin) {
			int64_t lo_ns = claim->lo_ns;

			if (!(way->refuted & TCP_STATE_BIT(begin)))
				push_implied(&out, begin,
					     begin == TCP_STATE_SYN_RECV, lo_ns,
					     claim->t_ns);
			if (out.claims.n && !way_is_legal(begin, claim->state))
				fill(&out, begin, lo_ns, claim);
		} else if (last && !way_is_legal(last->state, claim->state) &&
			   !(claim->source == HISTORY_SOURCE_TRACE &&
			     claim->was == last->state)) {
			fill(&out, last->state, last->t_ns, claim);
		}
		vec_push(&out.claims, *claim);
	}
	vec_done(&way->claims);
	way->claims = out.claims;
}
