/*
 * alter_arrow.c - other segments, numbers and fates than those that were seen
 */
#include <stdlib.h>
#include <string.h>

#include "judge/alterer.h"
#include "judge/arrows.h"
#include "spec/scenario.h"
#include "tcp/segment.h"
#include "timeline/timeline.h"

/** struct list - the arrows of one step, as they went */
struct list {
	struct alterer *a;
	int index;
	const struct expect *expect;
	struct tcp_seen *seen;
	size_t n_seen;
};

/* Where something may have gone unseen, nothing is certainly false */
static bool is_open(const struct timeline *tl)
{
	const struct arrow any = {0};

	return arrows_gap(tl, &any, 0, INT64_MAX) != NULL;
}

/* Offer @other instead of arrow @j, if nothing that was seen satisfies it */
static void offer(const struct list *l, size_t j, const struct arrow *other,
		  const char *what)
{
	size_t bytes = l->expect->n_arrows * sizeof(*other);
	struct arrow *arrows = mem_new(struct arrow, l->expect->n_arrows);
	struct arrow_hit *hits = mem_new(struct arrow_hit, l->expect->n_arrows);
	struct arrow_state state = l->a->arrows;
	struct expect expect = *l->expect;

	memcpy(arrows, l->expect->arrows, bytes);
	arrows[j] = *other;
	expect.arrows = arrows;
	(void)arrows_match(arrows, expect.n_arrows, l->seen, l->n_seen, &state,
			   hits); /* one arrow decides */
	if (!hits[j].met)
		alterer_expect(l->a, l->index, &expect, &expect.arrows, bytes,
			       "%s, but %s", other->text, what);
	free(hits);
	free(arrows);
}

static void alter_pattern(const struct list *l, size_t j)
{
	const struct arrow *want = &l->expect->arrows[j];
	struct arrow other = *want;
	struct segment_pattern *which = &other.which;

	if (want->which.from || want->which.to) {
		which->from = want->which.to;
		which->to = want->which.from;
		offer(l, j, &other, "the other way");
	}
	other = *want;
	for (unsigned int f = 0; f <= TCP_FLAG_RST; f++) {
		which->has_flags = true;
		which->flags = (uint8_t)TCP_FLAG_BIT(f);
		if (!want->which.has_flags ||
		    !(want->which.flags & which->flags))
			offer(l, j, &other, tcp_flag_names[f]);
	}
	other = *want;
	if (want->which.again != PATTERN_AGAIN_EITHER) {
		which->again = want->which.again == PATTERN_AGAIN_ONLY
				       ? PATTERN_AGAIN_FIRST
				       : PATTERN_AGAIN_ONLY;
		offer(l, j, &other,
		      which->again == PATTERN_AGAIN_ONLY ? "again"
							 : "the first time");
	}
}

static void alter_numbers(const struct list *l, size_t j)
{
	const struct arrow *want = &l->expect->arrows[j];
	struct arrow other = *want;

	if (want->seq.set) {
		other.seq.plus++;
		offer(l, j, &other, "its number one higher");
	}
	other = *want;
	if (want->ack.set) {
		other.ack.plus++;
		offer(l, j, &other, "acknowledging one more");
	}
	other = *want;
	if (want->len.set) {
		other.len = alterer_opposite(&want->len);
		offer(l, j, &other, "of another length");
	}
	other = *want;
	if (want->count.set) {
		other.count = alterer_opposite(&want->count);
		offer(l, j, &other, "another number of times");
		other.count = want->count;
		other.count.value++;
		offer(l, j, &other, "once more");
	}
}

static void alter_fate(const struct list *l, size_t j)
{
	static const char *const fates[ARROW_FATES] = {
		[ARROW_FATE_ARRIVED] = "arrived",
		[ARROW_FATE_LOST] = "lost",
		[ARROW_FATE_FORGED] = "forged",
	};
	const struct arrow *want = &l->expect->arrows[j];
	struct arrow other = *want;

	for (unsigned int f = ARROW_FATE_ARRIVED; f < ARROW_FATES; f++) {
		other.fate = (enum arrow_fate)f;
		/* a count of lost ones is known in the end only */
		if (other.fate != want->fate &&
		    !(want->count.set && other.fate == ARROW_FATE_LOST))
			offer(l, j, &other, fates[f]);
	}
	other = *want;
	if (want->has_at && want->at_until_ns != INT64_MAX) {
		other.at_ns = want->at_until_ns + 1;
		other.at_until_ns += want->at_until_ns - want->at_ns + 1;
		offer(l, j, &other, "later");
		other.at_until_ns = want->at_ns - 1;
		other.at_ns =
			other.at_until_ns - (want->at_until_ns - want->at_ns);
		offer(l, j, &other, "earlier");
	}
}

/* Is the last segment that a list took one that it insists on */
static bool ends_required(const struct expect *expect,
			  const struct arrow_hit *hits, size_t last)
{
	for (size_t i = 0; i < expect->n_arrows; i++)
		if (hits[i].first == last && !expect->arrows[i].count.set &&
		    !expect->arrows[i].optional)
			return true;
	return false;
}

/* A list that is not the whole must not be said to be, and is met at its last
 * segment, no sooner */
static void alter_list(const struct list *l)
{
	struct arrow_hit *hits = mem_new(struct arrow_hit, l->expect->n_arrows);
	const struct timeline_step *step = timeline_step(l->a->tl, l->index);
	struct arrow_state state = l->a->arrows;
	struct expect expect = *l->expect;
	size_t begin = state.next;
	bool met = arrows_match(expect.arrows, expect.n_arrows, l->seen,
				l->n_seen, &state, hits);

	expect.only = true;
	if (met && !l->expect->only &&
	    arrows_only(expect.arrows, expect.n_arrows, l->seen, begin, &state,
			hits) != SIZE_MAX)
		alterer_expect(l->a, l->index, &expect, NULL, 0,
			       "only such segments");
	expect = *l->expect;
	if (met && !expect.since && state.next > begin &&
	    ends_required(&expect, hits, state.next - 1) &&
	    l->seen[state.next - 1].t_ns > step->begin_ns + 1) {
		expect.within_ns =
			l->seen[state.next - 1].t_ns - step->begin_ns - 1;
		if (expect.not_before_ns > expect.within_ns)
			expect.not_before_ns = 0;
		alterer_expect(l->a, l->index, &expect, NULL, 0,
			       "segments within %lld ns",
			       (long long)expect.within_ns);
	}
	free(hits);
}

/* What was sent must not be denied */
static void alter_never(const struct list *l, size_t j)
{
	static char text[] = "any segment";
	struct expect expect = *l->expect;
	size_t bytes = expect.n_never_arrows * sizeof(struct arrow);
	struct arrow *arrows = mem_new(struct arrow, expect.n_never_arrows);
	const struct arrow any = {.pos = expect.never_arrows[j].pos,
				  .text = text};

	memcpy(arrows, expect.never_arrows, bytes);
	arrows[j] = any;
	expect.never_arrows = arrows;
	if (arrow_never(&any, l->seen, l->n_seen, &l->a->arrows) != SIZE_MAX)
		alterer_expect(l->a, l->index, &expect, &expect.never_arrows,
			       bytes, "never any segment");
	free(arrows);
}

void alter_arrows(struct alterer *a, int index)
{
	const struct step *step = &a->scenario->steps[index];
	const struct timeline_step *was = timeline_step(a->tl, index);
	struct list l = {.a = a, .index = index, .expect = &step->expect};
	bool asks = step->expect.n_arrows || step->expect.n_never_arrows;

	if (step->kind != STEP_EXPECT || !asks || !was->end_n)
		return;
	l.seen = timeline_segments_until(a->tl, was->end_n, &l.n_seen);
	for (size_t j = 0; !is_open(a->tl) && j < l.expect->n_arrows; j++) {
		if (l.expect->arrows[j].optional)
			continue;
		alter_pattern(&l, j);
		alter_numbers(&l, j);
		alter_fate(&l, j);
	}
	if (!is_open(a->tl) && l.expect->n_arrows)
		alter_list(&l);
	for (size_t j = 0; j < l.expect->n_never_arrows; j++)
		alter_never(&l, j);
	expect_arrows_end(l.expect, l.seen, l.n_seen, &a->arrows);
	free(l.seen);
}

void alter_faults(struct alterer *a)
{
	const struct timeline_fault *hits;
	size_t n;

	hits = timeline_faults(a->tl, &n);
	for (size_t i = 0; i < a->scenario->n_faults; i++) {
		struct fault_spec other = a->scenario->faults[i];
		uint32_t acted = 0;

		for (size_t j = 0; j < n; j++)
			acted += hits[j].fault == i + 1 &&
				 strcmp(hits[j].action, "release") != 0;
		other.times = acted + 1;
		other.optional = false;
		alterer_fault(a, i, &other, "%s, but %u times", other.text,
			      other.times);
		other.times = acted - 1;
		if (acted > 1)
			alterer_fault(a, i, &other, "%s, but %u times",
				      other.text, other.times);
	}
}
