/*
 * command.h - the table of subcommands, and what they all share
 */
#pragma once

#include <sys/types.h>

#include "run/folder.h"

struct err;
struct option;
struct spec_errors;

/** enum exit_code - what tcplab's exit status means; also in --help */
enum exit_code {
	EXIT_CODE_PASSED = 0,
	EXIT_CODE_FAILED = 1, /* an expectation failed */
	EXIT_CODE_USAGE = 2, /* bad usage, or a bad file */
	EXIT_CODE_ENVIRONMENT = 3, /* the lab could not be built here */
	EXIT_CODE_INCONCLUSIVE = 5, /* the evidence has a hole that matters */
	EXIT_CODE_SKIP = 125, /* run --bisect: nothing was proved */
	EXIT_CODE_CANNOT_EXECUTE = 126, /* shell: the command is no program */
	EXIT_CODE_NO_COMMAND = 127, /* shell: there is no such command */
	EXIT_CODE_SIGNAL = 128, /* plus the signal: 130, 143 */
};

/**
 * struct command - one subcommand: one file, one row in commands
 * @name: as typed
 * @usage: its arguments: "run [OPTION]… PATH…"
 * @summary: one line for "tcplab --help"
 * @help: the rest of "tcplab NAME --help": options and examples
 * @main: as main(2), argv[0] being the subcommand; returns an exit status
 */
struct command {
	const char *name;
	const char *usage;
	const char *summary;
	const char *help;
	int (*main)(int argc, char **argv);
};

extern const struct command command_run;
extern const struct command command_check;
extern const struct command command_judge;
extern const struct command command_report;
extern const struct command command_coverage;
extern const struct command command_canon;
extern const struct command command_diff;
extern const struct command command_list;
extern const struct command command_doctor;
extern const struct command command_shell;
extern const struct command command_schema;
extern const struct command command_kernel;

/** command_help - print a subcommand's usage and help to stdout; returns
 * EXIT_CODE_PASSED, so that a command can write "return command_help(…)" */
int command_help(const struct command *command);

/**
 * command_misused - print one line and a pointer to --help to stderr
 * @command: whose arguments were wrong
 * @fmt: what is wrong with them
 *
 * Return: EXIT_CODE_USAGE.
 */
int command_misused(const struct command *command, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * command_refused - likewise of an option that getopt_long() refused
 * @command: whose
 * @argv: as getopt_long() was called with
 * @options: likewise
 *
 * Return: EXIT_CODE_USAGE.
 */
int command_refused(const struct command *command, char *const *argv,
		    const struct option *options);

/** command_failed - print an error and its remedy to stderr; returns @code */
int command_failed(const struct err *err, enum exit_code code);

/** command_bad_spec - print what is wrong with the files to stderr; returns
 * EXIT_CODE_USAGE */
int command_bad_spec(const struct spec_errors *errors);

/** command_owner - whom files belong to and user programs run as: SUDO_UID
 * and SUDO_GID when root, else nobody but us */
struct owner command_owner(void);
