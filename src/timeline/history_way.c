/*
 * history_way.c - lay together what all witnesses tell of each end
 */
#include <stdlib.h>
#include <string.h>

#include "timeline/fold.h"
#include "timeline/history_build.h"

/** struct lookouts - until when the witnesses looked */
struct lookouts {
	int64_t traced_ns;
	const struct history *h;
};

/* The last dump of a host was begun then */
static int64_t last_look(const struct timeline *tl, const char *host)
{
	size_t n = 0;
	const struct timeline_look *looks;

	looks = host ? timeline_snaps(tl, host, &n) : NULL;
	return n ? looks[n - 1].began_ns : INT64_MIN;
}

/* The first of such calls that was under way between @lo_ns and @hi_ns */
static const struct timeline_call *find_call(const struct history *h,
					     const struct pair_end *end,
					     const char *const *names,
					     int64_t lo_ns, int64_t hi_ns)
{
	for (size_t i = 0; i < end->calls.n; i++) {
		const struct timeline_call *call =
			&h->tl->calls.v[end->calls.v[i]];

		if (call->t_ns <= lo_ns || history_call_began(call) > hi_ns ||
		    !call->call.call)
			continue;
		for (const char *const *name = names; *name; name++)
			if (strcmp(call->call.call, *name) == 0)
				return call;
	}
	return NULL;
}

/* Calls that bring a socket into @state from @was; NULL */
static const char *const *calls_for(enum tcp_state state, enum tcp_state was)
{
	static const char *const opens[] = {"connect", NULL};
	static const char *const listens[] = {"listen", NULL};
	static const char *const closes[] = {"close", "shutdown", NULL};
	const uint32_t closing = TCP_STATE_BIT(TCP_STATE_FIN_WAIT1) |
				 TCP_STATE_BIT(TCP_STATE_FIN_WAIT2) |
				 TCP_STATE_BIT(TCP_STATE_LAST_ACK);

	if (state == TCP_STATE_SYN_SENT)
		return opens;
	if (state == TCP_STATE_LISTEN)
		return listens;
	if (closing & TCP_STATE_BIT(state))
		return closes;
	if (state == TCP_STATE_CLOSED &&
	    (was == TCP_STATE_LISTEN || was == TCP_STATE_SYN_SENT))
		return closes;
	return NULL;
}

/* A connect(2) that failed: the socket was CLOSED before it returned, and what
 * closed it afterwards did nothing. Return: was it that */
static bool ask_failed(const struct history *h, const struct pair_end *end,
		       struct way_claim *claim)
{
	static const char *const opens[] = {"connect", NULL};
	const struct timeline_call *call;

	call = find_call(h, end, opens, claim->lo_ns, claim->hi_ns);
	if (!call || !call->call.error || call->t_ns > claim->hi_ns)
		return false;
	if (claim->source == HISTORY_SOURCE_DUMP)
		claim->t_ns = call->t_ns;
	return true;
}

static void explain(struct way_claim *claim, const struct timeline_call *call)
{
	int64_t began_ns = history_call_began(call);

	claim->cause_n = call->n;
	if (claim->source == HISTORY_SOURCE_TRACE)
		return;
	if (claim->source == HISTORY_SOURCE_IMPLIED) {
		claim->source = HISTORY_SOURCE_CALL;
		claim->n = call->n;
	}
	claim->t_ns = began_ns > claim->lo_ns ? began_ns : claim->lo_ns;
}

/* What only dumps tell of and what a call explains began with the call */
static void ask_calls(const struct history *h, const struct pair_end *end,
		      struct way *way)
{
	enum tcp_state was = TCP_STATE_CLOSED;

	vec_foreach(&way->claims, claim) {
		const char *const *names = calls_for(claim->state, was);
		const struct timeline_call *call;

		if (!names || claim->cause_n ||
		    claim->source == HISTORY_SOURCE_SEGMENT) {
			was = claim->state;
			continue;
		}
		if (claim->state == TCP_STATE_CLOSED &&
		    was == TCP_STATE_SYN_SENT && ask_failed(h, end, claim))
			return;
		was = claim->state;
		call = find_call(h, end, names, claim->lo_ns, claim->hi_ns);
		if (call)
			explain(claim, call);
	}
}

static void tell(const struct lookouts *looks, const struct pair_end *end,
		 struct way *way)
{
	struct way dumped = {0};
	struct way traced = {0};

	way->slack_ns = looks->h->tl->virtual_time ? 0 : WAY_SLACK_NS;
	way_walk(looks->h->tl->segments.rows.v, &end->stream, way);
	for (size_t i = 0; i < end->parts.n; i++)
		way_dumped(end->parts.v[i].life, end->parts.v[i].first,
			   end->parts.v[i].end, &dumped);
	way_traced(end->transitions.v, end->transitions.n, way, &dumped,
		   &traced);
	way_lay_traces(way, &traced, looks->traced_ns);
	way_lay_dumps(way, &dumped, last_look(looks->h->tl, end->host));
	way_ask(looks->h->tl->segments.rows.v, &end->stream, way);
	way_done(&dumped);
	way_done(&traced);
}

static bool has_state(const struct way *way, enum tcp_state state)
{
	for (size_t i = 0; i < way->claims.n; i++)
		if (way->claims.v[i].state == state)
			return true;
	return false;
}

static bool called(const struct history *h, const struct pair_end *end)
{
	static const char *const opens[] = {"connect", NULL};

	return find_call(h, end, opens, INT64_MIN, INT64_MAX);
}

/* Does a listener's port belong to that end */
static bool is_listened(const struct history *h, const struct pair_end *end)
{
	for (size_t i = 0; i < h->listeners.n; i++) {
		const struct history_end *l = &h->listeners.v[i];

		if (end->host && l->host && strcmp(l->host, end->host) == 0 &&
		    l->local.port == end->local.port)
			return true;
	}
	return false;
}

/* Which end sent the first SYN; -1 if there is no telling */
static int find_opener(const struct history *h, const struct pair *pair,
		       const struct way ways[2])
{
	if (pair->opener >= 0)
		return pair->opener;
	for (int e = 0; e < 2; e++)
		if (has_state(&ways[e], TCP_STATE_SYN_SENT))
			return e;
	for (int e = 0; e < 2; e++)
		if (called(h, &pair->ends[e]))
			return e;
	for (int e = 0; e < 2; e++)
		if (is_listened(h, &pair->ends[1 - e]) &&
		    !is_listened(h, &pair->ends[e]))
			return e;
	return -1;
}

/* An opener's socket was there, CLOSED, before its SYN */
static void begin_closed(const struct history *h, const struct pair_end *end,
			 struct way *way)
{
	static const char *const makes[] = {"socket", NULL};
	const struct way_claim *first = way->claims.v;
	struct way out = {
		.refuted = way->refuted,
		.slack_ns = way->slack_ns,
	};
	struct way_claim claim = {
		.state = TCP_STATE_CLOSED,
		.source = HISTORY_SOURCE_IMPLIED,
	};
	const struct timeline_call *call;

	if (!way->claims.n || first->state != TCP_STATE_SYN_SENT)
		return;
	claim.t_ns = first->t_ns;
	call = find_call(h, end, makes, INT64_MIN, first->t_ns);
	if (call) {
		claim.source = HISTORY_SOURCE_CALL;
		claim.n = call->n;
		claim.t_ns = call->t_ns;
	}
	claim.lo_ns = claim.t_ns;
	claim.hi_ns = claim.t_ns;
	vec_push(&out.claims, claim);
	vec_foreach(&way->claims, later)
		vec_push(&out.claims, *later);
	vec_foreach(&way->restarts, restart)
		vec_push(&out.restarts, *restart);
	way_done(way);
	*way = out;
}

static void finish(const struct history *h, const struct pair_end *end,
		   int opener, int e, struct way *way)
{
	enum tcp_state begin = TCP_STATES;

	/* a refused attempt has no states at the end that refused */
	if (opener >= 0)
		begin = opener == e ? TCP_STATE_SYN_SENT : TCP_STATE_SYN_RECV;
	if (opener >= 0 && opener != e && way->claims.n &&
	    way->claims.v[0].state == TCP_STATE_SYN_SENT)
		begin = TCP_STATES; /* both opened */
	way_imply(way, begin);
	ask_calls(h, end, way);
	begin_closed(h, end, way);
}

static void stretch(struct history_connection *c, int64_t t_ns)
{
	c->begin_ns = t_ns < c->begin_ns ? t_ns : c->begin_ns;
	c->end_ns = t_ns > c->end_ns ? t_ns : c->end_ns;
}

static void set_times(const struct timeline *tl, const struct pair *pair,
		      struct history_connection *c)
{
	c->begin_ns = INT64_MAX;
	c->end_ns = INT64_MIN;
	for (size_t i = 0; i < pair->rows.n; i++) {
		const struct tcp_seen *row =
			&tl->segments.rows.v[pair->rows.v[i]];

		stretch(c, row->t_ns);
		if (row->fate == SEEN_FATE_ARRIVED)
			stretch(c, row->arrived_ns);
	}
	for (int e = 0; e < 2; e++) {
		const struct history_end *end = &c->ends[e];

		for (size_t i = 0; i < end->n_states; i++)
			stretch(c, end->states[i].from_ns);
	}
	if (c->begin_ns == INT64_MAX)
		stretch(c, pair->begin_ns);
}

static struct history_end end_of(const struct history *h,
				 const struct pair_end *from, struct way *way)
{
	struct history_end end = {
		.host = from->host,
		.name = history_name(h, from),
		.local = from->local,
	};

	end.states = history_states_of(way, &end.n_states);
	return end;
}

static void connect_pair(const struct lookouts *looks, struct history *h,
			 size_t i)
{
	struct pair *pair = &h->pairs.pairs.v[i];
	struct history_connection c = {0};
	struct way ways[2] = {0};
	int opener;

	tell(looks, &pair->ends[0], &ways[0]);
	tell(looks, &pair->ends[1], &ways[1]);
	opener = find_opener(h, pair, ways);
	h->flipped[i] = opener == 1;
	for (int e = 0; e < 2; e++) {
		int to = h->flipped[i] ? 1 - e : e;

		finish(h, &pair->ends[e], opener, e, &ways[e]);
		c.ends[to] = end_of(h, &pair->ends[e], &ways[e]);
		way_done(&ways[e]);
	}
	c.n_segments = pair->rows.n;
	c.segments = mem_new(size_t, pair->rows.n);
	if (pair->rows.n)
		memcpy(c.segments, pair->rows.v,
		       pair->rows.n * sizeof(*c.segments));
	set_times(h->tl, pair, &c);
	vec_push(&h->connections, c);
}

void history_ways(struct history *h)
{
	const struct timeline *tl = h->tl;
	struct lookouts looks = {.traced_ns = INT64_MIN, .h = h};

	if (tl->transitions.n)
		looks.traced_ns = tl->transitions.v[tl->transitions.n - 1].t_ns;
	for (size_t i = 0; i < h->pairs.pairs.n; i++)
		connect_pair(&looks, h, i);
}

/* A listener that no dump showed: listen(2) says that it was there */
static void listen_by_call(struct history *h, size_t i)
{
	const struct timeline_call *call = &h->tl->calls.v[i];
	const struct timeline_op *op = timeline_op(h->tl, call->call.op);
	struct way way = {0};
	struct way_claim claim = {
		.state = TCP_STATE_LISTEN,
		.source = HISTORY_SOURCE_CALL,
	};
	struct history_end end = {
		.host = call->host,
		.name = call->call.socket,
	};

	if (op)
		end.local = op->end.local;
	for (; i < h->tl->calls.n; i++) {
		const struct timeline_call *later = &h->tl->calls.v[i];

		if (later != call &&
		    (!later->host || strcmp(later->host, call->host) != 0 ||
		     strcmp(later->call.call, "close") != 0 ||
		     later->call.inode != call->call.inode))
			continue;
		claim.t_ns = history_call_began(later);
		claim.lo_ns = claim.t_ns;
		claim.n = later->n;
		claim.cause_n = later->n;
		vec_push(&way.claims, claim);
		claim.state = TCP_STATE_CLOSED;
		if (later != call)
			break;
	}
	end.states = history_states_of(&way, &end.n_states);
	vec_push(&h->listeners, end);
	way_done(&way);
}

void history_listen(struct history *h)
{
	vec_foreach(&h->pairs.listeners, listener) {
		struct way way = {0};

		for (size_t i = 0; i < listener->parts.n; i++)
			way_dumped(listener->parts.v[i].life,
				   listener->parts.v[i].first,
				   listener->parts.v[i].end, &way);
		ask_calls(h, listener, &way);
		vec_push(&h->listeners, end_of(h, listener, &way));
		way_done(&way);
	}
	for (size_t i = 0; i < h->tl->calls.n; i++) {
		const struct timeline_call *call = &h->tl->calls.v[i];

		if (!h->call_ties[i].listener && call->host &&
		    call->call.inode && !call->call.error &&
		    strcmp(call->call.call, "listen") == 0)
			listen_by_call(h, i);
	}
}
