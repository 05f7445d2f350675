/*
 * check.c - "tcplab check": read files, say what is wrong, build nothing
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/scope.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/paths.h"
#include "spec/errors.h"
#include "spec/scenario.h"
#include "spec/topology.h"

static void print_middlebox(const struct link_spec *link)
{
	SCOPED_STR struct str text = {0};

	link_nat_print(link, &text);
	if (text.len)
		printf("      %s\n", str_text(&text));
}

/* what it does to frames: once, if that is the same each way */
static void print_link(const struct scenario *scenario, size_t i)
{
	const struct topology *topology = scenario->topology;
	const struct link_spec *link = &topology->links[i];
	const char *by = wire_backend_names[scenario_backend(scenario, i)];
	const char *a = topology->hosts[link->a].name;
	const char *b = topology->hosts[link->b].name;
	SCOPED_STR struct str there = {0};
	SCOPED_STR struct str back = {0};

	impair_rules_print(&link->rules[LINK_A_TO_B], &there);
	impair_rules_print(&link->rules[LINK_B_TO_A], &back);
	if (strcmp(str_text(&there), str_text(&back)) == 0) {
		printf("    link %s - %s (%s)%s%s\n", a, b, by,
		       there.len ? ": " : "", str_text(&there));
		print_middlebox(link);
		return;
	}
	printf("    link %s - %s (%s)\n", a, b, by);
	if (there.len)
		printf("      %s > %s: %s\n", a, b, str_text(&there));
	if (back.len)
		printf("      %s > %s: %s\n", b, a, str_text(&back));
	print_middlebox(link);
}

static void print_topology(const struct scenario *scenario)
{
	const struct topology *topology = scenario->topology;

	printf("  topology %s:", topology->name);
	for (size_t i = 0; i < topology->n_hosts; i++) {
		const struct host_spec *host = &topology->hosts[i];

		printf("%s %s", i ? "," : "", host->name);
		if (host->kind != HOST_KIND_HOST)
			printf(" (%s)", host_kind_names[host->kind]);
	}
	printf("\n");
	for (size_t i = 0; i < topology->n_links; i++)
		print_link(scenario, i);
	for (size_t i = 0; i < topology->n_hosts; i++)
		for (size_t j = 0; j < topology->hosts[i].n_sysctls; j++)
			printf("    %s: %s = %s\n", topology->hosts[i].name,
			       topology->hosts[i].sysctls[j].name,
			       topology->hosts[i].sysctls[j].value);
}

static void print_plan(const struct scenario *scenario)
{
	printf("%s: %s\n", scenario->name, scenario->title);
	print_topology(scenario);
	for (size_t i = 0; i < scenario->n_faults; i++)
		printf("  fault: %s\n", scenario->faults[i].text);
	for (size_t i = 0; i < scenario->n_steps; i++)
		printf("  %2zu. %s\n", i + 1, scenario->steps[i].text);
}

static int check_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"plan", no_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct spec_errors errors = {0};
	struct paths paths = {0};
	bool plan = false;
	int status = EXIT_CODE_PASSED;
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'h')
			return command_help(&command_check);
		if (opt != 'p')
			return command_refused(&command_check, argv, options);
		plan = true;
	}
	if (optind == argc)
		return command_misused(&command_check, "no file is named");
	if (paths_load(argv + optind, &paths, &errors) < 0 ||
	    spec_errors_count(&errors)) {
		status = command_bad_spec(&errors);
	} else {
		for (size_t i = 0; plan && i < paths.n; i++)
			print_plan(paths.v[i]);
		if (!plan)
			printf("%zu scenarios and %zu topologies are good\n",
			       paths.n, paths.topologies);
	}
	paths_done(&paths);
	spec_errors_done(&errors);
	return status;
}

const struct command command_check = {
	.name = "check",
	.usage = "check [--plan] PATH...",
	.summary = "read scenario files and say what is wrong with them",
	.help = "A PATH is a scenario file, a topology file, or a folder of "
		"them.\n"
		"All errors of all files are printed, each as\n"
		"FILE:LINE:COL: error: with the line it is about.\n"
		"Nothing is built and no privilege is needed.\n\n"
		"Options:\n"
		"  --plan   print what would be built, and every step\n\n"
		"Example:\n"
		"  tcplab check --plan lab/close/client-first.yaml\n",
	.main = check_main,
};
