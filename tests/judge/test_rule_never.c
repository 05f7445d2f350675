/*
 * test_rule_never.c - what must not be seen
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"never", "never-pass", VERDICT_PASS, "never", "not seen in any dump"},
	{"never", "never-fail", VERDICT_FAIL, "never", "server.L TIME_WAIT"},
	{"never-short", "never-short-fail", VERDICT_FAIL, "never",
	 "server.L FIN_WAIT1"},
	{"never-short", "never-pass", VERDICT_INCONCLUSIVE, "never",
	 "shorter than the sampling interval"},
	{"never", "never-inconclusive-no-look", VERDICT_INCONCLUSIVE, "never",
	 "nobody looked"},
	{"never", "never-inconclusive-gap", VERDICT_INCONCLUSIVE, "never",
	 "a gap"},
	{"never-listen", "never-listen-inconclusive", VERDICT_INCONCLUSIVE,
	 "never", "server.web ran"},
	{"never-listen-agent", "never-listen-agent-pass", VERDICT_PASS, "never",
	 "not seen in any dump"},
	{"never", "never-inconclusive-unknown", VERDICT_INCONCLUSIVE, "never",
	 "no program ever made"},
};

int main(void)
{
	return judged_main("rule_never", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
