/*
 * list.c - "tcplab list": scenarios, and the words of the language
 */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/paths.h"
#include "report/report.h"
#include "spec/errors.h"
#include "spec/expect_read.h"
#include "spec/fault_read.h"
#include "spec/inject_read.h"
#include "spec/scenario.h"
#include "spec/selector.h"
#include "spec/verbs.h"
#include "tcp/flow.h"
#include "tcp/state.h"
#include "tcp/words.h"

/** struct word - one thing to say, and how */
struct word {
	const char *example;
	const char *help;
};

/** steps - those that are no program's */
static const struct word steps[] = {
	{"expect: {server.s: TIME_WAIT}", "see tcplab list --expectations"},
	{"together: [STEP, STEP]", "begin them at once, wait for all"},
	{"await: NAME", "wait for an act begun with background: NAME"},
	{"wait: 200ms", "let time pass"},
	{"cut: [client, server]", "lose every frame, both ways"},
	{"cut: \"client > server\"", "... or one way"},
	{"heal: [client, server]", "undo a cut"},
	{"set: {between: [a, b], loss: 10%}", "change what a link does"},
	{"set: {between: \"a > b\", delay: 5ms}", "... or one way of it"},
	{"forget: [client, server]", "a link forgets its connections"},
	{"release: NAME", "let go what a fault holds"},
	{"arm: NAME", "a fault begins to act"},
	{"disarm: NAME", "... and ends"},
	{"inject: {to: b, on: a.c, flags: RST}",
	 "put a segment before a host, see --faults"},
	{"when: {kernel: \">=6.9\"}",
	 "beside any of these: on such kernels only"},
};

/** examples - one line each, beside the keys that the parser's tables have */
static const char *const examples[] = {
	"expect: {server.s: TIME_WAIT, client.c: [CLOSED, CLOSE_WAIT]}",
	"expect: {server.L: {state: LISTEN, recv-q: 2}}",
	"expect: {sockets: [{host: server, port: 7788, count: 0}]}",
	"expect: {counters: {server: {Tcp.OutRsts: \">=1\"}}}",
	"expect: {segments: [client > server SYN seq=J, wave-4 lost]}",
	"expect: {segments: [wave-3, wave-3 retransmitted at=200ms..400ms]}",
	"expect: {never: [RST, retransmission]}",
	"expect: {process: {server.web: running}, for: 5s}",
	"expect: {server.s: CLOSED, since: TIME_WAIT, not-before: 60s,",
	"         within: 68s}",
};

/** faults - likewise */
static const char *const faults[] = {
	"{drop: wave-4, times: 1}",
	"{drop: {from: client, flags: [SYN]}, times: 2}",
	"{delay: {from: server, flags: [FIN]}, by: 3s}",
	"{drop: {filter: \"tcp[tcpflags] & tcp-rst != 0\"}, optional: true}",
	"{hold: handshake-2, as: held}",
};

/** WORD_COLS - where the help begins, if the example is shorter */
#define WORD_COLS 40

static void say(const char *example, const char *help)
{
	printf("  %-*s %s\n", WORD_COLS, example, help);
}

static void list_words(const char *title, const struct word *words, size_t n)
{
	printf("%s\n", title);
	for (size_t i = 0; i < n; i++)
		say(words[i].example, words[i].help);
}

static void list_steps(void)
{
	size_t n;
	const struct sockopt *options = sockopts(&n);

	printf("Steps of a program, each with its host in front:\n");
	for (int v = 0; v < VERBS; v++) {
		printf("  %-10s %s\n", verb_names[v], verb_rules[v].help);
		printf("             - %s\n", verb_rules[v].example);
	}
	printf("\nWhat may come of them:\n");
	say("fails: ECONNREFUSED", "must fail with this errno");
	say("within: 2s", "must have returned by then (default 5 s)");
	say("not-before: 1s", "must not have returned before");
	say("blocks: 500ms", "must not have returned by then");
	say("background: NAME", "go on; await: NAME waits for it\n");
	list_words("Other steps:", steps, sizeof(steps) / sizeof(steps[0]));
	printf("\nSocket options:\n ");
	for (size_t i = 0; i < n; i++)
		printf(" %s%s", options[i].name,
		       i + 1 == n   ? "\n"
		       : i % 5 == 4 ? "\n "
				    : "");
}

static void list_keys(const char *title, const struct key *keys, size_t n)
{
	printf("%s\n", title);
	for (size_t i = 0; i < n; i++)
		printf("  %-13s %s\n", keys[i].name, keys[i].help);
}

static void list_expectations(void)
{
	list_keys("Keys of \"expect\":", expect_keys, EXPECT_KEYS);
	list_keys("\nKeys of HOST.SOCKET, or its state alone:",
		  expect_sock_keys, EXPECT_SOCK_KEYS);
	list_keys("\nKeys of an item of \"sockets\":", expect_count_keys,
		  EXPECT_COUNT_KEYS);
	printf("\nStates:\n ");
	for (int i = 0; i < TCP_STATES; i++)
		printf(" %s", tcp_state_names[i]);
	printf("\n\nExamples:\n");
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		printf("  %s\n", examples[i]);
}

static void list_names(const char *title, const char *const *names, int n)
{
	printf("%s\n ", title);
	for (int i = 0; i < n; i++)
		printf(" %s", names[i]);
	printf("\n\n");
}

static void list_faults(void)
{
	list_names("Faults:", fault_action_names, FAULT_ACTIONS);
	list_keys("Keys beside them:", fault_keys, FAULT_KEYS);
	list_keys("\nWhich segments: a role, a list of roles, or keys:",
		  selector_keys, SELECTOR_KEYS);
	printf("\n");
	list_names("Roles:", flow_role_names, FLOW_ROLES);
	list_keys("Keys of \"inject\":", inject_keys, INJECT_KEYS);
	printf("\nExamples:\n");
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		printf("  %s\n", faults[i]);
}

static void list_formats(void)
{
	printf("Report formats:\n");
	for (const struct report_format *f = report_formats; f->name; f++)
		printf("  %-11s %s\n", f->name, f->help);
}

static int list_scenarios(char *const *args)
{
	struct spec_errors errors = {0};
	struct paths paths = {0};
	int status = EXIT_CODE_PASSED;

	if (paths_load(args, &paths, &errors) < 0)
		status = command_bad_spec(&errors);
	for (size_t i = 0; i < paths.n; i++)
		printf("%-34s %s%s\n", paths.v[i]->name, paths.v[i]->title,
		       paths.v[i]->clock == SCENARIO_CLOCK_VIRTUAL
			       ? " (hours: in virtual time)"
			       : "");
	paths_done(&paths);
	spec_errors_done(&errors);
	return status;
}

static int list_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"steps", no_argument, NULL, 's'},
		{"expectations", no_argument, NULL, 'e'},
		{"faults", no_argument, NULL, 'F'},
		{"formats", no_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	static char lab[] = "lab";
	char *const here[] = {lab, NULL};
	bool words = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		words = true;
		if (opt == 's')
			list_steps();
		else if (opt == 'e')
			list_expectations();
		else if (opt == 'F')
			list_faults();
		else if (opt == 'f')
			list_formats();
		else if (opt == 'h')
			return command_help(&command_list);
		else
			return command_refused(&command_list, argv, options);
	}
	if (words && optind == argc)
		return EXIT_CODE_PASSED;
	if (optind == argc && access(lab, R_OK) < 0)
		return command_misused(&command_list,
				       "no folder is named, and there is no "
				       "lab/ here");
	return list_scenarios(optind == argc ? here : argv + optind);
}

const struct command command_list = {
	.name = "list",
	.usage = "list [--steps] [--expectations] [--faults] [--formats] "
		 "[PATH]...",
	.summary = "list scenarios, and the words that they are made of",
	.help = "Without options: the scenarios under each PATH (default: "
		"lab),\n"
		"with their titles.\n\n"
		"Options:\n"
		"  --steps         what a scenario can do\n"
		"  --expectations  what it can demand\n"
		"  --faults        what it can do to segments\n"
		"  --formats       what a report can look like\n",
	.main = list_main,
};
