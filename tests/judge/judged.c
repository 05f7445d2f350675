/*
 * judged.c - scenarios and journals of tests/judge/data, judged
 */
#include "judged.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "event/journal.h"
#include "spec/errors.h"
#include "spec/scenario.h"
#include "test.h"

static const struct judged_case *cases_under_test;

static char *data(const char *name, const char *ext)
{
	const char *root = getenv("TCPLAB_SOURCE");

	return mem_printf("%s/tests/judge/data/%s.%s", root ? root : ".", name,
			  ext);
}

struct scenario *judged_scenario(const char *name)
{
	SCOPED_FREE char *path = data(name, "yaml");
	struct spec_errors errors = {0};
	struct str text = {0};
	struct scenario *scenario;

	scenario = scenario_load(path, NULL, &errors);
	spec_errors_text(&errors, &text);
	ck_assert_msg(scenario, "%s", str_text(&text));
	str_done(&text);
	spec_errors_done(&errors);
	return scenario;
}

struct journal *judged_journal(const char *name)
{
	SCOPED_FREE char *path = data(name, "jsonl");
	struct journal *journal = NULL;
	struct err err = {0};

	ck_assert_msg(journal_load(AT_FDCWD, path, &journal, &err) == 0, "%s",
		      err.text);
	return journal;
}

static void add_finding(struct str *text, const struct finding *f)
{
	str_addf(text, "%s %s step %d line %d: expected %s, saw %s, at %lld, ",
		 verdict_names[f->verdict], f->rule, f->step, f->line,
		 f->expected, f->saw, (long long)f->t_ns);
	for (size_t i = 0; i < f->n_evidence; i++)
		str_addf(text, "#%llu ", (unsigned long long)f->evidence[i]);
	str_add(text, "\n");
}

static char *tell(const struct judgement *j)
{
	struct str text = {0};

	str_addf(&text, "%s\n", verdict_names[j->verdict]);
	for (size_t i = 0; i < j->n_findings; i++)
		add_finding(&text, &j->findings[i]);
	return str_steal(&text);
}

static void check_finding(const struct judged_case *c,
			  const struct judgement *j, const char *told)
{
	for (size_t i = 0; i < j->n_findings; i++) {
		const struct finding *f = &j->findings[i];

		if (f->verdict == c->verdict && strcmp(f->rule, c->rule) == 0 &&
		    strstr(f->saw, c->says))
			return;
	}
	ck_abort_msg("%s on %s: no %s finding of %s says \"%s\":\n%s",
		     c->scenario, c->journal, verdict_names[c->verdict],
		     c->rule, c->says, told);
}

/*
 * A journal without one event is no journal: the hole is noticed. But the
 * most telling event is needed for what it tells too, so that one is taken
 * out also with the numbers closed up, as if it had never been.
 */
static void check_without(const struct judged_case *c,
			  const struct scenario *scenario,
			  const struct journal *journal, uint64_t n,
			  bool close_up)
{
	struct journal less = *journal;
	struct judgement *j;

	less.events = mem_new(struct event, journal->n);
	less.n = 0;
	for (size_t i = 0; i < journal->n; i++) {
		if (journal->events[i].n == n)
			continue;
		less.events[less.n] = journal->events[i];
		less.n++;
		if (close_up)
			less.events[less.n - 1].n = less.n;
	}
	j = judge(scenario, &less);
	ck_assert_msg(j->verdict != VERDICT_PASS, "%s on %s without #%llu",
		      c->scenario, c->journal, (unsigned long long)n);
	judgement_free(j);
	free(less.events);
}

static void check_properties(const struct judged_case *c,
			     const struct scenario *scenario,
			     const struct journal *journal,
			     const struct judgement *j, const char *told)
{
	struct judgement *again = judge(scenario, journal);
	SCOPED_FREE char *retold = tell(again);

	ck_assert_str_eq(told, retold);
	judgement_free(again);
	for (size_t i = 0; i < j->n_findings; i++) {
		const struct finding *f = &j->findings[i];

		if (f->verdict == VERDICT_PASS || f->verdict == VERDICT_FAIL)
			ck_assert_uint_gt(f->n_evidence, 0);
		for (size_t k = 0; k < f->n_evidence; k++) {
			ck_assert_uint_ge(f->evidence[k], 1);
			ck_assert_uint_le(f->evidence[k],
					  journal->events[journal->n - 1].n);
			if (j->verdict != VERDICT_PASS)
				continue;
			check_without(c, scenario, journal, f->evidence[k],
				      false);
			if (k == 0)
				check_without(c, scenario, journal,
					      f->evidence[k], true);
		}
	}
}

void judged_check(const struct judged_case *c)
{
	struct scenario *scenario = judged_scenario(c->scenario);
	struct journal *journal = judged_journal(c->journal);
	struct judgement *j = judge(scenario, journal);
	SCOPED_FREE char *told = tell(j);

	if (getenv("TCPLAB_TELL"))
		(void)fprintf(stderr, "%s: %s", c->journal, told);
	ck_assert_msg(j->verdict == c->verdict, "%s on %s: %s", c->scenario,
		      c->journal, told);
	check_finding(c, j, told);
	check_properties(c, scenario, journal, j, told);
	judgement_free(j);
	journal_free(journal);
	scenario_free(scenario);
}

START_TEST(test_case)
{
	judged_check(&cases_under_test[_i]);
}
END_TEST

int judged_main(const char *name, const struct judged_case *cases, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);

	cases_under_test = cases;
	tcase_add_loop_test(tc, test_case, 0, (int)n);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
