/*
 * steps.c - read a scenario's steps
 */
#include "spec/steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/act.h"
#include "spec/expect_read.h"
#include "spec/inject_read.h"
#include "spec/node.h"
#include "spec/scenario.h"
#include "spec/step_text.h"
#include "spec/story.h"
#include "spec/story_fault.h"
#include "spec/verbs.h"
#include "spec/when.h"
#include "spec/wire_read.h"

/** WHEN - the key that says for which kernels a step is */
#define WHEN "when"

/** STEPS_MAX - more than this is no story that anyone reads */
#define STEPS_MAX 4096

/** TOGETHER_MAX - likewise; each needs a thread at the same time */
#define TOGETHER_MAX 256

static void step_done(struct step *step)
{
	when_done(&step->when);
	act_done(&step->act);
	expect_done(&step->expect);
	steps_free(step->together, step->n_together);
	free(step->text);
	free(step->from);
	free(step->to);
	free(step->fault);
	inject_done(&step->inject);
}

void steps_free(struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		step_done(&steps[i]);
	free(steps);
}

static void read_act(struct story *story, const struct node *name,
		     const struct node *node, struct step *step)
{
	struct act_draft draft;
	bool ok = act_read(story->r, name, node, &draft);

	step->act = draft.act;
	if (!step->act.host || !story_host(story, name, step->act.host) || !ok)
		return;
	story_act(story, &draft);
}

static void read_expect(struct story *story, const struct node *name,
			const struct node *node, struct step *step)
{
	(void)name;
	expect_read(story, node, &step->expect);
}

static void read_together_item(struct story *story, const struct node *node,
			       struct step *step)
{
	const struct act *act = &step->act;
	const struct node *name;

	*step = (struct step){.pos = node->pos, .kind = STEP_ACT};
	act_init(&step->act);
	if (node->kind == NODE_KIND_MAPPING && node_key(node, WHEN)) {
		reader_error(story->r, node_key(node, WHEN),
			     "'when' stands beside 'together', for all of it");
		return;
	}
	if (node->kind != NODE_KIND_MAPPING || node->n != 1) {
		reader_error(story->r, node,
			     "'together' is a list of what hosts do: {server: "
			     "{close: s}}");
		return;
	}
	name = node->keys[0];
	if (names_find(step_kind_names, STEP_KINDS, name->text) > 0) {
		reader_error(story->r, name,
			     "'%s' cannot be done together with others",
			     name->text);
		return;
	}
	read_act(story, name, node->items[0], step);
	step->text = step_text_act(name, node->items[0]);
	if (act->background)
		reader_error(story->r, name,
			     "'together' awaits all: 'background' has no place "
			     "in it");
	if (act->host && !verb_rules[act->verb].calls)
		reader_error(story->r, name,
			     "only what programs do can be done together, not "
			     "'%s'",
			     verb_names[act->verb]);
}

static void read_together(struct story *story, const struct node *name,
			  const struct node *node, struct step *step)
{
	if (!reader_is(story->r, node, NODE_KIND_SEQUENCE, "'together'"))
		return;
	if (node->n < 2)
		reader_error(story->r, name,
			     "'together' wants two steps or more");
	if (node->n > TOGETHER_MAX) {
		reader_error(story->r, node->items[TOGETHER_MAX],
			     "more than %d steps together", TOGETHER_MAX);
		return;
	}
	step->together = mem_new(struct step, node->n + 1);
	for (size_t i = 0; i < node->n; i++)
		read_together_item(story, node->items[i],
				   &step->together[step->n_together++]);
}

static void read_await(struct story *story, const struct node *name,
		       const struct node *node, struct step *step)
{
	struct act_draft draft;
	bool ok = act_read_await(story->r, node, &draft);

	(void)name;
	if (ok)
		story_await(story, &draft);
	step->act = draft.act;
}

static void read_wait(struct story *story, const struct node *name,
		      const struct node *node, struct step *step)
{
	(void)name;
	(void)value_read(story->r, VALUE_DURATION, node, &step->wait_ns);
}

/** step_readers - who reads a step of which kind */
static void (*const step_readers[STEP_KINDS])(struct story *story,
					      const struct node *name,
					      const struct node *node,
					      struct step *step) = {
	[STEP_ACT] = read_act,
	[STEP_EXPECT] = read_expect,
	[STEP_TOGETHER] = read_together,
	[STEP_AWAIT] = read_await,
	[STEP_WAIT] = read_wait,
	[STEP_CUT] = wire_read_cut,
	[STEP_HEAL] = wire_read_cut,
	[STEP_SET] = wire_read_set,
	[STEP_FORGET] = wire_read_forget,
	[STEP_RELEASE] = wire_read_fault,
	[STEP_ARM] = wire_read_fault,
	[STEP_DISARM] = wire_read_fault,
	[STEP_INJECT] = wire_read_inject,
};
TABLE_COVERS(step_readers, STEP_KINDS);

/* what is done: the first key that is no condition */
static size_t name_at(const struct node *node)
{
	size_t i = 0;

	while (i + 1 < node->n && strcmp(node->keys[i]->text, WHEN) == 0)
		i++;
	return i;
}

static void step_read(struct story *story, const struct node *node,
		      struct step *step)
{
	const struct node *name;
	size_t i;
	int kind;

	step->pos = node->pos;
	act_init(&step->act);
	if (node->kind != NODE_KIND_MAPPING || node->n == 0) {
		reader_error(story->r, node,
			     "a step is a mapping: 'server: {listen: 7788, "
			     "as: L}', not %s",
			     node->kind == NODE_KIND_MAPPING
				     ? "an empty one"
				     : node_kind_names[node->kind]);
		return;
	}
	i = name_at(node);
	name = node->keys[i];
	if (strcmp(name->text, WHEN) == 0) {
		reader_error(story->r, name,
			     "'when' stands beside what is done, in one step");
		return;
	}
	for (size_t k = i + 1; k < node->n; k++)
		if (strcmp(node->keys[k]->text, WHEN) != 0)
			reader_error(story->r, node->keys[k],
				     "one step, one thing: begin '%s' with a "
				     "dash of its own",
				     node->keys[k]->text);
	kind = names_find(step_kind_names, STEP_KINDS, name->text);
	step->kind = kind > 0 ? (enum step_kind)kind : STEP_ACT;
	step_readers[step->kind](story, name, node->items[i], step);
	step->text = step_text(step->kind, name, node->items[i],
			       node_find(node, WHEN));
}

/* conditions first: they say which stories there are to be checked */
static struct when *read_whens(const struct reader *r, const struct node *node)
{
	struct when *whens = mem_new(struct when, node->n + 1);

	for (size_t i = 0; i < node->n; i++) {
		const struct node *step = node->items[i];
		const struct node *when = step->kind == NODE_KIND_MAPPING
						  ? node_find(step, WHEN)
						  : NULL;

		if (when)
			(void)when_read(r, when, &whens[i]);
	}
	return whens;
}

/*
 * The steps that one kind of kernel takes, as a story of their own. A step of
 * several stories is kept as it was first read: to read it again is the way to
 * hold it against another story.
 */
static void read_world(struct story *story, const struct node *node,
		       const struct when *whens, const struct release *release,
		       struct step *steps)
{
	struct step *again = mem_new(struct step, node->n + 1);

	for (size_t i = 0; i < node->n; i++)
		if (when_holds_for(&whens[i], release))
			step_read(story, node->items[i],
				  steps[i].pos.line ? &again[i] : &steps[i]);
	story_end(story);
	story_done(story);
	steps_free(again, node->n);
}

struct step *steps_read(const struct story *begin, const struct node *node,
			size_t *n)
{
	struct when_world worlds[WHEN_WORLDS_MAX];
	const struct reader *r = begin->r;
	struct step *steps;
	struct when *whens;
	size_t n_worlds;
	size_t before;
	bool unsure;

	*n = 0;
	if (!reader_is(r, node, NODE_KIND_SEQUENCE, "'steps'"))
		return NULL;
	if (node->n == 0)
		reader_error(r, node, "a scenario has at least one step");
	if (node->n > STEPS_MAX) {
		reader_error(r, node->items[STEPS_MAX], "more than %d steps",
			     STEPS_MAX);
		return NULL;
	}
	before = spec_errors_count(r->errors);
	whens = read_whens(r, node);
	unsure = spec_errors_count(r->errors) > before;
	before = spec_errors_count(r->errors);
	n_worlds = when_worlds(whens, node->n, worlds);
	if (n_worlds > WHEN_WORLDS_MAX)
		reader_error(r, node, "more than %d kinds of kernels",
			     WHEN_WORLDS_MAX);
	steps = mem_new(struct step, node->n + 1);
	/* a step of all stories is wrong in all: once is enough */
	for (size_t i = 0; i < n_worlds && i < WHEN_WORLDS_MAX &&
			   spec_errors_count(r->errors) == before;
	     i++) {
		struct story story = *begin;

		story.world = n_worlds > 1 ? worlds[i].text : NULL;
		story.unsure = unsure;
		read_world(&story, node, whens, &worlds[i].release, steps);
	}
	for (size_t i = 0; i < node->n; i++)
		steps[i].when = whens[i];
	free(whens);
	*n = node->n;
	return steps;
}
