/*
 * test_rule_process.c - how programs end, and what they write
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"process", "process-pass", VERDICT_PASS, "process",
	 "exited with status 1"},
	{"process", "process-pass", VERDICT_PASS, "process", "wrote it"},
	{"process", "process-fail-status", VERDICT_FAIL, "process",
	 "exited with status 2"},
	{"process", "process-fail-killed", VERDICT_FAIL, "process",
	 "killed by SIGKILL"},
	{"process", "process-fail-output", VERDICT_FAIL, "process",
	 "had not written it"},
	/* true within the second, but only after the step was over */
	{"process", "process-fail-later", VERDICT_FAIL, "process", "running"},
	{"process", "process-fail-left", VERDICT_FAIL, "process", "running"},
	{"restarted", "restarted-pass", VERDICT_PASS, "process", "wrote it"},
	{"restarted", "restarted-fail", VERDICT_FAIL, "process",
	 "had not written it"},
	{"process", "process-inconclusive", VERDICT_INCONCLUSIVE, "process",
	 "running"},
	{"process", "process-inconclusive-gap", VERDICT_INCONCLUSIVE, "process",
	 "a gap"},
};

int main(void)
{
	return judged_main("rule_process", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
