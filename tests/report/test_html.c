/*
 * test_html.c - the page holds the run, whatever its texts say, and finds its
 * way to what lies beside it
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/html.h"
#include "report/report.h"
#include "sample.h"
#include "test.h"

#define DATA "<script type=\"application/json\" id=\""

/* The JSON of the next element; @at is moved behind it; NULL if there is no
 * more. The caller's reference. */
static json_t *next_data(const char **at, char **id)
{
	const char *begin = strstr(*at, DATA);
	const char *end;
	json_error_t error;
	json_t *json;

	if (!begin)
		return NULL;
	begin += strlen(DATA);
	*id = mem_strndup(begin, strcspn(begin, "\""));
	begin = strchr(begin, '>') + 1;
	end = strstr(begin, "</script>");
	ck_assert_ptr_nonnull(end);
	json = json_loadb(begin, (size_t)(end - begin), JSON_REJECT_DUPLICATES,
			  &error);
	ck_assert_msg(json != NULL, "%s: %s", *id, error.text);
	*at = end;
	return json;
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static const struct report_run *const *runs(void)
{
	static const struct report_run *all[4];

	all[0] = sample_run();
	all[1] = sample_repeated();
	all[2] = sample_matrix();
	all[3] = sample_wire();
	return all;
}

START_TEST(each_scenario_has_its_data_then_the_run)
{
	const struct report_run *run = runs()[_i];
	SCOPED_STR struct str page = {0};
	const char *at;

	ck_assert_int_eq(report_html(run, &page), 0);
	at = str_text(&page);
	for (size_t i = 0; i <= run->n_results; i++) {
		SCOPED_FREE char *want = mem_printf("s%zu", i);
		SCOPED_FREE char *id = NULL;
		json_t *json = next_data(&at, &id);

		ck_assert_ptr_nonnull(json);
		if (i < run->n_results) {
			ck_assert_str_eq(id, want);
			ck_assert_str_eq(text_of(json, "name"),
					 run->results[i].name);
		} else {
			ck_assert_str_eq(id, "run");
			ck_assert_uint_eq(json_array_size(json_object_get(
						  json, "results")),
					  run->n_results);
		}
		json_decref(json);
	}
	ck_assert_ptr_null(strstr(at, DATA));
}
END_TEST

START_TEST(no_text_ends_its_element)
{
	char name[] = "</script><script>alert(0)</script><!--<script";
	struct report_result result = {
		.name = name, .error = name, .repeat = 1, .repeats = 1};
	struct report_run run = {.results = &result, .n_results = 1};
	SCOPED_STR struct str page = {0};
	SCOPED_FREE char *id = NULL;
	const char *at;
	json_t *json;

	ck_assert_int_eq(report_html(&run, &page), 0);
	ck_assert_ptr_null(strstr(str_text(&page), "alert(0)</script>"));
	ck_assert_ptr_null(strstr(str_text(&page), "<!--"));
	at = str_text(&page);
	json = next_data(&at, &id);
	ck_assert_str_eq(text_of(json, "name"), name);
	json_decref(json);
}
END_TEST

START_TEST(what_a_finding_cites_is_in_the_page)
{
	const struct report_run *run = sample_run();
	SCOPED_STR struct str page = {0};
	size_t cited = 0;
	const char *at;

	ck_assert_int_eq(report_html(run, &page), 0);
	at = str_text(&page);
	for (size_t i = 0; i < run->n_results; i++) {
		const struct judgement *judgement = run->results[i].judgement;
		SCOPED_FREE char *id = NULL;
		json_t *json = next_data(&at, &id);
		json_t *events = json_object_get(json, "events");

		for (size_t f = 0; run->results[i].journal && judgement &&
				   f < judgement->n_findings;
		     f++)
			for (size_t e = 0;
			     e < judgement->findings[f].n_evidence; e++) {
				SCOPED_FREE char *n = mem_printf(
					"%llu", (unsigned long long)judgement
							->findings[f]
							.evidence[e]);

				ck_assert_msg(json_object_get(events, n) !=
						      NULL,
					      "%s: no event %s",
					      run->results[i].name, n);
				cited++;
			}
		json_decref(json);
	}
	ck_assert_uint_gt(cited, 2);
}
END_TEST

static const struct {
	const char *cwd;
	const char *run;
	const char *file;
	const char *folder;
	const char *want;
} ways[] = {
	{"/a", "r", "r/report.html", "r/close/x", "close/x"},
	{"/a", "r", "/a/r/report.html", "r/close/x", "close/x"},
	{"/a", "r", "out.html", "r/close/x", "r/close/x"},
	{"/a", "r", "/b/out.html", "r/x", "../a/r/x"},
	{"/a/b", "../r", "o.html", "../r/x", "../r/x"},
	{"/a", "./r/", NULL, "r//x", "x"},
	{"/a", "r", "r/x/report.html", "r/x", "."},
	{"/a", "r", "r/o.html", "r/50% of #1?", "50%25%20of%20%231%3F"},
	{NULL, "r", NULL, "r/x", "x"},
	{"/", "r", "../../o.html", "r/x", "r/x"},
};

START_TEST(links_are_relative_to_the_page)
{
	struct report_run run = {.cwd = ways[_i].cwd,
				 .folder = ways[_i].run,
				 .file = ways[_i].file};
	SCOPED_FREE char *way = html_way(&run, ways[_i].folder);

	ck_assert_str_eq(way, ways[_i].want);
	ck_assert_ptr_null(html_way(&run, NULL));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("html");
	TCase *tcase = tcase_create("html");

	tcase_add_loop_test(tcase, each_scenario_has_its_data_then_the_run, 0,
			    4);
	tcase_add_test(tcase, no_text_ends_its_element);
	tcase_add_test(tcase, what_a_finding_cites_is_in_the_page);
	tcase_add_loop_test(tcase, links_are_relative_to_the_page, 0,
			    sizeof(ways) / sizeof(ways[0]));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
