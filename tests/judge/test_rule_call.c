/*
 * test_rule_call.c - results, errnos, bytes and times of actions
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"call", "call-pass", VERDICT_PASS, "call",
	 "ECONNREFUSED from connect after 1 ms"},
	{"call", "call-fail-succeeded", VERDICT_FAIL, "call", "succeeded"},
	{"call", "call-fail-errno", VERDICT_FAIL, "call", "ETIMEDOUT"},
	{"call", "call-fail-late", VERDICT_FAIL, "call", "after 1.189 s"},
	{"call", "call-inconclusive-late", VERDICT_INCONCLUSIVE, "call",
	 "after 1"},
	{"call", "call-fail-blocked", VERDICT_FAIL, "call",
	 "still blocked after 1 s"},
	{"call", "call-inconclusive-blocked", VERDICT_INCONCLUSIVE, "call",
	 "when the journal ends"},
	{"call", "call-inconclusive-died", VERDICT_INCONCLUSIVE, "call",
	 "the program ended"},
	{"call", "call-inconclusive-gap", VERDICT_INCONCLUSIVE, "call",
	 "the agent was stopped"},
	{"call", "call-inconclusive-not-begun", VERDICT_INCONCLUSIVE, "call",
	 "never begun"},
	{"recv", "recv-pass", VERDICT_PASS, "call", "5 bytes and end of file"},
	{"recv", "recv-fail-match", VERDICT_FAIL, "call", "not the expected"},
	{"recv", "recv-fail-eof", VERDICT_FAIL, "call", "5 bytes"},
	{"background", "background-pass", VERDICT_PASS, "call",
	 "came back after"},
	{"background", "background-pass", VERDICT_PASS, "call",
	 "succeeded after"},
	{"background", "background-fail-early", VERDICT_FAIL, "call",
	 "came back after 279 ms"},
	{"background", "background-fail-late", VERDICT_FAIL, "call",
	 "succeeded after 2.579 s"},
	{"background", "background-fail-blocked", VERDICT_FAIL, "call",
	 "still blocked after"},
	{"background", "background-inconclusive", VERDICT_INCONCLUSIVE, "call",
	 "after 512 ms"},
	{"together", "together-pass", VERDICT_PASS, "call", "20 bytes"},
	{"together", "together-fail", VERDICT_FAIL, "call", "20 bytes"},
};

int main(void)
{
	return judged_main("rule_call", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
