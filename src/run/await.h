/*
 * await.h - let time pass until an expectation is met, or cannot be any more
 */
#pragma once

struct err;
struct expect;
struct lab;

/**
 * await_expect - watch until what is expected is there
 * @lab: the lab
 * @expect: what
 * @err: what was not there in time
 *
 * Gathers evidence, does not judge: it stops watching as soon as everything
 * asked for was seen (and "for" is over), or the last moment has passed and
 * was looked at. Reads sockets at its begin and end, and counters if they are
 * asked for.
 *
 * Return: 0; -ETIMEDOUT.
 */
int await_expect(struct lab *lab, const struct expect *expect, struct err *err);

/** await_settle - the step of an expectation is over: what its segments have
 * taken, the next list begins behind; lab->arrows moves on */
void await_settle(struct lab *lab, const struct expect *expect);
