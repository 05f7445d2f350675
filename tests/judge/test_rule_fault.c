/*
 * test_rule_fault.c - faults that acted, did not, and did too often
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"again", "again-pass", VERDICT_PASS, "fault", "it acted 2 of 2 times"},
	{"again", "again-fail-arrived", VERDICT_FAIL, "fault",
	 "it acted 1 of 2 times"},
	{"again", "again-fail-once-too-often", VERDICT_FAIL, "fault",
	 "it acted 3 times"},
	{"again", "again-inconclusive-wire", VERDICT_INCONCLUSIVE, "fault",
	 "a wire did not do as asked"},
	{"again", "again-inconclusive-untold", VERDICT_INCONCLUSIVE, "fault",
	 "not all of it was told"},
	{"optional", "optional-pass", VERDICT_PASS, "fault", "never acted"},
	{"optional", "optional-pass-acted", VERDICT_PASS, "fault",
	 "it acted 2 of 2 times"},
	{"optional", "optional-fail", VERDICT_FAIL, "fault",
	 "it acted 3 times"},
	{"tamper", "tamper-pass", VERDICT_PASS, "fault", "it acted 1 time"},
};

int main(void)
{
	return judged_main("rule_fault", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
