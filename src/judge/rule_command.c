/*
 * rule_command.c - what the lab does to programs must have had its effect
 *
 * run, signal, kill, stop, exit and restart are no system calls of a program
 * of ours: their result is what became of the process.
 */
#include <signal.h>
#include <string.h>

#include "base/str.h"
#include "base/units.h"
#include "event/journal.h"
#include "judge/phrase.h"
#include "judge/rule.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "timeline/timeline.h"

/** struct effect - what became of the process that an act is about */
struct effect {
	enum verdict verdict;
	struct str saw;
	int64_t t_ns;
	uint64_t cited[2];
};

static const char *target_of(const struct act *act)
{
	return act->target ?: act->program ?: "agent";
}

static bool is_target(const struct timeline_proc *proc, const struct act *act)
{
	return strcmp(proc->host, act->host) == 0 &&
	       strcmp(proc->program, target_of(act)) == 0;
}

/* The first process that a step started; NULL if none */
static const struct timeline_proc *started(const struct ruling *r,
					   const struct act *act,
					   const struct timeline_step *step)
{
	const struct timeline_proc *procs;
	size_t n;

	procs = timeline_procs(r->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (is_target(&procs[i], act) &&
		    procs[i].start_n > step->begin_n &&
		    (!step->end_n || procs[i].start_n < step->end_n))
			return &procs[i];
	return NULL;
}

/* The process that was there when the step began, or last before */
static const struct timeline_proc *meant(const struct ruling *r,
					 const struct act *act,
					 const struct timeline_step *step)
{
	const struct timeline_proc *found = NULL;
	const struct timeline_proc *procs;
	size_t n;

	procs = timeline_procs(r->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (is_target(&procs[i], act) &&
		    procs[i].start_n < step->begin_n)
			found = &procs[i];
	return found;
}

/* Has it ended, and as asked; only an asked-for status can be wrong */
static void judge_exit(const struct act *act, const struct timeline_proc *proc,
		       struct effect *effect)
{
	bool status = act->verb == VERB_RUN || act->verb == VERB_EXIT;

	effect->cited[0] = proc->exit_n;
	effect->t_ns = proc->exit_ns;
	effect->verdict = VERDICT_PASS;
	phrase_exit(&effect->saw, proc);
	if (status && act->status.set &&
	    (proc->signal || !compare_holds(&act->status, proc->status)))
		effect->verdict = proc->status < 0 && !proc->signal
					  ? VERDICT_INCONCLUSIVE
					  : VERDICT_FAIL;
	if (act->verb == VERB_EXIT && act->signal &&
	    proc->signal != act->signal)
		effect->verdict = proc->status < 0 && !proc->signal
					  ? VERDICT_INCONCLUSIVE
					  : VERDICT_FAIL;
}

static void judge_start(const struct act *act, const struct timeline_proc *proc,
			struct effect *effect)
{
	effect->cited[0] = proc->start_n;
	effect->t_ns = proc->start_ns;
	if (act->status.set && proc->exited) {
		judge_exit(act, proc, effect);
	} else if (act->status.set) {
		str_add(&effect->saw, "still running");
	} else if (act->listening && !proc->ready_n && proc->exited) {
		effect->cited[0] = proc->exit_n;
		phrase_exit(&effect->saw, proc);
		str_add(&effect->saw, " before it listened");
	} else if (act->listening && !proc->ready_n) {
		str_addf(&effect->saw, "not listening on port %u",
			 (unsigned int)act->listening);
	} else {
		effect->verdict = VERDICT_PASS;
		effect->cited[1] = proc->ready_n;
		if (proc->ready_n)
			effect->t_ns = proc->ready_ns;
		str_add(&effect->saw,
			proc->ready_n ? "started, and ready" : "started");
	}
}

static void judge_signal(const struct ruling *r, int index,
			 const struct act *act, struct effect *effect)
{
	for (size_t i = 0; i < r->journal->n; i++) {
		const struct event *e = &r->journal->events[i];

		if (e->kind != EVENT_PROC_SIGNAL || e->step != index ||
		    !e->host || strcmp(e->host, act->host) != 0 ||
		    !e->proc.program ||
		    strcmp(e->proc.program, target_of(act)) != 0)
			continue;
		effect->verdict = e->proc.signal == act->signal ? VERDICT_PASS
								: VERDICT_FAIL;
		effect->cited[0] = e->n;
		effect->t_ns = e->t_ns;
		str_addf(&effect->saw, "sent %s",
			 signal_name((int)e->proc.signal));
		return;
	}
	str_add(&effect->saw, ruling_broke_off(r, index)
				      ? "the lab was killed before this"
				      : "no signal was sent");
}

static bool is_listener(const struct tcp_sock *sock, const void *arg)
{
	const struct act *act = arg;

	return sock->state == TCP_STATE_LISTEN &&
	       sock->local.port == act->listening;
}

/* Was something in the way of the start that the scenario put there itself */
static bool is_in_the_way(const struct ruling *r, const struct act *act,
			  const struct timeline_step *step)
{
	const struct timeline_proc *proc = meant(r, act, step);

	if (act->verb == VERB_RESTART && proc && !proc->exited)
		return true;
	return act->listening &&
	       timeline_sock_count(r->tl, act->host, step->begin_ns,
				   is_listener, act) > 0;
}

/* There is no process: the runner's words tell why, if it came so far */
static void judge_not_started(const struct ruling *r, int index,
			      const struct act *act, struct effect *effect)
{
	const struct timeline_step *step = timeline_step(r->tl, index);

	str_add(&effect->saw, ruling_broke_off(r, index)
				      ? "the lab was killed before this"
				      : step->why ?: "it was not started");
	if (step->why && !is_in_the_way(r, act, step))
		effect->verdict = VERDICT_ERROR;
}

static void judge_effect(const struct ruling *r, int index,
			 const struct act *act, struct effect *effect)
{
	const struct timeline_step *step = timeline_step(r->tl, index);
	const struct timeline_proc *proc;

	if (act->verb == VERB_SIGNAL) {
		judge_signal(r, index, act, effect);
		return;
	}
	if (act->verb == VERB_RUN || act->verb == VERB_RESTART) {
		proc = started(r, act, step);
		if (proc)
			judge_start(act, proc, effect);
		else
			judge_not_started(r, index, act, effect);
		return;
	}
	proc = meant(r, act, step);
	if (!proc) {
		str_add(&effect->saw, "there was no such program");
	} else if (proc->exited) {
		judge_exit(act, proc, effect);
	} else {
		effect->cited[0] = proc->start_n;
		str_add(&effect->saw, "still running");
	}
}

static char *expected(const struct step *step, int64_t within)
{
	struct str text = {0};
	char buf[UNITS_TEXT];

	str_addf(&text, "%s: done within %s", step->text,
		 duration_print(within, buf));
	if (step->act.not_before_ns)
		str_addf(&text, ", not before %s",
			 duration_print(step->act.not_before_ns, buf));
	return str_steal(&text);
}

/* It had its effect: neither too late nor too early */
static void judge_times(const struct act *act, int64_t begin_ns, int64_t within,
			struct effect *effect)
{
	int64_t took_ns = effect->t_ns - begin_ns;
	bool early = act->not_before_ns && took_ns < act->not_before_ns;
	char buf[UNITS_TEXT];

	if (took_ns <= within && !early)
		return;
	effect->verdict = VERDICT_FAIL;
	if (took_ns < 0)
		str_add(&effect->saw, " before the step began");
	else
		str_addf(&effect->saw, " %s after %s",
			 early ? "already" : "only",
			 duration_print(took_ns, buf));
}

static void judge_act(struct ruling *r, int index, const struct step *step)
{
	const struct timeline_step *then = timeline_step(r->tl, index);
	const struct act *act = &step->act;
	int64_t within = act->within_ns ? act->within_ns : ACT_WITHIN_NS;
	struct effect effect = {.verdict = VERDICT_INCONCLUSIVE, .t_ns = -1};
	struct finding *finding;

	if (act->verb < VERB_RUN)
		return;
	judge_effect(r, index, act, &effect);
	if (effect.verdict == VERDICT_PASS)
		judge_times(act, then->begin_ns, within, &effect);
	/* it had all the time that it may take */
	if (effect.verdict == VERDICT_INCONCLUSIVE && then->end_n &&
	    then->end_ns >= then->begin_ns + within)
		effect.verdict = VERDICT_FAIL;
	finding = ruling_add(r, effect.verdict, index, step->pos.line,
			     expected(step, within), str_steal(&effect.saw),
			     effect.t_ns);
	finding_cite(finding, effect.cited[0]);
	finding_cite(finding, effect.cited[1]);
	finding_cite(finding, then->begin_n);
	finding_cite(finding, then->end_n);
}

static void apply(struct ruling *r)
{
	for (size_t i = 0; i < r->scenario->n_steps; i++) {
		const struct step *step = &r->scenario->steps[i];

		if (!timeline_step(r->tl, (int)i))
			continue;
		if (step->kind == STEP_ACT)
			judge_act(r, (int)i, step);
		for (size_t j = 0;
		     step->kind == STEP_TOGETHER && j < step->n_together; j++)
			judge_act(r, (int)i, &step->together[j]);
	}
}

const struct rule rule_command = {
	.name = "command",
	.about = "a program is started, signalled or ended as told",
	.apply = apply,
};
