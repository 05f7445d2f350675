/*
 * pair_rows.c - which segments are one connection
 *
 * Each capture numbers the connections that it sees; a segment that arrived has
 * a number at either end, which ties the two. Where hosts disagree on what is a
 * new connection the sender is right: it knows what it meant.
 */
#include "timeline/pair.h"

#include <string.h>

#include "tcp/segment.h"
#include "timeline/fold.h"

/** struct row_key - a connection's number at a host */
struct row_key {
	const char *host;
	uint64_t number;
	const struct endpoint *low;
	const struct endpoint *high;
	size_t pair;
};

/** struct row_keys - all of them */
struct row_keys {
	VEC(struct row_key) all;
	struct row_map map;
	const struct row_key *wanted;
};

static bool same_key(const void *arg, size_t i)
{
	const struct row_keys *keys = arg;
	const struct row_key *a = &keys->all.v[i];
	const struct row_key *b = keys->wanted;

	return a->number == b->number && strcmp(a->host, b->host) == 0 &&
	       endpoint_equal(a->low, b->low) &&
	       endpoint_equal(a->high, b->high);
}

static uint64_t hash_key(const struct row_key *key)
{
	uint64_t hash = row_hash(ROW_HASH, key->host, strlen(key->host));

	hash = row_hash(hash, &key->number, sizeof(key->number));
	hash = row_hash_address(hash, key->low);
	hash = row_hash(hash, &key->low->port, sizeof(key->low->port));
	hash = row_hash_address(hash, key->high);
	return row_hash(hash, &key->high->port, sizeof(key->high->port));
}

static size_t find_key(struct row_keys *keys, const struct row_key *key)
{
	size_t i;

	if (!key->host)
		return SIZE_MAX;
	keys->wanted = key;
	i = row_map_find(&keys->map, hash_key(key), same_key, keys, false);
	return i == SIZE_MAX ? SIZE_MAX : keys->all.v[i].pair;
}

static void add_key(struct row_keys *keys, struct row_key key, size_t pair)
{
	key.pair = pair;
	if (!key.host || find_key(keys, &key) != SIZE_MAX)
		return;
	vec_push(&keys->all, key);
	row_map_add(&keys->map, hash_key(&key), keys->all.n - 1);
}

int pair_order(const struct endpoint *a, const struct endpoint *b)
{
	int order = 0;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->family == AF_INET)
		order = memcmp(&a->ip.v4, &b->ip.v4, sizeof(a->ip.v4));
	else if (a->family == AF_INET6)
		order = memcmp(&a->ip.v6, &b->ip.v6, sizeof(a->ip.v6));
	if (order || a->port == b->port)
		return order;
	return a->port < b->port ? -1 : 1;
}

static void add_steps(struct pair *pair, const struct tcp_seen *row, size_t i)
{
	int from = endpoint_equal(&row->from, &pair->ends[0].local) ? 0 : 1;
	int to = endpoint_equal(&row->to, &pair->ends[1].local) ? 1 : 0;
	struct way_step step = {.row = i};

	if (!row->forged) {
		step.t_ns = row->t_ns;
		step.n = row->n;
		step.sent = true;
		vec_push(&pair->ends[from].stream.steps, step);
	}
	if (row->fate == SEEN_FATE_ARRIVED) {
		step.t_ns = row->arrived_ns;
		step.n = row->arrived_n;
		step.sent = false;
		vec_push(&pair->ends[to].stream.steps, step);
	}
	if (!pair->ends[from].host)
		pair->ends[from].host = row->from_host;
	if (!pair->ends[to].host)
		pair->ends[to].host = row->to_host;
}

static size_t new_pair(struct pair_table *table, const struct row_key *key,
		       const struct tcp_seen *row)
{
	struct pair *pair = vec_grow(&table->pairs);

	pair->ends[0].local = *key->low;
	pair->ends[1].local = *key->high;
	pair->begin_ns = row->t_ns;
	pair->first_n = row->n;
	pair->opener = -1;
	return table->pairs.n - 1;
}

static void add_row(const struct timeline *tl, struct pair_table *table,
		    struct row_keys *keys, size_t i)
{
	const struct tcp_seen *row = &tl->segments.rows.v[i];
	bool low = pair_order(&row->from, &row->to) <= 0;
	struct row_key sender = {
		.host = row->forged ? NULL : row->from_host,
		.number = row->connection,
		.low = low ? &row->from : &row->to,
		.high = low ? &row->to : &row->from,
	};
	struct row_key receiver = sender;
	struct pair *pair;
	size_t at;

	receiver.host = row->fate == SEEN_FATE_ARRIVED ? row->to_host : NULL;
	receiver.number = tl->segments.identities.v[i].connection;
	at = find_key(keys, &sender);
	if (at == SIZE_MAX)
		at = find_key(keys, &receiver);
	if (at == SIZE_MAX)
		at = new_pair(table, &sender, row);
	add_key(keys, sender, at);
	add_key(keys, receiver, at);
	pair = &table->pairs.v[at];
	vec_push(&pair->rows, i);
	add_steps(pair, row, i);
	if (row->t_ns < pair->begin_ns)
		pair->begin_ns = row->t_ns;
	if (row->n < pair->first_n)
		pair->first_n = row->n;
}

/* The end whose bare SYN is the first; else that which a SYN,ACK answers */
static int find_opener(const struct tcp_seen *rows, const struct pair *pair)
{
	const struct tcp_seen *first = NULL;
	const unsigned int both =
		TCP_FLAG_BIT(TCP_FLAG_SYN) | TCP_FLAG_BIT(TCP_FLAG_ACK);
	const struct tcp_seen *answer = NULL;

	for (size_t i = 0; i < pair->rows.n; i++) {
		const struct tcp_seen *row = &rows[pair->rows.v[i]];

		if (row->flags & TCP_FLAG_BIT(TCP_FLAG_RST))
			continue;
		if ((row->flags & both) == both && !answer)
			answer = row;
		else if ((row->flags & both) == TCP_FLAG_BIT(TCP_FLAG_SYN) &&
			 (!first || row->t_ns < first->t_ns))
			first = row;
	}
	if (first)
		return endpoint_equal(&first->from, &pair->ends[0].local) ? 0
									  : 1;
	if (answer)
		return endpoint_equal(&answer->to, &pair->ends[0].local) ? 0
									 : 1;
	return -1;
}

void pair_rows(const struct timeline *tl, struct pair_table *table)
{
	struct row_keys keys = {0};

	for (size_t i = 0; i < tl->segments.rows.n; i++)
		add_row(tl, table, &keys, i);
	vec_foreach(&table->pairs, pair) {
		for (int e = 0; e < 2; e++)
			way_stream_sort(&pair->ends[e].stream);
		pair->opener = find_opener(tl->segments.rows.v, pair);
	}
	vec_done(&keys.all);
	row_map_done(&keys.map);
}
