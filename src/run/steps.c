/*
 * steps.c - walk a lab through its scenario
 */
#include "run/steps.h"

#include <errno.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/names.h"
#include "base/scope.h"
#include "run/act.h"
#include "run/await.h"
#include "run/lab.h"
#include "run/progress.h"
#include "run/wire_step.h"
#include "spec/scenario.h"

static int do_act(struct lab *lab, const struct step *step, struct err *err)
{
	const struct act *act = &step->act;
	uint64_t op;
	int rc;

	if (act->verb > VERB_SPAWN)
		return control_act(lab, act, err);
	rc = act_begin(lab, act, &op, err);
	if (rc < 0 || (act->background && !act->blocks_ns))
		return rc;
	return act_finish(lab, op, act, lab->ops.v[op - 1].began_ns, err);
}

static int do_expect(struct lab *lab, const struct step *step, struct err *err)
{
	return await_expect(lab, &step->expect, err);
}

static int do_together(struct lab *lab, const struct step *step,
		       struct err *err)
{
	SCOPED_FREE uint64_t *ops = mem_new(uint64_t, step->n_together);
	int failed = 0;

	for (size_t i = 0; i < step->n_together; i++) {
		int rc = act_begin(lab, &step->together[i].act, &ops[i], err);

		if (rc < 0)
			return rc;
	}
	/* wait for all, even after one has gone wrong: the story is better */
	for (size_t i = 0; i < step->n_together; i++) {
		const struct act *act = &step->together[i].act;
		struct err why = {0};
		int rc;

		if (act->background && !act->blocks_ns)
			continue;
		rc = act_finish(lab, ops[i], act,
				lab->ops.v[ops[i] - 1].began_ns, &why);
		if (rc < 0 && !failed) {
			failed = rc;
			if (err)
				*err = why;
		}
	}
	return failed;
}

static int do_await(struct lab *lab, const struct step *step, struct err *err)
{
	uint64_t op = act_find(lab, step->act.background);

	if (!op)
		return err_set(err, -EINVAL, "%s was never begun",
			       step->act.background);
	return act_finish(lab, op, &step->act, clock_now_ns(), err);
}

static int do_wait(struct lab *lab, const struct step *step, struct err *err)
{
	(void)err; /* time always passes */
	(void)lab_wait(lab, clock_now_ns() + step->wait_ns, NULL, NULL);
	return 0;
}

/** step_doers - who takes a step of which kind */
static int (*const step_doers[STEP_KINDS])(struct lab *lab,
					   const struct step *step,
					   struct err *err) = {
	[STEP_ACT] = do_act,
	[STEP_EXPECT] = do_expect,
	[STEP_TOGETHER] = do_together,
	[STEP_AWAIT] = do_await,
	[STEP_WAIT] = do_wait,
	[STEP_CUT] = wire_step_cut,
	[STEP_HEAL] = wire_step_cut,
	[STEP_SET] = wire_step_set,
	[STEP_FORGET] = wire_step_forget,
	[STEP_RELEASE] = wire_step_release,
	[STEP_ARM] = wire_step_arm,
	[STEP_DISARM] = wire_step_arm,
	[STEP_INJECT] = wire_step_inject,
};
TABLE_COVERS(step_doers, STEP_KINDS);

/* how long a step may take, for whoever watches the run */
static int64_t patience_ns(const struct step *step)
{
	int64_t longest_ns = step->act.within_ns;

	if (step->kind == STEP_EXPECT)
		return step->expect.within_ns + step->expect.for_ns;
	if (step->kind == STEP_WAIT)
		return step->wait_ns;
	for (size_t i = 0; i < step->n_together; i++)
		if (step->together[i].act.within_ns > longest_ns)
			longest_ns = step->together[i].act.within_ns;
	return longest_ns;
}

static int leave_out(struct lab *lab, const struct step *step)
{
	SCOPED_FREE char *why = mem_printf("not on this kernel: wants %s, "
					   "is %s",
					   step->when.text, lab->kernel);
	struct event event = {
		.kind = EVENT_STEP_END,
		.step_of = {.line = step->pos.line,
			    .text = step->text,
			    .done = true,
			    .left_out = true,
			    .why = why},
	};

	lab_emit(lab, &event);
	return 0;
}

static int take(struct lab *lab, const struct step *step, struct err *err)
{
	struct event event = {
		.kind = EVENT_STEP_BEGIN,
		.step_of = {.line = step->pos.line, .text = step->text},
	};
	int rc;

	progress_set(lab->progress, (uint32_t)lab->step + 1, step->text,
		     clock_now_ns() + patience_ns(step));
	progress_say(&lab->says, "step %d", lab->step + 1);
	lab_emit(lab, &event);
	if (!lab_takes(lab, step))
		return leave_out(lab, step);
	rc = step_doers[step->kind](lab, step, err);
	lab_snap(lab, step->kind == STEP_EXPECT ? "expect" : "step");
	event = (struct event){
		.kind = EVENT_STEP_END,
		.step_of = {.line = step->pos.line,
			    .text = step->text,
			    .done = rc == 0,
			    .why = rc < 0 ? err->text : NULL},
	};
	lab_emit(lab, &event);
	await_settle(lab, &step->expect);
	return rc;
}

int steps_run(struct lab *lab, struct err *err)
{
	for (size_t i = 0; i < lab->scenario->n_steps; i++) {
		int rc;

		lab->step = (int)i;
		lab->step_ns = lab_now_ns(lab);
		rc = take(lab, &lab->scenario->steps[i], err);
		if (rc < 0) {
			lab->step = -1;
			return rc;
		}
	}
	lab->step = -1;
	return 0;
}
