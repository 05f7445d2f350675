/*
 * test_alter.c - whatever passes here would have failed, had it been asked
 * otherwise
 */
#include "base/mem.h"
#include "base/scope.h"
#include "event/journal.h"
#include "judge/alter.h"
#include "judged.h"
#include "spec/scenario.h"
#include "test.h"

/** @at_least: alterations that there must be, so that none goes missing */
static const struct {
	const char *scenario;
	const char *journal;
	size_t at_least;
} cases[] = {
	{"state", "state-pass", 10},
	{"state", "state-pass-later", 10},
	{"state-closed", "state-closed-pass", 10},
	{"minute", "minute-pass", 15},
	{"stays", "stays-pass", 15},
	{"for", "for-pass", 15},
	{"count", "count-pass", 4},
	{"count-none", "count-none-pass", 4},
	{"counter", "counter-pass", 4},
	{"counter", "counter-pass-later", 4},
	{"process", "process-pass", 3},
	{"never", "never-pass", 3},
	{"call", "call-pass", 4},
	{"recv", "recv-pass", 4},
	{"background", "background-pass", 5},
	{"own", "own-pass", 8},
	{"own-fails", "own-fails-pass", 7},
	{"exit", "exit-pass", 3},
	{"restarted", "restarted-pass", 3},
	{"counter-for", "counter-for-pass", 2},
	{"together", "together-pass", 8},
	{"command", "command-pass", 3},
	{"status", "status-pass", 2},
	{"signal", "signal-pass", 3},
	{"when", "when-pass", 3},
	{"when", "when-old-pass", 2},
	{"arrows", "arrows-pass", 20},
	{"again", "again-pass", 18},
	{"lost", "lost-pass", 5},
	{"counted", "counted-pass", 5},
	{"only", "only-pass", 10},
	{"early", "early-pass", 8},
	{"forged", "forged-pass", 12},
	{"never-arrow", "never-arrow-pass", 8},
	{"optional", "optional-pass-acted", 7},
	{"tamper", "tamper-pass", 5},
};

START_TEST(test_altered_fails)
{
	struct scenario *scenario = judged_scenario(cases[_i].scenario);
	struct journal *journal = judged_journal(cases[_i].journal);
	size_t n = alter_count(scenario, journal);

	ck_assert_uint_ge(n, cases[_i].at_least);
	for (size_t i = 0; i < n; i++) {
		SCOPED_FREE char *what = NULL;
		struct scenario *altered =
			alter_make(scenario, journal, i, &what);
		struct judgement *j = judge(altered, journal);

		ck_assert_msg(j->verdict == VERDICT_FAIL, "%s: %s: %s",
			      cases[_i].journal, what,
			      verdict_names[j->verdict]);
		judgement_free(j);
		alter_free(altered);
	}
	journal_free(journal);
	scenario_free(scenario);
}
END_TEST

START_TEST(test_none_beyond_the_last)
{
	struct scenario *scenario = judged_scenario("state");
	struct journal *journal = judged_journal("state-pass");
	size_t n = alter_count(scenario, journal);

	ck_assert_ptr_null(alter_make(scenario, journal, n, NULL));
	alter_free(NULL);
	journal_free(journal);
	scenario_free(scenario);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("alter");
	TCase *tc = tcase_create("alter");

	tcase_add_loop_test(tc, test_altered_fails, 0,
			    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, test_none_beyond_the_last);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
