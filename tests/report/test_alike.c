/*
 * test_alike.c - runs that differ are told apart, if they ought to be alike
 */
#include "test.h"

#include "base/str.h"
#include "event/event.h"
#include "event/journal.h"
#include "report/alike.h"
#include "report/page.h"
#include "report/report.h"

/** struct told - what a journal says, of those that are compared */
struct told {
	const char *name;
	const char *kernel;
	uint64_t seed;
	bool real_time;
	uint64_t inode; /* given out in turn: says nothing */
	const char *output; /* says something */
	bool cut; /* it ends before the output */
};

/** RUNS - so many journals at most */
#define RUNS 4

/** struct comparison - journals, and what is found */
struct comparison {
	const char *what;
	struct told told[RUNS];
	size_t alikes;
	size_t others; /* of all */
	bool hold;
};

static const struct comparison comparisons[] = {
	{"alike",
	 {{.name = "a", .kernel = "6.1"},
	  {.name = "a", .kernel = "6.1"},
	  {.name = "a", .kernel = "6.1"}},
	 1,
	 0,
	 true},
	{"but for an inode",
	 {{.name = "a", .kernel = "6.1", .inode = 5},
	  {.name = "a", .kernel = "6.1", .inode = 7}},
	 1,
	 0,
	 true},
	{"but for what was said",
	 {{.name = "a", .kernel = "6.1", .output = "x"},
	  {.name = "a", .kernel = "6.1", .output = "y"},
	  {.name = "a", .kernel = "6.1", .output = "x"},
	  {.name = "a", .kernel = "6.1", .output = "z"}},
	 1,
	 2,
	 false},
	{"but for its end",
	 {{.name = "a", .kernel = "6.1", .output = "x"},
	  {.name = "a", .kernel = "6.1", .cut = true}},
	 1,
	 1,
	 false},
	{"one of two scenarios is not",
	 {{.name = "a", .kernel = "6.1"},
	  {.name = "a", .kernel = "6.1"},
	  {.name = "b", .kernel = "6.1", .output = "x"},
	  {.name = "b", .kernel = "6.1", .output = "y"}},
	 2,
	 1,
	 false},
	{"no two of a kind",
	 {{.name = "a", .kernel = "6.1"},
	  {.name = "b", .kernel = "6.1"},
	  {.name = "a", .kernel = "6.12"},
	  {.name = "a", .kernel = "6.1", .seed = 1}},
	 0,
	 0,
	 false},
	{"real time is never alike",
	 {{.name = "a", .kernel = "6.1", .real_time = true},
	  {.name = "a", .kernel = "6.1", .real_time = true}},
	 0,
	 0,
	 false},
};

/** struct built - a run of such journals */
struct built {
	struct event events[RUNS][3];
	struct journal journals[RUNS];
	struct report_result results[RUNS];
	struct report_run run;
};

static void build(const struct told *told, struct built *b)
{
	size_t n = 0;

	memset(b, 0, sizeof(*b));
	for (; n < RUNS && told[n].name; n++) {
		const struct told *t = &told[n];

		b->events[n][0] = (struct event){
			.kind = EVENT_BEGIN,
			.step = -1,
			.begin = {.scenario = t->name,
				  .kernel = t->kernel,
				  .seed = t->seed,
				  .virtual_time = !t->real_time}};
		b->events[n][1] = (struct event){.kind = EVENT_HOST,
						 .step = -1,
						 .host = "h",
						 .up.netns = 4000 + t->inode};
		b->events[n][2] = (struct event){.kind = EVENT_PROC_OUTPUT,
						 .step = -1,
						 .host = "h",
						 .proc.text = t->output};
		b->journals[n] = (struct journal){.events = b->events[n],
						  .n = t->cut ? 2 : 3};
		b->results[n] =
			(struct report_result){.name = t->name,
					       .journal = &b->journals[n],
					       .repeat = (int)n + 1};
	}
	b->run = (struct report_run){.results = b->results, .n_results = n};
}

START_TEST(journals_are_compared)
{
	const struct comparison *c = &comparisons[_i];
	struct alikes alikes = {0};
	struct built built;
	size_t others = 0;

	build(c->told, &built);
	alikes_find(&alikes, &built.run);
	ck_assert_msg(alikes.of.n == c->alikes, "%s: %zu", c->what,
		      alikes.of.n);
	vec_foreach(&alikes.of, alike) {
		others += alike->others;
		ck_assert_uint_eq(strlen(alike->sha256), 64);
		ck_assert(!alike->others == !alike->other);
	}
	ck_assert_msg(others == c->others, "%s: %zu", c->what, others);
	ck_assert_msg(alikes_hold(&alikes) == c->hold, "%s", c->what);
	alikes_done(&alikes);
}
END_TEST

START_TEST(first_difference_is_told)
{
	static const struct told told[RUNS] = {
		{.name = "a/b", .kernel = "6.1", .output = "x"},
		{.name = "a/b", .kernel = "6.1", .output = "x"},
		{.name = "a/b", .kernel = "6.1", .output = "y"},
		{.name = "a/b", .kernel = "6.1", .cut = true},
	};
	static const char want[] =
		"a/b                                 2 of 4 runs differ from "
		"the first\n"
		"  event 3 of run 1        "
		"{\"n\":3,\"t\":0,\"kind\":\"proc.output\","
		"\"host\":\"h\",\"text\":\"x\"}\n"
		"  event 3 of run 3        "
		"{\"n\":3,\"t\":0,\"kind\":\"proc.output\","
		"\"host\":\"h\",\"text\":\"y\"}\n"
		"\n";
	SCOPED_STR struct str text = {0};
	const struct page page = {.out = &text};
	struct alikes alikes = {0};
	struct built built;

	build(told, &built);
	alikes_find(&alikes, &built.run);
	alikes_text(&alikes, &page);
	ck_assert_str_eq(str_text(&text), want);
	alikes_done(&alikes);
}
END_TEST

START_TEST(kernel_is_named_if_there_are_several)
{
	static const struct told told[RUNS] = {
		{.name = "a", .kernel = "6.1"},
		{.name = "a", .kernel = "6.1"},
	};
	SCOPED_STR struct str text = {0};
	const struct page page = {.out = &text};
	struct alikes alikes = {0};
	struct built built;

	build(told, &built);
	built.results[0].label = "uml-6.1.192";
	alikes_find(&alikes, &built.run);
	alikes_text(&alikes, &page);
	ck_assert_ptr_nonnull(strstr(str_text(&text), " uml-6.1.192: 2 runs"));
	alikes_done(&alikes);
}
END_TEST

START_TEST(all_alike_is_told_with_the_hash)
{
	static const struct told told[RUNS] = {{.name = "a", .kernel = "6.1"},
					       {.name = "a", .kernel = "6.1"}};
	SCOPED_STR struct str text = {0};
	const struct page page = {.out = &text};
	struct alikes alikes = {0};
	struct built built;
	char want[128];

	build(told, &built);
	alikes_find(&alikes, &built.run);
	alikes_text(&alikes, &page);
	(void)snprintf(want, sizeof(want),
		       "a%35s2 runs, one canonical journal, sha256 %.16s\n\n",
		       "", alikes.of.v[0].sha256);
	ck_assert_str_eq(str_text(&text), want);
	alikes_done(&alikes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("alike");
	TCase *tc = tcase_create("alike");

	tcase_add_loop_test(tc, journals_are_compared, 0,
			    sizeof(comparisons) / sizeof(comparisons[0]));
	tcase_add_test(tc, first_difference_is_told);
	tcase_add_test(tc, kernel_is_named_if_there_are_several);
	tcase_add_test(tc, all_alike_is_told_with_the_hash);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
