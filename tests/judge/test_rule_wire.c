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
};

int main(void)
{
	return judged_main("rule_wire", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
