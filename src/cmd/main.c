/*
 * main.c - the command line: find the subcommand and run it
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/main.h"
#include "base/err.h"
#include "base/log.h"
#include "base/names.h"
#include "base/scope.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/option.h"
#include "guest/inside.h"
#include "spec/errors.h"

static const struct command *const commands[] = {
	&command_run,	   &command_check, &command_judge,  &command_report,
	&command_coverage, &command_canon, &command_diff,   &command_list,
	&command_doctor,   &command_shell, &command_schema, &command_kernel,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const char about[] =
	"tcplab builds hosts out of network namespaces, walks real programs\n"
	"through the life and death of TCP connections on them, watches every\n"
	"socket and system call, and writes a verdict that cites its "
	"evidence.\n";

static const char epilogue[] =
	"Exit status:\n"
	"  0  all passed\n"
	"  1  an expectation failed\n"
	"  2  bad usage, or a bad file (nothing was built)\n"
	"  3  the lab could not be built here (see tcplab doctor)\n"
	"  5  inconclusive: the evidence has a hole where it matters\n"
	"  130, 143  ended by SIGINT, SIGTERM\n"
	"\n"
	"Root is not needed: without it the lab lives in a user namespace.\n"
	"Start with:  tcplab run lab/rebind/eaddrinuse.yaml\n";

static void print_help(void)
{
	printf("usage: tcplab COMMAND [OPTION]... [ARGUMENT]...\n\n%s\n"
	       "Commands:\n",
	       about);
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-8s %s\n", commands[i]->name, commands[i]->summary);
	printf("\nOptions:\n"
	       "  -h, --help     this; tcplab COMMAND --help tells more\n"
	       "      --version  print the version\n\n%s",
	       epilogue);
}

int command_help(const struct command *command)
{
	printf("usage: tcplab %s\n\n%s\n\n%s", command->usage, command->summary,
	       command->help);
	return EXIT_CODE_PASSED;
}

int command_misused(const struct command *command, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap); /* may cut */
	va_end(ap);
	log_err("%s: %s", command->name, line);
	(void)fprintf(stderr, "usage: tcplab %s\n       tcplab %s --help\n",
		      command->usage, command->name);
	return EXIT_CODE_USAGE;
}

int command_refused(const struct command *command, char *const *argv,
		    const struct option *options)
{
	struct err err = {0};

	(void)option_refused(argv, options, &err); /* always says why */
	return command_misused(command, "%s", err.text);
}

int command_failed(const struct err *err, enum exit_code code)
{
	log_err("%s", err->text);
	if (err->remedy[0])
		log_err("remedy: %s", err->remedy);
	return (int)code;
}

int command_bad_spec(const struct spec_errors *errors)
{
	SCOPED_STR struct str text = {0};

	spec_errors_text(errors, &text);
	(void)fputs(str_text(&text), stderr);
	return EXIT_CODE_USAGE;
}

static unsigned int env_id(const char *name)
{
	const char *text = getenv(name);
	char *end;
	unsigned long id;

	if (!text || text[0] < '0' || text[0] > '9')
		return (unsigned int)-1;
	errno = 0;
	id = strtoul(text, &end, 10);
	if (*end || errno || id >= (unsigned int)-1)
		return (unsigned int)-1;
	return (unsigned int)id;
}

struct owner command_owner(void)
{
	struct owner owner = {.uid = (uid_t)-1, .gid = (gid_t)-1};
	uid_t uid = env_id("SUDO_UID");
	gid_t gid = env_id("SUDO_GID");
	const struct passwd *user;

	/* root for root is nobody else */
	if (geteuid() != 0 || uid == (uid_t)-1 || uid == 0)
		return owner;
	/* (gid_t)-1 would leave the group as it is: root's */
	if (gid == (gid_t)-1 || gid == 0) {
		user = getpwuid(uid);
		gid = user && user->pw_gid ? user->pw_gid : uid;
	}
	owner.uid = uid;
	owner.gid = gid;
	return owner;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int unknown(const char *word)
{
	const char *names[COMMANDS];
	const char *near;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i]->name;
	near = names_nearest(names, COMMANDS, word);
	if (near)
		log_err("unknown command '%s': did you mean '%s'?", word, near);
	else
		log_err("unknown command '%s': see tcplab --help", word);
	return EXIT_CODE_USAGE;
}

/* errno may be that of something since */
static bool reader_is_gone(void)
{
	struct pollfd stdout_fd = {.fd = STDOUT_FILENO};

	return poll(&stdout_fd, 1, 0) == 1 && stdout_fd.revents & POLLERR;
}

/* a full disk or a closed pipe on stdout must not look like a PASS; but there
 * is nothing to say of "tcplab report | head", as of any other filter */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (reader_is_gone()) {
		if (status == EXIT_CODE_PASSED) {
			(void)signal(SIGPIPE, SIG_DFL);
			(void)raise(SIGPIPE);
		}
		return status;
	}
	log_err("cannot write to stdout: %s", strerror(errno));
	return status == EXIT_CODE_PASSED ? EXIT_CODE_ENVIRONMENT : status;
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		log_err("no command: see tcplab --help");
		return EXIT_CODE_USAGE;
	}
	/* hidden: what a lab executes in its hosts, and a guest as its init */
	if (strcmp(argv[1], "agent") == 0)
		return agent_main(argc - 1, argv + 1);
	if (strcmp(argv[1], "guest") == 0)
		return inside_main(argc - 1, argv + 1);
	/* "tcplab run | head" must not die and leave a lab half torn down */
	(void)signal(SIGPIPE, SIG_IGN);
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		command = argc > 2 ? find(argv[2]) : NULL;
		if (argc > 2 && !command)
			return unknown(argv[2]);
		if (command)
			return finish(command_help(command));
		print_help();
		return finish(EXIT_CODE_PASSED);
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("tcplab %s\n", TCPLAB_VERSION);
		return finish(EXIT_CODE_PASSED);
	}
	command = find(argv[1]);
	if (!command)
		return unknown(argv[1]);
	opterr = 0; /* command_refused() says more */
	return finish(command->main(argc - 1, argv + 1));
}
