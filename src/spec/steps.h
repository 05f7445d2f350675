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
 * @story: where errors go; follows the steps
 * @node: the list
 * @n: their number
 *
 * Return: the steps, caller releases with steps_free(), also after errors.
 */
struct step *steps_read(struct story *story, const struct node *node,
			size_t *n);

/** steps_free - release @n steps; NULL is fine */
void steps_free(struct step *steps, size_t n);
