/*
 * verdict.h - what the judge found, and on what evidence
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct journal;
struct scenario;

/** enum verdict - from best to worst: a scenario's is that of its worst
 * finding */
enum verdict {
	VERDICT_PASS,
	VERDICT_INCONCLUSIVE, /* the evidence has a hole where it matters */
	VERDICT_FAIL, /* TCP did something else */
	VERDICT_ERROR, /* the lab could not be built or run to its end */
	VERDICTS
};

/** verdict_names - "PASS", "INCONCLUSIVE", "FAIL", "ERROR" */
extern const char *const verdict_names[VERDICTS];

/**
 * struct finding - one expectation, judged
 *
 * All strings are owned.
 */
struct finding {
	enum verdict verdict;
	int step; /* index in the scenario; -1 if it concerns none */
	int line; /* in the scenario file; 0 if none */
	const char *rule; /* static: "state", "call", "counter" … */
	char *expected; /* "server.s TIME_WAIT within 1 s" */
	char *saw; /* "server.s CLOSE_WAIT" */
	int64_t t_ns; /* when that was; -1 if there is no moment */
	uint64_t *evidence; /* event numbers, most telling first */
	size_t n_evidence;
};

/** struct judgement - a whole scenario, judged; strings and array owned */
struct judgement {
	enum verdict verdict;
	struct finding *findings; /* in the order of the steps */
	size_t n_findings;
};

/**
 * judge - judge a journal against the scenario that it is of
 * @scenario: what was asked
 * @journal: what happened
 *
 * Pure: the same two give the same judgement, always.
 *
 * Return: caller frees with judgement_free(); never NULL.
 */
struct judgement *judge(const struct scenario *scenario,
			const struct journal *journal);

/** judgement_free - release it; NULL is fine */
void judgement_free(struct judgement *judgement);
