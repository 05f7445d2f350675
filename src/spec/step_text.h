/*
 * step_text.h - a step in one line, for readers
 */
#pragma once

#include "spec/scenario.h"

struct node;

/**
 * step_text - "expect server.s TIME_WAIT, client.c CLOSED within 66 s"
 * @kind: of the step
 * @name: its key
 * @node: what stands behind it
 * @when: the condition beside it; NULL if there is none
 *
 * Return: a line of at most about 160 characters; caller frees.
 */
char *step_text(enum step_kind kind, const struct node *name,
		const struct node *node, const struct node *when);

/** step_text_act - "server: listen 7788 as L, reuseaddr"; caller frees */
char *step_text_act(const struct node *name, const struct node *node);

/** step_text_fault - "drop wave-4, times 1"; @action: its key; caller frees */
char *step_text_fault(const struct node *action, const struct node *node);
