/*
 * coverage.c - "tcplab coverage": which transitions past runs have taken
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/outcome.h"
#include "cmd/output.h"
#include "judge/coverage.h"
#include "report/cover.h"
#include "report/jvalue.h"

/** SPARE_COLUMNS - where nobody says how wide the page is */
#define SPARE_COLUMNS 80

/* "left_out": [{"name", "error"}], what could not be read */
static json_t *left_out(const struct outcomes *outcomes)
{
	json_t *all = json_array();

	for (size_t i = 0; i < outcomes->n; i++) {
		const struct outcome *o = &outcomes->v[i];
		json_t *one = json_object();

		if (!o->journal) {
			jvalue_set(one, "name", jvalue_text(o->name));
			jvalue_set(one, "error", jvalue_text(o->error));
			jvalue_push(all, json_incref(one));
		}
		json_decref(one);
	}
	return all;
}

static void print_json(const struct coverage *coverage,
		       const struct outcomes *outcomes)
{
	json_t *object = cover_json(coverage);

	jvalue_set(object, "left_out", left_out(outcomes));
	/* main() looks whether stdout took it */
	(void)json_dumpf(object, stdout, JSON_INDENT(2));
	(void)putchar('\n');
	json_decref(object);
}

static void print_text(const struct coverage *coverage)
{
	size_t columns = output_columns(STDOUT_FILENO);
	SCOPED_STR struct str text = {0};

	cover_text(coverage, columns ?: SPARE_COLUMNS, &text);
	(void)fputs(str_text(&text), stdout); /* main() looks */
}

static void add_all(struct coverage *coverage, const struct outcomes *outcomes)
{
	for (size_t i = 0; i < outcomes->n; i++) {
		const struct outcome *o = &outcomes->v[i];

		if (o->journal)
			coverage_add(coverage, o->name, o->journal);
		else
			log_warn("%s is left out: %s", o->name, o->error);
	}
}

static int tell(char **folders, bool json)
{
	struct coverage *coverage = coverage_new();
	struct outcomes outcomes = {0};
	struct err err = {0};
	int status = EXIT_CODE_PASSED;

	if (outcomes_find(folders, &outcomes, &err) < 0) {
		status = command_misused(&command_coverage, "%s", err.text);
	} else {
		add_all(coverage, &outcomes);
		if (json)
			print_json(coverage, &outcomes);
		else
			print_text(coverage);
	}
	coverage_free(coverage);
	outcomes_done(&outcomes);
	return status;
}

static int coverage_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	bool json = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'h')
			return command_help(&command_coverage);
		if (opt != 'f')
			return command_refused(&command_coverage, argv,
					       options);
		json = strcmp(optarg, "json") == 0;
		if (!json && strcmp(optarg, "text") != 0)
			return command_misused(&command_coverage,
					       "unknown format \"%s\"; there "
					       "are text and json",
					       optarg);
	}
	if (optind == argc)
		return command_misused(&command_coverage,
				       "no results folder is named");
	return tell(argv + optind, json);
}

const struct command command_coverage = {
	.name = "coverage",
	.usage = "coverage [--format FORMAT] DIR...",
	.summary = "tell which state transitions past runs have taken",
	.help = "DIR is a run's folder (results/latest), or a scenario's in "
		"it.\n"
		"Prints the state diagram of RFC 9293 (figure 5), with how "
		"often\n"
		"each arrow was taken, then every transition with the "
		"scenarios\n"
		"that took it: those of the RFC by number, and as L1 to L40 "
		"those\n"
		"that Linux has beside them (request sockets, minisockets, "
		"full\n"
		"queues, sysctls). What no scenario took is named at the "
		"end.\n\n"
		"Options:\n"
		"  --format FORMAT  text (default) or json\n\n"
		"Examples:\n"
		"  tcplab run lab/ --virtual && tcplab coverage "
		"results/latest\n"
		"  tcplab coverage results/latest --format json\n\n"
		"A scenario whose journal cannot be read is left out, and "
		"named\n"
		"(on stderr; in JSON as left_out). The exit status is 0 "
		"whatever\n"
		"was taken.\n",
	.main = coverage_main,
};
