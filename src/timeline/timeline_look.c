/*
 * timeline_look.c - when hosts were read, what counters did, what was missed
 */
#include "timeline/timeline.h"

#include <string.h>

#include "timeline/fold.h"

struct fold_host *fold_host(struct timeline *tl, const char *name)
{
	struct fold_host host = {0};

	if (!name)
		return NULL;
	vec_foreach(&tl->hosts, known) {
		if (strcmp(known->name, name) == 0)
			return known;
	}
	host.name = arena_str(&tl->strings, name);
	vec_push(&tl->hosts, host);
	return &tl->hosts.v[tl->hosts.n - 1];
}

static const struct fold_host *find_host(const struct timeline *tl,
					 const char *name)
{
	for (size_t i = 0; i < tl->hosts.n; i++)
		if (strcmp(tl->hosts.v[i].name, name) == 0)
			return &tl->hosts.v[i];
	return NULL;
}

static void add_gap(struct timeline *tl, const struct event *event)
{
	struct timeline_gap gap = {
		.source = arena_str(&tl->strings, event->gap.source),
		.host = arena_str(&tl->strings, event->host),
		.why = arena_str(&tl->strings, event->gap.why),
		.from_ns = event->gap.from_ns,
		.to_ns = event->gap.to_ns,
		.n = event->n,
	};

	vec_push(&tl->gaps, gap);
}

static void add_counter(struct timeline *tl, const struct event *event)
{
	struct fold_counter counter = {
		.host = arena_str(&tl->strings, event->host),
		.name = arena_str(&tl->strings, event->counter.name),
		.t_ns = event->t_ns,
		.delta = event->counter.delta,
		.n = event->n,
	};

	if (counter.host && counter.name)
		vec_push(&tl->counters, counter);
}

void fold_look(struct timeline *tl, const struct event *event)
{
	struct fold_host *host = fold_host(tl, event->host);
	struct timeline_look look = {
		.began_ns = event->t_ns,
		.t_ns = event->t_ns,
		.step = event->step,
		.n = event->n,
	};

	if (event->kind == EVENT_GAP) {
		add_gap(tl, event);
	} else if (event->kind == EVENT_COUNTER) {
		add_counter(tl, event);
	} else if (host && event->kind == EVENT_SNAP) {
		look.why = arena_str(&tl->strings, event->snap.why);
		look.began_ns -= event->snap.took_ns;
		vec_push(&host->snaps, look);
	} else if (host && event->kind == EVENT_COUNTERS) {
		look.why = arena_str(&tl->strings, event->counters.why);
		vec_push(&host->readings, look);
	}
}

const struct timeline_look *timeline_snaps(const struct timeline *tl,
					   const char *host, size_t *n)
{
	const struct fold_host *known = find_host(tl, host);

	*n = known ? known->snaps.n : 0;
	return known ? known->snaps.v : NULL;
}

const struct timeline_look *timeline_readings(const struct timeline *tl,
					      const char *host, size_t *n)
{
	const struct fold_host *known = find_host(tl, host);

	*n = known ? known->readings.n : 0;
	return known ? known->readings.v : NULL;
}

int64_t timeline_counter(const struct timeline *tl, const char *host,
			 const char *name, int64_t t_ns, uint64_t *n)
{
	int64_t sum = 0;
	uint64_t last_n = 0;

	for (size_t i = 0; i < tl->counters.n; i++) {
		const struct fold_counter *c = &tl->counters.v[i];

		if (c->t_ns > t_ns || strcmp(c->name, name) != 0 ||
		    strcmp(c->host, host) != 0)
			continue;
		sum += c->delta;
		last_n = c->n;
	}
	if (n)
		*n = last_n;
	return sum;
}

const struct timeline_gap *timeline_gaps(const struct timeline *tl, size_t *n)
{
	*n = tl->gaps.n;
	return tl->gaps.v;
}

const struct timeline_gap *timeline_gap_covers(const struct timeline *tl,
					       const char *source,
					       const char *host,
					       int64_t from_ns, int64_t to_ns)
{
	for (size_t i = 0; i < tl->gaps.n; i++) {
		const struct timeline_gap *gap = &tl->gaps.v[i];

		if (gap->from_ns > to_ns || gap->to_ns < from_ns)
			continue;
		if (gap->host && strcmp(gap->host, host) != 0)
			continue;
		if (!gap->source || strcmp(gap->source, source) == 0)
			return gap;
	}
	return NULL;
}
