/*
 * judged.h - scenarios and journals of tests/judge/data, judged
 */
#pragma once

#include <stddef.h>

#include "judge/verdict.h"

struct journal;
struct scenario;

/**
 * struct judged_case - a journal and what must be found in it
 * @scenario: data/<scenario>.yaml
 * @journal: data/<journal>.jsonl
 * @verdict: of the scenario
 * @rule: a finding of this rule has that verdict too
 * @says: in what that finding saw
 */
struct judged_case {
	const char *scenario;
	const char *journal;
	enum verdict verdict;
	const char *rule;
	const char *says;
};

/** judged_scenario - load data/<name>.yaml or fail; scenario_free() */
struct scenario *judged_scenario(const char *name);

/** judged_journal - load data/<name>.jsonl or fail; journal_free() */
struct journal *judged_journal(const char *name);

/**
 * judged_check - judge a case; fail the test if it comes out otherwise, if a
 * second judging differs, or if a PASS survives the loss of an event that it
 * cites
 */
void judged_check(const struct judged_case *c);

/** judged_main - a test program of one table of cases; for main() */
int judged_main(const char *name, const struct judged_case *cases, size_t n);
