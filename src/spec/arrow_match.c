/*
 * arrow_match.c - hold arrows against the segments that were seen
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spec/scenario.h"
#include "tcp/segment.h"

#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/**
 * struct walk - a list on its way through a window
 * @state: its variables; bound on the way
 * @has_base: the list took a segment: "at" counts from @base_ns
 * @base_ns: when that was sent
 * @no_base: the list's first arrow is missing, so nothing can be "at"
 * @no_bind: a variable that stands for nothing is no number
 */
struct walk {
	const struct tcp_seen *seen;
	size_t n_seen;
	struct arrow_state *state;
	bool has_base;
	int64_t base_ns;
	bool no_base;
	bool no_bind;
};

static bool host_is(const char *asked, const char *host)
{
	return !asked || (host && strcmp(asked, host) == 0);
}

/* are hosts and flags right: what people would call "such a segment" */
static bool looks_alike(const struct segment_pattern *which,
			const struct tcp_seen *seen)
{
	return host_is(which->from, seen->from_host) &&
	       host_is(which->to, seen->to_host) &&
	       (!which->has_flags ||
		segment_flags_match(which->flags, seen->flags));
}

bool segment_pattern_matches(const struct segment_pattern *which,
			     const struct tcp_seen *seen)
{
	if (!looks_alike(which, seen) ||
	    (which->roles && !(which->roles & seen->roles)))
		return false;
	return which->again == PATTERN_AGAIN_EITHER ||
	       seen->again == (which->again == PATTERN_AGAIN_ONLY);
}

/* what a variable stands for; one that stands for nothing yet is bound */
static bool bound_to(const struct walk *w, const char *name, uint32_t value)
{
	struct arrow_state *state = w->state;

	for (size_t i = 0; i < state->n_bound; i++)
		if (strcmp(state->bound[i].name, name) == 0)
			return state->bound[i].value == value;
	if (w->no_bind || state->n_bound == ARROW_VARIABLES)
		return false;
	state->bound[state->n_bound++] =
		(struct arrow_binding){.name = name, .value = value};
	return true;
}

static bool number_is_bound(const struct arrow_number *number,
			    const struct arrow_state *state)
{
	for (size_t i = 0; number->variable && i < state->n_bound; i++)
		if (strcmp(state->bound[i].name, number->variable) == 0)
			return true;
	return !number->variable;
}

bool arrow_is_bound(const struct arrow *arrow, const struct arrow_state *state)
{
	return number_is_bound(&arrow->seq, state) &&
	       number_is_bound(&arrow->ack, state);
}

/* modulo 2^32, as all arithmetic on sequence numbers: RFC 9293 3.4 */
static bool number_holds(const struct walk *w, const struct arrow_number *want,
			 uint32_t absolute, uint32_t relative)
{
	if (!want->set)
		return true;
	if (!want->variable)
		return relative == (uint32_t)want->plus;
	return bound_to(w, want->variable, absolute - (uint32_t)want->plus);
}

static bool is_lost(const struct walk *w, const struct tcp_seen *seen)
{
	const int64_t before_ns = w->state->lost_before_ns;

	return seen->fate == SEEN_FATE_LOST ||
	       (seen->fate == SEEN_FATE_UNDER_WAY &&
		(!before_ns || seen->t_ns < before_ns));
}

static bool fate_holds(const struct walk *w, enum arrow_fate want,
		       const struct tcp_seen *seen)
{
	switch (want) {
	case ARROW_FATE_ANY:
		return true;
	case ARROW_FATE_ARRIVED:
		return seen->fate == SEEN_FATE_ARRIVED;
	case ARROW_FATE_LOST:
		return is_lost(w, seen);
	case ARROW_FATE_FORGED:
		return true;
	case ARROW_FATES:
		break;
	}
	return false;
}

static bool time_holds(const struct walk *w, const struct arrow *arrow,
		       const struct tcp_seen *seen)
{
	int64_t behind_ns = w->has_base ? seen->t_ns - w->base_ns : 0;

	if (!arrow->has_at)
		return true;
	return !w->no_base && behind_ns >= arrow->at_ns &&
	       behind_ns <= arrow->at_until_ns;
}

/* Does a segment satisfy an arrow; if so, variables are bound. Nobody sent
 * what is forged, so only arrows that ask for that are about it */
static bool satisfies(const struct walk *w, const struct arrow *arrow,
		      const struct tcp_seen *seen)
{
	size_t n_bound = w->state->n_bound;

	if (seen->forged != (arrow->fate == ARROW_FATE_FORGED) ||
	    !segment_pattern_matches(&arrow->which, seen) ||
	    !compare_holds(&arrow->len, seen->len) ||
	    !fate_holds(w, arrow->fate, seen) || !time_holds(w, arrow, seen) ||
	    (arrow->ack.set && !(seen->flags & ACK)))
		return false;
	if (number_holds(w, &arrow->seq, seen->seq, seen->rel_seq) &&
	    number_holds(w, &arrow->ack, seen->ack, seen->rel_ack))
		return true;
	w->state->n_bound = n_bound;
	return false;
}

static size_t nearest(const struct walk *w, const struct arrow *arrow,
		      size_t from, size_t until)
{
	size_t alike = SIZE_MAX;

	for (size_t i = from; i < until; i++) {
		const struct tcp_seen *seen = &w->seen[i];

		if (seen->forged != (arrow->fate == ARROW_FATE_FORGED))
			continue;
		if (segment_pattern_matches(&arrow->which, seen))
			return i;
		if (alike == SIZE_MAX && looks_alike(&arrow->which, seen))
			alike = i;
	}
	return alike;
}

static void take(struct walk *w, struct arrow_hit *hit, size_t at)
{
	hit->met = true;
	hit->first = at;
	hit->count = 1;
	if (!w->has_base) {
		w->has_base = true;
		w->base_ns = w->seen[at].t_ns;
	}
}

/*
 * The arrow, of optional ones from @i on and of the one at @required, that
 * takes segment @at; SIZE_MAX if none does. The one that is required comes
 * first: an optional one that finds nothing before it is passed over.
 */
static size_t taker(struct walk *w, const struct arrow *arrows, size_t n_arrows,
		    size_t i, size_t required, size_t at)
{
	if (required < n_arrows &&
	    satisfies(w, &arrows[required], &w->seen[at]))
		return required;
	for (; i < required; i++)
		if (!arrows[i].count.set &&
		    satisfies(w, &arrows[i], &w->seen[at]))
			return i;
	return SIZE_MAX;
}

static size_t next_required(const struct arrow *arrows, size_t n_arrows,
			    size_t i)
{
	while (i < n_arrows && (arrows[i].optional || arrows[i].count.set))
		i++;
	return i;
}

/* Return: index behind the last segment that was taken */
static size_t match_ordered(struct walk *w, const struct arrow *arrows,
			    size_t n_arrows, struct arrow_hit *hits)
{
	const size_t begin = w->state->next;
	size_t behind = begin;
	size_t i = 0;

	while (i < n_arrows) {
		size_t required = next_required(arrows, n_arrows, i);
		size_t at = behind;

		for (; at < w->n_seen && i <= required && i < n_arrows; at++) {
			size_t by = taker(w, arrows, n_arrows, i, required, at);

			if (by == SIZE_MAX)
				continue;
			take(w, &hits[by], at);
			behind = at + 1;
			i = by + 1;
		}
		if (required < n_arrows && !hits[required].met) {
			hits[required].near = nearest(w, &arrows[required],
						      behind, w->n_seen);
			if (hits[required].near == SIZE_MAX)
				hits[required].near = nearest(
					w, &arrows[required], begin, behind);
			w->no_base = !w->has_base;
		}
		i = required + 1;
	}
	return behind;
}

static void match_count(const struct walk *w, const struct arrow *arrow,
			struct arrow_hit *hit)
{
	for (size_t i = w->state->next; i < w->n_seen; i++) {
		if (!satisfies(w, arrow, &w->seen[i]))
			continue;
		if (hit->count++ == 0)
			hit->first = i;
	}
	hit->met = compare_holds(&arrow->count, (int64_t)hit->count);
	if (!hit->met && !hit->count)
		hit->near = nearest(w, arrow, w->state->next, w->n_seen);
}

bool arrows_match(const struct arrow *arrows, size_t n_arrows,
		  const struct tcp_seen *seen, size_t n_seen,
		  struct arrow_state *state, struct arrow_hit *hits)
{
	struct walk w = {.seen = seen, .n_seen = n_seen, .state = state};
	bool all = true;
	size_t behind;

	for (size_t i = 0; i < n_arrows; i++)
		hits[i] = (struct arrow_hit){
			.met = arrows[i].optional && !arrows[i].count.set,
			.first = SIZE_MAX,
			.near = SIZE_MAX,
		};
	behind = match_ordered(&w, arrows, n_arrows, hits);
	/* behind the others, so that these have bound what they can */
	w.no_bind = true;
	for (size_t i = 0; i < n_arrows; i++)
		if (arrows[i].count.set)
			match_count(&w, &arrows[i], &hits[i]);
	state->next = behind;
	for (size_t i = 0; i < n_arrows; i++)
		all = all && hits[i].met;
	return all;
}

size_t arrow_never(const struct arrow *arrow, const struct tcp_seen *seen,
		   size_t n_seen, const struct arrow_state *state)
{
	struct arrow_state bound = *state;
	const struct walk w = {.state = &bound, .no_bind = true};

	for (size_t i = 0; i < n_seen; i++)
		if (satisfies(&w, arrow, &seen[i]))
			return i;
	return SIZE_MAX;
}

/* is a segment one that a counted arrow counts */
static bool is_counted(const struct arrow *arrows, size_t n_arrows,
		       const struct tcp_seen *seen,
		       const struct arrow_state *state)
{
	for (size_t i = 0; i < n_arrows; i++)
		if (arrows[i].count.set &&
		    arrow_never(&arrows[i], seen, 1, state) == 0)
			return true;
	return false;
}

size_t arrows_only(const struct arrow *arrows, size_t n_arrows,
		   const struct tcp_seen *seen, size_t begin,
		   const struct arrow_state *state,
		   const struct arrow_hit *hits)
{
	for (size_t i = begin; i < state->next; i++) {
		bool taken = seen[i].forged;

		for (size_t j = 0; !taken && j < n_arrows; j++)
			taken = !arrows[j].count.set && hits[j].first == i;
		if (!taken && !is_counted(arrows, n_arrows, &seen[i], state))
			return i;
	}
	return SIZE_MAX;
}

bool expect_arrows_hold(const struct expect *expect,
			const struct tcp_seen *seen, size_t n_seen,
			const struct arrow_state *state)
{
	struct arrow_hit *hits = mem_new(struct arrow_hit, expect->n_arrows);
	struct arrow_state moved = *state;
	bool holds;

	holds = arrows_match(expect->arrows, expect->n_arrows, seen, n_seen,
			     &moved, hits) &&
		(!expect->only ||
		 arrows_only(expect->arrows, expect->n_arrows, seen,
			     state->next, &moved, hits) == SIZE_MAX);
	free(hits);
	return holds;
}

void expect_arrows_end(const struct expect *expect, const struct tcp_seen *seen,
		       size_t n_seen, struct arrow_state *state)
{
	struct arrow_hit *hits;

	if (!expect->n_arrows)
		return;
	hits = mem_new(struct arrow_hit, expect->n_arrows);
	(void)arrows_match(expect->arrows, expect->n_arrows, seen, n_seen,
			   state, hits); /* it moves on all the same */
	free(hits);
}
