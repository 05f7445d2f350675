/*
 * test_rule_command.c - what becomes of programs that the lab commands
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"command", "command-pass", VERDICT_PASS, "command",
	 "started, and ready"},
	{"command", "command-pass", VERDICT_PASS, "command",
	 "killed by SIGKILL"},
	{"command", "command-fail-not-ready", VERDICT_FAIL, "command",
	 "not listening on port 7788"},
	{"command", "command-fail-survived", VERDICT_FAIL, "command",
	 "still running"},
	{"command", "command-inconclusive-not-restarted", VERDICT_INCONCLUSIVE,
	 "command", "not started"},
	{"command", "command-error-not-restarted", VERDICT_ERROR, "command",
	 "No such file or directory"},
	{"exit", "exit-pass", VERDICT_PASS, "command", "exited with status 0"},
	{"exit", "exit-fail-early", VERDICT_FAIL, "command",
	 "already after 100 ms"},
	{"status", "status-error-no-program", VERDICT_ERROR, "command",
	 "run: python3: No such file or directory"},
	{"status", "status-inconclusive-killed", VERDICT_INCONCLUSIVE,
	 "command", "the lab was killed before this"},
	{"daemon", "daemon-pass", VERDICT_PASS, "command",
	 "started, and ready"},
	{"daemon", "daemon-inconclusive-in-the-way", VERDICT_INCONCLUSIVE,
	 "command", "listens before web"},
	{"status", "status-pass", VERDICT_PASS, "command",
	 "exited with status 1"},
	{"status", "status-fail", VERDICT_FAIL, "command",
	 "exited with status 0"},
	{"status", "status-inconclusive", VERDICT_INCONCLUSIVE, "command",
	 "nobody knows how"},
	{"signal", "signal-pass", VERDICT_PASS, "command", "sent SIGTERM"},
	{"signal", "signal-fail-sent", VERDICT_FAIL, "command", "sent SIGHUP"},
	{"signal", "signal-fail-exit", VERDICT_FAIL, "command",
	 "killed by SIGKILL"},
	{"signal", "signal-inconclusive", VERDICT_INCONCLUSIVE, "command",
	 "no signal was sent"},
};

int main(void)
{
	return judged_main("rule_command", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
