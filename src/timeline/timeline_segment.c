/*
 * timeline_segment.c - what hosts sent, and what of it arrived
 *
 * DOC: Theory of operation
 *
 * Each segment on its way is told of twice: by the capture of the host that
 * sends it and by that of the host that it is for. Nothing numbers a segment
 * across the wire, so the two are paired by all that TCP wrote into it; where
 * several are equal, the first that came is that which was sent first. (The
 * timestamps option makes equal ones rare: RFC 7323 3.)
 */
#include "timeline/timeline.h"

#include <string.h>

#include "tcp/flow.h"
#include "tcp/segment.h"
#include "timeline/fold.h"

/** STAMPS_NS - two captures' stamps of one moment may differ by so much */
#define STAMPS_NS INT64_C(1000000)

/** CORRUPT_ROWS - so many rows back, the one that was changed is looked for
 * when a corrupt one arrives */
#define CORRUPT_ROWS 256

/** struct candidate - a segment that a row may be equal to */
struct candidate {
	const struct timeline *tl;
	const struct event *event;
	uint8_t flags;
	uint64_t key;
	const struct endpoint *address; /* of an owner who is looked for */
};

/* the set of those of @n names that are in "one,two" */
static uint32_t set_of(const char *text, const char *const *names, size_t n)
{
	uint32_t set = 0;

	while (text && *text) {
		size_t len = strcspn(text, ",");

		for (size_t i = 0; i < n; i++)
			if (strlen(names[i]) == len &&
			    strncmp(names[i], text, len) == 0)
				set |= UINT32_C(1) << i;
		text += len;
		text += *text == ',';
	}
	return set;
}

uint8_t fold_flags(const char *text)
{
	return (uint8_t)set_of(text, tcp_flag_names, TCP_FLAGS);
}

static bool same_address(const struct endpoint *a, const struct endpoint *b)
{
	struct endpoint other = *b;

	other.port = a->port;
	return endpoint_equal(a, &other);
}

static bool is_owners(const void *arg, size_t i)
{
	const struct candidate *c = arg;

	return same_address(&c->tl->segments.addresses.v[i].address,
			    c->address);
}

/* NULL if no host has that address */
static const char *owner(struct timeline *tl, const struct endpoint *e)
{
	const struct candidate c = {.tl = tl, .address = e};
	size_t i = row_map_find(&tl->segments.owners,
				row_hash_address(ROW_HASH, e), is_owners, &c,
				false);

	return i == SIZE_MAX ? NULL : tl->segments.addresses.v[i].host;
}

void fold_host_up(struct timeline *tl, const struct event *event)
{
	struct fold_segments *s = &tl->segments;
	const char *host = arena_str(&tl->strings, event->host);
	const char *at = event->up.addresses;

	while (host && at && *at) {
		struct fold_address new = {.host = host};
		size_t len = strcspn(at, " ");
		size_t n = strcspn(at, "/ ");
		char text[INET6_ADDRSTRLEN] = "";

		if (n < sizeof(text))
			memcpy(text, at, n);
		if (endpoint_parse_address(text, &new.address) == 0) {
			vec_push(&s->addresses, new);
			row_map_add(&s->owners,
				    row_hash_address(ROW_HASH, &new.address),
				    s->addresses.n - 1);
		}
		at += len;
		at += strspn(at, " ");
	}
}

static uint64_t key_of(const struct event_segment *s, uint8_t flags)
{
	uint64_t hash = row_hash_address(ROW_HASH, &s->from);

	hash = row_hash_address(hash, &s->to);
	hash = row_hash(hash, &s->from.port, sizeof(s->from.port));
	hash = row_hash(hash, &s->to.port, sizeof(s->to.port));
	hash = row_hash(hash, &s->seq, sizeof(s->seq));
	hash = row_hash(hash, &s->ack, sizeof(s->ack));
	hash = row_hash(hash, &s->len, sizeof(s->len));
	hash = row_hash(hash, &s->window, sizeof(s->window));
	hash = row_hash(hash, &flags, sizeof(flags));
	return s->options ? row_hash(hash, s->options, strlen(s->options))
			  : hash;
}

static bool same_options(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool is_equal(const void *arg, size_t i)
{
	const struct candidate *c = arg;
	const struct fold_segments *s = &c->tl->segments;
	const struct event_segment *e = &c->event->segment;
	const struct tcp_seen *row = &s->rows.v[i];

	return s->identities.v[i].key == c->key &&
	       endpoint_equal(&row->from, &e->from) &&
	       endpoint_equal(&row->to, &e->to) && row->seq == e->seq &&
	       row->ack == e->ack && row->flags == c->flags &&
	       row->len == e->len && row->window == e->window &&
	       same_options(s->identities.v[i].options, e->options);
}

/* Is a row without a sending equal, and not too old to be of this one: a copy
 * that came twice must not be taken for what is sent only now */
static bool is_early(const void *arg, size_t i)
{
	const struct candidate *c = arg;

	return c->tl->segments.rows.v[i].t_ns + STAMPS_NS >= c->event->t_ns &&
	       is_equal(arg, i);
}

static struct tcp_seen row_of(const struct event *event)
{
	const struct event_segment *e = &event->segment;

	return (struct tcp_seen){
		.from = e->from,
		.to = e->to,
		.flags = fold_flags(e->flags),
		.roles = set_of(e->roles, flow_role_names, FLOW_ROLES),
		.again = e->again,
		.seq = e->seq,
		.ack = e->ack,
		.rel_seq = e->rel_seq,
		.rel_ack = e->rel_ack,
		.len = e->len,
		.window = e->window,
		.connection = e->connection,
		.t_ns = event->t_ns,
		.n = event->n,
	};
}

static size_t add_row(struct timeline *tl, const struct tcp_seen *row,
		      const struct candidate *c)
{
	struct fold_segments *s = &tl->segments;
	struct fold_identity identity = {
		.key = c->key,
		.options = arena_str(&tl->strings, c->event->segment.options),
	};

	vec_push(&s->rows, *row);
	vec_push(&s->identities, identity);
	return s->rows.n - 1;
}

static void sent(struct timeline *tl, struct tcp_seen *row,
		 const struct candidate *c)
{
	struct fold_segments *s = &tl->segments;
	uint64_t frame = c->event->segment.frame;
	size_t i = row_map_find(&s->forged, c->key, is_early, c, true);

	if (i == SIZE_MAX) {
		i = add_row(tl, row, c);
		row_map_add(&s->sent, c->key, i);
	} else {
		row->arrived_ns = s->rows.v[i].t_ns;
		row->arrived_n = s->rows.v[i].n;
		row->fate = SEEN_FATE_ARRIVED;
		s->rows.v[i] = *row;
	}
	s->identities.v[i].frame = frame;
	if (frame)
		row_map_add(&s->frames, frame, i);
	fold_fault_row(tl, i);
}

/* in how many of its parts a row differs from what arrived */
static int unlikeness(const struct fold_segments *s, size_t i,
		      const struct candidate *c)
{
	const struct event_segment *e = &c->event->segment;
	const struct tcp_seen *row = &s->rows.v[i];

	return (row->seq != e->seq) + (row->ack != e->ack) +
	       (row->flags != c->flags) + (row->len != e->len) +
	       (row->window != e->window) +
	       !same_options(s->identities.v[i].options, e->options);
}

/* What arrives corrupt was changed on the way, and then it is equal to none
 * that was sent: but for one part, to the one that it was */
static size_t find_changed(const struct fold_segments *s,
			   const struct candidate *c)
{
	const struct event_segment *e = &c->event->segment;
	size_t found = SIZE_MAX;

	for (size_t i = s->rows.n; i-- > 0 && s->rows.n - i <= CORRUPT_ROWS;)
		if (s->rows.v[i].fate == SEEN_FATE_UNDER_WAY &&
		    endpoint_equal(&s->rows.v[i].from, &e->from) &&
		    endpoint_equal(&s->rows.v[i].to, &e->to) &&
		    unlikeness(s, i, c) <= 1)
			found = i;
	return found;
}

static void arrived(struct timeline *tl, struct tcp_seen *row,
		    const struct candidate *c)
{
	struct fold_segments *s = &tl->segments;
	size_t i = row_map_find(&s->sent, c->key, is_equal, c, true);

	if (i == SIZE_MAX && c->event->segment.corrupt) {
		i = find_changed(s, c);
		if (i != SIZE_MAX)
			fold_sent_take(s, i);
	}
	if (i != SIZE_MAX) {
		s->rows.v[i].fate = SEEN_FATE_ARRIVED;
		s->rows.v[i].arrived_ns = row->t_ns;
		s->rows.v[i].arrived_n = row->n;
	} else {
		row->forged = true;
		row->fate = SEEN_FATE_ARRIVED;
		row->arrived_ns = row->t_ns;
		row->arrived_n = row->n;
		i = add_row(tl, row, c);
		row_map_add(&s->forged, c->key, i);
	}
	s->identities.v[i].connection = row->connection;
	s->identities.v[i].arrived_corrupt = c->event->segment.corrupt;
}

void fold_segment(struct timeline *tl, const struct event *event)
{
	struct tcp_seen row = row_of(event);
	struct candidate c = {.tl = tl, .event = event, .flags = row.flags};
	const char *at;

	row.from_host = owner(tl, &row.from);
	row.to_host = owner(tl, &row.to);
	at = event->segment.out ? row.from_host : row.to_host;
	if (!at || !event->host || strcmp(at, event->host) != 0)
		return; /* a router's, or a host's that listens */
	c.key = key_of(&event->segment, row.flags);
	if (event->segment.out)
		sent(tl, &row, &c);
	else
		arrived(tl, &row, &c);
}

void fold_segments_end(struct timeline *tl)
{
	vec_foreach(&tl->segments.rows, row) {
		if (row->fate == SEEN_FATE_UNDER_WAY)
			row->fate = SEEN_FATE_LOST;
	}
}

void fold_segments_done(struct timeline *tl)
{
	struct fold_segments *s = &tl->segments;

	vec_done(&s->addresses);
	vec_done(&s->rows);
	vec_done(&s->identities);
	vec_done(&s->faults);
	vec_done(&s->pending);
	row_map_done(&s->owners);
	row_map_done(&s->sent);
	row_map_done(&s->forged);
	row_map_done(&s->frames);
}

const struct tcp_seen *timeline_segments(const struct timeline *tl, size_t *n)
{
	*n = tl->segments.rows.n;
	return tl->segments.rows.v;
}

/* number of the event that made it a row */
static uint64_t first_told(const struct tcp_seen *row)
{
	return row->arrived_n && row->arrived_n < row->n ? row->arrived_n
							 : row->n;
}

struct tcp_seen *timeline_segments_until(const struct timeline *tl,
					 uint64_t until_n, size_t *n)
{
	const struct fold_segments *s = &tl->segments;
	struct tcp_seen *rows;
	size_t low = 0;
	size_t high = s->rows.n;

	/* rows are in the order in which they were made */
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (first_told(&s->rows.v[mid]) <= until_n)
			low = mid + 1;
		else
			high = mid;
	}
	rows = mem_new(struct tcp_seen, low);
	for (size_t i = 0; i < low; i++) {
		rows[i] = s->rows.v[i];
		if (rows[i].arrived_n > until_n && !rows[i].forged) {
			rows[i].fate = SEEN_FATE_UNDER_WAY;
			rows[i].arrived_n = 0;
			rows[i].arrived_ns = 0;
		}
	}
	*n = low;
	return rows;
}
