/*
 * acts.h - which action in the journal a step of the scenario became
 */
#pragma once

#include <stddef.h>

struct act;
struct scenario;
struct step;
struct timeline;
struct timeline_op;

/**
 * acts_op - the action that an act became
 * @tl: the run
 * @scenario: what was asked
 * @index: of the top-level step
 * @part: of its @together; 0 for a step that is one act
 *
 * Return: NULL if it was not begun.
 */
const struct timeline_op *acts_op(const struct timeline *tl,
				  const struct scenario *scenario, int index,
				  size_t part);

/** struct acts_place - where a scenario has an act */
struct acts_place {
	const struct act *act; /* NULL if there is none */
	int index;
	size_t part;
};

/** acts_background - the last act before step @index that was sent into the
 * background under @name */
struct acts_place acts_background(const struct scenario *scenario, int index,
				  const char *name);

/** acts_await - the step that awaits what step @index sent into the background
 * as @name; -1 if none does, or @name is NULL */
int acts_await(const struct scenario *scenario, int index, const char *name);
