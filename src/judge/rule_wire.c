/*
 * rule_wire.c - what steps do to the wire was done
 *
 * A fault that was asked for and never happened makes every PASS behind it
 * worthless. It is no fault of TCP's either, hence INCONCLUSIVE.
 */
#include <string.h>

#include "event/journal.h"
#include "judge/rule.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/* What a step did to the wire is in its events: which of them are this? */
struct change {
	enum event_kind kind;
	const char *action;
	const char *from; /* NULL: any */
	const char *to;
	const char *what;
	uint64_t fault; /* RELEASE: its number; 0: any */
};

static bool same(const char *want, const char *is)
{
	return !want || (is && strcmp(want, is) == 0);
}

static bool is_such(const struct event *e, const struct change *c)
{
	if (e->kind != c->kind || !same(c->from, e->host))
		return false;
	if (c->kind == EVENT_WIRE)
		return same(c->action, e->wire.action) &&
		       same(c->to, e->wire.to) && same(c->what, e->wire.what);
	return same(c->action, e->fault.action) && same(c->to, e->fault.to) &&
	       (!c->fault || c->fault == e->fault.fault);
}

/* Cite each such event of a step; Return: how many */
static size_t cite(const struct ruling *r, int index, const struct change *c,
		   struct finding *finding)
{
	size_t n = 0;

	for (size_t i = 0; i < r->journal->n; i++) {
		const struct event *e = &r->journal->events[i];

		if (e->step != index || !is_such(e, c))
			continue;
		n++;
		finding_cite(finding, e->n);
	}
	return n;
}

static struct finding *add(struct ruling *r, int index)
{
	const struct step *step = &r->scenario->steps[index];

	return ruling_add(r, VERDICT_INCONCLUSIVE, index, step->pos.line,
			  mem_printf("%s: done", step->text), NULL,
			  timeline_step(r->tl, index)->begin_ns);
}

static void settle(struct ruling *r, int index, struct finding *finding,
		   enum verdict verdict, char *saw)
{
	finding->verdict = verdict;
	finding->saw = saw;
	finding_cite(finding, timeline_step(r->tl, index)->begin_n);
}

/* A link is changed in each direction by itself */
static void judge_link(struct ruling *r, int index, const struct step *step)
{
	static const char *const actions[STEP_KINDS] = {
		[STEP_CUT] = "cut",
		[STEP_HEAL] = "heal",
		[STEP_SET] = "set",
	};
	struct change c = {
		.kind = EVENT_WIRE,
		.action = actions[step->kind],
		.from = step->from,
		.to = step->to,
	};
	struct finding *finding = add(r, index);
	bool there = cite(r, index, &c, finding) > 0;
	bool back = step->one_way;
	bool all;

	c.from = step->to;
	c.to = step->from;
	if (!step->one_way)
		back = cite(r, index, &c, finding) > 0;
	all = there && back;
	settle(r, index, finding, all ? VERDICT_PASS : VERDICT_INCONCLUSIVE,
	       mem_strdup(all ? "done"
			  : there || (back && !step->one_way)
				  ? "done in one direction only"
				  : "no wire was touched"));
}

/* Either end may be the one that tells of it */
static void judge_forget(struct ruling *r, int index, const struct step *step)
{
	struct change c = {
		.kind = EVENT_WIRE,
		.action = "forget",
		.from = step->from,
		.to = step->to,
	};
	struct finding *finding = add(r, index);
	bool done = cite(r, index, &c, finding) > 0;

	c.from = step->to;
	c.to = step->from;
	done = cite(r, index, &c, finding) > 0 || done;
	settle(r, index, finding, done ? VERDICT_PASS : VERDICT_INCONCLUSIVE,
	       mem_strdup(done ? "done" : "nothing was forgotten"));
}

static void judge_arm(struct ruling *r, int index, const struct step *step)
{
	const struct change c = {
		.kind = EVENT_WIRE,
		.action = step->kind == STEP_ARM ? "arm" : "disarm",
		.what = step->fault,
	};
	struct finding *finding = add(r, index);
	bool done = cite(r, index, &c, finding) > 0;

	settle(r, index, finding, done ? VERDICT_PASS : VERDICT_INCONCLUSIVE,
	       mem_strdup(done ? "done" : "no fault was touched"));
}

/* 0 if there is no fault of that name */
static uint64_t number_of(const struct scenario *scenario, const char *name)
{
	for (size_t i = 0; i < scenario->n_faults; i++)
		if (scenario->faults[i].name &&
		    strcmp(scenario->faults[i].name, name) == 0)
			return i + 1;
	return 0;
}

/* Was this step left as done */
static bool is_done(const struct ruling *r, int index)
{
	const struct timeline_step *step = timeline_step(r->tl, index);

	return step->end_n && step->done;
}

/* To let go what was never held is no omission of the lab's: the segment that
 * the scenario is about was not there */
static void judge_release(struct ruling *r, int index, const struct step *step)
{
	const struct change c = {
		.kind = EVENT_FAULT,
		.action = "release",
		.fault = number_of(r->scenario, step->fault),
	};
	struct finding *finding = add(r, index);
	size_t n = cite(r, index, &c, finding);
	enum verdict none =
		is_done(r, index) ? VERDICT_FAIL : VERDICT_INCONCLUSIVE;

	settle(r, index, finding, n ? VERDICT_PASS : none,
	       n ? mem_printf("%zu segment%s went on", n, n == 1 ? "" : "s")
		 : mem_strdup("nothing was held"));
	finding_cite(finding, timeline_step(r->tl, index)->end_n);
}

static void judge_inject(struct ruling *r, int index, const struct step *step)
{
	const struct change c = {
		.kind = EVENT_INJECT,
		.to = step->inject.to,
	};
	struct finding *finding = add(r, index);
	size_t n = cite(r, index, &c, finding);

	settle(r, index, finding,
	       n == step->inject.times ? VERDICT_PASS : VERDICT_INCONCLUSIVE,
	       mem_printf("%zu of %u segment%s", n, step->inject.times,
			  step->inject.times == 1 ? "" : "s"));
}

static void judge_step(struct ruling *r, int index, const struct step *step)
{
	switch (step->kind) {
	case STEP_CUT:
	case STEP_HEAL:
	case STEP_SET:
		judge_link(r, index, step);
		return;
	case STEP_FORGET:
		judge_forget(r, index, step);
		return;
	case STEP_ARM:
	case STEP_DISARM:
		judge_arm(r, index, step);
		return;
	case STEP_RELEASE:
		judge_release(r, index, step);
		return;
	case STEP_INJECT:
		judge_inject(r, index, step);
		return;
	case STEP_ACT:
	case STEP_EXPECT:
	case STEP_TOGETHER:
	case STEP_AWAIT:
	case STEP_WAIT:
	case STEP_KINDS:
		return;
	}
}

static void apply(struct ruling *r)
{
	for (size_t i = 0; i < r->scenario->n_steps; i++)
		if (timeline_step(r->tl, (int)i))
			judge_step(r, (int)i, &r->scenario->steps[i]);
}

const struct rule rule_wire = {
	.name = "wire",
	.about = "a wire was changed, or a segment let go or added, as told",
	.apply = apply,
};
