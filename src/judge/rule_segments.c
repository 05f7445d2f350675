/*
 * rule_segments.c - the segments that were sent, as arrows ask for them
 */
#include "base/units.h"
#include "judge/arrows.h"
#include "judge/phrase.h"
#include "judge/phrase_segment.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/** CITED_MOST - of segments that were counted */
#define CITED_MOST 16

static char *expected(const struct arrow_window *w, const struct arrow *arrow)
{
	struct str text = {0};
	char buf[UNITS_TEXT];

	str_add(&text, arrow->text);
	if (arrow->has_at) {
		str_addf(&text, ", %s", duration_print(arrow->at_ns, buf));
		if (arrow->at_until_ns == INT64_MAX)
			str_add(&text, " or more");
		else
			str_addf(&text, " to %s",
				 duration_print(arrow->at_until_ns, buf));
		str_add(&text, " behind the first");
	}
	if (!w->expect->since)
		str_addf(&text, ", within %s",
			 duration_print(w->expect->within_ns, buf));
	if (w->expect->not_before_ns && !w->expect->n_socks)
		str_addf(&text, ", not before %s",
			 duration_print(w->expect->not_before_ns, buf));
	return str_steal(&text);
}

static void cite(struct finding *finding, const struct arrow_window *w,
		 size_t i)
{
	const struct timeline_fault *faults;
	size_t n;

	finding_cite(finding, w->all[i].n);
	finding_cite(finding, w->all[i].arrived_n);
	faults = timeline_faults(w->r->tl, &n);
	for (size_t j = 0; j < n; j++)
		if (faults[j].row == i)
			finding_cite(finding, faults[j].n);
}

/* when the list's first arrow was sent; -1 if nothing was taken */
static int64_t base_ns(const struct arrow_window *w)
{
	size_t first = SIZE_MAX;

	for (size_t i = 0; i < w->expect->n_arrows; i++)
		if (!w->expect->arrows[i].count.set && w->hits[i].first < first)
			first = w->hits[i].first;
	return first == SIZE_MAX ? -1 : w->seen[first].t_ns;
}

static void tell(struct str *text, const struct arrow_window *w,
		 const struct arrow *arrow, size_t i)
{
	int64_t from_ns = base_ns(w);
	char buf[UNITS_TEXT];

	phrase_segment(text, &w->all[i]);
	if (arrow->has_at && from_ns >= 0 && w->all[i].t_ns > from_ns)
		str_addf(text, " (%s behind the first)",
			 duration_print(w->all[i].t_ns - from_ns, buf));
	phrase_fate(text, w->r->tl, w->r->scenario, i);
}

/* the moment at which an arrow that was met was so */
static int64_t met_ns(const struct arrow_window *w, const struct arrow *arrow,
		      size_t i)
{
	return arrow->fate == ARROW_FATE_ARRIVED ? w->seen[i].arrived_ns
						 : w->seen[i].t_ns;
}

/* Does the list come true with this segment; beside sockets, "not before" is
 * about their states */
static bool ends_list(const struct arrow_window *w, size_t i)
{
	return !w->expect->since && !w->expect->n_socks &&
	       i + 1 == w->after.next;
}

/* A list that was met by this segment may have been so before, unseen */
static bool may_have_been(const struct arrow_window *w, size_t i)
{
	const struct arrow any = {0};

	return arrows_gap(w->r->tl, &any, w->from_ns, w->all[i].t_ns);
}

/* "within" and "not-before" */
static enum verdict judge_time(const struct arrow_window *w, size_t i,
			       int64_t after_ns, struct str *saw)
{
	const struct expect *e = w->expect;
	bool late = !e->since && after_ns > e->within_ns;
	bool waits = e->not_before_ns && ends_list(w, i);
	char buf[UNITS_TEXT];

	if (waits && after_ns < e->not_before_ns) {
		str_addf(saw, ", already %s after the step began",
			 duration_print(after_ns, buf));
		return VERDICT_FAIL;
	}
	if (late)
		str_addf(saw, ", only %s after the step began",
			 duration_print(after_ns, buf));
	if ((late || waits) && may_have_been(w, i)) {
		str_add(saw, ", but a gap may hide an earlier one");
		return VERDICT_INCONCLUSIVE;
	}
	return late ? VERDICT_FAIL : VERDICT_PASS;
}

/* Is a segment that an arrow took what it asks for, and was it so in time */
static enum verdict judge_taken(const struct arrow_window *w,
				const struct arrow *arrow, size_t i,
				struct str *saw)
{
	const struct timeline_step *step = timeline_step(w->r->tl, w->index);

	if (arrow->fate == ARROW_FATE_LOST &&
	    w->all[i].fate == SEEN_FATE_ARRIVED)
		return VERDICT_FAIL;
	if (arrow->fate == ARROW_FATE_FORGED && arrows_doubt(w, i)) {
		str_add(saw, ", or was sent while nobody looked");
		return VERDICT_INCONCLUSIVE;
	}
	if (arrow->fate == ARROW_FATE_LOST && !arrows_lost(w, i)) {
		str_add(saw, ", which may be for want of a capture");
		return VERDICT_INCONCLUSIVE;
	}
	return judge_time(w, i, met_ns(w, arrow, i) - step->begin_ns, saw);
}

static void taken(const struct arrow_window *w, const struct arrow *arrow,
		  size_t i)
{
	struct str saw = {0};
	struct finding *finding;
	enum verdict verdict;

	tell(&saw, w, arrow, i);
	verdict = judge_taken(w, arrow, i, &saw);
	if (arrow->optional && verdict != VERDICT_PASS) {
		str_done(&saw);
		return; /* it may as well not have been there */
	}
	finding = ruling_add(w->r, verdict, w->index, arrow->pos.line,
			     expected(w, arrow), str_steal(&saw),
			     met_ns(w, arrow, i));
	cite(finding, w, i);
}

/* "9 that were sent": those that such an arrow could take */
static void tell_all(struct str *text, const struct arrow_window *w,
		     const struct arrow *arrow)
{
	bool forged = arrow->fate == ARROW_FATE_FORGED;
	size_t n = 0;

	for (size_t i = w->before.next; i < w->n_seen; i++)
		n += w->seen[i].forged == forged;
	str_addf(text, "%zu that %s", n, forged ? "nobody sent" : "were sent");
}

/* A role, a relative number and "again" are what the host's earlier segments
 * make of one: a gap in these counts from the begin */
static const struct timeline_gap *gap_before(const struct arrow_window *w,
					     const struct arrow *arrow)
{
	bool follows = arrow->which.roles ||
		       arrow->which.again != PATTERN_AGAIN_EITHER ||
		       (arrow->seq.set && !arrow->seq.variable) ||
		       (arrow->ack.set && !arrow->ack.variable);

	return arrows_gap(w->r->tl, arrow, follows ? 0 : w->from_ns,
			  w->until_ns);
}

static void missing(const struct arrow_window *w, const struct arrow *arrow,
		    const struct arrow_hit *hit)
{
	const struct timeline_gap *gap = gap_before(w, arrow);
	bool broke_off = ruling_broke_off(w->r, w->index);
	bool open = gap || broke_off || arrows_none(w);
	struct str saw = {0};
	struct finding *finding;

	str_add(&saw, "no such segment among ");
	tell_all(&saw, w, arrow);
	if (broke_off)
		str_add(&saw, " until the journal breaks off");
	else if (gap)
		str_add(&saw, ", but a gap may hide it");
	else if (open)
		str_add(&saw, ", for nothing was captured at all");
	if (hit->near != SIZE_MAX) {
		str_add(&saw, "; the nearest: ");
		tell(&saw, w, arrow, hit->near);
	}
	finding = ruling_add(w->r, open ? VERDICT_INCONCLUSIVE : VERDICT_FAIL,
			     w->index, arrow->pos.line, expected(w, arrow),
			     str_steal(&saw), w->until_ns);
	if (hit->near != SIZE_MAX)
		finding_cite(finding, w->all[hit->near].n);
	finding_cite(finding, gap ? gap->n : 0);
	finding_cite(finding, timeline_step(w->r->tl, w->index)->begin_n);
	finding_cite(finding, timeline_step(w->r->tl, w->index)->end_n);
}

/* Could the number be right if there were more than were seen */
static bool more_would_do(const struct compare *want, int64_t seen)
{
	return want->op == COMPARE_GE || want->op == COMPARE_GT ||
	       want->op == COMPARE_NE ||
	       (want->op == COMPARE_EQ && want->value > seen);
}

/* Could it be wrong */
static bool more_would_not(const struct compare *want)
{
	return want->op != COMPARE_GE && want->op != COMPARE_GT;
}

/** struct tally - what a counted arrow counted */
struct tally {
	uint64_t least; /* for certain */
	uint64_t most; /* and such as may be so */
};

/* Does a counted arrow count a segment, as far as is known in the end */
static bool is_counted(const struct arrow_window *w, const struct arrow *arrow,
		       size_t i)
{
	const struct tcp_seen *seen =
		arrow->fate == ARROW_FATE_LOST ? &w->all[i] : &w->seen[i];

	return arrow_never(arrow, seen, 1, &w->after) == 0;
}

/* What was under way at the step's end may have arrived later */
static struct tally tally_of(const struct arrow_window *w,
			     const struct arrow *arrow)
{
	struct tally tally = {0};

	for (size_t i = w->before.next; i < w->n_seen; i++) {
		if (!is_counted(w, arrow, i))
			continue;
		tally.most++;
		if (arrow->fate == ARROW_FATE_LOST)
			tally.least += arrows_lost(w, i);
		else
			tally.least += arrow->fate != ARROW_FATE_FORGED ||
				       !arrows_doubt(w, i);
	}
	return tally;
}

/* Would the answer be another if there were as many as there may be; @hidden:
 * and more than that */
static bool is_open(const struct compare *want, const struct tally *tally,
		    bool hidden)
{
	bool met = compare_holds(want, (int64_t)tally->least);

	for (uint64_t n = tally->least; n < tally->most; n++)
		if (compare_holds(want, (int64_t)n + 1) != met)
			return true;
	return hidden && (met ? more_would_not(want)
			      : more_would_do(want, (int64_t)tally->most));
}

static void cite_counted(struct finding *finding, const struct arrow_window *w,
			 const struct arrow *arrow)
{
	for (size_t i = w->before.next;
	     i < w->n_seen && finding->n_evidence < CITED_MOST; i++)
		if (is_counted(w, arrow, i))
			finding_cite(finding, w->all[i].n);
}

static void counted(const struct arrow_window *w, const struct arrow *arrow)
{
	const struct timeline_gap *gap = gap_before(w, arrow);
	bool hidden = gap || arrows_none(w) || ruling_broke_off(w->r, w->index);
	struct tally tally = tally_of(w, arrow);
	enum verdict verdict =
		compare_holds(&arrow->count, (int64_t)tally.least)
			? VERDICT_PASS
			: VERDICT_FAIL;
	struct str saw = {0};
	struct finding *finding;

	str_addf(&saw, "%llu of ", (unsigned long long)tally.most);
	tell_all(&saw, w, arrow);
	if (is_open(&arrow->count, &tally, hidden)) {
		verdict = VERDICT_INCONCLUSIVE;
		str_add(&saw, ", but not all was captured");
	}
	finding = ruling_add(w->r, verdict, w->index, arrow->pos.line,
			     expected(w, arrow), str_steal(&saw), w->until_ns);
	cite_counted(finding, w, arrow);
	finding_cite(finding, gap ? gap->n : 0);
	finding_cite(finding, timeline_step(w->r->tl, w->index)->begin_n);
	finding_cite(finding, timeline_step(w->r->tl, w->index)->end_n);
}

static bool all_met(const struct arrow_window *w)
{
	for (size_t i = 0; i < w->expect->n_arrows; i++)
		if (!w->hits[i].met)
			return false;
	return true;
}

static void only(const struct arrow_window *w)
{
	const struct arrow any = {0};
	const struct expect *e = w->expect;
	const struct timeline_gap *gap =
		arrows_gap(w->r->tl, &any, w->from_ns, w->until_ns);
	size_t other = arrows_only(e->arrows, e->n_arrows, w->seen,
				   w->before.next, &w->after, w->hits);
	enum verdict verdict = gap ? VERDICT_INCONCLUSIVE : VERDICT_PASS;
	struct str saw = {0};
	struct finding *finding;

	if (other != SIZE_MAX) {
		/* with a gap, the list may have been met before it */
		verdict = gap ? VERDICT_INCONCLUSIVE : VERDICT_FAIL;
		tell(&saw, w, &any, other);
	} else {
		str_add(&saw, gap ? "none, but a gap may hide one" : "none");
	}
	finding =
		ruling_add(w->r, verdict, w->index,
			   w->r->scenario->steps[w->index].pos.line,
			   mem_strdup("no segments between but those expected"),
			   str_steal(&saw), w->until_ns);
	if (other != SIZE_MAX)
		cite(finding, w, other);
	finding_cite(finding, gap ? gap->n : 0);
	finding_cite(finding, timeline_step(w->r->tl, w->index)->begin_n);
}

static void judge_window(const struct arrow_window *w)
{
	for (size_t i = 0; i < w->expect->n_arrows; i++) {
		const struct arrow *arrow = &w->expect->arrows[i];
		const struct arrow_hit *hit = &w->hits[i];

		if (arrow->count.set)
			counted(w, arrow);
		else if (hit->first != SIZE_MAX)
			taken(w, arrow, hit->first);
		else if (!arrow->optional)
			missing(w, arrow, hit);
	}
	if (w->expect->only && all_met(w))
		only(w);
}

static void apply(struct ruling *r)
{
	arrows_each(r, judge_window);
}

const struct rule rule_segments = {
	.name = "segments",
	.about = "segments were sent, arrived or were lost, as arrows ask",
	.apply = apply,
};
