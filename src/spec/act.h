/*
 * act.h - read what a host is to do
 */
#pragma once

#include <stdbool.h>

struct act;
struct act_draft;
struct node;
struct reader;

/**
 * act_read - read "HOST: {VERB: value, …}" or "HOST.PROGRAM: {…}"
 * @r: where errors go
 * @name: the key: HOST or HOST.PROGRAM
 * @node: the mapping behind it
 * @draft: written; its act is owned by the caller also on failure
 *
 * Names are not looked up: that is the story's.
 *
 * Return: true if it can be told what the step means.
 */
bool act_read(const struct reader *r, const struct node *name,
	      const struct node *node, struct act_draft *draft);

/**
 * act_read_await - read what must come of an act that is awaited
 * @r: where errors go
 * @node: the action's name, or a mapping with "op:" and outcomes
 * @draft: written; its act's background is the name
 *
 * Return: true if a name could be read.
 */
bool act_read_await(const struct reader *r, const struct node *node,
		    struct act_draft *draft);

/** act_init - an act of which nothing was said yet */
void act_init(struct act *act);

/** act_done - release what an act owns */
void act_done(struct act *act);
