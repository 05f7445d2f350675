/*
 * story_fault.c - follow what a scenario's steps do to its faults
 */
#include "spec/story_fault.h"

#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "spec/fault_read.h"
#include "spec/node.h"
#include "spec/story.h"
#include "spec/story_find.h"

/** NEAREST_MAX - look for a typo among so many names */
#define NEAREST_MAX 256

/* how the faults are before any step */
static void begin(struct story *story)
{
	if (story->fault_uses)
		return;
	story->fault_uses = mem_new(struct story_fault, story->n_faults + 1);
	for (size_t i = 0; i < story->n_faults; i++) {
		story->fault_uses[i].armed = !story->faults[i].disarmed;
		story->fault_uses[i].was_armed = !story->faults[i].disarmed;
	}
}

static void tell_unknown(const struct story *story, const struct node *at,
			 const char *name)
{
	const char *names[NEAREST_MAX] = {0};
	const char *nearest;

	for (size_t i = 0; i < story->n_faults && i < NEAREST_MAX; i++)
		names[i] = story->faults[i].name;
	nearest = names_nearest(names, NEAREST_MAX, name);
	if (nearest)
		reader_error(story->r, at,
			     "no fault is named '%s'; did you mean '%s'?", name,
			     nearest);
	else
		reader_error(story->r, at,
			     "no fault is named '%s': 'as' names one", name);
}

static struct story_fault *find(struct story *story, const struct node *at,
				const char *name, const struct fault_spec **of)
{
	begin(story);
	for (size_t i = 0; i < story->n_faults; i++) {
		if (!story->faults[i].name ||
		    strcmp(story->faults[i].name, name) != 0)
			continue;
		*of = &story->faults[i];
		return &story->fault_uses[i];
	}
	tell_unknown(story, at, name);
	return NULL;
}

void story_fault_arm(struct story *story, const struct node *at,
		     const char *name)
{
	const struct fault_spec *fault;
	struct story_fault *use = find(story, at, name, &fault);

	if (!use)
		return;
	if (use->armed)
		story_error(story, at,
			    fault->disarmed ? "'%s' is armed already"
					    : "'%s' is armed already, from "
					      "the begin: 'armed: false'?",
			    name);
	use->armed = true;
	use->was_armed = true;
	use->released_line = 0;
}

void story_fault_disarm(struct story *story, const struct node *at,
			const char *name)
{
	const struct fault_spec *fault;
	struct story_fault *use = find(story, at, name, &fault);

	if (!use)
		return;
	if (!use->armed)
		story_error(story, at, "'%s' is not armed here", name);
	use->armed = false;
}

void story_fault_release(struct story *story, const struct node *at,
			 const char *name)
{
	const struct fault_spec *fault;
	struct story_fault *use = find(story, at, name, &fault);

	if (!use)
		return;
	if (fault->action != FAULT_HOLD)
		reader_error(story->r, at,
			     "'%s' holds nothing: it is a '%s', in line %d",
			     name, fault_action_names[fault->action],
			     fault->pos.line);
	else if (use->released_line)
		story_error(story, at, "'%s' was released already, in line %d",
			    name, use->released_line);
	else if (!use->was_armed)
		story_error(story, at, "'%s' was never armed", name);
	use->armed = false;
	use->was_released = true;
	use->released_line = at->pos.line;
}

void story_faults_end(const struct story *story)
{
	for (size_t i = 0; i < story->n_faults; i++) {
		const struct fault_spec *fault = &story->faults[i];
		const struct story_fault *use =
			story->fault_uses ? &story->fault_uses[i] : NULL;
		struct node at = {.pos = fault->pos};

		if (fault->disarmed && fault->name && !(use && use->was_armed))
			story_error(story, &at,
				    "nobody arms this: add 'arm: %s'",
				    fault->name);
		else if (fault->action == FAULT_HOLD && fault->name &&
			 !(use && use->was_released))
			story_error(story, &at,
				    "nobody releases what this holds: add "
				    "'release: %s'",
				    fault->name);
	}
}
