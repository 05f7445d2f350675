/*
 * alter_act.c - other results and times than those that an action had
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/units.h"
#include "judge/acts.h"
#include "judge/alterer.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "timeline/timeline.h"

/** struct target - the act to be altered, and what it became */
struct target {
	int index;
	size_t part;
	const struct act *act;
	const struct act *await; /* that judges @act; NULL: @act itself */
	const struct timeline_op *op;
	int64_t from_ns; /* "within" counts from here */
	int64_t inside_ns; /* shortest that it may have taken since then */
};

static void alter_errno(struct alterer *a, const struct target *t)
{
	struct act act = *t->act;

	if (t->op->end.error == EINTR)
		return; /* interrupted by us: that was not judged either */
	act.fails = t->op->end.error == EPIPE ? ECONNRESET : EPIPE;
	alterer_act(a, t->index, t->part, &act, "%s fails with %s",
		    t->op->end.verb, errno_name(act.fails));
	if (!t->act->fails)
		return;
	act.fails = 0;
	alterer_act(a, t->index, t->part, &act, "%s succeeds", t->op->end.verb);
}

static void alter_times(struct alterer *a, const struct target *t)
{
	int64_t took_ns = t->op->end_ns - t->op->begin_ns;
	struct act act = *t->act;
	char buf[UNITS_TEXT];

	act.not_before_ns = took_ns + 1;
	alterer_act(a, t->index, t->part, &act, "%s not before %s",
		    t->op->end.verb, duration_print(act.not_before_ns, buf));
	act = *t->act;
	act.within_ns = t->inside_ns - 1;
	if (act.within_ns > 0)
		alterer_act(a, t->index, t->part, &act, "%s within %s",
			    t->op->end.verb,
			    duration_print(act.within_ns, buf));
}

static void alter_bytes(struct alterer *a, const struct target *t)
{
	bool recv = strcmp(t->op->end.verb, verb_names[VERB_RECV]) == 0;
	bool send = strcmp(t->op->end.verb, verb_names[VERB_SEND]) == 0;
	struct act act = *t->act;

	if (t->op->end.error || (!recv && !send))
		return;
	act.bytes = t->op->end.bytes + 1;
	alterer_act(a, t->index, t->part, &act, "%s %lld bytes",
		    t->op->end.verb, (long long)act.bytes);
	act = *t->act;
	act.eof = true;
	if (recv && !t->op->end.eof)
		alterer_act(a, t->index, t->part, &act,
			    "recv ends with end of file");
}

/* A time in which it did come back */
static void alter_blocks(struct alterer *a, const struct target *t)
{
	struct act act = *t->act;
	char buf[UNITS_TEXT];

	act.blocks_ns = t->op->end_ns - t->op->begin_ns + 1;
	alterer_act(a, t->index, t->part, &act, "%s blocks for %s",
		    t->op->end.verb, duration_print(act.blocks_ns, buf));
}

/* Where an await says what must come of it, the act has no say in that */
static void alter_results(struct alterer *a, const struct target *t)
{
	if (!t->await || !t->await->fails)
		alter_errno(a, t);
	alter_times(a, t);
	if (!t->await || t->await->bytes < 0)
		alter_bytes(a, t);
}

/* The action's own act; what "blocks" has no end to judge */
static void alter_call(struct alterer *a, int index, size_t part,
		       const struct act *act)
{
	struct target t = {
		.index = index,
		.part = part,
		.act = act,
		.op = acts_op(a->tl, a->scenario, index, part),
	};
	int await;

	if (!t.op || !t.op->ended)
		return;
	if (act->blocks_ns) {
		alter_blocks(a, &t);
		return;
	}
	await = acts_await(a->scenario, index, act->background);
	if (await >= 0 && !timeline_step(a->tl, await))
		return;
	t.await = await >= 0 ? &a->scenario->steps[await].act : NULL;
	t.from_ns = t.op->begin_ns;
	t.inside_ns = t.op->end_ns - t.op->begin_ns;
	if (t.op->end.took_ns > 0 && t.op->end.took_ns < t.inside_ns)
		t.inside_ns = t.op->end.took_ns;
	alter_results(a, &t);
}

static void alter_await(struct alterer *a, int index)
{
	const struct act *act = &a->scenario->steps[index].act;
	struct acts_place place =
		acts_background(a->scenario, index, act->background);
	struct target t = {.index = index, .act = act};

	if (!place.act || place.act->verb >= VERB_RUN)
		return;
	t.op = acts_op(a->tl, a->scenario, place.index, place.part);
	if (!t.op || !t.op->ended)
		return;
	t.from_ns = timeline_step(a->tl, index)->begin_ns;
	t.inside_ns = t.op->end_ns - t.from_ns;
	alter_results(a, &t);
}

/* The process that ended in this step, or that the act is about */
static const struct timeline_proc *ended(const struct alterer *a, int index,
					 const struct act *act)
{
	const struct timeline_proc *procs;
	const char *name = act->target ?: "agent";
	size_t n;

	procs = timeline_procs(a->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (procs[i].exited && procs[i].exit_step == index &&
		    strcmp(procs[i].host, act->host) == 0 &&
		    strcmp(procs[i].program, name) == 0)
			return &procs[i];
	return NULL;
}

/* Less time than the program needed for it */
static void alter_effect_time(struct alterer *a, int index, size_t part,
			      const struct act *act,
			      const struct timeline_proc *exited)
{
	int64_t begin_ns = timeline_step(a->tl, index)->begin_ns;
	const struct timeline_proc *procs;
	struct act other = *act;
	char buf[UNITS_TEXT];
	size_t n;

	other.within_ns = 0;
	procs = timeline_procs(a->tl, &n);
	for (size_t i = 0; act->listening && i < n; i++)
		if (procs[i].start_ns >= begin_ns && procs[i].ready_n &&
		    strcmp(procs[i].host, act->host) == 0 && act->target &&
		    strcmp(procs[i].program, act->target) == 0) {
			other.within_ns = procs[i].ready_ns - begin_ns - 1;
			break;
		}
	if (!act->listening && exited &&
	    (act->verb != VERB_RUN || act->status.set))
		other.within_ns = exited->exit_ns - begin_ns - 1;
	if (other.within_ns > 0)
		alterer_act(a, index, part, &other, "%s within %s",
			    verb_names[act->verb],
			    duration_print(other.within_ns, buf));
	if (act->verb != VERB_EXIT || !exited || exited->exit_ns < begin_ns)
		return;
	other = *act;
	other.not_before_ns = exited->exit_ns - begin_ns + 1;
	alterer_act(a, index, part, &other, "exit not before %s",
		    duration_print(other.not_before_ns, buf));
}

static void alter_command(struct alterer *a, int index, size_t part,
			  const struct act *act)
{
	const struct timeline_proc *proc = ended(a, index, act);
	struct act other = *act;

	if (act->verb == VERB_SIGNAL) {
		other.signal = act->signal == SIGUSR1 ? SIGUSR2 : SIGUSR1;
		alterer_act(a, index, part, &other, "signal %s",
			    signal_name(other.signal));
		return;
	}
	if (act->verb != VERB_RESTART)
		alter_effect_time(a, index, part, act, proc);
	if (!proc || (act->verb != VERB_RUN && act->verb != VERB_EXIT))
		return;
	if (act->status.set && !proc->signal && proc->status >= 0) {
		other.status.op = COMPARE_EQ;
		other.status.value = proc->status + 1;
		alterer_act(a, index, part, &other, "status %lld",
			    (long long)other.status.value);
	}
	if (act->verb == VERB_EXIT && act->signal) {
		other = *act;
		other.signal = act->signal == SIGUSR1 ? SIGUSR2 : SIGUSR1;
		alterer_act(a, index, part, &other, "killed by %s",
			    signal_name(other.signal));
	}
}

void alter_acts(struct alterer *a, int index)
{
	const struct step *step = &a->scenario->steps[index];
	size_t n = step->kind == STEP_TOGETHER ? step->n_together
		   : step->kind == STEP_ACT    ? 1
					       : 0;

	if (step->kind == STEP_AWAIT)
		alter_await(a, index);
	for (size_t i = 0; i < n; i++) {
		const struct act *act = step->kind == STEP_TOGETHER
						? &step->together[i].act
						: &step->act;

		if (act->verb >= VERB_RUN)
			alter_command(a, index, i, act);
		else
			alter_call(a, index, i, act);
	}
}
