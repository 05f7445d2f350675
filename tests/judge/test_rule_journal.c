/*
 * test_rule_journal.c - whether the journal is whole
 */
#include "event/journal.h"
#include "judged.h"
#include "spec/scenario.h"
#include "test.h"

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
	/* an ACK behind the FIN that was sent after it ends TIME_WAIT */
	{"overtaken", "overtaken-inconclusive", VERDICT_INCONCLUSIVE, "journal",
	 "was overtaken by FIN,ACK from client to plain"},
	{"overtaken", "overtaken-fail", VERDICT_FAIL, "state", "CLOSED"},
	{"overtaken-asked", "overtaken-inconclusive", VERDICT_FAIL, "state",
	 "CLOSED"},
};

/* Where the environment refused something, that is said once and alone */
START_TEST(test_error_is_told_once)
{
	static const char *const journals[] = {"journal-error",
					       "journal-error-unbuilt",
					       "journal-error-twice"};
	struct scenario *scenario = judged_scenario("journal");
	struct journal *journal = judged_journal(journals[_i]);
	struct judgement *j = judge(scenario, journal);
	size_t n = 0;

	ck_assert_int_eq(j->verdict, VERDICT_ERROR);
	for (size_t i = 0; i < j->n_findings; i++)
		if (j->findings[i].verdict != VERDICT_PASS)
			n++;
	ck_assert_uint_eq(n, 1);
	judgement_free(j);
	journal_free(journal);
	scenario_free(scenario);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rule_journal_once");
	TCase *tc = tcase_create("once");
	int told;

	tcase_add_loop_test(tc, test_error_is_told_once, 0, 3);
	suite_add_tcase(suite, tc);
	told = test_run(suite);
	return judged_main("rule_journal", cases,
			   sizeof(cases) / sizeof(cases[0])) |
	       told;
}
