/*
 * outcome.c - one scenario's folder, read back and judged
 */
#include "cmd/outcome.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/vec.h"
#include "cmd/command.h"
#include "event/journal.h"
#include "run/run.h"
#include "spec/errors.h"
#include "spec/scenario.h"

static struct scenario *own_scenario(const char *folder, struct err *err)
{
	SCOPED_FREE char *path = mem_printf("%s/scenario.yaml", folder);
	SCOPED_FREE char *topology = mem_printf("%s/topology.yaml", folder);
	SCOPED_STR struct str text = {0};
	struct spec_errors errors = {0};
	struct scenario *scenario;

	scenario = scenario_load(
		path, access(topology, F_OK) == 0 ? topology : NULL, &errors);
	if (!scenario) {
		spec_errors_text(&errors, &text);
		/* without its last newline */
		(void)err_set(err, -EINVAL, "%.*s",
			      (int)text.len - (text.len > 0), str_text(&text));
	}
	spec_errors_done(&errors);
	return scenario;
}

static const struct event *first(const struct journal *journal)
{
	return journal->n && journal->events[0].kind == EVENT_BEGIN
		       ? &journal->events[0]
		       : NULL;
}

static void set_error(struct outcome *outcome, const struct err *err)
{
	outcome->error = mem_strdup(err->text);
	outcome->remedy = err->remedy[0] ? mem_strdup(err->remedy) : NULL;
	outcome->result.error = outcome->error;
	outcome->result.remedy = outcome->remedy;
}

static void set_journal(struct outcome *outcome)
{
	const struct journal *journal = outcome->journal;
	const struct event *begin = first(journal);

	outcome->result.journal = journal;
	if (journal->n)
		outcome->result.duration_ns =
			journal->events[journal->n - 1].t_ns;
	outcome->result.kernel = begin ? begin->begin.kernel : NULL;
	if (begin && begin->begin.scenario && !outcome->scenario_borrowed) {
		free(outcome->name);
		outcome->name = mem_strdup(begin->begin.scenario);
		outcome->result.name = outcome->name;
		scenario_rename(outcome->scenario, outcome->name);
	}
}

void outcome_broken(struct outcome *outcome, const struct err *err)
{
	if (!outcome->error)
		set_error(outcome, err);
}

void outcome_fail(struct outcome *outcome, const char *name,
		  const struct err *err)
{
	outcome->name = mem_strdup(name);
	outcome->result.name = outcome->name;
	outcome->result.repeat = 1;
	outcome->result.repeats = 1;
	set_error(outcome, err);
}

/* a program of the lab's that runs as the user can put a FIFO there, and we
 * would wait for a writer for good */
static bool is_planted(const char *journal, struct err *err)
{
	struct stat st;

	if (lstat(journal, &st) < 0 || S_ISREG(st.st_mode))
		return false; /* the loader says why */
	(void)err_set(err, -EBADMSG, "%s is not a regular file", journal);
	return true;
}

/* two runs in one folder: no verdict from the other one's evidence */
static bool is_of_other(const struct journal *journal,
			const struct scenario *scenario)
{
	const struct event *begin = first(journal);

	return begin && begin->begin.scenario &&
	       strcmp(begin->begin.scenario, scenario->name) != 0;
}

void outcome_read(const char *folder, const struct scenario *scenario,
		  struct outcome *outcome)
{
	SCOPED_FREE char *path = mem_printf("%s/" RUN_JOURNAL, folder);
	struct err err = {0};

	outcome->folder = mem_strdup(folder);
	outcome->name = mem_strdup(scenario ? scenario->name : folder);
	outcome->scenario_borrowed = scenario != NULL;
	outcome->result.repeat = 1;
	outcome->result.repeats = 1;
	outcome->result.tries = (int)folder_tries(folder);
	outcome->result.name = outcome->name;
	outcome->result.folder = outcome->folder;
	outcome->result.scenario = scenario;
	if (!scenario) {
		outcome->scenario = own_scenario(folder, &err);
		outcome->result.scenario = outcome->scenario;
	}
	if (!outcome->result.scenario || is_planted(path, &err) ||
	    journal_load(AT_FDCWD, path, &outcome->journal, &err) < 0) {
		set_error(outcome, &err);
		return;
	}
	set_journal(outcome);
	if (scenario && is_of_other(outcome->journal, scenario)) {
		(void)err_set(&err, -EINVAL,
			      "%s: the journal of another scenario", path);
		set_error(outcome, &err);
		return;
	}
	outcome->judgement = judge(outcome->result.scenario, outcome->journal);
	outcome->result.judgement = outcome->judgement;
}

int outcome_save(const struct outcome *outcome, const struct owner *owner,
		 struct err *err)
{
	SCOPED_STR struct str text = {0};
	SCOPED_FD int dirfd = -1;
	int rc;

	if (!outcome->folder)
		return 0;
	(void)report_verdict_json(&outcome->result, &text); /* always 0 */
	dirfd = open(outcome->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = dirfd < 0 ? err_sys(err, -errno, "cannot open it")
		       : folder_put(dirfd, "verdict.json", &text, owner, err);
	if (rc == 0)
		return 0;
	err_remedy(err, "mend that, then: tcplab judge %s", outcome->folder);
	return err_within(err, "%s", outcome->folder);
}

void outcome_unsaved(struct outcome *outcome, const struct err *err)
{
	outcome->unsaved = mem_strdup(err->text);
	outcome->unsaved_remedy = mem_strdup(err->remedy);
}

int outcomes_unsaved(const struct outcomes *outcomes, int status)
{
	for (size_t i = 0; i < outcomes->n; i++) {
		const struct outcome *o = &outcomes->v[i];

		if (!o->unsaved)
			continue;
		log_err("%s", o->unsaved);
		log_err("remedy: %s", o->unsaved_remedy);
		if (status != EXIT_CODE_FAILED)
			status = EXIT_CODE_ENVIRONMENT;
	}
	return status;
}

void outcome_done(struct outcome *outcome)
{
	judgement_free(outcome->judgement);
	journal_free(outcome->journal);
	if (!outcome->scenario_borrowed)
		scenario_free(outcome->scenario);
	free(outcome->name);
	free(outcome->folder);
	free(outcome->label);
	free(outcome->error);
	free(outcome->remedy);
	free(outcome->unsaved);
	free(outcome->unsaved_remedy);
}

void outcomes_run(struct outcomes *outcomes, const char *folder,
		  struct report_run *run)
{
	struct report_result *results =
		mem_new(struct report_result, outcomes->n);

	run->version = TCPLAB_VERSION;
	run->folder = folder;
	run->kernel = run->kernel ?: "unknown";
	run->jobs = run->jobs ? run->jobs : 1;
	run->n_results = outcomes->n;
	run->results = results;
	run->not_run = outcomes->not_run.v;
	run->n_not_run = outcomes->not_run.n;
	for (size_t i = 0; i < outcomes->n; i++) {
		const struct outcome *o = &outcomes->v[i];
		const struct event *begin =
			o->journal ? first(o->journal) : NULL;

		results[i] = o->result;
		/* the vector may have moved since these were set */
		results[i].name = o->name;
		if (!begin)
			continue;
		if (begin->begin.kernel)
			run->kernel = begin->begin.kernel;
		if (outcomes->kernels.n)
			outcomes->kernels.v[o->result.column].release =
				begin->begin.kernel;
		run->seed = begin->begin.seed;
		/* a guest's time of day is not the machine's */
		if (!begin->begin.virtual_time &&
		    (!run->started_ns ||
		     begin->begin.wall_ns < run->started_ns))
			run->started_ns = begin->begin.wall_ns;
	}
	run->kernels = outcomes->kernels.v;
	run->n_kernels = outcomes->kernels.n;
	if (run->n_kernels > 1)
		run->kernel = NULL;
}

void outcomes_done(struct outcomes *outcomes)
{
	vec_foreach(outcomes, o) {
		outcome_done(o);
	}
	vec_done(&outcomes->not_run);
	vec_done(&outcomes->kernels);
	vec_done(outcomes);
}

int outcome_exit_code(const struct report_run *run)
{
	/* a FAIL is what the user asked about: it wins over a lab that could
	 * not be built elsewhere in the same run */
	struct report_tally tally = report_tally(run);

	if (tally.n[VERDICT_FAIL])
		return EXIT_CODE_FAILED;
	if (tally.n[VERDICT_ERROR])
		return EXIT_CODE_ENVIRONMENT;
	if (tally.n[VERDICT_INCONCLUSIVE])
		return EXIT_CODE_INCONCLUSIVE;
	return EXIT_CODE_PASSED;
}
