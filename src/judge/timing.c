/*
 * timing.c - was it true when it had to be, given when it was looked at
 */
#include "judge/timing.h"

#include "base/names.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

const enum verdict timing_verdicts[] = {
	[TIMING_KEPT] = VERDICT_PASS,
	[TIMING_LATE] = VERDICT_FAIL,
	[TIMING_NEVER] = VERDICT_FAIL,
	[TIMING_EARLY] = VERDICT_FAIL,
	[TIMING_LEFT] = VERDICT_FAIL,
	[TIMING_PERHAPS_LATE] = VERDICT_INCONCLUSIVE,
	[TIMING_PERHAPS_EARLY] = VERDICT_INCONCLUSIVE,
	[TIMING_PERHAPS_LEFT] = VERDICT_INCONCLUSIVE,
	[TIMING_NO_LOOK] = VERDICT_INCONCLUSIVE,
	[TIMING_GAP] = VERDICT_INCONCLUSIVE,
	[TIMING_NO_ORIGIN] = VERDICT_INCONCLUSIVE,
};
TABLE_COVERS(timing_verdicts, TIMING_REASONS);

void truth_start(struct truth *truth, bool holds, uint64_t n)
{
	struct truth_span span = {
		.holds = holds, .lo_ns = -1, .hi_ns = -1, .n = n};

	vec_push(&truth->spans, span);
}

void truth_add(struct truth *truth, bool holds, int64_t lo_ns, int64_t hi_ns,
	       uint64_t n)
{
	struct truth_span span = {
		.holds = holds, .lo_ns = lo_ns, .hi_ns = hi_ns, .n = n};

	if (truth->spans.v[truth->spans.n - 1].holds != holds)
		vec_push(&truth->spans, span);
}

void truth_done(struct truth *truth)
{
	vec_done(&truth->spans);
}

struct entry truth_entry(const struct truth *truth, int64_t t_ns)
{
	const struct truth_span *spans = truth->spans.v;
	struct entry entry = {0};
	size_t i = truth->spans.n - 1;

	/* the last change that may have been before T */
	while (i > 0 && spans[i].lo_ns >= t_ns)
		i--;
	entry.already = spans[i].holds;
	if (!entry.already && ++i == truth->spans.n)
		return entry;
	entry.found = true;
	entry.at = i;
	entry.when.known = true;
	entry.when.lo_ns = spans[i].lo_ns;
	entry.when.hi_ns = spans[i].hi_ns;
	entry.when.n = spans[i].n;
	return entry;
}

static void cite(struct timing *timing, uint64_t n)
{
	if (n && timing->n_cited < TIMING_CITED)
		timing->cited[timing->n_cited++] = n;
}

/*
 * The event that shows that nothing changed until @t_ns: a whole reading that
 * was begun then or later, or a later change, whose bracket begins with one.
 * 0 if there is none.
 */
static uint64_t look_after(const struct truth *truth,
			   const struct timing *timing,
			   const struct timeline *tl, int64_t t_ns)
{
	const struct timeline_whole *whole = timeline_whole(tl);

	for (size_t i = 0; i < truth->n_looks; i++)
		if (truth->looks[i].began_ns >= t_ns)
			return truth->looks[i].n;
	for (size_t i = 1; i < truth->spans.n; i++)
		if (truth->spans.v[i].lo_ns >= t_ns)
			return truth->spans.v[i].n;
	if (!truth->told || whole->last_ns < t_ns)
		return 0;
	return timing->step->end_ns >= t_ns ? timing->step->end_n
					    : whole->last_n;
}

static bool has_gap(struct timing *timing, const struct truth *truth,
		    const struct timeline *tl, int64_t from_ns, int64_t to_ns)
{
	const struct timeline_gap *gap = timeline_gap_covers(
		tl, truth->source, truth->host, from_ns, to_ns);

	if (!gap)
		return false;
	timing->n_cited = 0;
	timing->t_ns = gap->from_ns;
	cite(timing, gap->n);
	return true;
}

static int64_t at_least_0(int64_t ns)
{
	return ns > 0 ? ns : 0;
}

static enum timing_reason judge_never(struct timing *timing,
				      const struct truth *truth,
				      const struct timeline *tl)
{
	int64_t from_ns = timing->step->begin_ns;
	int64_t until_ns;
	uint64_t look;

	if (timing->ask->since && timing->origin.known &&
	    timing->origin.hi_ns > from_ns)
		from_ns = timing->origin.hi_ns;
	until_ns = from_ns + timing->ask->within_ns;
	/* whoever left the step as done had seen what was asked for by then;
	 * one that was broken off proves nothing */
	if (timing->step->done && timing->step->end_ns < until_ns)
		until_ns = timing->step->end_ns;
	timing->min_ns = at_least_0(until_ns - from_ns);
	timing->max_ns = timing->min_ns;
	look = look_after(truth, timing, tl, until_ns);
	if (!look)
		return TIMING_NO_LOOK;
	if (has_gap(timing, truth, tl, timing->step->begin_ns, until_ns))
		return TIMING_GAP;
	timing->t_ns = until_ns;
	cite(timing, truth->spans.v[truth->spans.n - 1].n);
	cite(timing, look);
	return TIMING_NEVER;
}

static enum timing_reason judge_within(struct timing *timing,
				       const struct truth *truth,
				       const struct entry *entry,
				       const struct timeline *tl)
{
	int64_t limit = timing->ask->within_ns;
	int64_t begin_ns = timing->step->begin_ns;

	if (timing->ask->since) {
		timing->min_ns = entry->when.lo_ns - timing->origin.hi_ns;
		timing->max_ns = entry->when.hi_ns - timing->origin.lo_ns;
	} else {
		timing->min_ns = entry->when.lo_ns - begin_ns;
		timing->max_ns = entry->when.hi_ns - begin_ns;
	}
	timing->min_ns = at_least_0(timing->min_ns);
	timing->max_ns = at_least_0(timing->max_ns);
	if (timing->max_ns <= limit)
		return TIMING_KEPT;
	if (timing->min_ns < limit)
		return TIMING_PERHAPS_LATE;
	/* it may have held for a moment that nobody saw */
	if (has_gap(timing, truth, tl, begin_ns, entry->when.lo_ns))
		return TIMING_GAP;
	return TIMING_LATE;
}

static enum timing_reason judge_not_before(struct timing *timing,
					   const struct entry *entry)
{
	int64_t limit = timing->ask->not_before_ns;
	struct bracket from = timing->origin;

	if (!from.known) {
		from.lo_ns = timing->step->begin_ns;
		from.hi_ns = timing->step->begin_ns;
	}
	timing->min_ns = at_least_0(entry->when.lo_ns - from.hi_ns);
	timing->max_ns = at_least_0(entry->when.hi_ns - from.lo_ns);
	if (timing->min_ns >= limit)
		return TIMING_KEPT;
	return timing->max_ns < limit ? TIMING_EARLY : TIMING_PERHAPS_EARLY;
}

static enum timing_reason judge_for(struct timing *timing,
				    const struct truth *truth,
				    const struct entry *entry,
				    const struct timeline *tl)
{
	int64_t limit = timing->ask->for_ns;
	int64_t lo_ns = entry->when.lo_ns;
	int64_t hi_ns = entry->when.hi_ns;
	const struct truth_span *left;
	uint64_t look;

	if (entry->already)
		lo_ns = hi_ns = timing->step->begin_ns;
	if (entry->at + 1 < truth->spans.n) {
		left = &truth->spans.v[entry->at + 1];
		if (left->lo_ns - hi_ns < limit) {
			timing->min_ns = at_least_0(left->lo_ns - hi_ns);
			timing->max_ns = at_least_0(left->hi_ns - lo_ns);
			timing->t_ns = left->hi_ns;
			timing->n_cited = 0;
			cite(timing, left->n);
			cite(timing, entry->when.n);
			return timing->max_ns < limit ? TIMING_LEFT
						      : TIMING_PERHAPS_LEFT;
		}
	}
	look = look_after(truth, timing, tl, hi_ns + limit);
	if (!look)
		return TIMING_NO_LOOK;
	cite(timing, look);
	if (has_gap(timing, truth, tl, timing->step->begin_ns, hi_ns + limit))
		return TIMING_GAP;
	return TIMING_KEPT;
}

/* It held: is that known at the moment it mattered, or only from before */
static enum timing_reason judge_seen(struct timing *timing,
				     const struct truth *truth,
				     const struct entry *entry,
				     const struct timeline *tl)
{
	int64_t from_ns = timing->step->begin_ns;
	int64_t to_ns = entry->when.hi_ns;
	uint64_t look;

	if (timing->origin.known && timing->origin.lo_ns < from_ns)
		from_ns = timing->origin.lo_ns;
	if (to_ns < timing->step->begin_ns) {
		look = look_after(truth, timing, tl, timing->step->begin_ns);
		if (!look)
			return TIMING_NO_LOOK;
		cite(timing, look);
		to_ns = timing->step->begin_ns;
	}
	return has_gap(timing, truth, tl, from_ns, to_ns) ? TIMING_GAP
							  : TIMING_KEPT;
}

/* It came true when the step was over: a later step brought it about, and
 * whoever waited in this one did not wait for that */
static bool is_of_later_step(const struct timing *timing,
			     const struct entry *entry)
{
	return !entry->already && timing->step->end_n &&
	       entry->when.lo_ns >= timing->step->end_ns;
}

static enum timing_reason decide(struct timing *timing,
				 const struct truth *truth,
				 const struct entry *entry,
				 const struct timeline *tl)
{
	enum timing_reason reason;

	if (!entry->found || is_of_later_step(timing, entry))
		return judge_never(timing, truth, tl);
	timing->t_ns =
		entry->already && entry->when.hi_ns < timing->step->begin_ns
			? timing->step->begin_ns
			: entry->when.hi_ns;
	cite(timing, entry->when.n);
	cite(timing, timing->origin.known ? timing->origin.n : 0);
	reason = judge_within(timing, truth, entry, tl);
	if (reason == TIMING_KEPT)
		reason = judge_seen(timing, truth, entry, tl);
	if (reason == TIMING_KEPT && timing->ask->for_ns)
		reason = judge_for(timing, truth, entry, tl);
	if (reason == TIMING_KEPT && timing->ask->not_before_ns)
		reason = judge_not_before(timing, entry);
	return reason;
}

void timing_judge(struct timing *timing, const struct truth *truth,
		  const struct entry *entry, const struct timeline *tl)
{
	timing->n_cited = 0;
	timing->t_ns = -1;
	timing->min_ns = 0;
	timing->max_ns = 0;
	if (timing->ask->since && !timing->origin.known)
		timing->reason = TIMING_NO_ORIGIN;
	else
		timing->reason = decide(timing, truth, entry, tl);
	cite(timing, timing->step->begin_n);
}
