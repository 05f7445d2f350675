/*
 * jobs.h - a batch under way: what is done, and what is left to do
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/batch.h"

/** JOBS_TICK_MS - how often a watcher is told who is alive */
#define JOBS_TICK_MS 200

/**
 * struct jobs - the jobs of a batch: scenario J / repeat, repetition
 * J % repeat
 * @batch: what was asked for
 * @n: how many
 * @n_done: how many are over
 * @outcomes: one a job
 * @have: is there an outcome
 * @tries: how often each was run, and is to be run again
 * @exe_fd: our own binary, O_PATH
 * @owner_pidfd: readable when we are dead
 * @signal_fd: SIGINT, SIGTERM, SIGHUP; these are blocked
 * @signal: the one that ended the batch; 0
 * @stopping: start no more, and judge no more
 * @old_mask: to be restored
 */
struct jobs {
	const struct batch *batch;
	size_t n;
	size_t n_done;
	struct outcome *outcomes;
	bool *have;
	unsigned int *tries;
	int exe_fd;
	int owner_pidfd;
	int signal_fd;
	int signal;
	bool stopping;
	sigset_t old_mask;
};

/**
 * jobs_init - begin a batch: block signals, open what labs need
 *
 * Return: 0 or negative errno; release with jobs_done() either way.
 */
int jobs_init(struct jobs *jobs, const struct batch *batch, struct err *err);

/** jobs_done - end it: hand the outcomes over, restore the signals */
void jobs_done(struct jobs *jobs, struct outcomes *outcomes);

/** jobs_not_run - say of a job that it was not run to its end */
void jobs_not_run(const struct jobs *jobs, size_t job,
		  struct outcomes *outcomes);

/** jobs_scenario - of a job */
const struct scenario *jobs_scenario(const struct jobs *jobs, size_t job);

/**
 * jobs_folder - make a job's results folder; what is there of an earlier try
 * moves into it
 * @path: caller frees; untouched on failure
 *
 * Return: a descriptor, owned by the caller; negative errno.
 */
int jobs_folder(const struct jobs *jobs, size_t job, char **path,
		struct err *err);

/** jobs_over - a job's outcome is there: tell whoever watches; sets @stopping
 * if it is the first that did not pass and that was asked for */
void jobs_over(struct jobs *jobs, size_t job);

/** jobs_failed - a job has no journal to judge: say why; jobs_over() */
void jobs_failed(struct jobs *jobs, size_t job, const struct err *err);

/** jobs_judge - judge a job's journal in its folder, save the verdict; not
 * jobs_over() yet: the caller may know more */
void jobs_judge(struct jobs *jobs, size_t job, const char *folder);

/**
 * jobs_again - is a job to be run again, as nothing could be told
 * @jobs: of which it was judged
 * @job: if so, it has no outcome any more
 */
bool jobs_again(struct jobs *jobs, size_t job);

/** jobs_signal - signal_fd is readable: remember it; sets @stopping */
void jobs_signal(struct jobs *jobs);

/** jobs_run_labs - run them all in labs of this kernel; 0 or negative errno */
int jobs_run_labs(struct jobs *jobs, struct err *err);

/** jobs_run_guests - run them all in guests of batch->kernel; 0, or negative
 * errno if a guest could not even be started */
int jobs_run_guests(struct jobs *jobs, struct err *err);
