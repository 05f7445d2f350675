/*
 * test_rule_journal.c - whether the journal is whole
 */
#include "judged.h"

static const struct judged_case cases[] = {
	/* whole: the rule has nothing to say, others do */
	{"journal", "journal-pass", VERDICT_PASS, "call", "succeeded"},
	{"journal", "journal-error", VERDICT_ERROR, "journal",
	 "operation not permitted; run as root"},
	{"journal", "journal-inconclusive-no-end", VERDICT_INCONCLUSIVE,
	 "journal", "breaks off"},
	{"journal", "journal-inconclusive-incomplete", VERDICT_INCONCLUSIVE,
	 "journal", "interrupted"},
	{"journal", "journal-inconclusive-unreached", VERDICT_INCONCLUSIVE,
	 "journal", "steps 2..3 were not reached"},
	{"journal", "journal-inconclusive-late-step", VERDICT_INCONCLUSIVE,
	 "journal", "started 100 ms late"},
	{"journal", "journal-inconclusive-undone", VERDICT_INCONCLUSIVE,
	 "journal", "the wire would not be cut"},
	{"nothing", "nothing", VERDICT_INCONCLUSIVE, "journal",
	 "nothing was expected"},
};

int main(void)
{
	return judged_main("rule_journal", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
