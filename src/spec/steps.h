/*
 * steps.h - read a scenario's steps
 */
#pragma once

#include <stddef.h>

struct node;
struct step;
struct story;

/**
 * steps_read - read the list of steps
 * @begin: where errors go, and what there is before the first step: hosts and
 *	faults
 * @node: the list
 * @n: their number
 *
 * Names are checked once for each kind of kernel that the steps' conditions
 * tell apart, over the steps that it takes: two steps of which each kernel
 * takes one may make the same name.
 *
 * Return: the steps, caller releases with steps_free(), also after errors.
 */
struct step *steps_read(const struct story *begin, const struct node *node,
			size_t *n);

/** steps_free - release @n steps; NULL is fine */
void steps_free(struct step *steps, size_t n);
