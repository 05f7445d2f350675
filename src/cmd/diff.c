/*
 * diff.c - "tcplab diff": what went otherwise in another run
 */
#include "report/diff.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "base/units.h"
#include "cmd/command.h"
#include "cmd/outcome.h"
#include "cmd/output.h"
#include "report/page.h"

/** TOLERANCE - of times, unless told: the kernel's timers fire up to an eighth
 * of their length late (kernel/time/timer.c) */
#define TOLERANCE 0.125

/** struct side - one of the two runs */
struct side {
	struct outcomes outcomes;
	struct report_run run;
};

static int read_side(char *folder, struct side *side, struct err *err)
{
	char *folders[] = {folder, NULL};
	int rc = outcomes_find(folders, &side->outcomes, err);

	if (rc == 0)
		outcomes_run(&side->outcomes, folder, &side->run);
	return rc;
}

static void side_done(struct side *side)
{
	free((void *)(uintptr_t)side->run.results);
	outcomes_done(&side->outcomes);
}

static int compare(char **folders, double tolerance, bool json)
{
	struct side sides[2] = {0};
	struct err err = {0};
	SCOPED_STR struct str text = {0};
	struct page page = {.out = &text,
			    .colour = output_colour(STDOUT_FILENO)};
	int status = EXIT_CODE_PASSED;

	if (read_side(folders[0], &sides[0], &err) < 0 ||
	    read_side(folders[1], &sides[1], &err) < 0) {
		status = command_misused(&command_diff, "%s", err.text);
	} else {
		struct diff diff =
			diff_new(&sides[0].run, &sides[1].run, tolerance);

		if (json)
			diff_json(&diff, &text);
		else
			diff_text(&diff, &page);
		if (!diff_same(&diff))
			status = EXIT_CODE_FAILED;
		diff_done(&diff);
		(void)fputs(str_text(&text), stdout); /* main() looks */
	}
	side_done(&sides[0]);
	side_done(&sides[1]);
	return status;
}

static int diff_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"tolerance", required_argument, NULL, 't'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	double tolerance = TOLERANCE;
	bool json = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'h')
			return command_help(&command_diff);
		if (opt == 'f' && (strcmp(optarg, "json") == 0 ||
				   strcmp(optarg, "text") == 0))
			json = optarg[0] == 'j';
		else if (opt == 'f')
			return command_misused(&command_diff,
					       "unknown format '%s': text or "
					       "json",
					       optarg);
		else if (opt != 't')
			return command_refused(&command_diff, argv, options);
		else if (share_parse(optarg, &tolerance) < 0)
			return command_misused(&command_diff,
					       "--tolerance takes a share "
					       "like 10%%, not '%s'",
					       optarg);
	}
	if (optind + 2 != argc)
		return command_misused(&command_diff,
				       "two results folders are compared");
	return compare(argv + optind, tolerance, json);
}

const struct command command_diff = {
	.name = "diff",
	.usage = "diff [OPTION]... RUN_A RUN_B",
	.summary = "tell what went otherwise in another run",
	.help = "A RUN is a run's folder (results/latest), or a scenario's in "
		"it; two\n"
		"folders of one scenario each are compared whatever their "
		"names. Of each\n"
		"scenario and connection are compared: the segments in the "
		"order in\n"
		"which they were sent, with relative numbers, and what became "
		"of them\n"
		"(of bulk data the bytes alone); the states of both ends; "
		"retransmissions;\n"
		"how long each state, each direction's way and each wait of a "
		"timer took.\n"
		"Connections are known by the names of their ends, else by "
		"hosts and\n"
		"port. '-' is what only RUN_A has, '+' what only RUN_B.\n\n"
		"Options:\n"
		"  --format FORMAT    text (default) or json\n"
		"  --tolerance SHARE  by how much times may differ (default: "
		"12.5%, as\n"
		"                     timers are late by as much); 20 ms come "
		"on top,\n"
		"                     and 1 s for a state in real time, which "
		"a program\n"
		"                     ends when it gets a processor\n\n"
		"Example:\n"
		"  tcplab diff results/20260131-120000 results/latest\n\n"
		"Exit status: 0 if there is no difference, 1 if there is, 2 "
		"on bad usage.\n",
	.main = diff_main,
};
