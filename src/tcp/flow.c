/*
 * flow.c - follow connections by their segments: who plays which part
 *
 * DOC: Theory of operation
 *
 * A path is two endpoints; it has a connection, and perhaps a newer one whose
 * SYN was not answered yet. Of each end of a connection we keep the initial
 * sequence number, the highest number sent, where its FIN is, and what it last
 * said of its window. Numbers are compared modulo 2^32 (RFC 9293 3.4).
 *
 * Roles follow from that: a bare ACK is the handshake's third arrow if it is
 * the first of the end that sent the SYN without ACK; the waves are counted
 * from the first FIN that is seen, so two ends that close at once have waves 1
 * and 3 crossing, and each is acknowledged by 2 and 4 all the same.
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
#define FIN TCP_FLAG_BIT(TCP_FLAG_FIN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/** BUCKETS_FIRST - of the hash; a power of two */
#define BUCKETS_FIRST 64

/** struct end - what is known of one end of a connection */
struct end {
	bool known; /* isn and next are */
	uint32_t isn;
	uint32_t next; /* one past the highest number sent */
	bool opened; /* sent a SYN without ACK */
	bool confirmed; /* sent a segment with ACK and without SYN */
	bool has_fin;
	uint32_t fin; /* one past its FIN: what acknowledges it */
	bool fin_acked; /* by the other end */
	bool window_closed; /* what it last advertised was 0 */
};

/** struct connection - one incarnation; ends as in its path */
struct connection {
	uint64_t id; /* 0: there is none */
	bool since_begin;
	bool has_closer;
	int closer; /* the end whose FIN came first */
	struct end ends[2];
};

/** struct path - two endpoints, and who talks between them */
struct path {
	struct endpoint ends[2];
	struct connection now;
	struct connection next; /* a SYN that nobody has answered */
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

static bool after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
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

/* the path, and which of its ends sent the segment */
static struct path *find_path(struct flow_table *table, const struct segment *s,
			      int *from)
{
	const struct path wanted = {.ends = {s->from, s->to}};
	struct path **bucket =
		&table->buckets[hash_path(&wanted) & (table->n_buckets - 1)];
	struct path *path;

	for (path = *bucket; path; path = path->chain) {
		for (*from = 0; *from < 2; (*from)++)
			if (endpoint_equal(&path->ends[*from], &s->from) &&
			    endpoint_equal(&path->ends[!*from], &s->to))
				return path;
	}
	*from = 0;
	path = mem_new(struct path, 1);
	*path = wanted;
	path->chain = *bucket;
	*bucket = path;
	if (++table->n_paths > table->n_buckets)
		grow(table);
	return path;
}

static void begin(struct flow_table *table, struct connection *c)
{
	*c = (struct connection){.id = ++table->n_connections};
}

static bool answers(const struct connection *c, int from,
		    const struct segment *s)
{
	const struct end *peer = &c->ends[!from];

	return c->id && segment_has(s, ACK) && peer->known &&
	       s->ack == peer->isn + 1;
}

static bool is_syn_of(const struct connection *c, int from,
		      const struct segment *s)
{
	return c->id && c->ends[from].known && c->ends[from].isn == s->seq;
}

/* which incarnation a segment belongs to */
static struct connection *choose(struct flow_table *table, struct path *path,
				 int from, const struct segment *s)
{
	struct connection *now = &path->now;
	struct connection *next = &path->next;

	if (!now->id)
		begin(table, now);
	if (segment_has(s, SYN | ACK)) {
		if (!answers(next, from, s) || is_syn_of(now, from, s))
			return now;
		*now = *next;
		*next = (struct connection){0};
		return now;
	}
	if (segment_has(s, SYN)) {
		/* also where the other end's SYN crosses it */
		if (is_syn_of(now, from, s) || !now->ends[from].known)
			return now;
		if (!is_syn_of(next, from, s))
			begin(table, next);
		return next;
	}
	/* a refusal belongs to the SYN that it refuses */
	if (segment_has(s, RST) && answers(next, from, s))
		return next;
	return now;
}

/* where numbers count from: the SYN's, or as if the first segment were 1; a
 * RST's number may be anybody's */
static void learn(struct connection *c, int from, const struct segment *s)
{
	struct end *end = &c->ends[from];

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
static uint32_t fin_role(struct connection *c, int from,
			 const struct segment *s)
{
	struct end *end = &c->ends[from];

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
static uint32_t fin_ack_role(struct connection *c, int from,
			     const struct segment *s, bool *again)
{
	struct end *peer = &c->ends[!from];
	bool first = !peer->fin_acked;

	if (!peer->has_fin || !segment_has(s, ACK) || segment_has(s, RST) ||
	    s->ack != peer->fin || (!first && !is_bare(s)))
		return 0;
	peer->fin_acked = true;
	*again = *again || !first;
	return FLOW_ROLE_BIT(c->closer == from ? FLOW_WAVE_4 : FLOW_WAVE_2);
}

static uint32_t handshake_role(struct connection *c, int from,
			       const struct segment *s, bool *again)
{
	struct end *end = &c->ends[from];
	const struct end *peer = &c->ends[!from];

	if (segment_has(s, SYN | ACK))
		return FLOW_ROLE_BIT(FLOW_HANDSHAKE_2);
	if (segment_has(s, SYN)) {
		end->opened = true;
		return FLOW_ROLE_BIT(FLOW_HANDSHAKE_1);
	}
	if (!end->opened || segment_has(s, RST) || !answers(c, from, s))
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
static uint32_t probe_role(const struct connection *c, int from,
			   const struct segment *s)
{
	const struct end *end = &c->ends[from];

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

void flow_see(struct flow_table *table, const struct segment *s,
	      struct flow_view *view)
{
	int from;
	struct path *path = find_path(table, s, &from);
	struct connection *c = choose(table, path, from, s);
	struct end *end = &c->ends[from];
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
