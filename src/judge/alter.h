/*
 * alter.h - change one expectation so that a true journal must refute it
 *
 * DOC: Theory of operation
 *
 * An expectation that passes proves something only if its opposite would have
 * failed on the same journal. So each part of each expectation of a passed
 * scenario is altered in every way that the journal certainly contradicts:
 * another state, another errno, another count or delta, a time shorter than
 * the shortest that the journal leaves possible, or longer than the longest.
 * Where brackets of the sampler leave no such time (something was true at
 * once: there is no shorter time than none), that alteration is not made.
 */
#pragma once

#include <stddef.h>

struct journal;
struct scenario;

/**
 * alter_count - in how many ways can this scenario be made false
 * @scenario: what was asked
 * @journal: passes it
 */
size_t alter_count(const struct scenario *scenario,
		   const struct journal *journal);

/**
 * alter_make - one of the ways
 * @scenario: what was asked; the copy borrows from it, so it must stay
 * @journal: passes it
 * @i: which, below alter_count()
 * @what: "step 9: server.s LISTEN instead of TIME_WAIT"; caller frees; may
 *	be NULL
 *
 * Return: a scenario that judge() must find FAIL in; caller frees with
 * alter_free().
 */
struct scenario *alter_make(const struct scenario *scenario,
			    const struct journal *journal, size_t i,
			    char **what);

/** alter_free - release what alter_make() made; NULL is fine */
void alter_free(struct scenario *altered);
