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

static bool is_within(const struct history_state *state,
		      const struct way_restart *restart)
{
	/* in virtual time what restarts it may come at the same moment */
	bool after = restart->t_ns > state->from_ns ||
		     (restart->t_ns == state->from_ns && state->cause_n &&
		      restart->n > state->cause_n);

	return after &&
	       (state->until_ns < 0 || restart->t_ns < state->until_ns);
}

static void add_restarts(const struct way *way, struct history_state *state)
{
	size_t n = 0;

	for (size_t i = 0; i < way->restarts.n; i++) {
		if (is_within(state, &way->restarts.v[i]))
			n++;
	}
	if (!n)
		return;
	state->restarts_ns = mem_new(int64_t, n);
	state->restarts_n = mem_new(uint64_t, n);
	for (size_t i = 0; i < way->restarts.n; i++) {
		const struct way_restart *restart = &way->restarts.v[i];

		if (!is_within(state, restart))
			continue;
		state->restarts_ns[state->n_restarts] = restart->t_ns;
		state->restarts_n[state->n_restarts++] = restart->n;
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
