/*
 * ladder_path.c - the routers between a connection's ends, and what they saw
 *
 * A router captures what it forwards at both its links. Its addresses are not
 * the segment's, so it is no end of it; it is known again by its numbers.
 */
#include "report/ladder_path.h"

#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "event/event.h"
#include "report/ladder_sheet.h"
#include "report/ladder_words.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "tcp/seen.h"
#include "tcp/segment.h"
#include "timeline/history.h"

/** BUCKETS - of a router's sightings; a power of two */
#define BUCKETS 1024

/** NONE - no index */
#define NONE SIZE_MAX

/**
 * struct sighting - a router saw a segment
 * @event: that
 * @mid: which router
 * @taken: it is part of a pass already
 * @next: in its bucket; NONE
 */
struct sighting {
	const struct event *event;
	size_t mid;
	bool taken;
	size_t next;
};

/** struct sightings - all of a connection, in order of their numbers, and by
 * sequence number */
struct sightings {
	VEC(struct sighting) all;
	size_t first[BUCKETS];
	size_t last[BUCKETS];
};

static const char *host_at(const struct topology *t, size_t i)
{
	return t->hosts[i].name;
}

/* of each host the one that is next to it on its way to @to; NONE */
static size_t *steps_to(const struct topology *t, size_t to)
{
	size_t *next = mem_new(size_t, t->n_hosts);
	SCOPED_FREE size_t *queue = mem_new(size_t, t->n_hosts);
	size_t n = 0;

	for (size_t i = 0; i < t->n_hosts; i++)
		next[i] = NONE;
	next[to] = to;
	queue[n++] = to;
	for (size_t done = 0; done < n; done++) {
		for (size_t i = 0; i < t->n_links; i++) {
			const struct link_spec *link = &t->links[i];
			size_t here = queue[done];
			size_t there = link->a == here	 ? link->b
				       : link->b == here ? link->a
							 : here;

			if (next[there] != NONE)
				continue;
			next[there] = here;
			queue[n++] = there;
		}
	}
	return next;
}

size_t ladder_way(const struct topology *topology, const char *from,
		  const char *to, const char *hosts[LADDER_WAY_MAX])
{
	SCOPED_FREE size_t *next = NULL;
	int begin;
	int end;
	size_t at;
	size_t n = 0;

	if (!from || !to)
		return 0;
	if (!topology) {
		hosts[0] = from;
		hosts[1] = to;
		return 2;
	}
	begin = topology_host(topology, from);
	end = topology_host(topology, to);
	if (begin < 0 || end < 0)
		return 0;
	next = steps_to(topology, (size_t)end);
	at = (size_t)begin;
	if (next[at] == NONE)
		return 0;
	for (hosts[n++] = host_at(topology, at); at != (size_t)end;) {
		at = next[at];
		if (n == LADDER_WAY_MAX)
			return 0;
		hosts[n++] = host_at(topology, at);
	}
	return n;
}

static const struct topology *topology_of(const struct ladder_of *of)
{
	return of->scenario ? of->scenario->topology : NULL;
}

static void find_mids(struct ladder_path *path, const struct ladder_of *of)
{
	const struct topology *t = topology_of(of);
	const char *way[LADDER_WAY_MAX];
	size_t n;

	if (!t)
		return;
	n = ladder_way(t, of->connection->ends[0].host,
		       of->connection->ends[1].host, way);
	for (size_t i = 1; i + 1 < n; i++) {
		int host = topology_host(t, way[i]);

		if (t->hosts[host].kind != HOST_KIND_ROUTER)
			continue;
		if (path->n_mids == LADDER_MIDS_MAX) {
			path->n_mids = 0;
			return;
		}
		path->mids[path->n_mids++] = way[i];
	}
}

static size_t mid_of(const struct ladder_path *path, const char *host)
{
	for (size_t i = 0; host && i < path->n_mids; i++)
		if (strcmp(path->mids[i], host) == 0)
			return i;
	return NONE;
}

static void look(struct sightings *s, const struct ladder_path *path,
		 const struct ladder_of *of)
{
	const struct history_end *ends = of->connection->ends;

	for (size_t i = 0; i < BUCKETS; i++)
		s->first[i] = s->last[i] = NONE;
	for (size_t i = 0; i < of->n_events; i++) {
		const struct event *e = &of->events[i];
		struct sighting new = {.event = e, .next = NONE};
		size_t bucket;

		if (e->kind != EVENT_SEGMENT)
			continue;
		new.mid = mid_of(path, e->host);
		if (new.mid == NONE ||
		    (!endpoint_equal(&e->segment.from, &ends[0].local) &&
		     !endpoint_equal(&e->segment.from, &ends[1].local)) ||
		    (!endpoint_equal(&e->segment.to, &ends[0].local) &&
		     !endpoint_equal(&e->segment.to, &ends[1].local)))
			continue;
		bucket = e->segment.seq % BUCKETS;
		vec_push(&s->all, new);
		if (s->last[bucket] == NONE)
			s->first[bucket] = s->all.n - 1;
		else
			s->all.v[s->last[bucket]].next = s->all.n - 1;
		s->last[bucket] = s->all.n - 1;
	}
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* A retransmission is told from what was sent before by its timestamp */
static bool is_it(const struct sighting *s, const struct event *told,
		  const struct tcp_seen *seen)
{
	const struct event_segment *a = &s->event->segment;
	const struct event_segment *b = &told->segment;

	return a->seq == seen->seq && a->ack == seen->ack &&
	       a->len == seen->len && a->window == seen->window &&
	       endpoint_equal(&a->from, &seen->from) &&
	       same_text(a->flags, b->flags) &&
	       same_text(a->options, b->options);
}

/** struct quest - what is looked for among the sightings: of a segment, one way
 * at one router, between two events */
struct quest {
	const struct event *told;
	const struct tcp_seen *seen;
	size_t mid;
	bool out;
	uint64_t after_n;
	uint64_t before_n;
};

static struct sighting *take(struct sightings *s, const struct quest *q)
{
	size_t i = s->first[q->seen->seq % BUCKETS];

	for (; i != NONE; i = s->all.v[i].next) {
		struct sighting *at = &s->all.v[i];

		if (at->taken || at->mid != q->mid ||
		    at->event->segment.out != q->out ||
		    at->event->n <= q->after_n || at->event->n >= q->before_n ||
		    !is_it(at, q->told, q->seen))
			continue;
		at->taken = true;
		return at;
	}
	return NULL;
}

static void follow(struct ladder_path *path, const struct ladder_of *of,
		   struct sightings *s, size_t segment)
{
	const struct tcp_seen *seen = &of->segments[segment];
	bool back =
		!endpoint_equal(&seen->from, &of->connection->ends[0].local);
	struct quest q = {
		.told = ladder_event(of, seen->n),
		.seen = seen,
		.after_n = seen->forged ? 0 : seen->n,
		.before_n = seen->arrived_n ? seen->arrived_n : UINT64_MAX,
	};

	if (!q.told || q.told->kind != EVENT_SEGMENT)
		return;
	for (size_t i = 0; i < path->n_mids; i++) {
		struct ladder_pass pass = {.segment = segment};
		struct sighting *at;

		q.mid = pass.mid = back ? path->n_mids - 1 - i : i;
		q.out = false;
		at = take(s, &q);
		/* an injected one begins behind a router */
		if (!at && seen->forged)
			continue;
		if (!at)
			return;
		pass.t_ns = at->event->t_ns;
		pass.in_n = q.after_n = at->event->n;
		q.out = true;
		at = take(s, &q);
		if (at)
			pass.out_n = q.after_n = at->event->n;
		vec_push(&path->passes, pass);
		if (!at)
			return;
	}
}

static int by_number(const void *a, const void *b)
{
	const struct ladder_pass *x = a;
	const struct ladder_pass *y = b;

	return (x->in_n > y->in_n) - (x->in_n < y->in_n);
}

struct ladder_path ladder_path_new(const struct ladder_of *of)
{
	const struct history_connection *c = of->connection;
	struct ladder_path path = {0};
	struct sightings *s;

	find_mids(&path, of);
	if (!path.n_mids)
		return path;
	s = mem_new(struct sightings, 1);
	look(s, &path, of);
	for (size_t i = 0; i < c->n_segments; i++)
		follow(&path, of, s, c->segments[i]);
	vec_done(&s->all);
	free(s);
	if (path.passes.n)
		qsort(path.passes.v, path.passes.n, sizeof(*path.passes.v),
		      by_number);
	return path;
}

void ladder_path_done(struct ladder_path *path)
{
	vec_done(&path->passes);
}

static bool is_cut(const struct ladder_of *of, const char *from, const char *to,
		   int64_t t_ns)
{
	bool cut = false;

	for (size_t i = 0; i < of->n_events; i++) {
		const struct event *e = &of->events[i];

		if (e->kind != EVENT_WIRE || e->t_ns > t_ns || !e->host ||
		    !e->wire.to || !e->wire.action ||
		    strcmp(e->host, from) != 0 || strcmp(e->wire.to, to) != 0)
			continue;
		if (strcmp(e->wire.action, "cut") == 0)
			cut = true;
		else if (strcmp(e->wire.action, "heal") == 0)
			cut = false;
	}
	return cut;
}

static const struct ladder_pass *last_pass(const struct ladder_of *of,
					   const struct tcp_seen *segment)
{
	const struct ladder_pass *last = NULL;

	for (size_t i = 0; of->path && i < of->path->passes.n; i++) {
		const struct ladder_pass *pass = &of->path->passes.v[i];

		if (&of->segments[pass->segment] == segment)
			last = pass;
	}
	return last;
}

/* the one reason that a wire had */
static const char *reason(const struct event_link *link)
{
	const struct {
		uint64_t n;
		const char *name;
	} all[] = {
		{link->lost, "loss"},		{link->overflow, "overflow"},
		{link->missed, "missed"},	{link->cut, "cut"},
		{link->forgotten, "forgotten"}, {link->held, "held"},
		{link->under_way, "under way"},
	};
	const char *name = NULL;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].n && name)
			return NULL;
		if (all[i].n)
			name = all[i].name;
	}
	return name;
}

static const char *reason_of_link(const struct ladder_of *of, const char *from,
				  const char *to)
{
	/* they come last */
	for (size_t i = of->n_events; i-- > 0;) {
		const struct event *e = &of->events[i];

		if (e->kind == EVENT_LINK && e->host && e->link.to &&
		    strcmp(e->host, from) == 0 && strcmp(e->link.to, to) == 0)
			return reason(&e->link);
	}
	return NULL;
}

const char *ladder_path_lost(const struct ladder_of *of,
			     const struct tcp_seen *segment)
{
	const struct ladder_pass *last = last_pass(of, segment);
	const char *from =
		last ? of->path->mids[last->mid] : segment->from_host;
	int64_t t_ns = last ? last->t_ns : segment->t_ns;
	const char *way[LADDER_WAY_MAX];
	const char *why = NULL;
	size_t n;

	if (last && !last->out_n)
		return NULL;
	n = ladder_way(topology_of(of), from, segment->to_host, way);
	for (size_t i = 1; i < n; i++) {
		if (is_cut(of, way[i - 1], way[i], t_ns))
			return "cut";
		why = why ?: reason_of_link(of, way[i - 1], way[i]);
		/* the next router would have seen it */
		if (of->path && mid_of(of->path, way[i]) != NONE)
			break;
	}
	return why;
}

bool ladder_path_has(const struct ladder_of *of, const char *a, const char *b)
{
	const char *way[LADDER_WAY_MAX];
	size_t n;

	if (!topology_of(of))
		return true;
	n = ladder_way(topology_of(of), of->connection->ends[0].host,
		       of->connection->ends[1].host, way);
	for (size_t i = 1; i < n; i++)
		if ((strcmp(way[i - 1], a) == 0 && strcmp(way[i], b) == 0) ||
		    (strcmp(way[i - 1], b) == 0 && strcmp(way[i], a) == 0))
			return true;
	return n == 0;
}
