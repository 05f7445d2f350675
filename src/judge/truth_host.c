/*
 * truth_host.c - what was true of a host's sockets and programs as a whole
 */
#include <stdlib.h>
#include <string.h>

#include "judge/truth.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/** struct move - one socket more, or less, of those that are counted */
struct move {
	int64_t lo_ns;
	int64_t hi_ns;
	uint64_t n;
	int delta;
};

struct moves {
	VEC(struct move) list;
};

static void moves_done(struct moves *moves)
{
	vec_done(&moves->list);
}

static int by_time(const void *a, const void *b)
{
	const struct move *x = a;
	const struct move *y = b;

	if (x->hi_ns != y->hi_ns)
		return x->hi_ns < y->hi_ns ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

static void moves_of(struct moves *moves, const struct timeline *tl,
		     const struct expect_count *want)
{
	const struct sock_life *life;
	size_t i = 0;

	while ((life = timeline_sock_next(tl, &i))) {
		bool was = false;

		if (strcmp(life->host, want->host) != 0)
			continue;
		for (size_t j = 0; j < life->n_spans; j++) {
			const struct sock_span *s = &life->spans[j];
			bool is = s->present &&
				  expect_count_matches(want, &s->sock);
			struct move move = {.lo_ns = s->lo_ns,
					    .hi_ns = s->hi_ns,
					    .n = s->n,
					    .delta = is ? 1 : -1};

			if (is != was)
				vec_push(&moves->list, move);
			was = is;
		}
	}
	if (moves->list.n)
		qsort(moves->list.v, moves->list.n, sizeof(*moves->list.v),
		      by_time);
}

void truth_of_count(struct truth *truth, const struct timeline *tl,
		    const struct expect_count *want)
{
	SCOPED(moves_done) struct moves moves = {0};
	int64_t count = 0;

	truth_start(truth, compare_holds(&want->count, 0), 0);
	truth->host = want->host;
	truth->source = "sockets";
	truth->looks = timeline_snaps(tl, want->host, &truth->n_looks);
	moves_of(&moves, tl, want);
	for (size_t i = 0; i < moves.list.n; i++) {
		const struct move *m = &moves.list.v[i];

		count += m->delta;
		/* the rows of one dump are one change */
		if (i + 1 < moves.list.n && m[1].hi_ns == m->hi_ns)
			continue;
		truth_add(truth, compare_holds(&want->count, count), m->lo_ns,
			  m->hi_ns, m->n);
	}
}

const struct timeline_look *truth_of_counter(struct truth *truth,
					     const struct timeline *tl,
					     int index,
					     const struct expect_counter *want)
{
	const struct timeline_look *last = NULL;
	const struct timeline_look *looks;
	size_t n;

	truth_start(truth, false, 0);
	truth->host = want->host;
	truth->source = "counters";
	looks = timeline_readings(tl, want->host, &n);
	for (size_t i = 0; i < n; i++) {
		const struct timeline_look *look = &looks[i];
		int64_t delta;

		if (look->step != index)
			continue;
		delta = timeline_counter(tl, want->host, want->name, look->t_ns,
					 NULL);
		/* the first one of the step stands for its begin */
		truth_add(truth, compare_holds(&want->delta, delta),
			  last ? last->began_ns : -1, look->t_ns, look->n);
		if (!last)
			truth->looks = look;
		truth->n_looks = (size_t)(look - truth->looks) + 1;
		last = look;
	}
	return last;
}

static bool ended_so(const struct timeline_proc *proc,
		     const struct expect_proc *want)
{
	switch (want->state) {
	case PROC_STATE_RUNNING:
		return false;
	case PROC_STATE_EXITED:
		return !proc->signal && proc->status >= 0 &&
		       compare_holds(&want->status, proc->status);
	case PROC_STATE_KILLED:
		return proc->signal == want->signal;
	case PROC_STATES:
		break;
	}
	return false;
}

static bool is_of(const struct timeline_proc *proc,
		  const struct expect_proc *want)
{
	return strcmp(proc->host, want->host) == 0 &&
	       strcmp(proc->program, want->program) == 0;
}

void truth_of_proc_state(struct truth *truth, const struct timeline *tl,
			 const struct expect_proc *want)
{
	const struct timeline_proc *procs;
	size_t n;

	truth_start(truth, false, 0);
	truth->host = want->host;
	truth->source = "agent";
	truth->told = true;
	procs = timeline_procs(tl, &n);
	for (size_t i = 0; i < n; i++) {
		const struct timeline_proc *p = &procs[i];

		if (!is_of(p, want))
			continue;
		truth_add(truth, want->state == PROC_STATE_RUNNING, p->start_ns,
			  p->start_ns, p->start_n);
		if (p->exited)
			truth_add(truth, ended_so(p, want), p->exit_ns,
				  p->exit_ns, p->exit_n);
	}
}

void truth_of_output(struct truth *truth, const struct timeline *tl, int index,
		     const struct expect_proc *want)
{
	const struct timeline_step *step = timeline_step(tl, index);
	const struct timeline_output *piece = NULL;
	const struct timeline_proc *latest = NULL;
	const struct timeline_proc *procs;
	size_t n;

	truth_start(truth, false, 0);
	truth->host = want->host;
	truth->source = "output";
	truth->told = true;
	procs = timeline_procs(tl, &n);
	for (size_t i = 0; i < n; i++)
		if (is_of(&procs[i], want) &&
		    (!step || !step->end_n || procs[i].start_n < step->end_n))
			latest = &procs[i];
	if (latest)
		piece = timeline_proc_wrote(latest, want->output);
	if (piece)
		truth_add(truth, true, piece->t_ns, piece->t_ns, piece->n);
}
