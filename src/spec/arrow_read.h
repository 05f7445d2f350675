/*
 * arrow_read.h - read segments that are expected, as arrows
 */
#pragma once

#include <stddef.h>

#include "spec/arrow.h"

struct node;
struct story;

/**
 * arrows_read - read a list of lines: "client > server SYN seq=J"
 * @story: where errors go, the hosts, and the variables bound so far: changed
 * @node: the list
 * @n: gets the number of arrows
 *
 * Return: the arrows, caller releases with arrows_free(), also after errors.
 */
struct arrow *arrows_read(struct story *story, const struct node *node,
			  size_t *n);

/** arrows_read_never - likewise of segments that must not be seen: such lines
 * bind no variable, and have neither times nor counts */
struct arrow *arrows_read_never(struct story *story, const struct node *node,
				size_t *n);

/** arrows_latest_ns - the latest moment that an arrow's "at" asks for, behind
 * the list's first; 0 if none does */
int64_t arrows_latest_ns(const struct arrow *arrows, size_t n);

/** arrows_free - release @n arrows; NULL is fine */
void arrows_free(struct arrow *arrows, size_t n);
