/*
 * test_rule_wire.c - wires that were, and were not, touched
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"wire", "wire-pass", VERDICT_PASS, "wire", "done"},
	{"wire", "wire-inconclusive-half", VERDICT_INCONCLUSIVE, "wire",
	 "one direction only"},
	{"wire", "wire-inconclusive", VERDICT_INCONCLUSIVE, "wire",
	 "no wire was touched"},
	{"tamper", "tamper-pass", VERDICT_PASS, "wire", "2 of 2 segments"},
	{"tamper", "tamper-pass", VERDICT_PASS, "wire", "1 segment went on"},
	{"tamper", "tamper-inconclusive-set", VERDICT_INCONCLUSIVE, "wire",
	 "one direction only"},
	{"tamper", "tamper-inconclusive-forget", VERDICT_INCONCLUSIVE, "wire",
	 "nothing was forgotten"},
	{"tamper", "tamper-inconclusive-arm", VERDICT_INCONCLUSIVE, "wire",
	 "no fault was touched"},
	{"tamper", "tamper-inconclusive-disarm", VERDICT_INCONCLUSIVE, "wire",
	 "no fault was touched"},
	{"tamper", "tamper-fail-release", VERDICT_FAIL, "wire",
	 "nothing was held"},
	{"tamper", "tamper-inconclusive-release", VERDICT_INCONCLUSIVE, "wire",
	 "nothing was held"},
	{"tamper", "tamper-inconclusive-inject", VERDICT_INCONCLUSIVE, "wire",
	 "1 of 2 segments"},
};

int main(void)
{
	return judged_main("rule_wire", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
