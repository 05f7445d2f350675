/*
 * alter_expect.c - other states, numbers and times than those that were seen
 */
#include <signal.h>
#include <string.h>

#include "base/units.h"
#include "judge/alterer.h"
#include "judge/phrase.h"
#include "judge/truth.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "timeline/timeline.h"

/** struct part - one part of one expectation, as it went */
struct part {
	const struct alterer *a;
	int index;
	const struct timeline_step *step;
	struct truth truth;
	struct entry entry;
	struct bracket since; /* or the state's begin; unknown: T */
	const char *what;
};

static int64_t latest_look(const struct truth *truth, const struct timeline *tl)
{
	if (truth->told)
		return timeline_whole(tl)->last_ns;
	return truth->n_looks ? truth->looks[truth->n_looks - 1].began_ns : -1;
}

/*
 * Shorten @expect's times until @truth, which is another than was asked for,
 * is certainly not true in time. Return: false if it was true.
 */
static bool make_false(struct expect *expect, const struct truth *truth,
		       const struct timeline *tl, int index)
{
	int64_t begin_ns = timeline_step(tl, index)->begin_ns;
	struct entry entry = truth_entry(truth, begin_ns);
	int64_t until_ns;

	if (entry.already)
		return false;
	until_ns = entry.found ? entry.when.lo_ns : latest_look(truth, tl);
	/* what is told has no bracket: it was true at that very moment */
	if (entry.found && entry.when.lo_ns == entry.when.hi_ns)
		until_ns--;
	if (until_ns < begin_ns ||
	    timeline_gap_covers(tl, truth->source, truth->host, begin_ns,
				until_ns))
		return false;
	expect->since = 0;
	expect->not_before_ns = 0;
	if (expect->within_ns > until_ns - begin_ns)
		expect->within_ns = until_ns - begin_ns;
	return true;
}

struct compare alterer_opposite(const struct compare *c)
{
	static const enum compare_op opposites[COMPARES] = {
		[COMPARE_EQ] = COMPARE_NE, [COMPARE_NE] = COMPARE_EQ,
		[COMPARE_LT] = COMPARE_GE, [COMPARE_LE] = COMPARE_GT,
		[COMPARE_GT] = COMPARE_LE, [COMPARE_GE] = COMPARE_LT,
	};
	struct compare other = *c;

	other.op = opposites[c->op];
	return other;
}

/* Offer @expect with its sock @j replaced, if that is false */
static void offer_sock(struct alterer *a, int index, size_t j,
		       const struct expect_sock *other)
{
	SCOPED(truth_done) struct truth truth = {0};
	struct expect expect = a->scenario->steps[index].expect;
	struct expect_sock *socks = mem_new(struct expect_sock, expect.n_socks);
	SCOPED_STR struct str text = {0};

	memcpy(socks, expect.socks, expect.n_socks * sizeof(*socks));
	socks[j] = *other;
	expect.socks = socks;
	phrase_sock(&text, other);
	if (truth_of_sock(&truth, a->tl, other) &&
	    make_false(&expect, &truth, a->tl, index))
		alterer_expect(a, index, &expect, &expect.socks,
			       expect.n_socks * sizeof(*socks), "%s", text.s);
	free(socks);
}

static void alter_sock(struct alterer *a, int index, size_t j)
{
	const struct expect_sock *want =
		&a->scenario->steps[index].expect.socks[j];
	struct expect_sock other = *want;

	for (unsigned int s = 0; s < TCP_STATES; s++) {
		if (want->states & TCP_STATE_BIT(s))
			continue;
		other.states = TCP_STATE_BIT(s);
		offer_sock(a, index, j, &other);
	}
	other = *want;
	for (unsigned int t = 0; want->has_timer && t < TCP_TIMERS; t++) {
		other.timer = (enum tcp_timer)t;
		if (other.timer != want->timer)
			offer_sock(a, index, j, &other);
	}
	other = *want;
	if (want->recv_q.set) {
		other.recv_q = alterer_opposite(&want->recv_q);
		offer_sock(a, index, j, &other);
	}
	other = *want;
	if (want->send_q.set) {
		other.send_q = alterer_opposite(&want->send_q);
		offer_sock(a, index, j, &other);
	}
}

static void offer_count(struct alterer *a, int index, size_t j,
			const struct expect_count *other)
{
	SCOPED(truth_done) struct truth truth = {0};
	struct expect expect = a->scenario->steps[index].expect;
	struct expect_count *counts =
		mem_new(struct expect_count, expect.n_counts);
	SCOPED_STR struct str number = {0};
	SCOPED_STR struct str text = {0};

	memcpy(counts, expect.counts, expect.n_counts * sizeof(*counts));
	counts[j] = *other;
	expect.counts = counts;
	phrase_compare(&number, &other->count);
	phrase_count(&text, other, number.s);
	truth_of_count(&truth, a->tl, other);
	if (make_false(&expect, &truth, a->tl, index))
		alterer_expect(a, index, &expect, &expect.counts,
			       expect.n_counts * sizeof(*counts), "%s", text.s);
	free(counts);
}

static void offer_counter(struct alterer *a, int index, size_t j,
			  const struct expect_counter *other)
{
	SCOPED(truth_done) struct truth truth = {0};
	struct expect expect = a->scenario->steps[index].expect;
	struct expect_counter *counters =
		mem_new(struct expect_counter, expect.n_counters);
	SCOPED_STR struct str number = {0};

	memcpy(counters, expect.counters,
	       expect.n_counters * sizeof(*counters));
	counters[j] = *other;
	expect.counters = counters;
	phrase_compare(&number, &other->delta);
	if (truth_of_counter(&truth, a->tl, index, other) &&
	    make_false(&expect, &truth, a->tl, index))
		alterer_expect(a, index, &expect, &expect.counters,
			       expect.n_counters * sizeof(*counters),
			       "%s %s moved by %s", other->host, other->name,
			       number.s);
	free(counters);
}

/* Numbers that are not those asked for; Return: how many */
static size_t others_of(const struct compare *asked, struct compare others[2])
{
	others[0] = alterer_opposite(asked);
	if (asked->op != COMPARE_EQ)
		return 1;
	others[1] = *asked;
	others[1].value++;
	return 2;
}

static void alter_count_part(struct alterer *a, int index, size_t j)
{
	struct expect_count other = a->scenario->steps[index].expect.counts[j];
	struct compare others[2];
	size_t n = others_of(&other.count, others);

	for (size_t i = 0; i < n; i++) {
		other.count = others[i];
		offer_count(a, index, j, &other);
	}
}

static void alter_counter(struct alterer *a, int index, size_t j)
{
	struct expect_counter other =
		a->scenario->steps[index].expect.counters[j];
	struct compare others[2];
	size_t n = others_of(&other.delta, others);

	for (size_t i = 0; i < n; i++) {
		other.delta = others[i];
		offer_counter(a, index, j, &other);
	}
}

static void offer_proc(struct alterer *a, int index, size_t j,
		       const struct expect_proc *other, bool output,
		       const char *what)
{
	SCOPED(truth_done) struct truth truth = {0};
	struct expect expect = a->scenario->steps[index].expect;
	struct expect_proc *procs = mem_new(struct expect_proc, expect.n_procs);

	memcpy(procs, expect.procs, expect.n_procs * sizeof(*procs));
	procs[j] = *other;
	expect.procs = procs;
	if (output)
		truth_of_output(&truth, a->tl, index, other);
	else
		truth_of_proc_state(&truth, a->tl, other);
	if (make_false(&expect, &truth, a->tl, index))
		alterer_expect(a, index, &expect, &expect.procs,
			       expect.n_procs * sizeof(*procs), "%s.%s %s",
			       other->host, other->program, what);
	free(procs);
}

static void alter_proc(struct alterer *a, int index, size_t j)
{
	/* nobody writes this; the field is not const, but nobody changes it */
	static char unwritten[] = "\x01\x02 what nobody ever writes \x03";
	const struct expect_proc *want =
		&a->scenario->steps[index].expect.procs[j];
	struct expect_proc other = *want;

	if (want->output) {
		other.output = unwritten;
		offer_proc(a, index, j, &other, true, "wrote something else");
		other.output = want->output;
	}
	if (!want->has_state)
		return;
	other.status =
		(struct compare){.set = true, .op = COMPARE_EQ, .value = 99};
	other.state = PROC_STATE_EXITED;
	offer_proc(a, index, j, &other, false, "exited with status 99");
	other.state = PROC_STATE_KILLED;
	other.signal = SIGUSR2;
	offer_proc(a, index, j, &other, false, "killed by SIGUSR2");
	other.state = PROC_STATE_RUNNING;
	if (want->state != PROC_STATE_RUNNING)
		offer_proc(a, index, j, &other, false, "running");
}

/* A state that it did have must not be denied */
static void alter_never_sock(struct alterer *a, int index, size_t j)
{
	struct expect expect = a->scenario->steps[index].expect;
	const struct timeline_step *step = timeline_step(a->tl, index);
	struct expect_sock other = expect.never_socks[j];
	const struct sock_life *life =
		timeline_sock(a->tl, other.host, other.socket);
	struct expect_sock *socks;

	if (!life || !life->n_spans || life->spans[0].hi_ns > step->begin_ns)
		return;
	other = (struct expect_sock){
		.pos = other.pos, .host = other.host, .socket = other.socket};
	other.states = TCP_STATE_BIT(life->spans[0].sock.state);
	socks = mem_new(struct expect_sock, expect.n_never_socks);
	memcpy(socks, expect.never_socks,
	       expect.n_never_socks * sizeof(*socks));
	socks[j] = other;
	expect.never_socks = socks;
	alterer_expect(a, index, &expect, &expect.never_socks,
		       expect.n_never_socks * sizeof(*socks), "never %s.%s %s",
		       other.host, other.socket,
		       tcp_state_names[life->spans[0].sock.state]);
	free(socks);
}

static void part_times(struct alterer *a, const struct part *p)
{
	const struct expect *asked = &a->scenario->steps[p->index].expect;
	int64_t begin_ns = p->step->begin_ns;
	struct bracket from = p->since;
	struct expect expect = *asked;
	char buf[UNITS_TEXT];

	if (!p->entry.found || (asked->since && !from.known))
		return;
	if (!from.known)
		from.lo_ns = from.hi_ns = begin_ns;
	expect.not_before_ns = p->entry.when.hi_ns - from.lo_ns + 1;
	if (expect.not_before_ns < 1)
		expect.not_before_ns = 1;
	alterer_expect(a, p->index, &expect, NULL, 0, "%s not before %s",
		       p->what, duration_print(expect.not_before_ns, buf));
	expect = *asked;
	expect.within_ns =
		p->entry.when.lo_ns - (asked->since ? from.hi_ns : begin_ns);
	if (expect.within_ns > 0 &&
	    !timeline_gap_covers(a->tl, p->truth.source, p->truth.host,
				 begin_ns, p->entry.when.lo_ns))
		alterer_expect(a, p->index, &expect, NULL, 0, "%s within %s",
			       p->what, duration_print(expect.within_ns, buf));
	if (p->entry.at + 1 >= p->truth.spans.n)
		return;
	expect = *asked;
	expect.for_ns = p->truth.spans.v[p->entry.at + 1].hi_ns -
			(p->entry.already ? begin_ns : p->entry.when.lo_ns) + 1;
	alterer_expect(a, p->index, &expect, NULL, 0, "%s for %s", p->what,
		       duration_print(expect.for_ns, buf));
}

/* Times of one part; they are the whole step's, but this part refutes them */
static void alter_times(struct alterer *a, int index,
			const struct expect_sock *sock,
			const struct expect_count *count)
{
	const struct expect *asked = &a->scenario->steps[index].expect;
	SCOPED_STR struct str text = {0};
	struct part p = {
		.a = a, .index = index, .step = timeline_step(a->tl, index)};
	const struct sock_life *life;

	if (sock) {
		if (!truth_of_sock(&p.truth, a->tl, sock))
			return;
		phrase_sock(&text, sock);
	} else {
		truth_of_count(&p.truth, a->tl, count);
		phrase_count(&text, count, "so many");
	}
	p.what = text.s;
	p.entry = truth_entry(&p.truth, p.step->begin_ns);
	life = sock ? timeline_sock(a->tl, sock->host, sock->socket) : NULL;
	p.since = asked->since
			  ? truth_since(life, asked->since, &p.entry)
			  : truth_state_begin(life, p.step->begin_ns, &p.entry);
	part_times(a, &p);
	truth_done(&p.truth);
}

void alter_expects(struct alterer *a, int index)
{
	const struct expect *e = &a->scenario->steps[index].expect;

	if (a->scenario->steps[index].kind != STEP_EXPECT)
		return;
	for (size_t j = 0; j < e->n_socks; j++) {
		alter_sock(a, index, j);
		alter_times(a, index, &e->socks[j], NULL);
	}
	for (size_t j = 0; j < e->n_counts; j++) {
		alter_count_part(a, index, j);
		alter_times(a, index, NULL, &e->counts[j]);
	}
	for (size_t j = 0; j < e->n_counters; j++)
		alter_counter(a, index, j);
	for (size_t j = 0; j < e->n_procs; j++)
		alter_proc(a, index, j);
	for (size_t j = 0; j < e->n_never_socks; j++)
		alter_never_sock(a, index, j);
}
