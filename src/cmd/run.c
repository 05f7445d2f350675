/*
 * run.c - "tcplab run": scenarios in labs, judged and reported
 */
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/scope.h"
#include "base/str.h"
#include "cmd/batch.h"
#include "cmd/command.h"
#include "cmd/kernels.h"
#include "cmd/output.h"
#include "cmd/paths.h"
#include "cmd/run_options.h"
#include "cmd/screen.h"
#include "guest/kernel.h"
#include "ns/limits.h"
#include "report/alike.h"
#include "spec/errors.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "topo/topo.h"

/** JOBS_A_CPU - labs sleep most of their time: so many fit on one CPU without
 * making each other late */
#define JOBS_A_CPU 16

static bool has_tag(const struct scenario *scenario, const char *tag)
{
	for (char **t = scenario->tags; t && *t; t++)
		if (strcmp(*t, tag) == 0)
			return true;
	return false;
}

static bool wanted(const struct run_options *o, const struct scenario *scenario)
{
	bool tag = o->n_tags == 0;
	bool name = o->n_names == 0;

	for (size_t i = 0; i < o->n_tags; i++)
		tag = tag || has_tag(scenario, o->tags[i]);
	for (size_t i = 0; i < o->n_names; i++)
		name = name || fnmatch(o->names[i], scenario->name, 0) == 0;
	return tag && name;
}

/* would it take hours, and nobody named it */
static bool is_too_long(const struct run_options *o, const struct paths *paths,
			const struct scenario *scenario)
{
	return !o->kernel && scenario->clock == SCENARIO_CLOCK_VIRTUAL &&
	       !paths_named(paths, scenario);
}

/* keep those wanted at the front, in order; the rest is freed at the end */
static size_t choose(const struct run_options *o, struct paths *paths,
		     struct batch *batch)
{
	size_t n = 0;

	for (size_t i = 0; i < paths->n; i++) {
		struct scenario *scenario = paths->v[i];
		struct report_result result = {.name = scenario->name,
					       .scenario = scenario};

		if (!wanted(o, scenario))
			continue;
		if (is_too_long(o, paths, scenario)) {
			vec_push(&batch->left_out, result);
			continue;
		}
		paths->v[i] = paths->v[n];
		paths->v[n++] = scenario;
	}
	return n;
}

/* results are kept by name, and two of one name could not be told apart */
static const struct scenario *twin(struct scenario *const *scenarios, size_t n,
				   const struct scenario **other)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(scenarios[i]->name, scenarios[j]->name) ==
			    0) {
				*other = scenarios[j];
				return scenarios[i];
			}
	return NULL;
}

static unsigned int jobs_for(const struct run_options *o, size_t n)
{
	/* waiting costs a guest nothing: it is busy all the time */
	unsigned long fit =
		(unsigned long)get_nprocs() * (o->kernel ? 1 : JOBS_A_CPU);
	unsigned long jobs = o->jobs ? o->jobs : fit;
	unsigned long all = n * o->repeat;

	if (jobs > TOPO_LABS) /* addresses, one set a lab */
		jobs = TOPO_LABS;
	return (unsigned int)(jobs < all ? jobs : all);
}

static uint64_t seed_for(const struct run_options *o)
{
	uint64_t seed = 0;

	if (o->has_seed)
		return o->seed;
	/* never blocks for long, and a poor seed is a seed too */
	(void)getrandom(&seed, sizeof(seed), GRND_NONBLOCK);
	return seed & INT64_MAX;
}

static char *command_line(int argc, char **argv)
{
	struct str text = {0};

	str_add(&text, "tcplab");
	for (int i = 0; i < argc; i++)
		str_addf(&text, " %s", argv[i]);
	return str_steal(&text);
}

/* for --deterministic; a verdict that is no PASS says more */
static int weigh_alikes(const struct report_run *run, int status)
{
	struct alikes alikes = {0};

	alikes_find(&alikes, run);
	if (!alikes.of.n) {
		log_err("--deterministic: nothing was run twice in virtual "
			"time, so nothing was compared");
		status = status ? status : EXIT_CODE_INCONCLUSIVE;
	} else if (!alikes_hold(&alikes)) {
		log_err("--deterministic: runs of a scenario differ");
		status = status ? status : EXIT_CODE_FAILED;
	}
	alikes_done(&alikes);
	return status;
}

static int report(const struct run_options *o, const struct outcomes *outcomes,
		  struct report_run *run, const struct batch *batch)
{
	SCOPED_STR struct str rest = {0};
	int status;

	outcomes_run(outcomes, batch->folder, run);
	run->left_out = batch->left_out.v;
	run->n_left_out = batch->left_out.n;
	for (size_t i = 0; batch->kernel && i < run->n_results; i++)
		run->simulated_ns += run->results[i].duration_ns;
	status = outcome_exit_code(run);
	if (!outputs_use_stdout(&o->outputs)) {
		report_text_rest(run, &rest);
		(void)fputs(str_text(&rest), stdout); /* main() looks */
	}
	if (o->deterministic)
		status = weigh_alikes(run, status);
	status = outcomes_unsaved(outcomes, status);
	status = outputs_write(&o->outputs, run, &batch->owner, status);
	free((void *)(uintptr_t)run->results);
	run->results = NULL;
	return status;
}

static int go(const struct run_options *o, struct batch *batch)
{
	struct outcomes outcomes = {0};
	struct utsname uts = {0};
	struct report_run run = {
		.jobs = (int)batch->jobs,
		.root = geteuid() == 0,
		.colour = output_colour(STDOUT_FILENO),
		.verbose = o->verbose,
		.kernel = uts.release,
		.seed = batch->seed,
		.started_ns = clock_wall_ns(),
	};
	struct screen screen = {
		.lines = !outputs_use_stdout(&o->outputs) && !o->quiet,
		.live = isatty(STDERR_FILENO) && !o->quiet,
		.run = &run,
	};
	int64_t began_ns = clock_now_ns();
	struct err err = {0};
	int signal = 0;
	int status;

	(void)uname(&uts); /* fails only on a bad pointer */
	batch->done = screen_done;
	batch->tick = screen.live ? screen_tick : NULL;
	batch->arg = &screen;
	if (batch_run(batch, &outcomes, &signal, &err) < 0) {
		outcomes_done(&outcomes);
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	}
	screen_wipe(&screen);
	run.duration_ns = clock_now_ns() - began_ns;
	status = report(o, &outcomes, &run, batch);
	outcomes_done(&outcomes);
	if (signal)
		log_err("ended by %s; what had ended is in %s",
			signal_name(signal), batch->folder);
	return signal ? EXIT_CODE_SIGNAL + signal : status;
}

/* what a run needs beside its scenarios: perhaps a kernel, and a folder */
static int prepare(const struct run_options *o, const struct batch *batch,
		   struct kernel *kernel, char **folder, struct err *err)
{
	int rc = o->kernel ? kernels_find(o->kernel, kernel, err) : 0;

	return rc < 0 ? rc
		      : folder_new_run(o->results, &batch->owner, folder, err);
}

static int run_paths(const struct run_options *o, int argc, char **argv)
{
	struct spec_errors errors = {0};
	struct paths paths = {0};
	SCOPED_FREE char *folder = NULL;
	SCOPED_FREE char *line = command_line(argc, argv);
	const struct scenario *one;
	const struct scenario *second;
	struct kernel kernel = {0};
	struct batch batch = {.command_line = line,
			      .repeat = (unsigned int)o->repeat,
			      .fail_fast = o->fail_fast,
			      .wall_limit_ns = o->wall_limit_ns,
			      .seed = seed_for(o),
			      .owner = command_owner()};
	struct err err = {0};
	int status;

	if (paths_load(argv + optind, &paths, &errors) < 0) {
		status = command_bad_spec(&errors);
	} else if ((batch.n_scenarios = choose(o, &paths, &batch)) == 0) {
		status = command_misused(
			&command_run, "%s",
			batch.left_out.n ? "what matches takes hours: add "
					   "--virtual, or name the file"
					 : "no scenario matches");
	} else if ((second = twin(paths.v, batch.n_scenarios, &one))) {
		status = command_misused(&command_run,
					 "%s and %s are both called '%s'",
					 one->path, second->path, one->name);
	} else if (prepare(o, &batch, &kernel, &folder, &err) < 0) {
		/* a kernel that is misnamed, or one that is not there yet */
		status = command_failed(&err, err.code == -EINVAL
						      ? EXIT_CODE_USAGE
						      : EXIT_CODE_ENVIRONMENT);
	} else {
		batch.scenarios = paths.v;
		batch.folder = folder;
		batch.jobs = jobs_for(o, batch.n_scenarios);
		batch.kernel = o->kernel ? &kernel : NULL;
		status = go(o, &batch);
	}
	vec_done(&batch.left_out);
	kernel_done(&kernel);
	paths_done(&paths);
	spec_errors_done(&errors);
	return status;
}

/*
 * git bisect run takes 1 to 127 for "bad", but 125 for "cannot tell"; more
 * ends the bisection, as a wrong command line must: every commit would be bad.
 */
static int bisect_status(int status)
{
	if (status == EXIT_CODE_USAGE)
		return EXIT_CODE_SIGNAL;
	if (status == EXIT_CODE_ENVIRONMENT || status == EXIT_CODE_INCONCLUSIVE)
		return EXIT_CODE_SKIP;
	/* main() says so, too late for us */
	return fflush(stdout) || ferror(stdout) ? EXIT_CODE_SKIP : status;
}

static int run_main(int argc, char **argv)
{
	struct run_options o;
	struct err err = {0};
	int rc = run_options_parse(argc, argv, &o, &err);
	int status;

	if (rc > 0)
		return command_help(&command_run);
	/* children inherit it; a small batch needs no more than there is */
	(void)limits_raise_nofile(NULL);
	if (rc < 0)
		status = command_misused(&command_run, "%s", err.text);
	else if (optind == argc)
		status = command_misused(&command_run, "no scenario is named");
	else
		status = run_paths(&o, argc, argv);
	return o.bisect ? bisect_status(status) : status;
}

const struct command command_run = {
	.name = "run",
	.usage = "run [OPTION]... PATH...",
	.summary = "run scenarios in labs of their own, and judge them",
	.help = run_options_help,
	.main = run_main,
};
