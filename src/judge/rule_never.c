/*
 * rule_never.c - what must not have been seen from the begin until now
 *
 * A sampler proves that something was, not that it was not: a state shorter
 * than the time between two dumps leaves no trace. Only states that last can
 * be denied: TIME_WAIT is there for TCP_TIMEWAIT_LEN (include/net/tcp.h), an
 * end for as long as the run, and a listener until its program closes it:
 * an agent tells that it does, any other program may do so unseen.
 */
#include <string.h>

#include "judge/arrows.h"
#include "judge/phrase.h"
#include "judge/phrase_segment.h"
#include "judge/rule.h"
#include "judge/truth.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/** LASTING - states that cannot come and go between two dumps */
#define LASTING                               \
	(TCP_STATE_BIT(TCP_STATE_TIME_WAIT) | \
	 TCP_STATE_BIT(TCP_STATE_LISTEN) | TCP_STATE_BIT(TCP_STATE_CLOSED))

/* A socket that is not there yet is not CLOSED */
static uint64_t sock_hit(const struct sock_life *life,
			 const struct expect_sock *want, int64_t until_ns,
			 int64_t *t_ns)
{
	bool was_there = false;

	for (size_t i = 0; life && i < life->n_spans; i++) {
		const struct sock_span *s = &life->spans[i];

		if (s->hi_ns > until_ns)
			break;
		*t_ns = s->hi_ns;
		if (s->present ? expect_sock_matches(want, &s->sock)
			       : was_there && expect_sock_matches(want, NULL))
			return s->n;
		was_there |= s->present;
	}
	return 0;
}

static uint64_t count_hit(const struct timeline *tl,
			  const struct expect_count *want, int64_t until_ns,
			  int64_t *t_ns)
{
	SCOPED(truth_done) struct truth truth = {0};

	truth_of_count(&truth, tl, want);
	for (size_t i = 0; i < truth.spans.n; i++) {
		const struct truth_span *s = &truth.spans.v[i];

		*t_ns = s->hi_ns < 0 ? 0 : s->hi_ns;
		if (s->hi_ns <= until_ns && s->holds)
			return s->n ?: timeline_whole(tl)->begin_n;
	}
	return 0;
}

/* The last whole dump of a host until @until_ns */
static uint64_t last_look(const struct timeline *tl, const char *host,
			  int64_t from_ns, int64_t until_ns)
{
	const struct timeline_look *looks;
	uint64_t n = 0;
	size_t n_looks;

	looks = timeline_snaps(tl, host, &n_looks);
	for (size_t i = 0; i < n_looks; i++)
		if (looks[i].t_ns >= from_ns && looks[i].t_ns <= until_ns)
			n = looks[i].n;
	return n;
}

static bool starts(const struct step *step, const struct timeline_proc *proc)
{
	const struct act *act = &step->act;

	for (size_t i = 0; i < step->n_together; i++)
		if (starts(&step->together[i], proc))
			return true;
	return (act->verb == VERB_RUN || act->verb == VERB_SPAWN) &&
	       step->kind == STEP_ACT && act->target &&
	       strcmp(act->host, proc->host) == 0 &&
	       strcmp(act->target, proc->program) == 0;
}

/*
 * A program of somebody else's that ran on @host until @until_ns: its calls
 * are not told, so it may have listened and closed between two dumps. NULL if
 * there were only agents, whose listeners are in the journal as acts.
 */
static const struct timeline_proc *stranger(const struct ruling *r,
					    const char *host, int64_t until_ns)
{
	const struct timeline_proc *procs;
	size_t n;

	procs = timeline_procs(r->tl, &n);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < r->scenario->n_steps; j++)
			if (procs[i].start_ns <= until_ns &&
			    strcmp(procs[i].host, host) == 0 &&
			    starts(&r->scenario->steps[j], &procs[i]))
				return &procs[i];
	return NULL;
}

static void no_hit(struct ruling *r, int index, int line, const char *host,
		   uint32_t states, char *expected, int64_t until_ns)
{
	const struct timeline_step *step = timeline_step(r->tl, index);
	const struct timeline_gap *gap =
		timeline_gap_covers(r->tl, "sockets", host, 0, until_ns);
	uint64_t look = last_look(r->tl, host, step->begin_ns, until_ns);
	const struct timeline_proc *hider =
		states & TCP_STATE_BIT(TCP_STATE_LISTEN)
			? stranger(r, host, until_ns)
			: NULL;
	enum verdict verdict = VERDICT_INCONCLUSIVE;
	struct finding *finding;
	struct str saw = {0};

	if (gap) {
		str_add(&saw, "not seen, but a gap may hide it");
	} else if (!states || (states & ~LASTING)) {
		str_add(&saw, "not seen, but a ");
		phrase_states(&saw, states & ~LASTING);
		str_add(&saw, " shorter than the sampling interval would go "
			      "unseen");
	} else if (!look) {
		str_add(&saw, "not seen, but nobody looked in this step");
	} else if (hider) {
		str_addf(&saw,
			 "not seen, but %s.%s ran, and what it did between two "
			 "dumps goes unseen",
			 hider->host, hider->program);
	} else {
		str_add(&saw, "not seen in any dump");
		verdict = VERDICT_PASS;
	}
	finding = ruling_add(r, verdict, index, line, expected, str_steal(&saw),
			     until_ns);
	finding_cite(finding, gap ? gap->n : look);
	finding_cite(finding, hider ? hider->start_n : 0);
	finding_cite(finding, step->begin_n);
	finding_cite(finding, step->end_n);
}

static int64_t step_end(const struct ruling *r, int index)
{
	const struct timeline_step *step = timeline_step(r->tl, index);

	return step->end_n ? step->end_ns : timeline_whole(r->tl)->last_ns;
}

static void judge_sock(struct ruling *r, int index,
		       const struct expect_sock *want)
{
	const struct sock_life *life =
		timeline_sock(r->tl, want->host, want->socket);
	int64_t until_ns = step_end(r, index);
	struct str expected = {0};
	struct finding *finding;
	int64_t t_ns = -1;
	uint64_t hit = sock_hit(life, want, until_ns, &t_ns);

	str_add(&expected, "never ");
	phrase_sock(&expected, want);
	if (hit) {
		const struct sock_span *span = truth_span_of(life, hit);
		struct str saw = {0};

		phrase_row(&saw, want, span->present ? &span->sock : NULL);
		finding =
			ruling_add(r, VERDICT_FAIL, index, want->pos.line,
				   str_steal(&expected), str_steal(&saw), t_ns);
		finding_cite(finding, hit);
	} else if (!life || !life->tied) {
		/* and so there is no event to cite */
		(void)ruling_add(r, VERDICT_INCONCLUSIVE, index, want->pos.line,
				 str_steal(&expected),
				 mem_printf("no program ever made %s.%s",
					    want->host, want->socket),
				 -1);
	} else {
		no_hit(r, index, want->pos.line, want->host, want->states,
		       str_steal(&expected), until_ns);
	}
}

static void judge_count(struct ruling *r, int index,
			const struct expect_count *want)
{
	SCOPED_STR struct str number = {0};
	int64_t until_ns = step_end(r, index);
	struct str expected = {0};
	struct str saw = {0};
	struct finding *finding;
	int64_t t_ns = -1;
	uint64_t hit = count_hit(r->tl, want, until_ns, &t_ns);

	phrase_compare(&number, &want->count);
	str_add(&expected, "never ");
	phrase_count(&expected, want, number.s);
	if (!hit) {
		no_hit(r, index, want->pos.line, want->host, want->states,
		       str_steal(&expected), until_ns);
		return;
	}
	phrase_count(&saw, want, number.s);
	finding = ruling_add(r, VERDICT_FAIL, index, want->pos.line,
			     str_steal(&expected), str_steal(&saw), t_ns);
	finding_cite(finding, hit);
}

static void judge_expect(struct ruling *r, int index,
			 const struct expect *expect)
{
	for (size_t i = 0; i < expect->n_never_socks; i++)
		judge_sock(r, index, &expect->never_socks[i]);
	for (size_t i = 0; i < expect->n_never_counts; i++)
		judge_count(r, index, &expect->never_counts[i]);
}

static bool is_certain(const struct arrow_window *w, const struct arrow *arrow,
		       size_t i)
{
	if (arrow->fate == ARROW_FATE_LOST)
		return arrows_lost(w, i);
	return arrow->fate != ARROW_FATE_FORGED || !arrows_doubt(w, i);
}

/* What hit it must not have hit it only so far: a segment that was under way
 * was not lost, if it arrived later */
static size_t arrow_hit(const struct arrow_window *w, const struct arrow *arrow)
{
	size_t i = 0;

	while (i < w->n_seen) {
		size_t on = arrow_never(arrow, &w->seen[i], w->n_seen - i,
					&w->after);

		if (on == SIZE_MAX)
			break;
		i += on;
		if (is_certain(w, arrow, i))
			return i;
		i++;
	}
	return SIZE_MAX;
}

/* A capture, unlike a sampler, misses nothing but where it says so */
static void no_segment(const struct arrow_window *w, const struct arrow *arrow,
		       char *expected)
{
	const struct timeline_step *step = timeline_step(w->r->tl, w->index);
	const struct timeline_gap *gap =
		arrows_gap(w->r->tl, arrow, 0, w->until_ns);
	bool none = arrows_none(w);
	bool bound = arrow_is_bound(arrow, &w->after);
	struct finding *finding;

	finding = ruling_add(
		w->r,
		gap || none || !bound ? VERDICT_INCONCLUSIVE : VERDICT_PASS,
		w->index, arrow->pos.line, expected,
		none	 ? mem_strdup("nothing was captured at all")
		: gap	 ? mem_strdup("not seen, but a gap may hide it")
		: !bound ? mem_strdup("no segment has shown what its variable "
				      "stands for")
			 : mem_printf("none among %zu segments", w->n_seen),
		w->until_ns);
	finding_cite(finding, step->begin_n);
	finding_cite(finding, gap ? gap->n : 0);
	finding_cite(finding, step->end_n);
}

static void judge_arrows(const struct arrow_window *w)
{
	for (size_t i = 0; i < w->expect->n_never_arrows; i++) {
		const struct arrow *arrow = &w->expect->never_arrows[i];
		char *expected = mem_printf("never %s", arrow->text);
		size_t hit = arrow_hit(w, arrow);
		struct finding *finding;
		struct str saw = {0};

		if (hit == SIZE_MAX) {
			no_segment(w, arrow, expected);
			continue;
		}
		phrase_segment(&saw, &w->all[hit]);
		phrase_fate(&saw, w->r->tl, w->r->scenario, hit);
		finding = ruling_add(w->r, VERDICT_FAIL, w->index,
				     arrow->pos.line, expected, str_steal(&saw),
				     w->all[hit].t_ns);
		finding_cite(finding, w->all[hit].n);
		finding_cite(finding, w->all[hit].arrived_n);
	}
}

static void apply(struct ruling *r)
{
	ruling_each_expect(r, judge_expect);
	arrows_each(r, judge_arrows);
}

const struct rule rule_never = {
	.name = "never",
	.about = "a state or segment was not seen from the begin until this "
		 "step",
	.apply = apply,
};
