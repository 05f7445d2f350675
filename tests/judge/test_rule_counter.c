/*
 * test_rule_counter.c - a counter, as read in the step
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"counter", "counter-pass", VERDICT_PASS, "counter", "moved by 1"},
	{"counter", "counter-pass-later", VERDICT_PASS, "counter",
	 "moved by 1"},
	{"counter", "counter-fail", VERDICT_FAIL, "counter", "moved by 2"},
	{"counter", "counter-inconclusive-too-soon", VERDICT_INCONCLUSIVE,
	 "counter", "nobody looked"},
	{"counter", "counter-inconclusive-not-read", VERDICT_INCONCLUSIVE,
	 "counter", "not read"},
	{"counter-for", "counter-for-pass", VERDICT_PASS, "counter",
	 "moved by 1"},
	{"counter-for", "counter-for-fail", VERDICT_FAIL, "counter",
	 "had held for"},
	{"counter-for", "counter-for-inconclusive", VERDICT_INCONCLUSIVE,
	 "counter", "nobody looked"},
	{"counter", "counter-inconclusive-gap", VERDICT_INCONCLUSIVE, "counter",
	 "a gap"},
};

int main(void)
{
	return judged_main("rule_counter", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
