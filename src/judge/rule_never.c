/*
 * rule_never.c - what must not have been seen from the begin until now
 *
 * A sampler proves that something was, not that it was not: a state shorter
 * than the time between two dumps leaves no trace. Only states that last can
 * be denied: TIME_WAIT is there for TCP_TIMEWAIT_LEN (include/net/tcp.h), a
 * listener and an end for as long as the program or the run.
 */
#include "judge/phrase.h"
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

static void no_hit(struct ruling *r, int index, int line, const char *host,
		   uint32_t states, char *expected, int64_t until_ns)
{
	const struct timeline_step *step = timeline_step(r->tl, index);
	const struct timeline_gap *gap =
		timeline_gap_covers(r->tl, "sockets", host, 0, until_ns);
	uint64_t look = last_look(r->tl, host, step->begin_ns, until_ns);
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
	} else {
		str_add(&saw, "not seen in any dump");
		verdict = VERDICT_PASS;
	}
	finding = ruling_add(r, verdict, index, line, expected, str_steal(&saw),
			     until_ns);
	finding_cite(finding, gap ? gap->n : look);
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

static void apply(struct ruling *r)
{
	for (size_t i = 0; i < r->scenario->n_steps; i++) {
		const struct step *step = &r->scenario->steps[i];

		if (step->kind != STEP_EXPECT || !timeline_step(r->tl, (int)i))
			continue;
		for (size_t j = 0; j < step->expect.n_never_socks; j++)
			judge_sock(r, (int)i, &step->expect.never_socks[j]);
		for (size_t j = 0; j < step->expect.n_never_counts; j++)
			judge_count(r, (int)i, &step->expect.never_counts[j]);
	}
}

const struct rule rule_never = {
	.name = "never",
	.about = "a state was not seen from the begin until this step",
	.apply = apply,
};
