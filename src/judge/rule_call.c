/*
 * rule_call.c - an action must end as asked: result, errno, bytes, time
 *
 * An awaited action is judged by its await step, and what it was begun with
 * holds there too: "not-before" counts from when the action was begun,
 * "within" from when the step that says it was.
 */
#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "base/units.h"
#include "judge/acts.h"
#include "judge/refusal.h"
#include "judge/rule.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "timeline/timeline.h"

/**
 * struct call - one action and what is asked of it
 * @index: of the step that judges it
 * @line: in the scenario file
 * @text: the action in words
 * @act: what was done
 * @want: what must come of it; for an await what both say, else @act
 * @op: the action; may be NULL
 * @from_ns: when @want's "within" begins
 */
struct call {
	int index;
	int line;
	const char *text;
	const struct act *act;
	const struct act *want;
	const struct timeline_op *op;
	int64_t from_ns;
};

static int64_t within_of(const struct act *act)
{
	return act->within_ns ? act->within_ns : ACT_WITHIN_NS;
}

static bool is_awaited(const struct call *call)
{
	return call->want != call->act;
}

/* How long the action may take from its own begin; 0: as long as it likes */
static int64_t own_within(const struct call *call)
{
	return is_awaited(call) ? call->act->within_ns : within_of(call->act);
}

/* When the action must have come back */
static int64_t deadline(const struct call *call)
{
	int64_t until_ns = call->from_ns + within_of(call->want);
	int64_t own_ns = call->op->begin_ns + own_within(call);

	return own_within(call) && own_ns < until_ns ? own_ns : until_ns;
}

static char *expected(const struct call *call)
{
	const struct act *want = call->want;
	struct str text = {0};
	char buf[UNITS_TEXT];

	str_add(&text, call->text);
	if (want->fails)
		str_addf(&text, ": fails with %s", errno_name(want->fails));
	else
		str_add(&text, ": succeeds");
	str_addf(&text, " within %s", duration_print(within_of(want), buf));
	if (is_awaited(call) && own_within(call))
		str_addf(&text, ", within %s of its begin",
			 duration_print(own_within(call), buf));
	if (want->not_before_ns)
		str_addf(&text, ", not before %s",
			 duration_print(want->not_before_ns, buf));
	return str_steal(&text);
}

/* What is wrong with the result; false if nothing */
static bool is_wrong(struct str *text, const struct call *call)
{
	const struct event_op *end = &call->op->end;
	const struct act *want = call->want;
	bool content = want->text || want->returns;

	if (end->error || end->result < 0) {
		str_addf(text, "%s from %s", errno_name((int)end->error),
			 end->call ?: end->verb);
		return want->fails != end->error;
	}
	if (end->value)
		str_addf(text, "succeeded with \"%s\"", end->value);
	else
		str_add(text, "succeeded");
	if (want->fails)
		return true;
	if (call->act->verb != VERB_SEND && call->act->verb != VERB_RECV)
		return content && !end->match;
	str_addf(text, " with %lld bytes%s", (long long)end->bytes,
		 end->eof ? " and end of file" : "");
	if (want->bytes >= 0 && want->bytes != end->bytes)
		return true;
	if (call->act->verb == VERB_SEND)
		return false;
	if (content && !end->match)
		str_add(text, ", not the expected ones");
	return (content && !end->match) || (want->eof && !end->eof);
}

/* Shortest and longest time that the call may have taken: the agent's own
 * measurement leaves out the way of the command, the runner's has it */
static int64_t min_took(const struct timeline_op *op)
{
	int64_t outside = op->end_ns - op->begin_ns;

	return op->end.took_ns > 0 && op->end.took_ns < outside
		       ? op->end.took_ns
		       : outside;
}

static enum verdict judge_times(const struct call *call)
{
	const struct timeline_op *op = call->op;
	const struct act *want = call->want;
	int64_t inside = min_took(op);
	int64_t own = own_within(call);

	if (is_awaited(call) && op->end_ns - call->from_ns > within_of(want))
		return VERDICT_FAIL;
	if (own && op->end_ns - op->begin_ns > own)
		return inside <= own ? VERDICT_INCONCLUSIVE : VERDICT_FAIL;
	if (inside >= want->not_before_ns)
		return VERDICT_PASS;
	return op->end_ns - op->begin_ns < want->not_before_ns
		       ? VERDICT_FAIL
		       : VERDICT_INCONCLUSIVE;
}

static void judge_ended(struct ruling *r, const struct call *call)
{
	const struct timeline_op *op = call->op;
	enum verdict verdict = judge_times(call);
	struct str text = {0};
	struct finding *finding;
	char buf[UNITS_TEXT];

	if (op->end.error && op->end.error != call->want->fails &&
	    refusal_phrase(&text, &op->end)) {
		verdict = VERDICT_ERROR;
	} else {
		if (is_wrong(&text, call))
			verdict = VERDICT_FAIL;
		str_addf(&text, " after %s",
			 duration_print(op->end_ns - op->begin_ns, buf));
	}
	finding = ruling_add(r, verdict, call->index, call->line,
			     expected(call), str_steal(&text), op->end_ns);
	finding_cite(finding, op->end_n);
	finding_cite(finding, op->begin_n);
}

/* The exit of the program that the action was in, before it came back */
static uint64_t died(const struct ruling *r, const struct timeline_op *op,
		     int64_t until_ns)
{
	const struct timeline_proc *procs;
	size_t n;

	procs = timeline_procs(r->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (op->end.program && procs[i].exited &&
		    strcmp(procs[i].host, op->host) == 0 &&
		    strcmp(procs[i].program, op->end.program) == 0 &&
		    procs[i].exit_ns >= op->begin_ns &&
		    procs[i].exit_ns < until_ns)
			return procs[i].exit_n;
	return 0;
}

/* Event at or after @t_ns that shows that the journal goes so far */
static uint64_t known_until(const struct ruling *r, int index, int64_t t_ns)
{
	const struct timeline_step *step = timeline_step(r->tl, index);
	const struct timeline_whole *whole = timeline_whole(r->tl);

	if (step && step->end_n && step->end_ns >= t_ns)
		return step->end_n;
	return whole->last_ns >= t_ns ? whole->last_n : 0;
}

static void judge_blocked(struct ruling *r, const struct call *call)
{
	int64_t until_ns = deadline(call);
	uint64_t known = known_until(r, call->index, until_ns);
	uint64_t exit_n = died(r, call->op, until_ns);
	enum verdict verdict = VERDICT_FAIL;
	struct finding *finding;
	struct str text = {0};
	char buf[UNITS_TEXT];

	if (exit_n) {
		verdict = VERDICT_INCONCLUSIVE;
		str_add(&text, "the program ended before it came back");
	} else if (!known) {
		verdict = VERDICT_INCONCLUSIVE;
		str_add(&text, "still blocked when the journal ends");
	} else {
		str_addf(&text, "still blocked after %s",
			 duration_print(until_ns - call->op->begin_ns, buf));
	}
	finding = ruling_add(r, verdict, call->index, call->line,
			     expected(call), str_steal(&text), until_ns);
	finding_cite(finding, call->op->begin_n);
	finding_cite(finding, exit_n ?: known);
}

static void judge_end(struct ruling *r, const struct call *call)
{
	const struct timeline_gap *gap;
	struct finding *finding;

	if (!call->op) {
		/* and so there is no event to cite */
		(void)ruling_add(r, VERDICT_INCONCLUSIVE, call->index,
				 call->line, expected(call),
				 mem_strdup(ruling_broke_off(r, call->index)
						    ? "the lab was killed "
						      "before this"
						    : "it was never begun"),
				 -1);
		return;
	}
	gap = timeline_gap_covers(
		r->tl, "agent", call->op->host, call->op->begin_ns,
		call->op->ended ? call->op->end_ns : deadline(call));
	if (gap) {
		finding = ruling_add(r, VERDICT_INCONCLUSIVE, call->index,
				     call->line, expected(call),
				     mem_printf("the program was not watched: "
						"%s",
						gap->why ?: "a gap"),
				     gap->from_ns);
		finding_cite(finding, gap->n);
	} else if (call->op->ended) {
		judge_ended(r, call);
	} else {
		judge_blocked(r, call);
	}
}

static void judge_blocks(struct ruling *r, const struct call *call)
{
	int64_t blocks_ns = call->act->blocks_ns;
	const struct timeline_op *op = call->op;
	int64_t until_ns = op->begin_ns + blocks_ns;
	enum verdict verdict = VERDICT_PASS;
	struct finding *finding;
	struct str text = {0};
	char buf[UNITS_TEXT];
	uint64_t known;

	if (op->ended) {
		known = op->end_n;
		if (op->end_ns - op->begin_ns < blocks_ns)
			verdict = VERDICT_FAIL;
		else if (min_took(op) < blocks_ns)
			verdict = VERDICT_INCONCLUSIVE;
		str_addf(&text, "came back after %s",
			 duration_print(op->end_ns - op->begin_ns, buf));
	} else {
		known = known_until(r, call->index, until_ns);
		if (!known || died(r, op, until_ns))
			verdict = VERDICT_INCONCLUSIVE;
		str_add(&text, known ? "still blocked then"
				     : "still blocked when the journal ends");
	}
	finding = ruling_add(r, verdict, call->index, call->line,
			     mem_printf("%s: blocks for %s", call->text,
					duration_print(blocks_ns, buf)),
			     str_steal(&text), until_ns);
	finding_cite(finding, known);
	finding_cite(finding, op->begin_n);
}

static void judge_act(struct ruling *r, int index, size_t part,
		      const struct step *step)
{
	struct call call = {
		.index = index,
		.line = step->pos.line,
		.text = step->text,
		.act = &step->act,
		.want = &step->act,
		.op = acts_op(r->tl, r->scenario, index, part),
	};
	const char *background = step->act.background;

	if (step->act.verb >= VERB_RUN)
		return; /* the lab's doing, not a program's: rule_command */
	if (call.op)
		call.from_ns = call.op->begin_ns;
	if (step->act.blocks_ns && call.op)
		judge_blocks(r, &call);
	/* what blocks has no end to judge here, nor what somebody awaits */
	if ((step->act.blocks_ns && call.op) ||
	    acts_await(r->scenario, index, background) >= 0)
		return;
	if (background && (!call.op || !call.op->ended))
		return;
	judge_end(r, &call);
}

static void judge_await(struct ruling *r, int index, const struct step *step)
{
	struct acts_place place =
		acts_background(r->scenario, index, step->act.background);
	struct call call = {
		.index = index,
		.line = step->pos.line,
		.text = step->text,
		.act = place.act,
		.from_ns = timeline_step(r->tl, index)->begin_ns,
	};
	struct act both;

	if (!place.act || place.act->verb >= VERB_RUN)
		return;
	both = act_demands(place.act, &step->act);
	call.want = &both;
	call.op = acts_op(r->tl, r->scenario, place.index, place.part);
	judge_end(r, &call);
}

static void apply(struct ruling *r)
{
	for (size_t i = 0; i < r->scenario->n_steps; i++) {
		const struct step *step = &r->scenario->steps[i];

		if (!timeline_step(r->tl, (int)i))
			continue;
		if (step->kind == STEP_ACT)
			judge_act(r, (int)i, 0, step);
		else if (step->kind == STEP_AWAIT)
			judge_await(r, (int)i, step);
		for (size_t j = 0;
		     step->kind == STEP_TOGETHER && j < step->n_together; j++)
			judge_act(r, (int)i, j, &step->together[j]);
	}
}

const struct rule rule_call = {
	.name = "call",
	.about = "an action succeeds, fails, blocks and returns as asked",
	.apply = apply,
};
