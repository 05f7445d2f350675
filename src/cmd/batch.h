/*
 * batch.h - run many scenarios at once, and gather what they leave
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/outcome.h"
#include "run/folder.h"

struct kernel;
struct scenario;

/** struct batch_lab - a lab that is alive, for showing */
struct batch_lab {
	const char *name;
	const char *text; /* of the step under way */
	int64_t began_ns; /* CLOCK_MONOTONIC */
	int64_t until_ns; /* its step is over at the latest; 0 if not known */
};

/** struct batch_view - where a batch is; valid during tick() */
struct batch_view {
	const struct batch_lab *labs;
	size_t n_labs;
	size_t n_done;
	size_t n_all;
};

/**
 * struct batch - what "tcplab run" was asked for
 * @scenarios: in the order to be shown; the array is owned by who made it
 * @n_scenarios: their number
 * @repeat: how often each, at least 1
 * @retries: how often a lab is run again, when no other is alive, if what came
 *	of it was INCONCLUSIVE: a machine that is busy with other things makes
 *	wires late
 * @jobs: labs, or guests, alive at once, at least 1
 * @abreast: labs among them that are in their first seconds, at least 1: those
 *	are busy, later most wait for a timer
 * @left_out: would take hours, and are not run; borrow from the scenarios
 * @seed: for all
 * @fail_fast: stop at the first that does not pass
 * @kernel: of guests, to run them in virtual time; borrowed; NULL: this one
 * @label: of the kernel, if a run is on several; borrowed; or NULL
 * @column: of the kernel, from 0
 * @wall_limit_ns: for how long a guest may say nothing
 * @folder: the run's results folder; borrowed
 * @command_line: for the manifests; borrowed
 * @owner: of files and user programs
 * @done: called for each outcome as it comes in; may be NULL
 * @tick: called a few times a second while labs are alive; may be NULL
 * @arg: passed to both
 */
struct batch {
	struct scenario **scenarios;
	size_t n_scenarios;
	unsigned int repeat;
	unsigned int retries;
	unsigned int jobs;
	unsigned int abreast;
	VEC(struct report_result) left_out;
	uint64_t seed;
	bool fail_fast;
	const struct kernel *kernel;
	const char *label;
	size_t column;
	int64_t wall_limit_ns;
	const char *folder;
	const char *command_line;
	struct owner owner;
	void (*done)(void *arg, const struct outcome *outcome);
	void (*tick)(void *arg, const struct batch_view *view);
	void *arg;
};

/**
 * batch_run - run them all
 * @batch: what
 * @outcomes: in the order of the scenarios, whatever the order they ended in;
 *	those that were never begun are left out. Release: outcomes_done()
 * @signal: SIGINT or SIGTERM if that ended it; else 0
 * @err: what kept the batch from running at all
 *
 * One thread; each scenario is a process. Labs that are alive when a signal
 * comes are told to end, and leave nothing.
 *
 * Return: 0 or negative errno.
 */
int batch_run(const struct batch *batch, struct outcomes *outcomes, int *signal,
	      struct err *err);

/** batch_not_run - of a batch that is not even begun: say so of each of its
 * scenarios */
void batch_not_run(const struct batch *batch, struct outcomes *outcomes);
