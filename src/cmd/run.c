/*
 * run.c - "tcplab run": scenarios in labs, judged and reported
 */
#include <errno.h>
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
#include "cmd/choose.h"
#include "cmd/column.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/paths.h"
#include "cmd/run_options.h"
#include "cmd/screen.h"
#include "ns/limits.h"
#include "report/alike.h"
#include "spec/errors.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "topo/topo.h"

/** JOBS_A_CPU - labs sleep most of their time: so many fit on one CPU without
 * making each other late */
#define JOBS_A_CPU 16

/** ABREAST_A_CPU - and so many in their first seconds, when they are busy:
 * more would not end sooner, and make each other's wires late */
#define ABREAST_A_CPU 4

static unsigned int jobs_for(const struct run_options *o,
			     const struct batch *batch)
{
	/* waiting costs a guest nothing: it is busy all the time */
	unsigned long fit =
		(unsigned long)get_nprocs() * (batch->kernel ? 1 : JOBS_A_CPU);
	unsigned long jobs = o->jobs ? o->jobs : fit;
	unsigned long all = batch->n_scenarios * o->repeat;

	if (jobs > TOPO_LABS) /* addresses, one set a lab */
		jobs = TOPO_LABS;
	return (unsigned int)(jobs < all ? jobs : all);
}

static unsigned int abreast_for(const struct run_options *o,
				const struct batch *batch)
{
	unsigned int fit = (unsigned int)get_nprocs() * ABREAST_A_CPU;

	return o->jobs || fit > batch->jobs ? batch->jobs : fit;
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

/**
 * struct plan - all of a run: the same scenarios, on one kernel or on several
 * @o: as asked
 * @columns: the kernels
 * @batches: one a kernel, in their order
 * @folders: of each, if there are several; owned
 * @folder: of the run; owned
 * @left_out: of all batches
 */
struct plan {
	const struct run_options *o;
	struct columns columns;
	struct batch *batches;
	char **folders;
	char *folder;
	VEC(struct report_result) left_out;
};

static size_t n_batches(const struct plan *plan)
{
	return plan->columns.all.n;
}

static void add_simulated(const struct plan *plan, struct report_run *run)
{
	for (size_t i = 0; i < run->n_results; i++)
		if (!plan->columns.all.v[run->results[i].column].host)
			run->simulated_ns += run->results[i].duration_ns;
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

static int report(const struct plan *plan, struct outcomes *outcomes,
		  struct report_run *run)
{
	const struct outputs *outputs = &plan->o->outputs;
	SCOPED_STR struct str rest = {0};
	int status;

	outcomes_run(outcomes, plan->folder, run);
	run->left_out = plan->left_out.v;
	run->n_left_out = plan->left_out.n;
	add_simulated(plan, run);
	status = outputs_keep(run, &plan->batches[0].owner,
			      outcome_exit_code(run), &run->kept);
	if (!outputs_use_stdout(outputs)) {
		report_text_rest(run, &rest);
		(void)fputs(str_text(&rest), stdout); /* main() looks */
	}
	if (plan->o->deterministic)
		status = weigh_alikes(run, status);
	status = outcomes_unsaved(outcomes, status);
	status = outputs_write(outputs, run, &plan->batches[0].owner, status);
	free((void *)(uintptr_t)run->results);
	run->results = NULL;
	return status;
}

static bool has_failed(const struct outcomes *outcomes)
{
	vec_foreach(outcomes, o) {
		if (report_verdict(&o->result) != VERDICT_PASS)
			return true;
	}
	return false;
}

/* One kernel after the other: side by side they would make each other late.
 * After a signal, and after --fail-fast found what it looks for, the others'
 * scenarios are told to be not run. */
static int run_batches(const struct plan *plan, struct outcomes *outcomes,
		       int *signal, struct err *err)
{
	bool stop = false;

	for (size_t i = 0; i < n_batches(plan); i++) {
		int rc;

		if (stop) {
			batch_not_run(&plan->batches[i], outcomes);
			continue;
		}
		if (!plan->batches[i].n_scenarios)
			continue;
		rc = batch_run(&plan->batches[i], outcomes, signal, err);
		if (rc < 0)
			return rc;
		stop = *signal || (plan->o->fail_fast && has_failed(outcomes));
	}
	return 0;
}

static int go(struct plan *plan)
{
	const struct run_options *o = plan->o;
	struct outcomes outcomes = {0};
	struct utsname uts = {0};
	struct report_run run = {
		.jobs = (int)plan->batches[0].jobs,
		.root = geteuid() == 0,
		.colour = output_colour(STDOUT_FILENO),
		.verbose = o->verbose,
		.columns = output_columns(STDOUT_FILENO),
		.ascii = output_ascii(),
		.kernel = uts.release,
		.seed = plan->batches[0].seed,
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
	for (size_t i = 0; i < n_batches(plan); i++) {
		struct report_kernel kernel = {
			.label = plan->batches[i].label,
		};

		plan->batches[i].done = screen_done;
		plan->batches[i].tick = screen.live ? screen_tick : NULL;
		plan->batches[i].arg = &screen;
		if (kernel.label)
			vec_push(&outcomes.kernels, kernel);
	}
	run.kernels = outcomes.kernels.v;
	run.n_kernels = outcomes.kernels.n;
	if (run_batches(plan, &outcomes, &signal, &err) < 0) {
		outcomes_done(&outcomes);
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	}
	screen_wipe(&screen);
	run.duration_ns = clock_now_ns() - began_ns;
	status = report(plan, &outcomes, &run);
	outcomes_done(&outcomes);
	if (signal)
		log_err("ended by %s; what had ended is in %s",
			signal_name(signal), plan->folder);
	return signal ? EXIT_CODE_SIGNAL + signal : status;
}

/* which scenarios on which kernel; returns how many there are in all */
static size_t plan_batches(struct plan *plan, const struct batch *like,
			   const struct paths *paths)
{
	size_t n = n_batches(plan);
	size_t all = 0;

	plan->batches = mem_new(struct batch, n);
	plan->folders = mem_new(char *, n);
	for (size_t i = 0; i < n; i++) {
		const struct column *column = &plan->columns.all.v[i];
		struct batch *batch = &plan->batches[i];

		*batch = *like;
		batch->kernel = column->host ? NULL : &column->kernel;
		batch->label = n > 1 ? column->label : NULL;
		batch->column = i;
		choose(plan->o, paths, batch);
		batch->jobs = jobs_for(plan->o, batch);
		batch->abreast = abreast_for(plan->o, batch);
		all += batch->n_scenarios;
		vec_foreach(&batch->left_out, left) {
			vec_push(&plan->left_out, *left);
		}
	}
	return all;
}

static int plan_folders(struct plan *plan, struct err *err)
{
	int rc = folder_new_run(plan->o->results, &plan->batches[0].owner,
				&plan->folder, err);

	for (size_t i = 0; rc == 0 && i < n_batches(plan); i++) {
		plan->batches[i].folder = plan->folder;
		if (!plan->batches[i].label)
			continue;
		rc = column_folder(plan->folder, &plan->columns, i,
				   &plan->folders[i], err);
		plan->batches[i].folder = plan->folders[i];
	}
	return rc;
}

static void plan_done(struct plan *plan)
{
	for (size_t i = 0; plan->batches && i < n_batches(plan); i++) {
		free(plan->batches[i].scenarios);
		vec_done(&plan->batches[i].left_out);
		free(plan->folders[i]);
	}
	free(plan->batches);
	free(plan->folders);
	free(plan->folder);
	vec_done(&plan->left_out);
	columns_done(&plan->columns);
}

/* a kernel that is misnamed, or one that is not there yet */
static int no_kernel(const struct err *err)
{
	return command_failed(err, err->code == -EINVAL
					   ? EXIT_CODE_USAGE
					   : EXIT_CODE_ENVIRONMENT);
}

static int run_loaded(struct plan *plan, const struct batch *like,
		      const struct paths *paths)
{
	const struct run_options *o = plan->o;
	static const char *const host[] = {"host"};
	const struct scenario *one;
	const struct scenario *second;
	struct err err = {0};
	int status;

	if (columns_find(o->n_kernels ? o->kernels : host,
			 o->n_kernels ? o->n_kernels : 1, &plan->columns,
			 &err) < 0)
		return no_kernel(&err);
	if (plan_batches(plan, like, paths) == 0)
		return command_misused(&command_run, "%s",
				       plan->left_out.n
					       ? "what matches takes hours: "
						 "add --virtual, or name the "
						 "file"
					       : "no scenario matches");
	second = choose_twin(plan->batches, n_batches(plan), &one);
	if (second)
		return command_misused(&command_run,
				       "%s and %s are both called '%s'",
				       one->path, second->path, one->name);
	if (plan_folders(plan, &err) < 0)
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	status = go(plan);
	/* each batch has given its own away */
	if (n_batches(plan) > 1 &&
	    folder_give(plan->folder, &like->owner, &err) < 0)
		log_warn("%s", err.text);
	return status;
}

static int run_paths(const struct run_options *o, int argc, char **argv)
{
	struct spec_errors errors = {0};
	struct paths paths = {0};
	SCOPED_FREE char *line = command_line(argc, argv);
	struct batch like = {.command_line = line,
			     .repeat = (unsigned int)o->repeat,
			     .retries = (unsigned int)o->retries,
			     .fail_fast = o->fail_fast,
			     .wall_limit_ns = o->wall_limit_ns,
			     .seed = seed_for(o),
			     .owner = command_owner()};
	struct plan plan = {.o = o};
	int status;

	if (paths_load(argv + optind, &paths, &errors) < 0)
		status = command_bad_spec(&errors);
	else
		status = run_loaded(&plan, &like, &paths);
	plan_done(&plan);
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
	run_options_done(&o);
	return o.bisect ? bisect_status(status) : status;
}

const struct command command_run = {
	.name = "run",
	.usage = "run [OPTION]... PATH...",
	.summary = "run scenarios in labs of their own, and judge them",
	.help = run_options_help,
	.main = run_main,
};
