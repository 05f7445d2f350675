/*
 * flow.c - follow connections by their segments: who plays which part
 *
 * DOC: Theory of operation
 *
 * A path is two endpoints; it has a connection, and perhaps a newer one whose
 * SYN was not answered yet. What a segment means to its connection is the
 * business of incarnation.c.
 *
 * Paths are never forgotten: a lab is short, and whoever comes back to a port
 * after a minute of TIME_WAIT is what it is about.
 */
#include "tcp/flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/str.h"
#include "tcp/incarnation.h"
#include "tcp/segment.h"

const char *const flow_role_names[] = {
	[FLOW_HANDSHAKE_1] = "handshake-1",
	[FLOW_HANDSHAKE_2] = "handshake-2",
	[FLOW_HANDSHAKE_3] = "handshake-3",
	[FLOW_WAVE_1] = "wave-1",
	[FLOW_WAVE_2] = "wave-2",
	[FLOW_WAVE_3] = "wave-3",
	[FLOW_WAVE_4] = "wave-4",
	[FLOW_DATA] = "data",
	[FLOW_ACK] = "ack",
	[FLOW_KEEPALIVE] = "keepalive",
	[FLOW_WINDOW_PROBE] = "window-probe",
	[FLOW_RST] = "rst",
};
TABLE_COVERS(flow_role_names, FLOW_ROLES);

#define SYN TCP_FLAG_BIT(TCP_FLAG_SYN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/** BUCKETS_FIRST - of the hash; a power of two */
#define BUCKETS_FIRST 64

/** struct path - two endpoints, and who talks between them */
struct path {
	uint64_t id;
	struct endpoint ends[2];
	struct incarnation now;
	struct incarnation next; /* a SYN that nobody has answered */
	struct path *chain;
};

struct flow_table {
	struct path **buckets;
	size_t n_buckets;
	size_t n_paths;
	uint64_t n_connections;
};

struct flow_table *flow_table_new(void)
{
	struct flow_table *table = mem_new(struct flow_table, 1);

	table->n_buckets = BUCKETS_FIRST;
	table->buckets = mem_new(struct path *, table->n_buckets);
	return table;
}

void flow_table_free(struct flow_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->n_buckets; i++) {
		while (table->buckets[i]) {
			struct path *path = table->buckets[i];

			table->buckets[i] = path->chain;
			free(path);
		}
	}
	free(table->buckets);
	free(table);
}

/* FNV-1a */
static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t hash_end(const struct endpoint *e)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	hash = mix(hash, &e->port, sizeof(e->port));
	return e->family == AF_INET6 ? mix(hash, &e->ip.v6, sizeof(e->ip.v6))
				     : mix(hash, &e->ip.v4, sizeof(e->ip.v4));
}

/* the same both ways */
static uint64_t hash_path(const struct path *path)
{
	return hash_end(&path->ends[0]) + hash_end(&path->ends[1]);
}

static void grow(struct flow_table *table)
{
	size_t n = 2 * table->n_buckets;
	struct path **buckets = mem_new(struct path *, n);

	for (size_t i = 0; i < table->n_buckets; i++) {
		while (table->buckets[i]) {
			struct path *path = table->buckets[i];
			struct path **to = &buckets[hash_path(path) & (n - 1)];

			table->buckets[i] = path->chain;
			path->chain = *to;
			*to = path;
		}
	}
	free(table->buckets);
	table->buckets = buckets;
	table->n_buckets = n;
}

static struct path **bucket_of(const struct flow_table *table,
			       const struct path *path)
{
	return &table->buckets[hash_path(path) & (table->n_buckets - 1)];
}

/* the path, or NULL, and which of its ends is the first of those wanted */
static struct path *find_path(const struct flow_table *table,
			      const struct path *wanted, int *from)
{
	for (struct path *path = *bucket_of(table, wanted); path;
	     path = path->chain) {
		for (*from = 0; *from < 2; (*from)++)
			if (endpoint_equal(&path->ends[*from],
					   &wanted->ends[0]) &&
			    endpoint_equal(&path->ends[!*from],
					   &wanted->ends[1]))
				return path;
	}
	*from = 0;
	return NULL;
}

static struct path *add_path(struct flow_table *table,
			     const struct path *wanted)
{
	struct path **bucket = bucket_of(table, wanted);
	struct path *path = mem_new(struct path, 1);

	*path = *wanted;
	path->chain = *bucket;
	path->id = ++table->n_paths;
	*bucket = path;
	if (table->n_paths > table->n_buckets)
		grow(table);
	return path;
}

static void begin(uint64_t *last, struct incarnation *c)
{
	*c = (struct incarnation){.id = ++*last};
}

/* which incarnation a segment belongs to; @last: number of the last one */
static struct incarnation *choose(uint64_t *last, struct path *path, int from,
				  const struct segment *s)
{
	struct incarnation *now = &path->now;
	struct incarnation *next = &path->next;

	if (!now->id)
		begin(last, now);
	if (segment_has(s, SYN | ACK)) {
		if (!incarnation_answers(next, from, s) ||
		    incarnation_has_syn(now, from, s))
			return now;
		*now = *next;
		*next = (struct incarnation){0};
		return now;
	}
	if (segment_has(s, SYN)) {
		/* also where the other end's SYN crosses it */
		if (incarnation_has_syn(now, from, s) || !now->ends[from].known)
			return now;
		if (!incarnation_has_syn(next, from, s))
			begin(last, next);
		return next;
	}
	/* a refusal belongs to the SYN that it refuses */
	if (segment_has(s, RST) && incarnation_answers(next, from, s))
		return next;
	return now;
}

void flow_see(struct flow_table *table, const struct segment *s,
	      struct flow_view *view)
{
	const struct path wanted = {.ends = {s->from, s->to}};
	int from;
	struct path *path = find_path(table, &wanted, &from);

	if (!path)
		path = add_path(table, &wanted);
	incarnation_see(choose(&table->n_connections, path, from, s), from, s,
			view);
	view->path = path->id;
}

void flow_look(const struct flow_table *table, const struct segment *s,
	       struct flow_view *view)
{
	const struct path wanted = {.ends = {s->from, s->to}};
	uint64_t last = table->n_connections;
	int from;
	const struct path *known = find_path(table, &wanted, &from);
	struct path path = known ? *known : wanted;

	incarnation_see(choose(&last, &path, from, s), from, s, view);
	view->path = path.id;
}

static struct flow_end end_of(const struct incarnation *c, int which)
{
	const struct incarnation_end *end = &c->ends[which];
	const struct incarnation_end *peer = &c->ends[!which];

	return (struct flow_end){
		.known = end->known,
		.isn = end->isn,
		.next = end->next,
		.acks = end->acks,
		.ack = end->ack,
		.has_edge = peer->acks,
		.edge = peer->edge,
		.has_ts = end->has_ts,
		.ts = end->ts,
	};
}

bool flow_find(const struct flow_table *table, const struct endpoint *from,
	       const struct endpoint *to, struct flow_conn *conn)
{
	const struct path wanted = {.ends = {*from, *to}};
	int at;
	const struct path *path = find_path(table, &wanted, &at);

	if (!path)
		return false;
	*conn = (struct flow_conn){
		.path = path->id,
		.connection = path->now.id,
		.since_begin = path->now.since_begin,
		.ends = {end_of(&path->now, at), end_of(&path->now, !at)},
	};
	return true;
}

void flow_print_roles(uint32_t roles, struct str *out)
{
	const char *comma = "";

	for (size_t i = 0; i < FLOW_ROLES; i++) {
		if (!(roles & FLOW_ROLE_BIT(i)))
			continue;
		str_addf(out, "%s%s", comma, flow_role_names[i]);
		comma = ",";
	}
}
