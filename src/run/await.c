/*
 * await.c - let time pass until an expectation is met, or cannot be any more
 */
#include "run/await.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "run/lab.h"
#include "run/program.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "timeline/timeline.h"

/** COUNTERS_EVERY_NS - how often counters are read while waiting for them … */
#define COUNTERS_EVERY_NS (20 * NS_PER_MS)

/** COUNTERS_SHARE - … and when that takes long: at this share of how long it
 * has taken; more often towards the end, as what is true by then must be seen
 */
#define COUNTERS_SHARE 16

/** LOOK_AFTER_NS - look once more so long after the last moment, so that the
 * judge has a dump that is certainly later */
#define LOOK_AFTER_NS NS_PER_MS

/** struct watch - an expectation that is being waited for */
struct watch {
	const struct expect *expect;
	int64_t began_ns; /* CLOCK_MONOTONIC */
	int64_t until_ns; /* the last moment */
	int64_t counted_ns; /* of the last reading */
};

static bool count_wanted(const struct tcp_sock *sock, const void *arg)
{
	return expect_count_matches(arg, sock);
}

static bool socks_hold(const struct lab *lab, const struct expect *e)
{
	for (size_t i = 0; i < e->n_socks; i++) {
		const struct sock_life *life = timeline_sock(
			lab->timeline, e->socks[i].host, e->socks[i].socket);

		if (!expect_sock_matches(&e->socks[i], timeline_sock_now(life)))
			return false;
	}
	for (size_t i = 0; i < e->n_counts; i++)
		if (!compare_holds(&e->counts[i].count,
				   timeline_sock_count(lab->timeline,
						       e->counts[i].host,
						       INT64_MAX, count_wanted,
						       &e->counts[i])))
			return false;
	return true;
}

static bool proc_holds(const struct lab *lab, const struct expect_proc *want)
{
	const struct timeline_proc *proc =
		timeline_proc(lab->timeline, want->host, want->program);

	if (!proc)
		return false;
	if (want->output && !timeline_proc_wrote(proc, want->output))
		return false;
	if (!want->has_state)
		return true;
	switch (want->state) {
	case PROC_STATE_RUNNING:
		return !proc->exited;
	case PROC_STATE_EXITED:
		return proc->exited &&
		       compare_holds(&want->status, proc->status);
	case PROC_STATE_KILLED:
		return proc->exited && proc->signal == want->signal;
	case PROC_STATES:
		break;
	}
	return false;
}

/* how long after @at_ns the counters are to be read again */
static int64_t count_pause(const struct watch *w, int64_t at_ns)
{
	int64_t pause_ns = (at_ns - w->began_ns) / COUNTERS_SHARE;
	int64_t half_ns = (w->until_ns - at_ns) / 2;

	if (pause_ns > half_ns)
		pause_ns = half_ns;
	return pause_ns > COUNTERS_EVERY_NS ? pause_ns : COUNTERS_EVERY_NS;
}

static bool is_time_to_count(const struct watch *w)
{
	return clock_now_ns() >= w->counted_ns + count_pause(w, w->counted_ns);
}

/* lab_wait(), and up in time for the counters: nothing wakes us when one moves
 */
static bool wait_until(struct lab *lab, struct watch *w, int64_t until_ns,
		       bool (*done)(struct lab *lab, void *arg))
{
	int64_t now_ns = clock_now_ns();

	while (w->expect->n_counters && now_ns < until_ns) {
		int64_t next_ns = now_ns + count_pause(w, now_ns);

		if (lab_wait(lab, next_ns < until_ns ? next_ns : until_ns, done,
			     w))
			return true;
		now_ns = clock_now_ns();
	}
	return lab_wait(lab, until_ns, done, w);
}

static bool counters_read(struct lab *lab, struct watch *w)
{
	const struct expect *e = w->expect;

	lab_count(lab, "expect");
	w->counted_ns = clock_now_ns();
	for (size_t i = 0; i < e->n_counters; i++)
		if (!compare_holds(&e->counters[i].delta,
				   timeline_counter(lab->timeline,
						    e->counters[i].host,
						    e->counters[i].name,
						    INT64_MAX, NULL)))
			return false;
	return true;
}

static bool counters_hold(struct lab *lab, struct watch *w)
{
	if (!w->expect->n_counters)
		return true;
	return is_time_to_count(w) && counters_read(lab, w);
}

static bool procs_hold(const struct lab *lab, const struct expect *e)
{
	for (size_t i = 0; i < e->n_procs; i++)
		if (!proc_holds(lab, &e->procs[i]))
			return false;
	return true;
}

static bool arrows_hold(struct lab *lab, const struct expect *e)
{
	const struct tcp_seen *seen;
	size_t n;

	if (!e->n_arrows)
		return true;
	/* what may still arrive is not lost */
	lab->arrows.lost_before_ns =
		lab_now_ns(lab) - scenario_way_ns(lab->scenario);
	seen = timeline_segments(lab->timeline, &n);
	return expect_arrows_hold(e, seen, n, &lab->arrows);
}

void await_settle(struct lab *lab, const struct expect *expect)
{
	const struct tcp_seen *seen;
	size_t n;

	if (!expect->n_arrows)
		return;
	seen = timeline_segments(lab->timeline, &n);
	expect_arrows_end(expect, seen, n, &lab->arrows);
}

static bool all_hold(struct lab *lab, void *arg)
{
	struct watch *w = arg;

	/* counters last: reading them costs, and they move with the rest */
	return socks_hold(lab, w->expect) && procs_hold(lab, w->expect) &&
	       arrows_hold(lab, w->expect) && counters_hold(lab, w);
}

static bool broken(struct lab *lab, void *arg)
{
	struct watch *w = arg;

	if (!socks_hold(lab, w->expect) || !procs_hold(lab, w->expect) ||
	    !arrows_hold(lab, w->expect))
		return true;
	return w->expect->n_counters && is_time_to_count(w) &&
	       !counters_read(lab, w);
}

/* since when "within" counts, by the journal's clock: the latest moment at
 * which one of the sockets asked for was seen to enter such a state */
static int64_t origin(const struct lab *lab, const struct expect *e,
		      int64_t now_ns)
{
	int64_t entered_ns = -1;

	for (size_t i = 0; e->since && i < e->n_socks; i++) {
		const struct sock_life *life = timeline_sock(
			lab->timeline, e->socks[i].host, e->socks[i].socket);

		for (size_t j = 0; life && j < life->n_spans; j++) {
			const struct sock_span *span = &life->spans[j];
			bool in = span->present &&
				  (e->since & TCP_STATE_BIT(span->sock.state));
			bool was = j && life->spans[j - 1].present &&
				   life->spans[j - 1].sock.state ==
					   span->sock.state;

			if (in && !was && span->hi_ns > entered_ns)
				entered_ns = span->hi_ns;
		}
	}
	return entered_ns >= 0 ? entered_ns : now_ns;
}

static int hold_for(struct lab *lab, struct watch *w, struct err *err)
{
	bool left;

	w->began_ns = clock_now_ns();
	w->until_ns = w->began_ns + w->expect->for_ns;
	left = wait_until(lab, w, w->until_ns + LOOK_AFTER_NS, broken);
	/* that nothing moved until the end, a reading after the end shows */
	if (!left && w->expect->n_counters)
		left = !counters_read(lab, w);
	if (left)
		return err_set(err, -ETIMEDOUT,
			       "what was expected did not last");
	return 0;
}

int await_expect(struct lab *lab, const struct expect *expect, struct err *err)
{
	struct watch w = {.expect = expect, .began_ns = clock_now_ns()};
	int rc = 0;

	lab_snap(lab, "expect");
	w.until_ns = origin(lab, expect, lab_now_ns(lab)) + expect->within_ns +
		     lab->sink.epoch_ns;
	if (!wait_until(lab, &w, w.until_ns + LOOK_AFTER_NS, all_hold))
		rc = err_set(err, -ETIMEDOUT,
			     "what was expected was not seen in time");
	else if (expect->for_ns)
		rc = hold_for(lab, &w, err);
	if (rc < 0 && expect->n_counters)
		lab_count(lab, "expect");
	return rc;
}
