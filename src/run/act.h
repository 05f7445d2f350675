/*
 * act.h - begin an act, wait for it, and see whether it did as told
 */
#pragma once

#include <stdint.h>

struct act;
struct err;
struct lab;

/**
 * act_begin - tell a program to do an act
 * @lab: the lab
 * @act: a verb of an agent's (see act_is_agents())
 * @op: its number; untouched on failure
 * @err: why it could not be told: the agent is not running, …
 *
 * Return: 0; -ESRCH, -EPIPE; errnos of agent_do().
 */
int act_begin(struct lab *lab, const struct act *act, uint64_t *op,
	      struct err *err);

/**
 * act_finish - wait for an act and compare it with what was asked
 * @lab: the lab
 * @op: as begun
 * @want: what must come of it: the act itself, or an "await"
 * @from_ns: CLOCK_MONOTONIC from which @want->within_ns counts
 * @err: how it differs
 *
 * An act with "blocks" that is to stay in the background is left running; one
 * without a name for that is cancelled.
 *
 * Return: 0; -ETIMEDOUT if it is still going on; -EINVAL if it did something
 * else.
 */
int act_finish(struct lab *lab, uint64_t op, const struct act *want,
	       int64_t from_ns, struct err *err);

/** act_find - the number of the act that was begun under a background name;
 * 0 if none */
uint64_t act_find(const struct lab *lab, const char *background);

/**
 * control_act - do one of the lab's own verbs: run, signal, kill, stop, exit,
 * restart
 * @lab: the lab
 * @act: the act
 * @err: how it went otherwise than asked
 *
 * Return: 0; -ETIMEDOUT; -EINVAL if it did something else; or negative errno
 * of launch_start().
 */
int control_act(struct lab *lab, const struct act *act, struct err *err);
