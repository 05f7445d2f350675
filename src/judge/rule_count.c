/*
 * rule_count.c - so many sockets of a host must look like this
 */
#include "judge/phrase.h"
#include "judge/rule.h"
#include "judge/truth.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

static bool wanted(const struct tcp_sock *sock, const void *arg)
{
	return expect_count_matches(arg, sock);
}

static char *expected(const struct expect_count *want,
		      const struct expect *expect)
{
	SCOPED_STR struct str number = {0};
	struct str text = {0};

	phrase_compare(&number, &want->count);
	phrase_count(&text, want, number.s);
	phrase_times(&text, expect);
	return str_steal(&text);
}

static char *saw(const struct ruling *r, const struct timing *timing,
		 const struct entry *entry, const struct expect_count *want)
{
	SCOPED_STR struct str number = {0};
	struct str text = {0};
	int64_t t_ns = timing->t_ns < 0 ? INT64_MAX : timing->t_ns;

	str_addf(&number, "%lld",
		 (long long)timeline_sock_count(r->tl, want->host, t_ns, wanted,
						want));
	phrase_count(&text, want, number.s);
	timing_tell(&text, timing, entry, NULL);
	return str_steal(&text);
}

static void judge_count(struct ruling *r, int index,
			const struct expect_count *want)
{
	const struct timeline_step *step = timeline_step(r->tl, index);
	struct timing timing = {
		.ask = &r->scenario->steps[index].expect,
		.step = step,
	};
	SCOPED(truth_done) struct truth truth = {0};
	struct finding *finding;
	struct entry entry;

	truth_of_count(&truth, r->tl, want);
	entry = truth_entry(&truth, step->begin_ns);
	/* since is about one socket: there is no such moment for a number of
	 * them, so timing_judge() says that it cannot tell */
	timing_judge(&timing, &truth, &entry, r->tl);
	finding = ruling_add(r, timing_verdicts[timing.reason], index,
			     want->pos.line, expected(want, timing.ask),
			     saw(r, &timing, &entry, want), timing.t_ns);
	for (size_t i = 0; i < timing.n_cited; i++)
		finding_cite(finding, timing.cited[i]);
}

static void judge_expect(struct ruling *r, int index,
			 const struct expect *expect)
{
	for (size_t i = 0; i < expect->n_counts; i++)
		judge_count(r, index, &expect->counts[i]);
}

static void apply(struct ruling *r)
{
	ruling_each_expect(r, judge_expect);
}

const struct rule rule_count = {
	.name = "count",
	.about = "so many sockets of a host are in a state, on a port",
	.apply = apply,
};
