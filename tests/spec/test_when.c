/*
 * test_when.c - which kernels a condition means
 */
#include <errno.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "spec/node.h"
#include "spec/when.h"
#include "test.h"

/* as it would stand in a file; errors are not wanted */
static struct when condition(const char *text)
{
	struct spec_errors errors = {0};
	struct reader r = {"test", &errors};
	SCOPED_FREE char *yaml = mem_printf("kernel: \"%s\"\n", text);
	struct node *node = node_parse("test", yaml, strlen(yaml), &errors);
	struct when when = {0};

	ck_assert_msg(when_read(&r, node, &when), "%s", text);
	ck_assert_str_eq(when.text, text);
	node_free(node);
	spec_errors_done(&errors);
	return when;
}

static const struct {
	const char *when;
	const char *kernel;
	int holds;
} cases[] = {
	/* as many numbers as are named */
	{"6.12", "6.12.117", 1},
	{"6.12", "6.12", 1},
	{"6.12", "6.12.0-rc3", 1},
	{"6.12", "6.1.12", 0},
	{"6.12", "6.120.1", 0},
	{"6", "6.18.44", 1},
	{"==6.12.117", "6.12.117-amd64", 1},
	{"==6.12.117", "6.12.116", 0},
	{"6.12.0", "6.12-rc1", 1}, /* what is not there is 0 */
	{"!=6.12", "6.12.3", 0},
	{"!=6.12", "6.13.0", 1},
	/* numbers, not texts */
	{">=6.9", "6.12.117", 1},
	{">=6.9", "6.1.192", 0},
	{">=6.9", "6.9.0", 1},
	{">=6.9", "6.9-rc1", 1},
	{">=6.9", "10.0.0", 1},
	{">6.9", "6.9.7", 0}, /* all of 6.9 is 6.9 */
	{">6.9", "6.10.0", 1},
	{"<=6.9", "6.9.7", 1},
	{"<6.9", "6.9.0", 0},
	{"<6.9", "6.8.12", 1},
	{"<6.9", "5.19.1", 1},
	{">=6.1.100", "6.1.99", 0},
	{">=6.1.100", "6.1.192", 1},
	/* as kernels call themselves */
	{"6.1", "6.1.0-44-cloud-amd64", 1},
	{"<6.1.1", "6.1.0-44-cloud-amd64", 1},
	{">=6.18.44", "6.18.44-fc-v657", 1},
	{"==6.18.44.2", "6.18.44.2+", 1},
	{"6.18", "6.18+", 1},
	/* ranges */
	{">=6.5 <6.9", "6.4.9", 0},
	{">=6.5 <6.9", "6.5.0", 1},
	{">=6.5 <6.9", "6.8.99", 1},
	{">=6.5 <6.9", "6.9.0", 0},
	{">= 6.5  < 6.9", "6.7", 1},
	{">=6.1 !=6.5 !=6.6 <7", "6.6.3", 0},
	{">=6.1 !=6.5 !=6.6 <7", "6.7.3", 1},
	/* who knows */
	{">=6.9", "unknown", -EINVAL},
	{">=6.9", "", -EINVAL},
	{">=6.9", NULL, -EINVAL},
	{">=6.9", "99999999999999.1", -EINVAL},
};

START_TEST(a_condition_compares_as_many_numbers_as_it_names)
{
	struct when when = condition(cases[_i].when);

	ck_assert_msg(when_holds(&when, cases[_i].kernel) == cases[_i].holds,
		      "%s: %s", cases[_i].when, cases[_i].kernel ?: "none");
	when_done(&when);
}
END_TEST

START_TEST(without_a_condition_any_kernel_will_do)
{
	struct when any = {0};

	ck_assert_int_eq(when_holds(&any, "6.1.0"), 1);
	ck_assert_int_eq(when_holds(&any, NULL), 1);
}
END_TEST

/** @whens: a step's each, NULL ends them; @worlds: how many kinds there are */
static const struct {
	const char *whens[4];
	size_t worlds;
} tellings[] = {
	{{NULL}, 1},
	{{">=6.9"}, 2},
	{{">=6.9", "<6.9"}, 2}, /* each kernel takes one of them */
	{{">6.9", "<=6.9"}, 2},
	{{"6.12", "!=6.12"}, 2},
	{{">=6.9", "<6.5"}, 3}, /* and neither in between */
	{{">=6.5", "<6.9"}, 3}, /* and both */
	{{">=6.1 <6.12"}, 2}, /* below and above are alike */
	{{"6.1", "6.12", "6.18"}, 4},
	{{"6.12", "6.12.117"}, 3},
	{{">=0"}, 1},
};

START_TEST(every_kind_of_kernel_is_found)
{
	struct when_world worlds[WHEN_WORLDS_MAX];
	struct when whens[4] = {0};
	size_t n = 0;

	for (; n < 4 && tellings[_i].whens[n]; n++)
		whens[n] = condition(tellings[_i].whens[n]);
	ck_assert_uint_eq(when_worlds(whens, n, worlds), tellings[_i].worlds);
	for (size_t i = 0; i < n; i++)
		when_done(&whens[i]);
}
END_TEST

START_TEST(too_many_kinds_are_counted_but_not_kept)
{
	struct when_world worlds[WHEN_WORLDS_MAX];
	struct when whens[WHEN_WORLDS_MAX];

	for (size_t i = 0; i < WHEN_WORLDS_MAX; i++) {
		SCOPED_FREE char *text = mem_printf("6.%zu", i);

		whens[i] = condition(text);
	}
	ck_assert_uint_eq(when_worlds(whens, WHEN_WORLDS_MAX, worlds),
			  WHEN_WORLDS_MAX + 1);
	for (size_t i = 0; i < WHEN_WORLDS_MAX; i++)
		when_done(&whens[i]);
}
END_TEST

static const struct {
	const char *step;
	const char *text;
	size_t terms;
} whens[] = {
	{"  - wait: 1s\n    when: {kernel: \">=6.9\"}\n",
	 "wait 1 s, when kernel >=6.9", 1},
	{"  - when: {kernel: \">=6.5 <6.9\"}\n    cut: [client, server]\n",
	 "cut [client, server], when kernel >=6.5 <6.9", 2},
	{"  - server: {listen: 80, as: M}\n    when: {kernel: 6.12}\n",
	 "server: listen 80 as M, when kernel 6.12", 1},
	{"  - together: [server: {listen: 80, as: M}, server: {listen: 81, as: "
	 "N}]\n    when: {kernel: \"!=6.1\"}\n",
	 "together server: listen 80 as M; server: listen 81 as N, when kernel "
	 "!=6.1",
	 1},
	{"  - wait: 1s\n", "wait 1 s", 0},
};

/* errors are not wanted; scenario_free() */
static struct scenario *parse(const char *key, const char *steps)
{
	struct spec_errors errors = {0};
	SCOPED_STR struct str told = {0};
	SCOPED_FREE char *text = mem_printf(
		"title: A\nwhy: B\n%s"
		"topology: {hosts: {client: , server: }, links: [[client, "
		"server]]}\nsteps:\n%s",
		key, steps);
	struct scenario *scenario;

	scenario =
		scenario_parse("lab/a.yaml", text, strlen(text), NULL, &errors);
	spec_errors_text(&errors, &told);
	ck_assert_msg(scenario != NULL, "%s", str_text(&told));
	spec_errors_done(&errors);
	return scenario;
}

START_TEST(any_step_may_be_for_some_kernels)
{
	struct scenario *scenario = parse("", whens[_i].step);

	ck_assert_uint_eq(scenario->n_steps, 1);
	ck_assert_str_eq(scenario->steps[0].text, whens[_i].text);
	ck_assert_uint_eq(scenario->steps[0].when.n, whens[_i].terms);
	scenario_free(scenario);
}
END_TEST

/* whichever of them is taken, what comes next is about it */
START_TEST(steps_of_different_kernels_may_make_the_same_name)
{
	struct scenario *scenario;

	scenario = parse(
		"",
		"  - server: {listen: 80, as: L, background: op, blocks: 1s}\n"
		"    when: {kernel: \">=6.9\"}\n"
		"  - client: {connect: \"server:80\", as: L, background: op}\n"
		"    when: {kernel: \"<6.9\"}\n"
		"  - await: op\n"
		"  - server: {close: L}\n    when: {kernel: \">=6.9\"}\n"
		"  - client: {close: L}\n    when: {kernel: \"<6.9\"}\n");
	ck_assert_uint_eq(scenario->n_steps, 5);
	ck_assert_ptr_nonnull(scenario->steps[2].act.host);
	scenario_free(scenario);
}
END_TEST

START_TEST(what_takes_hours_says_so)
{
	static const struct {
		const char *key;
		enum scenario_clock clock;
	} keys[] = {
		{"time: virtual\n", SCENARIO_CLOCK_VIRTUAL},
		{"time: any\n", SCENARIO_CLOCK_ANY},
		{"", SCENARIO_CLOCK_ANY},
	};
	struct scenario *scenario = parse(keys[_i].key, "  - wait: 1h\n");

	ck_assert_int_eq(scenario->clock, keys[_i].clock);
	scenario_free(scenario);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("when");
	TCase *tc = tcase_create("when");

	tcase_add_loop_test(tc,
			    a_condition_compares_as_many_numbers_as_it_names, 0,
			    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, without_a_condition_any_kernel_will_do);
	tcase_add_loop_test(tc, every_kind_of_kernel_is_found, 0,
			    sizeof(tellings) / sizeof(tellings[0]));
	tcase_add_test(tc, too_many_kinds_are_counted_but_not_kept);
	tcase_add_loop_test(tc, any_step_may_be_for_some_kernels, 0,
			    sizeof(whens) / sizeof(whens[0]));
	tcase_add_test(tc, steps_of_different_kernels_may_make_the_same_name);
	tcase_add_loop_test(tc, what_takes_hours_says_so, 0, 3);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
