/*
 * test_rule_when.c - steps that were, and were not, for the kernel at hand
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"when", "when-pass", VERDICT_PASS, "call", "succeeded"},
	{"when", "when-old-pass", VERDICT_PASS, "call", "EADDRINUSE"},
	/* a step that is for this kernel is judged as any other */
	{"when", "when-fail", VERDICT_FAIL, "call", "EADDRINUSE"},
	{"when", "when-old-fail", VERDICT_FAIL, "call", "succeeded"},
	/* a run that did not do what the scenario says proves nothing */
	{"when", "when-inconclusive-taken", VERDICT_INCONCLUSIVE, "when",
	 "it was taken"},
	{"when", "when-inconclusive-left-out", VERDICT_INCONCLUSIVE, "when",
	 "it was left out"},
	{"when", "when-inconclusive-done-all-the-same", VERDICT_INCONCLUSIVE,
	 "when", "it was taken"},
	{"when", "when-inconclusive-other-kernel", VERDICT_INCONCLUSIVE, "when",
	 "it was left out"},
	{"when", "when-inconclusive-kernel", VERDICT_INCONCLUSIVE, "when",
	 "does not say its version"},
	/* nobody else may leave a step out */
	{"call", "when-inconclusive-left-out", VERDICT_INCONCLUSIVE, "when",
	 "it was left out"},
};

int main(void)
{
	return judged_main("rule_when", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
