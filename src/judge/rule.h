/*
 * rule.h - one way of judging, and what all of them share
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "judge/verdict.h"

struct expect;
struct journal;
struct scenario;
struct step;
struct timeline;

/**
 * struct ruling - a judgement being made
 * @scenario: what was asked of this kernel: see left_out_new()
 * @journal: what happened
 * @tl: the journal, folded to its end
 * @rule: name of the rule at work
 * @findings: so far
 */
struct ruling {
	const struct scenario *scenario;
	const struct journal *journal;
	const struct timeline *tl;
	const char *rule;
	VEC(struct finding) findings;
};

/**
 * struct rule - one kind of expectation
 * @name: in findings: "state"
 * @about: one line, for listings
 * @apply: adds a finding for each expectation of its kind; pure
 */
struct rule {
	const char *name;
	const char *about;
	void (*apply)(struct ruling *r);
};

extern const struct rule rule_call;
extern const struct rule rule_command;
extern const struct rule rule_state;
extern const struct rule rule_count;
extern const struct rule rule_counter;
extern const struct rule rule_process;
extern const struct rule rule_never;
extern const struct rule rule_together;
extern const struct rule rule_segments;
extern const struct rule rule_fault;
extern const struct rule rule_wire;
extern const struct rule rule_when;
extern const struct rule rule_invariant;
extern const struct rule rule_journal;

/** rules - all rules, in the order in which they are applied; @n: how many */
const struct rule *const *rules(size_t *n);

/**
 * ruling_add - one more finding
 * @r: the judgement
 * @verdict: of this finding
 * @step: index of the top-level step; -1 if it concerns none
 * @line: in the scenario file; 0 if none
 * @expected: owned by the finding from now on
 * @saw: owned by the finding from now on
 * @t_ns: when; -1 if there is no moment
 *
 * Return: borrowed until the next one is added.
 */
struct finding *ruling_add(struct ruling *r, enum verdict verdict, int step,
			   int line, char *expected, char *saw, int64_t t_ns);

/**
 * ruling_each_expect - judge the expectation of each step that was begun
 * @r: the judgement
 * @apply: called in the order of the steps; @index: of the step
 */
void ruling_each_expect(struct ruling *r,
			void (*apply)(struct ruling *r, int index,
				      const struct expect *expect));

/** ruling_broke_off - was the lab gone before step @index was left: then what
 * is missing there was not refused, and need not have been late */
bool ruling_broke_off(const struct ruling *r, int index);

/** finding_cite - add an event to a finding's evidence; 0 and what is there
 * already are ignored, and so is a finding that is NULL */
void finding_cite(struct finding *finding, uint64_t n);
