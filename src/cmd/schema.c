/*
 * schema.c - "tcplab schema": JSON Schemas of the two file formats
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cmd/command.h"
#include "spec/schema.h"

static int schema_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	SCOPED_STR struct str text = {0};
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1)
		return opt == 'h' ? command_help(&command_schema)
				  : command_refused(&command_schema, argv,
						    options);
	if (argc - optind != 1)
		return command_misused(&command_schema,
				       "scenario or topology?");
	if (strcmp(argv[optind], "scenario") == 0)
		spec_schema_scenario(&text);
	else if (strcmp(argv[optind], "topology") == 0)
		spec_schema_topology(&text);
	else
		return command_misused(&command_schema,
				       "no schema of '%s': scenario or "
				       "topology?",
				       argv[optind]);
	(void)fputs(str_text(&text), stdout); /* main() looks */
	return EXIT_CODE_PASSED;
}

const struct command command_schema = {
	.name = "schema",
	.usage = "schema scenario|topology",
	.summary = "print the JSON Schema of a file format, for editors",
	.help = "JSON Schema, draft-07, made from the tables that the parser\n"
		"itself reads with. For an editor with the YAML language "
		"server:\n"
		"  # yaml-language-server: $schema=../scenario.schema.json\n",
	.main = schema_main,
};
