/*
 * jobs.c - a batch under way: what is done, and what is left to do
 */
#include "cmd/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/vec.h"
#include "ns/init.h"
#include "spec/scenario.h"

const struct scenario *jobs_scenario(const struct jobs *jobs, size_t job)
{
	return jobs->batch->scenarios[job / jobs->batch->repeat];
}

static unsigned int nth_of(const struct jobs *jobs, size_t job)
{
	return (unsigned int)(job % jobs->batch->repeat) + 1;
}

int jobs_folder(const struct jobs *jobs, size_t job, char **path,
		struct err *err)
{
	const struct batch *batch = jobs->batch;
	const struct scenario *scenario = jobs_scenario(jobs, job);
	unsigned int repeat = batch->repeat > 1 ? nth_of(jobs, job) : 0;

	if (jobs->tries[job])
		return folder_new_try(batch->folder, scenario, repeat,
				      jobs->tries[job], path, err);
	return folder_new_scenario(batch->folder, scenario, repeat, path, err);
}

void jobs_over(struct jobs *jobs, size_t job)
{
	const struct batch *batch = jobs->batch;
	struct outcome *outcome = &jobs->outcomes[job];

	outcome->result.repeat = (int)(job % batch->repeat) + 1;
	outcome->result.repeats = (int)batch->repeat;
	outcome->result.tries = (int)jobs->tries[job] + 1;
	outcome->result.label = batch->label;
	outcome->result.column = batch->column;
	jobs->have[job] = true;
	jobs->n_done++;
	if (batch->done)
		batch->done(batch->arg, outcome);
	if (batch->fail_fast &&
	    report_verdict(&outcome->result) != VERDICT_PASS)
		jobs->stopping = true;
}

void jobs_failed(struct jobs *jobs, size_t job, const struct err *err)
{
	struct outcome *outcome = &jobs->outcomes[job];

	outcome_fail(outcome, jobs_scenario(jobs, job)->name, err);
	outcome->scenario_borrowed = true;
	outcome->result.scenario = jobs_scenario(jobs, job);
	jobs_over(jobs, job);
}

void jobs_judge(struct jobs *jobs, size_t job, const char *folder)
{
	struct outcome *outcome = &jobs->outcomes[job];
	struct err err = {0};

	outcome_read(folder, jobs_scenario(jobs, job), outcome);
	outcome->result.label = jobs->batch->label;
	outcome->result.column = jobs->batch->column;
	if (outcome_save(outcome, &jobs->batch->owner, &err) < 0)
		outcome_unsaved(outcome, &err);
}

bool jobs_again(struct jobs *jobs, size_t job)
{
	struct outcome *outcome = &jobs->outcomes[job];

	if (jobs->stopping || jobs->tries[job] == jobs->batch->retries ||
	    report_verdict(&outcome->result) != VERDICT_INCONCLUSIVE)
		return false;
	outcome_done(outcome);
	*outcome = (struct outcome){0};
	jobs->tries[job]++;
	return true;
}

void jobs_signal(struct jobs *jobs)
{
	struct signalfd_siginfo info;

	if (read(jobs->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (!jobs->signal)
		jobs->signal = (int)info.ssi_signo;
	jobs->stopping = true;
}

/* What ends a batch. A signal that we inherited as ignored was ignored on
 * purpose: nohup(1), or "&" in a shell without job control. A blocked one
 * would be queued for signalfd(2) all the same. */
static sigset_t signals_heeded(void)
{
	static const int all[] = {SIGHUP, SIGINT, SIGTERM};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct sigaction old = {0};

		/* fails only on a bad number */
		(void)sigaction(all[i], NULL, &old);
		if (old.sa_handler != SIG_IGN)
			(void)sigaddset(&set, all[i]);
	}
	return set;
}

int jobs_init(struct jobs *jobs, const struct batch *batch, struct err *err)
{
	sigset_t set = signals_heeded();

	*jobs = (struct jobs){
		.batch = batch,
		.n = batch->n_scenarios * batch->repeat,
		.owner_pidfd = -1,
	};
	jobs->outcomes = mem_new(struct outcome, jobs->n);
	jobs->have = mem_new(bool, jobs->n);
	jobs->tries = mem_new(unsigned int, jobs->n);
	(void)sigprocmask(SIG_BLOCK, &set, &jobs->old_mask);
	jobs->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	jobs->exe_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	if (jobs->signal_fd < 0 || jobs->exe_fd < 0)
		return err_sys(err, -errno, "/proc/self/exe");
	jobs->owner_pidfd = ns_owner_open(err);
	return jobs->owner_pidfd < 0 ? jobs->owner_pidfd : 0;
}

void jobs_not_run(const struct jobs *jobs, size_t job,
		  struct outcomes *outcomes)
{
	const struct scenario *scenario = jobs_scenario(jobs, job);
	struct report_result result = {
		.name = scenario->name,
		.scenario = scenario,
		.repeat = (int)(job % jobs->batch->repeat) + 1,
		.repeats = (int)jobs->batch->repeat,
		.label = jobs->batch->label,
		.column = jobs->batch->column,
	};

	vec_push(&outcomes->not_run, result);
}

void jobs_done(struct jobs *jobs, struct outcomes *outcomes)
{
	struct err err = {0};

	/* no lab is left whose programs could change the evidence */
	if (folder_give(jobs->batch->folder, &jobs->batch->owner, &err) < 0)
		log_warn("%s", err.text);
	for (size_t i = 0; i < jobs->n; i++) {
		if (jobs->have[i]) {
			vec_push(outcomes, jobs->outcomes[i]);
			continue;
		}
		outcome_done(&jobs->outcomes[i]);
		jobs_not_run(jobs, i, outcomes);
	}
	(void)sigprocmask(SIG_SETMASK, &jobs->old_mask, NULL);
	fd_close(&jobs->signal_fd);
	fd_close(&jobs->exe_fd);
	fd_close(&jobs->owner_pidfd);
	free(jobs->outcomes);
	free(jobs->have);
	free(jobs->tries);
}
