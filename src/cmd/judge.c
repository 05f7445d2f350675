/*
 * judge.c - "tcplab judge" and "tcplab report": past runs, read again
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "cmd/command.h"
#include "cmd/outcome.h"
#include "cmd/output.h"

/** struct past - what both commands are told */
struct past {
	struct outputs outputs;
	bool verbose;
	bool save; /* judge: write verdict.json anew */
};

/* the results of somebody else can be judged, only not written to */
static int save(const struct outcome *outcome, const struct owner *owner,
		int status)
{
	struct err err = {0};
	int rc = outcome_save(outcome, owner, &err);

	if (rc == 0)
		return status;
	if (rc != -EACCES && rc != -EPERM && rc != -EROFS)
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	log_warn("the verdict stands, but is not written down: %s", err.text);
	return status;
}

static int tell(const struct command *command, char **folders,
		const struct past *past)
{
	struct outcomes outcomes = {0};
	struct report_run run = {.verbose = past->verbose};
	struct owner owner = command_owner();
	struct err err = {0};
	int status;

	if (outcomes_find(folders, &outcomes, &err) < 0) {
		outcomes_done(&outcomes);
		return command_misused(command, "%s", err.text);
	}
	outcomes_run(&outcomes, folders[0], &run);
	for (size_t i = 0; i < run.n_results; i++)
		if (run.results[i].duration_ns > run.duration_ns)
			run.duration_ns = run.results[i].duration_ns;
	status = outcome_exit_code(&run);
	status = outputs_write(&past->outputs, &run, &owner, status);
	for (size_t i = 0; past->save && i < outcomes.n; i++)
		status = save(&outcomes.v[i], &owner, status);
	free((void *)(uintptr_t)run.results);
	outcomes_done(&outcomes);
	return status;
}

static int past_main(const struct command *command, bool save, int argc,
		     char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"verbose", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct past past = {.save = save};
	struct err err = {0};
	int opt;

	while ((opt = getopt_long(argc, argv, "hv", options, NULL)) != -1) {
		if (opt == 'h')
			return command_help(command);
		if (opt == 'v')
			past.verbose = true;
		else if (opt != 'f')
			return command_refused(command, argv, options);
		else if (outputs_add(&past.outputs, optarg, &err) < 0)
			return command_misused(command, "%s", err.text);
	}
	if (optind == argc)
		return command_misused(command, "no results folder is named");
	if (!past.outputs.n)
		(void)outputs_add(&past.outputs, "text", NULL); /* is known */
	return tell(command, argv + optind, &past);
}

static int judge_main(int argc, char **argv)
{
	return past_main(&command_judge, true, argc, argv);
}

static int report_main(int argc, char **argv)
{
	return past_main(&command_report, false, argc, argv);
}

const struct command command_judge = {
	.name = "judge",
	.usage = "judge [--format FORMAT[=FILE]]... DIR...",
	.summary = "judge a past run again, from its results folder alone",
	.help = "DIR is a run's folder (results/latest), or a scenario's in "
		"it.\n"
		"Needs no privilege and no kernel feature: the journal is "
		"read\n"
		"and judged against the copies of the scenario and topology\n"
		"beside it. verdict.json is written anew, if that is "
		"allowed.\n\n"
		"Options:\n"
		"  --format FORMAT[=FILE]  text (default), html, ladder, "
		"junit, ... (see\n"
		"                          tcplab list --formats); to stdout, "
		"or to FILE\n"
		"  -v, --verbose           tell the story of a PASS too\n\n"
		"The exit status is that of the run: see tcplab --help.\n",
	.main = judge_main,
};

const struct command command_report = {
	.name = "report",
	.usage = "report [--format FORMAT[=FILE]]... DIR...",
	.summary = "tell a past run in another format",
	.help = "DIR is a run's folder (results/latest), or a scenario's in "
		"it.\n"
		"Nothing in it is changed.\n\n"
		"Options:\n"
		"  --format FORMAT[=FILE]  text (default), html, ladder, "
		"junit, ... (see\n"
		"                          tcplab list --formats); to stdout, "
		"or to FILE\n"
		"  -v, --verbose           tell the story of a PASS too\n\n"
		"A ladder is as wide as COLUMNS says, or the terminal, from "
		"60 columns to\n"
		"160; it is ASCII where the locale (LC_ALL, LC_CTYPE, LANG) "
		"is not UTF-8.\n"
		"Routers on the way are drawn where there is room: one from "
		"65 columns on,\n"
		"two from 80, three from 95.\n\n"
		"Examples:\n"
		"  tcplab report results/latest --format junit=out.xml\n"
		"  tcplab report results/latest/close/client-first "
		"--format ladder\n",
	.main = report_main,
};
