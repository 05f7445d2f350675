/*
 * canon.c - "tcplab canon": what happened, without what chance decided
 */
#include <getopt.h>
#include <stdio.h>

#include "base/str.h"
#include "cmd/command.h"
#include "cmd/outcome.h"
#include "event/canon.h"

static int print(const char *folder)
{
	struct outcome outcome = {0};
	SCOPED_STR struct str text = {0};
	int status = EXIT_CODE_PASSED;

	outcome_read(folder, NULL, &outcome);
	if (outcome.journal)
		canon_print(outcome.journal, &text);
	else
		status = command_misused(&command_canon, "%s: %s", folder,
					 outcome.error);
	outcome_done(&outcome);
	(void)fputs(str_text(&text), stdout); /* main() looks */
	return status;
}

static int print_reasons(void)
{
	SCOPED_STR struct str text = {0};

	canon_reasons(&text);
	(void)fputs(str_text(&text), stdout); /* main() looks */
	return EXIT_CODE_PASSED;
}

static int canon_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"reasons", no_argument, NULL, 'r'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	bool reasons = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'h')
			return command_help(&command_canon);
		if (opt != 'r')
			return command_refused(&command_canon, argv, options);
		reasons = true;
	}
	if (reasons && optind == argc)
		return print_reasons();
	if (reasons || optind + 1 != argc)
		return command_misused(&command_canon,
				       "one scenario's results folder, or "
				       "--reasons");
	return print(argv[optind]);
}

const struct command command_canon = {
	.name = "canon",
	.usage = "canon DIR | --reasons",
	.summary = "print what happened, without what chance decided",
	.help = "DIR is a scenario's folder in a run's. Its journal is printed "
		"with\n"
		"times rounded to the millisecond, with names for the numbers "
		"that\n"
		"a kernel gives out or draws (PIDs, inodes, ports), and "
		"without what\n"
		"says nothing about TCP (the time of day): what differs "
		"between two\n"
		"runs of a scenario then differs for a reason.\n\n"
		"Options:\n"
		"  --reasons  print instead what is changed or left out, and "
		"why\n\n"
		"Example:\n"
		"  diff <(tcplab canon A/close/client-first) \\\n"
		"       <(tcplab canon B/close/client-first)\n",
	.main = canon_main,
};
