/*
 * diff.h - what went otherwise in another run of the same scenarios
 *
 * DOC: Theory of operation
 *
 * Of each connection the segments in the order in which they were sent, with
 * relative numbers and their fates, are laid beside those of the other run, and
 * so are the states of its ends and the time spent in each. Times may differ
 * by a tolerance, what chance decides (ports, initial numbers, which of two
 * connections began first) at will.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct page;
struct report_run;
struct str;

/** enum diff_what - what differs */
enum diff_what {
	DIFF_SCENARIO, /* only one run has it; its verdict */
	DIFF_VERDICT,
	DIFF_CONNECTION, /* only one run has it; its ends */
	DIFF_SEGMENT, /* only one run has it, at this place */
	DIFF_STATES, /* an end's path */
	DIFF_RETRANSMISSIONS, /* how many an end made */
	DIFF_TIME, /* in a state, on the way, or until a timer sent something */
	DIFF_UNREADABLE, /* there is no journal to compare; why */
	DIFF_WHATS
};

/** diff_what_names - "scenario", "verdict", … "unreadable" */
extern const char *const diff_what_names[DIFF_WHATS];

/**
 * struct diff_row - one difference
 * @what: see there
 * @connection: number in the scenario, from 1; 0: it concerns none
 * @where: "client.c", "client.c TIME_WAIT"; NULL; owned
 * @says: of the first run and of the other; NULL: it has none; owned
 * @t_ns: SEGMENT: sent; TIME: the durations; else -1
 */
struct diff_row {
	enum diff_what what;
	size_t connection;
	char *where;
	char *says[2];
	int64_t t_ns[2];
};

/**
 * struct diff_scenario - one scenario's
 * @name: borrowed
 * @repeat: 0: of how many it is one nobody asked
 * @connections: "client.c > server.s", of the first run, then what only the
 *	other has; owned
 * @real_time: a program of either run waited for a processor
 * @rows: the differences
 */
struct diff_scenario {
	const char *name;
	int repeat;
	VEC(char *) connections;
	bool real_time;
	VEC(struct diff_row) rows;
};

/** struct diff - of two runs; @tolerance: 0 to 1, of the shorter time */
struct diff {
	const char *folders[2];
	double tolerance;
	VEC(struct diff_scenario) scenarios;
};

/** DIFF_SLACK_NS - by so much more times may differ: a timer fires at a tick,
 * and a relay runs when there is a processor */
#define DIFF_SLACK_NS INT64_C(20000000)

/** DIFF_PROGRAM_SLACK_NS - likewise of the time in a state in real time, most
 * of which programs end, and these wait for a processor, too */
#define DIFF_PROGRAM_SLACK_NS INT64_C(1000000000)

/** diff_new - compare them; runs are borrowed; release with diff_done() */
struct diff diff_new(const struct report_run *a, const struct report_run *b,
		     double tolerance);

/** diff_done - release it */
void diff_done(struct diff *diff);

/** diff_same - is there no difference */
bool diff_same(const struct diff *diff);

/** diff_text - for a terminal: '-' is what only the first run has, '+' what
 * only the other */
void diff_text(const struct diff *diff, const struct page *page);

/** diff_json - for programs; the same, and nothing else */
void diff_json(const struct diff *diff, struct str *out);
