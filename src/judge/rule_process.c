/*
 * rule_process.c - a program must be running, or have ended or written so
 */
#include "judge/phrase.h"
#include "judge/rule.h"
#include "judge/truth.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "timeline/timeline.h"

static void phrase_wanted(struct str *text, const struct expect_proc *want)
{
	str_addf(text, "%s.%s ", want->host, want->program);
	switch (want->state) {
	case PROC_STATE_RUNNING:
		str_add(text, "running");
		return;
	case PROC_STATE_EXITED:
		str_add(text, "exited");
		if (want->status.set) {
			str_add(text, " with status ");
			phrase_compare(text, &want->status);
		}
		return;
	case PROC_STATE_KILLED:
		str_addf(text, "killed by %s", signal_name(want->signal));
		return;
	case PROC_STATES:
		return;
	}
}

static void phrase_proc(struct str *text, const struct expect_proc *want,
			const struct timeline_proc *proc)
{
	str_addf(text, "%s.%s ", want->host, want->program);
	if (!proc)
		str_add(text, "never started");
	else if (!proc->exited)
		str_add(text, "running");
	else
		phrase_exit(text, proc);
}

/* The process as of @t_ns */
static const struct timeline_proc *proc_at(const struct ruling *r,
					   const struct expect_proc *want,
					   int64_t t_ns,
					   struct timeline_proc *then)
{
	const struct timeline_proc *procs;
	const struct timeline_proc *found = NULL;
	size_t n;

	procs = timeline_procs(r->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (procs[i].start_ns <= t_ns &&
		    strcmp(procs[i].host, want->host) == 0 &&
		    strcmp(procs[i].program, want->program) == 0)
			found = &procs[i];
	if (!found)
		return NULL;
	*then = *found;
	then->exited = found->exited && found->exit_ns <= t_ns;
	return then;
}

static void judge_truth(struct ruling *r, int index,
			const struct expect_proc *want,
			const struct truth *truth, bool output)
{
	const struct timeline_step *step = timeline_step(r->tl, index);
	struct timing timing = {
		.ask = &r->scenario->steps[index].expect,
		.step = step,
	};
	struct entry entry = truth_entry(truth, step->begin_ns);
	struct timeline_proc then;
	struct str expected = {0};
	struct str saw = {0};
	struct finding *finding;

	timing_judge(&timing, truth, &entry, r->tl);
	if (output) {
		str_addf(&expected, "%s.%s wrote \"%s\"", want->host,
			 want->program, want->output);
		str_addf(&saw, "%s.%s %s", want->host, want->program,
			 entry.found ? "wrote it" : "had not written it");
	} else {
		phrase_wanted(&expected, want);
		phrase_proc(&saw, want,
			    proc_at(r, want,
				    timing.t_ns < 0 ? INT64_MAX : timing.t_ns,
				    &then));
	}
	phrase_times(&expected, timing.ask);
	timing_tell(&saw, &timing, &entry, NULL);
	finding = ruling_add(r, timing_verdicts[timing.reason], index,
			     want->pos.line, str_steal(&expected),
			     str_steal(&saw), timing.t_ns);
	for (size_t i = 0; i < timing.n_cited; i++)
		finding_cite(finding, timing.cited[i]);
}

static void judge_proc(struct ruling *r, int index,
		       const struct expect_proc *want)
{
	SCOPED(truth_done) struct truth state = {0};
	SCOPED(truth_done) struct truth output = {0};

	if (want->has_state) {
		truth_of_proc_state(&state, r->tl, want);
		judge_truth(r, index, want, &state, false);
	}
	if (want->output) {
		truth_of_output(&output, r->tl, index, want);
		judge_truth(r, index, want, &output, true);
	}
}

static void judge_expect(struct ruling *r, int index,
			 const struct expect *expect)
{
	for (size_t i = 0; i < expect->n_procs; i++)
		judge_proc(r, index, &expect->procs[i]);
}

static void apply(struct ruling *r)
{
	ruling_each_expect(r, judge_expect);
}

const struct rule rule_process = {
	.name = "process",
	.about = "a program runs, has ended so, or has written this",
	.apply = apply,
};
