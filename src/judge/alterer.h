/*
 * alterer.h - offering alterations one by one; private to alter*.c
 */
#pragma once

#include <stddef.h>

#include "spec/arrow.h"

struct act;
struct expect;
struct fault_spec;
struct journal;
struct scenario;
struct timeline;

/**
 * struct alterer - a walk over all alterations
 * @scenario: what was asked
 * @tl: what happened
 * @wanted: the one to be made; SIZE_MAX: only count
 * @seen: how many were offered so far
 * @made: the altered scenario, once @wanted was offered
 * @what: in words; may be NULL
 * @arrows: what the steps so far have left
 */
struct alterer {
	const struct scenario *scenario;
	const struct timeline *tl;
	size_t wanted;
	size_t seen;
	struct scenario *made;
	char **what;
	struct arrow_state arrows;
};

/** alterer_act - offer another act instead of part @part of step @index;
 * @what: in words */
void alterer_act(struct alterer *a, int index, size_t part,
		 const struct act *act, const char *what, ...)
	__attribute__((format(printf, 5, 6)));

/**
 * alterer_expect - offer another expectation instead of that of step @index
 * @a: the walk
 * @index: of the step
 * @expect: its arrays are the scenario's but for the one at @array
 * @array: address, in @expect, of the array that was altered; NULL if none
 * @bytes: of that array
 * @what: in words
 */
void alterer_expect(struct alterer *a, int index, const struct expect *expect,
		    const void *array, size_t bytes, const char *what, ...)
	__attribute__((format(printf, 6, 7)));

/** alterer_fault - offer another fault instead of fault @i; @what: in words */
void alterer_fault(struct alterer *a, size_t i, const struct fault_spec *fault,
		   const char *what, ...) __attribute__((format(printf, 4, 5)));

/** alterer_opposite - what holds exactly where @c does not */
struct compare alterer_opposite(const struct compare *c);

/** alter_acts - offer all alterations of a step's actions */
void alter_acts(struct alterer *a, int index);

/** alter_expects - offer all alterations of a step's expectations */
void alter_expects(struct alterer *a, int index);

/** alter_arrows - offer all alterations of a step's segments; to be called for
 * each step that was begun, in order */
void alter_arrows(struct alterer *a, int index);

/** alter_faults - offer all alterations of faults */
void alter_faults(struct alterer *a);
