/*
 * arrows.c - what each step's arrows are held against
 */
#include "judge/arrows.h"

#include <string.h>

#include "spec/scenario.h"
#include "timeline/timeline.h"

static bool asks(const struct step *step)
{
	return step->kind == STEP_EXPECT &&
	       (step->expect.n_arrows || step->expect.n_never_arrows);
}

/* What was under way at the step's end and arrived later was not lost. What
 * arrived only then had not arrived */
static void know_better(struct tcp_seen *seen, size_t n,
			const struct tcp_seen *all)
{
	for (size_t i = 0; i < n; i++)
		if (seen[i].fate == SEEN_FATE_UNDER_WAY &&
		    all[i].fate == SEEN_FATE_LOST)
			seen[i].fate = SEEN_FATE_LOST;
}

static void judge_step(struct ruling *r, struct arrow_state *state, int index,
		       void (*apply)(const struct arrow_window *w))
{
	const struct expect *expect = &r->scenario->steps[index].expect;
	const struct timeline_step *step = timeline_step(r->tl, index);
	const struct timeline_whole *whole = timeline_whole(r->tl);
	struct arrow_hit *hits = mem_new(struct arrow_hit, expect->n_arrows);
	struct arrow_window w = {
		.r = r,
		.index = index,
		.expect = expect,
		.before = *state,
		.hits = hits,
		.until_ns = step->end_n ? step->end_ns : whole->last_ns,
	};
	struct tcp_seen *seen;

	w.all = timeline_segments(r->tl, &w.n_all);
	seen = timeline_segments_until(
		r->tl, step->end_n ? step->end_n : whole->last_n, &w.n_seen);
	know_better(seen, w.n_seen, w.all);
	w.seen = seen;
	if (state->next && state->next <= w.n_seen)
		w.from_ns = seen[state->next - 1].t_ns;
	(void)arrows_match(expect->arrows, expect->n_arrows, seen, w.n_seen,
			   state, hits); /* each hit is judged */
	w.after = *state;
	apply(&w);
	free(seen);
	free(hits);
}

void arrows_each(struct ruling *r, void (*apply)(const struct arrow_window *w))
{
	/* whatever is said to be under way now, has arrived in the end */
	struct arrow_state state = {.lost_before_ns = INT64_MIN};

	for (int i = 0; i < (int)r->scenario->n_steps; i++)
		if (asks(&r->scenario->steps[i]) && timeline_step(r->tl, i))
			judge_step(r, &state, i, apply);
}

static bool concerns(const struct timeline_gap *gap, const char *host)
{
	return !gap->host || !host || strcmp(gap->host, host) == 0;
}

const struct timeline_gap *arrows_gap(const struct timeline *tl,
				      const struct arrow *arrow,
				      int64_t from_ns, int64_t to_ns)
{
	const struct timeline_gap *gaps;
	size_t n;

	gaps = timeline_gaps(tl, &n);
	for (size_t i = 0; i < n; i++) {
		if (gaps[i].source && strcmp(gaps[i].source, "segments") != 0)
			continue;
		if (gaps[i].from_ns <= to_ns && gaps[i].to_ns >= from_ns &&
		    (concerns(&gaps[i], arrow->which.from) ||
		     concerns(&gaps[i], arrow->which.to)))
			return &gaps[i];
	}
	return NULL;
}

bool arrows_none(const struct arrow_window *w)
{
	return w->n_seen == 0;
}

bool arrows_lost(const struct arrow_window *w, size_t i)
{
	const struct timeline_whole *whole = timeline_whole(w->r->tl);
	const struct tcp_seen *seen = &w->all[i];
	int64_t way_ns = scenario_way_ns(w->r->scenario);
	const struct timeline_fault *faults;
	size_t n;

	if (seen->fate != SEEN_FATE_LOST)
		return false;
	faults = timeline_faults(w->r->tl, &n);
	for (size_t j = 0; j < n; j++) {
		if (faults[j].row != i)
			continue;
		if (strcmp(faults[j].action, "drop") == 0)
			return true;
		way_ns += faults[j].by_ns;
	}
	return whole->end_n && seen->to_host &&
	       whole->end_ns - seen->t_ns >= way_ns &&
	       !timeline_gap_covers(w->r->tl, "segments", seen->to_host,
				    seen->t_ns, whole->end_ns);
}

bool arrows_doubt(const struct arrow_window *w, size_t i)
{
	const struct tcp_seen *seen = &w->all[i];

	/* from the begin: nobody knows how long a segment was under way */
	return seen->from_host &&
	       timeline_gap_covers(w->r->tl, "segments", seen->from_host, 0,
				   seen->t_ns);
}
