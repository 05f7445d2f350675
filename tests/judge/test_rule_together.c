/*
 * test_rule_together.c - parts that hold one after the other
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"both", "both-pass", VERDICT_PASS, "state", "LISTEN"},
	{"both", "both-fail", VERDICT_FAIL, "together", "had ended before"},
	{"both", "both-inconclusive", VERDICT_INCONCLUSIVE, "together",
	 "had ended before"},
};

int main(void)
{
	return judged_main("rule_together", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
