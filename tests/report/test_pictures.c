/*
 * test_pictures.c - ladders, diagrams and differences of runs that took place
 *
 * Journals in the tree: the client closes first on a link of 20 ms; the same
 * with its last ACK lost; two routers on the way, with losses behind them;
 * three hosts, each connected to both others; and one that only binds.
 * UPDATE_GOLDEN=1 writes the golden files anew.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "event/journal.h"
#include "judge/verdict.h"
#include "report/diff.h"
#include "report/page.h"
#include "report/report.h"
#include "spec/errors.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "test.h"

/** struct past - a run of one scenario, read from its folder */
struct past {
	struct scenario *scenario;
	struct journal *journal;
	struct judgement *judgement;
	struct report_result result;
	struct report_run run;
};

static void past_load(struct past *past, const char *name, const char *title)
{
	SCOPED_FREE char *scenario =
		mem_printf("%s/%s/scenario.yaml", getenv("JOURNALS"), name);
	SCOPED_FREE char *journal =
		mem_printf("%s/%s/journal.jsonl", getenv("JOURNALS"), name);
	struct spec_errors errors = {0};
	struct err err = {0};

	*past = (struct past){0};
	past->scenario = scenario_load(scenario, NULL, &errors);
	ck_assert_ptr_nonnull(past->scenario);
	ck_assert_msg(journal_load(AT_FDCWD, journal, &past->journal, &err) ==
			      0,
		      "%s", err.text);
	past->judgement = judge(past->scenario, past->journal);
	past->result = (struct report_result){
		.name = title,
		.scenario = past->scenario,
		.journal = past->journal,
		.judgement = past->judgement,
		.repeat = 1,
		.repeats = 1,
	};
	past->run = (struct report_run){
		.folder = name,
		.results = &past->result,
		.n_results = 1,
	};
	spec_errors_done(&errors);
}

static void past_done(struct past *past)
{
	judgement_free(past->judgement);
	journal_free(past->journal);
	scenario_free(past->scenario);
}

static void expect_golden(const char *file, const struct str *got)
{
	SCOPED_FREE char *path =
		mem_printf("%s/%s", getenv("GOLDEN_DIR"), file);
	SCOPED_FREE char *want = NULL;
	struct err err = {0};

	if (getenv("UPDATE_GOLDEN"))
		ck_assert_int_eq(file_write(AT_FDCWD, path, str_text(got),
					    got->len, &err),
				 0);
	ck_assert_msg(file_read(AT_FDCWD, path, 1 << 20, &want, NULL, &err) ==
			      0,
		      "%s", err.text);
	ck_assert_str_eq(str_text(got), want);
}

static const struct {
	const char *journal;
	const char *format;
	const char *file;
	size_t cols;
	bool ascii;
} goldens[] = {
	{"slow", "ladder", "journal-slow-80.txt", 80, false},
	{"slow", "ladder", "journal-slow-120.ascii", 120, true},
	{"lost", "ladder", "journal-lost-80.ascii", 80, true},
	{"lost", "ladder", "journal-lost-120.txt", 120, false},
	{"lost", "mermaid", "journal-lost.md", 0, false},
	{"routed", "ladder", "journal-routed-60.txt", 60, false},
	{"routed", "ladder", "journal-routed-80.txt", 80, false},
	{"routed", "ladder", "journal-routed-120.ascii", 120, true},
	{"routed", "mermaid", "journal-routed.md", 0, false},
	{"hosts", "ladder", "journal-hosts-76.txt", 76, false},
	{"hosts", "ladder", "journal-hosts-120.ascii", 120, true},
	{"hosts", "ladder", "journal-hosts-64.ascii", 64, true},
	{"bind", "ladder", "journal-bind-80.txt", 80, false},
	{"bind", "mermaid", "journal-bind.md", 0, false},
	{"lost", "dot", "journal-lost.dot", 0, false},
	{"lost", "dot-ladder", "journal-lost-ladder.dot", 0, false},
};

#define GOLDENS (sizeof(goldens) / sizeof(goldens[0]))

START_TEST(a_journal_looks_as_its_golden_file)
{
	SCOPED_STR struct str got = {0};
	struct past past;

	past_load(&past, goldens[_i].journal, "sample/one");
	past.run.columns = goldens[_i].cols;
	past.run.ascii = goldens[_i].ascii;
	ck_assert_int_eq(
		report_format_find(goldens[_i].format)->write(&past.run, &got),
		0);
	expect_golden(goldens[_i].file, &got);
	past_done(&past);
}
END_TEST

static const char net[] =
	"hosts: {c: , r: {kind: router}, w: {kind: switch}, s: }\n"
	"links:\n"
	"  - {ends: [c, r], nat: {idle: 30s, then: reset}, delay: 5ms}\n"
	"  - {ends: [r, w], 'w>r': {loss: 5%}}\n"
	"  - [w, s]\n";

static const struct {
	const char *format;
	const char *has[8];
} topologies[] = {
	{"dot",
	 {"\t\"r\" [shape=diamond];\n", "\t\"w\" [shape=ellipse];\n",
	  "\t\"c\" -- \"r\" [headlabel=\"delay 5 ms\" taillabel",
	  "taillabel=\"delay 5 ms\" label=\"forgets connections after ",
	  " after 30 s, then resets them\"];\n",
	  "\t\"r\" -- \"w\" [taillabel=\"loss 5%\"];\n",
	  "\t\"w\" -- \"s\";\n"}},
	{"mermaid",
	 {"    h1{\"r\"}\n", "    h2([\"w\"])\n",
	  "    h0 ---|\"delay 5 ms, forgets connections after 30 s, ",
	  ", then resets them\"| h1\n", "    h1 ---|\" / loss 5#37;\"| h2\n",
	  "    h2 --- h3\n"}},
};

START_TEST(a_topology_is_drawn_with_what_its_links_do)
{
	struct spec_errors errors = {0};
	struct topology *topology =
		topology_parse("net.yaml", net, strlen(net), &errors);
	struct scenario scenario = {.topology = topology};
	struct report_result result = {.name = "a/one",
				       .scenario = &scenario,
				       .repeat = 1,
				       .repeats = 1};
	struct report_run run = {.results = &result, .n_results = 1};
	SCOPED_STR struct str got = {0};

	ck_assert_ptr_nonnull(topology);
	ck_assert_int_eq(
		report_format_find(topologies[_i].format)->write(&run, &got),
		0);
	for (size_t i = 0; topologies[_i].has[i]; i++)
		ck_assert_msg(strstr(str_text(&got), topologies[_i].has[i]),
			      "%s lacks %s", str_text(&got),
			      topologies[_i].has[i]);
	topology_free(topology);
	spec_errors_done(&errors);
}
END_TEST

START_TEST(what_differs_is_told)
{
	SCOPED_STR struct str text = {0};
	SCOPED_STR struct str json = {0};
	struct page page = {.out = &text};
	struct past a;
	struct past b;
	struct diff diff;

	past_load(&a, "slow", "sample/one");
	past_load(&b, "lost", "sample/one");
	diff = diff_new(&a.run, &b.run, 0.1);
	ck_assert(!diff_same(&diff));
	diff_text(&diff, &page);
	diff_json(&diff, &json);
	expect_golden("diff.txt", &text);
	expect_golden("diff.json", &json);
	diff_done(&diff);
	past_done(&a);
	past_done(&b);
}
END_TEST

START_TEST(a_run_differs_in_nothing_from_itself)
{
	SCOPED_STR struct str text = {0};
	struct page page = {.out = &text};
	struct past a;
	struct past b;
	struct diff diff;

	past_load(&a, "lost", "sample/one");
	past_load(&b, "lost", "sample/one");
	diff = diff_new(&a.run, &b.run, 0);
	ck_assert(diff_same(&diff));
	diff_text(&diff, &page);
	ck_assert_ptr_nonnull(strstr(str_text(&text), "no difference"));
	diff_done(&diff);
	past_done(&a);
	past_done(&b);
}
END_TEST

/* whichever way round, the same rows with the sides exchanged */
START_TEST(differences_are_the_same_from_both_sides)
{
	struct past a;
	struct past b;
	struct diff there;
	struct diff back;

	past_load(&a, "slow", "sample/one");
	past_load(&b, "lost", "sample/one");
	there = diff_new(&a.run, &b.run, 0.1);
	back = diff_new(&b.run, &a.run, 0.1);
	ck_assert_uint_eq(there.scenarios.v[0].rows.n,
			  back.scenarios.v[0].rows.n);
	diff_done(&there);
	diff_done(&back);
	past_done(&a);
	past_done(&b);
}
END_TEST

START_TEST(a_scenario_that_only_one_run_has_is_a_difference)
{
	const struct report_result two[] = {
		{.name = "a/one", .repeat = 1, .repeats = 1},
		{.name = "a/two", .repeat = 1, .repeats = 1},
	};
	struct report_run both = {.results = two, .n_results = 2};
	struct report_run first = {.results = two, .n_results = 1};
	struct diff diff = diff_new(&both, &first, 0.1);

	ck_assert(!diff_same(&diff));
	ck_assert_uint_eq(diff.scenarios.n, 2);
	ck_assert_uint_eq(diff.scenarios.v[1].rows.n, 1);
	ck_assert_int_eq(diff.scenarios.v[1].rows.v[0].what, DIFF_SCENARIO);
	ck_assert_str_eq(diff.scenarios.v[1].rows.v[0].says[0], "ERROR");
	ck_assert_ptr_null(diff.scenarios.v[1].rows.v[0].says[1]);
	diff_done(&diff);
}
END_TEST

/* two journals that cannot be read are not two that are the same */
START_TEST(what_cannot_be_read_is_a_difference)
{
	const struct report_result broken = {.name = "a/one",
					     .error = "line 1: not JSON",
					     .repeat = 1,
					     .repeats = 1};
	struct report_run run = {.results = &broken, .n_results = 1};
	struct past past;
	struct diff diff = diff_new(&run, &run, 0.1);
	const struct diff_row *row;

	ck_assert(!diff_same(&diff));
	row = &diff.scenarios.v[0].rows.v[0];
	ck_assert_int_eq(row->what, DIFF_UNREADABLE);
	ck_assert_str_eq(row->says[0], "line 1: not JSON");
	ck_assert_str_eq(row->says[1], "line 1: not JSON");
	diff_done(&diff);
	past_load(&past, "slow", "a/one");
	diff = diff_new(&past.run, &run, 0.1);
	ck_assert_uint_eq(diff.scenarios.v[0].rows.n, 2);
	ck_assert_int_eq(diff.scenarios.v[0].rows.v[0].what, DIFF_VERDICT);
	ck_assert_int_eq(diff.scenarios.v[0].rows.v[1].what, DIFF_UNREADABLE);
	ck_assert_ptr_null(diff.scenarios.v[0].rows.v[1].says[0]);
	diff_done(&diff);
	past_done(&past);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pictures");
	TCase *tcase = tcase_create("pictures");

	tcase_add_loop_test(tcase, a_journal_looks_as_its_golden_file, 0,
			    GOLDENS);
	tcase_add_loop_test(tcase, a_topology_is_drawn_with_what_its_links_do,
			    0, sizeof(topologies) / sizeof(topologies[0]));
	tcase_add_test(tcase, what_differs_is_told);
	tcase_add_test(tcase, a_run_differs_in_nothing_from_itself);
	tcase_add_test(tcase, differences_are_the_same_from_both_sides);
	tcase_add_test(tcase, a_scenario_that_only_one_run_has_is_a_difference);
	tcase_add_test(tcase, what_cannot_be_read_is_a_difference);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
