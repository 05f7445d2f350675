/*
 * history_call.c - whose the system calls were: which end of which connection
 *
 * A call names its socket's inode, and so does a dump. A connect(2) that was
 * over before any dump is known by whom it was to and when.
 */
#include "timeline/history_build.h"

#include <stdlib.h>
#include <string.h>

#include "timeline/fold.h"

/** struct home - an inode of a host is this end, from @t_ns on */
struct home {
	uint64_t key;
	int64_t t_ns;
	struct history_tie tie;
};

/** struct homes - all of them, by key and time */
struct homes {
	VEC(struct home) all;
};

static int by_key(const void *a, const void *b)
{
	const struct home *x = a;
	const struct home *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return (x->tie.connection > y->tie.connection) -
	       (x->tie.connection < y->tie.connection);
}

static void sort_homes(struct homes *homes)
{
	if (homes->all.n)
		qsort(homes->all.v, homes->all.n, sizeof(struct home), by_key);
}

static void find_homes(const struct history *h, struct homes *homes)
{
	for (size_t i = 0; i < h->pairs.pairs.n; i++) {
		const struct pair *pair = &h->pairs.pairs.v[i];

		for (int e = 0; e < 2; e++) {
			const struct pair_end *end = &pair->ends[e];

			for (size_t p = 0; p < end->parts.n; p++) {
				const struct sock_life *life =
					&end->parts.v[p].life->pub;
				const struct home home = {
					.key = life_index_number(
						life->host, 'i', life->inode),
					.t_ns = pair->begin_ns,
					.tie = {i, e, 0},
				};

				if (life->inode)
					vec_push(&homes->all, home);
			}
		}
	}
	for (size_t i = 0; i < h->pairs.listeners.n; i++) {
		const struct pair_end *listener = &h->pairs.listeners.v[i];
		const struct sock_life *life = &listener->parts.v[0].life->pub;
		const struct home home = {
			.key = life_index_number(life->host, 'i', life->inode),
			.t_ns = life->spans[listener->parts.v[0].first].lo_ns,
			.tie = {SIZE_MAX, -1, i + 1},
		};

		if (life->inode)
			vec_push(&homes->all, home);
	}
	sort_homes(homes);
}

/* The last that began by then; of none the first */
static struct history_tie look_up(const struct homes *homes, const char *host,
				  uint64_t inode, int64_t t_ns)
{
	struct history_tie none = {SIZE_MAX, -1, 0};
	uint64_t key;
	size_t low = 0;
	size_t high = homes->all.n;

	if (!host || !inode)
		return none;
	key = life_index_number(host, 'i', inode);
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct home *home = &homes->all.v[mid];

		if (home->key < key || (home->key == key && home->t_ns <= t_ns))
			low = mid + 1;
		else
			high = mid;
	}
	if (low > 0 && homes->all.v[low - 1].key == key)
		return homes->all.v[low - 1].tie;
	if (low < homes->all.n && homes->all.v[low].key == key)
		return homes->all.v[low].tie;
	return none;
}

/* "c, 10.0.0.2:7788" */
static bool find_peer(const struct timeline_call *call, struct endpoint *to)
{
	const char *comma;

	if (!call->host || !call->call.call || !call->call.args ||
	    strcmp(call->call.call, "connect") != 0)
		return false;
	comma = strstr(call->call.args, ", ");
	return comma && endpoint_parse(comma + 2, to) == 0;
}

static bool is_attempt(const struct pair *pair, int e, const char *host,
		       const struct endpoint *to)
{
	return pair->opener == e && pair->ends[e].host &&
	       strcmp(pair->ends[e].host, host) == 0 &&
	       endpoint_equal(&pair->ends[1 - e].local, to);
}

/* A home for a connect(2) that has none */
static void add_attempt(const struct history *h, struct homes *homes,
			const struct timeline_call *call)
{
	const struct pair *pairs = h->pairs.pairs.v;
	int64_t from_ns = history_call_began(call);
	struct endpoint to;
	size_t low = 0;
	size_t high = h->pairs.pairs.n;

	if (!call->call.inode || !find_peer(call, &to))
		return;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (pairs[mid].begin_ns < from_ns - WAY_SLACK_NS)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < h->pairs.pairs.n && pairs[low].begin_ns <= call->t_ns;
	     low++) {
		for (int e = 0; e < 2; e++) {
			const struct home home = {
				.key = life_index_number(call->host, 'i',
							 call->call.inode),
				.t_ns = pairs[low].begin_ns,
				.tie = {low, e, 0},
			};

			if (!is_attempt(&pairs[low], e, call->host, &to))
				continue;
			vec_push(&homes->all, home);
			return;
		}
	}
}

void history_tie_calls(struct history *h)
{
	const struct timeline *tl = h->tl;
	struct homes homes = {0};
	struct homes more = {0};

	find_homes(h, &homes);
	for (size_t i = 0; i < tl->calls.n; i++) {
		const struct timeline_call *call = &tl->calls.v[i];

		if (look_up(&homes, call->host, call->call.inode, call->t_ns)
			    .end < 0)
			add_attempt(h, &more, call);
	}
	vec_foreach(&more.all, home)
		vec_push(&homes.all, *home);
	sort_homes(&homes);
	for (size_t i = 0; i < tl->calls.n; i++) {
		const struct timeline_call *call = &tl->calls.v[i];
		struct history_tie tie = look_up(&homes, call->host,
						 call->call.inode, call->t_ns);

		h->call_ties[i] = tie;
		if (tie.end >= 0)
			vec_push(&h->pairs.pairs.v[tie.connection]
					  .ends[tie.end]
					  .calls,
				 i);
		else if (tie.listener)
			vec_push(&h->pairs.listeners.v[tie.listener - 1].calls,
				 i);
	}
	for (size_t i = 0; i < tl->ops.n; i++)
		h->op_ties[i] =
			look_up(&homes, tl->ops.v[i].host,
				tl->ops.v[i].end.inode, tl->ops.v[i].end_ns);
	vec_done(&homes.all);
	vec_done(&more.all);
}

const char *history_name(const struct history *h, const struct pair_end *end)
{
	for (size_t i = 0; i < end->parts.n; i++)
		if (end->parts.v[i].life->pub.name)
			return end->parts.v[i].life->pub.name;
	for (size_t i = 0; i < end->calls.n; i++)
		if (h->tl->calls.v[end->calls.v[i]].call.socket)
			return h->tl->calls.v[end->calls.v[i]].call.socket;
	return NULL;
}
