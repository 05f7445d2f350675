/*
 * history_state.c - claims of an end, as states with times in order
 */
#include <stdlib.h>

#include "timeline/history_build.h"

/* How sure the time is */
static int sureness(const struct way_claim *claim)
{
	switch (claim->source) {
	case HISTORY_SOURCE_TRACE:
		return 3;
	case HISTORY_SOURCE_SEGMENT:
	case HISTORY_SOURCE_CALL:
		return 2;
	case HISTORY_SOURCE_DUMP:
		return claim->cause_n ? 2 : 1;
	case HISTORY_SOURCE_IMPLIED:
	case HISTORY_SOURCES:
		return 0;
	}
	return 0;
}

/* A dump is over some time after it read a socket: the next state may have
 * begun by then */
static void put_in_order(struct way *way)
{
	struct way_claim *v = way->claims.v;

	for (size_t i = way->claims.n; i-- > 1;)
		if (v[i - 1].t_ns > v[i].t_ns &&
		    sureness(&v[i - 1]) <= sureness(&v[i]))
			v[i - 1].t_ns = v[i].t_ns;
	for (size_t i = 1; i < way->claims.n; i++)
		if (v[i].t_ns < v[i - 1].t_ns)
			v[i].t_ns = v[i - 1].t_ns;
	for (size_t i = 0; i < way->claims.n; i++)
		if (v[i].lo_ns > v[i].t_ns)
			v[i].lo_ns = v[i].t_ns;
}

static void add_restarts(const struct way *way, struct history_state *state)
{
	size_t n = 0;

	for (size_t i = 0; i < way->restarts.n; i++) {
		int64_t t_ns = way->restarts.v[i];

		if (t_ns > state->from_ns &&
		    (state->until_ns < 0 || t_ns < state->until_ns))
			n++;
	}
	if (!n)
		return;
	state->restarts_ns = mem_new(int64_t, n);
	for (size_t i = 0; i < way->restarts.n; i++) {
		int64_t t_ns = way->restarts.v[i];

		if (t_ns > state->from_ns &&
		    (state->until_ns < 0 || t_ns < state->until_ns))
			state->restarts_ns[state->n_restarts++] = t_ns;
	}
}

struct history_state *history_states_of(struct way *way, size_t *n)
{
	struct history_state *states =
		mem_new(struct history_state, way->claims.n);

	put_in_order(way);
	for (size_t i = 0; i < way->claims.n; i++) {
		const struct way_claim *claim = &way->claims.v[i];
		struct history_state *state = &states[i];

		*state = (struct history_state){
			.state = claim->state,
			.mini = claim->mini,
			.lo_ns = claim->lo_ns,
			.from_ns = claim->t_ns,
			.until_ns = i + 1 < way->claims.n ? claim[1].t_ns : -1,
			.source = claim->source,
			.n = claim->n,
			.cause_n = claim->cause_n,
		};
		if (state->state == TCP_STATE_TIME_WAIT)
			add_restarts(way, state);
	}
	*n = way->claims.n;
	return states;
}
