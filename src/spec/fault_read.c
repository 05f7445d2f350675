/*
 * fault_read.c - read what a scenario does to segments on their way
 */
#include "spec/fault_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "spec/node.h"
#include "spec/selector.h"
#include "spec/step_text.h"
#include "spec/story.h"
#include "spec/tamper.h"

/** FAULTS_MAX - more of them are no plan */
#define FAULTS_MAX 256

/** struct fault_draft - a fault while it is read */
struct fault_draft {
	struct fault_spec f;
	bool armed;
	uint32_t nth;
	const struct node *action; /* its key; NULL if there is none */
	const struct node *selector;
	const struct node *at[FAULT_KEYS];
};

#define PART(field) offsetof(struct fault_draft, field)

const struct key fault_keys[] = {
	[FAULT_KEY_TIMES] = {"times", VALUE_TIMES, false, PART(f.times), NULL,
			     "so many such segments (default: all)"},
	[FAULT_KEY_SKIP] = {"skip", VALUE_SKIP, false, PART(f.skip), NULL,
			    "so many such segments pass untouched first"},
	[FAULT_KEY_NTH] = {"nth", VALUE_TIMES, false, PART(nth), NULL,
			   "this one of such segments, and no other"},
	[FAULT_KEY_BY] = {"by", VALUE_DELAY, false, PART(f.by_ns), NULL,
			  "delay, duplicate: so much later"},
	[FAULT_KEY_FIELD] = {"field", VALUE_FIELD, false, PART(f.field), NULL,
			     "corrupt: one bit of it (default: checksum)"},
	[FAULT_KEY_AS] = {"as", VALUE_NAME, false, PART(f.name), NULL,
			  "its name, for release, arm and disarm"},
	[FAULT_KEY_ARMED] = {"armed", VALUE_BOOL, false, PART(armed), NULL,
			     "false: it does nothing until a step arms it"},
	[FAULT_KEY_OPTIONAL] = {"optional", VALUE_BOOL, false, PART(f.optional),
				NULL,
				"true: it need not happen for the scenario to "
				"pass"},
};
TABLE_COVERS(fault_keys, FAULT_KEYS);

/* which action takes which key, besides those that all take */
static bool admits(enum fault_action action, enum fault_key key)
{
	if (key == FAULT_KEY_BY)
		return action == FAULT_DELAY || action == FAULT_DUPLICATE;
	if (key == FAULT_KEY_FIELD)
		return action == FAULT_CORRUPT;
	return true;
}

static const char *nearest_action(const struct node *name)
{
	for (size_t k = 0; k < FAULT_KEYS; k++)
		if (strcmp(fault_keys[k].name, name->text) == 0)
			return NULL;
	return names_nearest(fault_action_names, FAULT_ACTIONS, name->text);
}

static void take_key(const struct reader *r, const struct node *name,
		     const struct node *value, struct fault_draft *draft)
{
	int action = names_find(fault_action_names, FAULT_ACTIONS, name->text);
	const char *nearest = action < 0 ? nearest_action(name) : NULL;

	if (action < 0 && !nearest) {
		reader_key(r, name, value, fault_keys, FAULT_KEYS, draft,
			   draft->at);
		return;
	}
	if (nearest)
		reader_unknown(r, name, "key", nearest);
	else if (draft->action)
		reader_error(r, name,
			     "one fault, one action: begin '%s' with a dash of "
			     "its own",
			     name->text);
	if (draft->action)
		return;
	if (nearest)
		action = names_find(fault_action_names, FAULT_ACTIONS, nearest);
	draft->f.action = (enum fault_action)action;
	draft->action = name;
	draft->selector = value;
}

/* what an action needs, and what it cannot have */
static void action_check(const struct reader *r,
			 const struct fault_draft *draft)
{
	const struct fault_spec *f = &draft->f;
	const char *action = fault_action_names[f->action];

	for (unsigned int k = 0; k < FAULT_KEYS; k++)
		if (draft->at[k] && !admits(f->action, (enum fault_key)k))
			reader_error(r, draft->at[k],
				     "'%s' has no place beside '%s'",
				     fault_keys[k].name, action);
	if (f->action == FAULT_DELAY && !draft->at[FAULT_KEY_BY])
		reader_error(r, draft->action,
			     "'delay' needs 'by': for how long?");
	else if (f->action == FAULT_DELAY && draft->f.by_ns == 0)
		reader_error(r, draft->at[FAULT_KEY_BY],
			     "a delay of nothing does nothing");
	if (f->action == FAULT_HOLD && !draft->at[FAULT_KEY_AS])
		reader_error(r, draft->action,
			     "'hold' needs 'as': a step must release what is "
			     "held, by this name");
	else if (!draft->armed && !draft->at[FAULT_KEY_AS])
		reader_error(r, draft->at[FAULT_KEY_ARMED],
			     "'armed: false' needs 'as': a step must arm it, "
			     "by this name");
}

static void count_check(const struct reader *r, struct fault_draft *draft)
{
	const struct node *nth = draft->at[FAULT_KEY_NTH];

	if (!nth)
		return;
	if (draft->at[FAULT_KEY_TIMES] || draft->at[FAULT_KEY_SKIP])
		reader_error(r, nth,
			     "'nth' says it all: it has no place beside "
			     "'skip' or 'times'");
	if (!draft->nth) /* its value was wrong, and told */
		return;
	draft->f.skip = draft->nth - 1;
	draft->f.times = 1;
}

/* on which links may it act, and are they the relay's? */
static void links_check(const struct story *story,
			const struct fault_draft *draft)
{
	const struct fault_spec *f = &draft->f;

	if (!f->link_a)
		(void)tamper_host_check(story, draft->action, f->which.from);
}

static void fault_read(const struct story *story, const struct node *node,
		       struct fault_spec *fault)
{
	struct fault_draft draft = {
		.f = {.pos = node->pos},
		.armed = true,
	};
	size_t before = spec_errors_count(story->r->errors);

	*fault = draft.f;
	if (!reader_is(story->r, node, NODE_KIND_MAPPING, "a fault"))
		return;
	for (size_t i = 0; i < node->n; i++)
		take_key(story->r, node->keys[i], node->items[i], &draft);
	if (!draft.action) {
		reader_error(story->r, node,
			     "a fault says what is done: drop, delay, hold, "
			     "duplicate, corrupt or reorder");
	} else {
		selector_read(story, draft.selector, &draft.f);
		action_check(story->r, &draft);
		count_check(story->r, &draft);
		if (spec_errors_count(story->r->errors) == before)
			links_check(story, &draft);
		draft.f.text = step_text_fault(draft.action, node);
	}
	draft.f.disarmed = !draft.armed;
	*fault = draft.f;
}

static void names_check(const struct reader *r, const struct node *node,
			const struct fault_spec *faults, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; faults[i].name && k < i; k++) {
			if (!faults[k].name ||
			    strcmp(faults[k].name, faults[i].name) != 0)
				continue;
			reader_error(r, node_find(node->items[i], "as"),
				     "a fault is named '%s' already, in line "
				     "%d",
				     faults[i].name, faults[k].pos.line);
			break;
		}
}

struct fault_spec *faults_read(const struct story *story,
			       const struct node *node, size_t *n)
{
	struct fault_spec *faults;

	*n = 0;
	if (!reader_is(story->r, node, NODE_KIND_SEQUENCE, "'faults'"))
		return NULL;
	if (node->n > FAULTS_MAX) {
		reader_error(story->r, node->items[FAULTS_MAX],
			     "more than %d faults", FAULTS_MAX);
		return NULL;
	}
	faults = mem_new(struct fault_spec, node->n + 1);
	for (size_t i = 0; i < node->n; i++)
		fault_read(story, node->items[i], &faults[i]);
	names_check(story->r, node, faults, node->n);
	*n = node->n;
	return faults;
}

void faults_free(struct fault_spec *faults, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		segment_pattern_done(&faults[i].which);
		free(faults[i].name);
		free(faults[i].text);
		free(faults[i].filter);
		free(faults[i].link_a);
		free(faults[i].link_b);
	}
	free(faults);
}
