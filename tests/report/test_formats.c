/*
 * test_formats.c - each format says the sample run as its golden file does
 *
 * UPDATE_GOLDEN=1 writes the golden files anew: read the diff then.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "event/event.h"
#include "event/journal.h"
#include "report/report.h"
#include "report/utf8.h"
#include "sample.h"
#include "test.h"

struct golden {
	const char *format;
	const char *file;
	bool repeated;
	bool matrix;
	bool verbose;
	bool wire;
	bool colour;
};

static const struct golden goldens[] = {
	{.format = "text", .file = "sample.txt"},
	{.format = "text", .file = "verbose.txt", .verbose = true},
	{.format = "text", .file = "wire.txt", .verbose = true, .wire = true},
	{.format = "json", .file = "wire.json", .wire = true},
	{.format = "text", .file = "colour.txt", .colour = true},
	{.format = "text", .file = "repeated.txt", .repeated = true},
	{.format = "json", .file = "sample.json"},
	{.format = "json", .file = "repeated.json", .repeated = true},
	{.format = "junit", .file = "sample.xml"},
	{.format = "junit", .file = "repeated.xml", .repeated = true},
	{.format = "ktap", .file = "sample.ktap"},
	{.format = "ktap", .file = "repeated.ktap", .repeated = true},
	{.format = "text", .file = "matrix.txt", .matrix = true},
	{.format = "json", .file = "matrix.json", .matrix = true},
	{.format = "junit", .file = "matrix.xml", .matrix = true},
	{.format = "ktap", .file = "matrix.ktap", .matrix = true},
};

#define GOLDENS (sizeof(goldens) / sizeof(goldens[0]))

static void write_report(const struct golden *golden, struct str *out)
{
	const struct report_format *format = report_format_find(golden->format);
	struct report_run run = golden->matrix	   ? *sample_matrix()
				: golden->wire	   ? *sample_wire()
				: golden->repeated ? *sample_repeated()
						   : *sample_run();

	run.verbose = golden->verbose;
	run.colour = golden->colour;
	ck_assert_ptr_nonnull(format);
	ck_assert_int_eq(format->write(&run, out), 0);
}

/* Check cannot hold a whole report in one message: show the first line. */
static void expect_same(const char *file, const char *got, const char *want)
{
	int line = 1;

	while (*got && *got == *want) {
		line += *got == '\n';
		got++;
		want++;
	}
	ck_assert_msg(*got == *want,
		      "%s:%d: got from there on \"%.60s\", not \"%.60s\"", file,
		      line, got, want);
}

START_TEST(formats_say_what_the_golden_file_says)
{
	const struct golden *golden = &goldens[_i];
	SCOPED_FREE char *path =
		mem_printf("%s/%s", getenv("GOLDEN_DIR"), golden->file);
	SCOPED_FREE char *want = NULL;
	SCOPED_STR struct str got = {0};
	struct err err = {0};

	write_report(golden, &got);
	if (getenv("UPDATE_GOLDEN"))
		ck_assert_int_eq(file_write(AT_FDCWD, path, str_text(&got),
					    got.len, &err),
				 0);
	ck_assert_msg(file_read(AT_FDCWD, path, 1 << 20, &want, NULL, &err) ==
			      0,
		      "%s", err.text);
	expect_same(golden->file, str_text(&got), want);
}
END_TEST

START_TEST(text_fits_80_columns)
{
	SCOPED_STR struct str got = {0};
	struct golden verbose = {.format = "text", .verbose = true};
	char *save = NULL;

	write_report(&verbose, &got);
	for (char *line = strtok_r(got.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		/* a path is not broken, or it could not be copied */
		ck_assert_msg(utf8_width(line) <= 80 ||
				      strstr(line, "/journal.jsonl"),
			      "%s", line);
}
END_TEST

START_TEST(no_control_character_reaches_a_terminal)
{
	SCOPED_STR struct str got = {0};
	const char *p;
	uint32_t c;

	write_report(&goldens[_i], &got);
	p = str_text(&got);
	while ((c = utf8_next(&p)))
		ck_assert_msg(!utf8_is_control(c) || goldens[_i].colour,
			      "U+%04X before: %.40s", (unsigned int)c, p);
}
END_TEST

START_TEST(json_loads_and_counts_agree)
{
	SCOPED_STR struct str got = {0};
	struct golden golden = {.format = "json"};
	json_error_t error;
	json_t *root;
	json_t *results;
	json_t *failed;

	write_report(&golden, &got);
	root = json_loads(str_text(&got), JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(root != NULL, "%s", error.text);
	results = json_object_get(root, "results");
	ck_assert_uint_eq(json_array_size(results), sample_run()->n_results);
	failed = json_object_get(json_object_get(root, "counts"), "FAIL");
	ck_assert_int_eq(json_integer_value(failed), 2);
	ck_assert_str_eq(json_string_value(json_object_get(root, "seed")),
			 "18446744073709551615");
	json_decref(root);
}
END_TEST

START_TEST(verdict_json_is_one_element_of_results)
{
	const struct report_run *run = sample_run();
	SCOPED_STR struct str whole = {0};
	SCOPED_STR struct str one = {0};
	json_t *root;
	json_t *alone;

	ck_assert_int_eq(report_json(run, &whole), 0);
	ck_assert_int_eq(report_verdict_json(&run->results[_i], &one), 0);
	root = json_loads(str_text(&whole), 0, NULL);
	alone = json_loads(str_text(&one), 0, NULL);
	ck_assert_ptr_nonnull(alone);
	ck_assert(json_equal(
		alone,
		json_array_get(json_object_get(root, "results"), (size_t)_i)));
	json_decref(root);
	json_decref(alone);
}
END_TEST

START_TEST(what_was_not_run_is_said)
{
	static const struct {
		const char *format;
		const char *says;
	} formats[] = {
		{"text", ", 2 not run in "},
		{"json", "\"not_run\": [\n    \"close/last\",\n"},
		{"ktap", "\nok 6 close.last.2 # SKIP not run\n"},
		{"ktap", "KTAP version 1\n1..7\n"},
		{"ktap", " skip:2 "},
		{"junit", "name=\"last #2\""},
		{"junit", "<skipped message=\"not run\"/>"},
		{"junit", "classname=\"other\""},
	};
	const struct report_result not_run[] = {
		{.name = "close/last", .repeat = 2, .repeats = 2},
		{.name = "other/one", .repeat = 1, .repeats = 1},
	};
	struct report_run run = *sample_run();
	SCOPED_STR struct str got = {0};

	run.not_run = not_run;
	run.n_not_run = 2;
	ck_assert_int_eq(
		report_format_find(formats[_i].format)->write(&run, &got), 0);
	ck_assert_msg(strstr(str_text(&got), formats[_i].says) != NULL, "%s",
		      formats[_i].says);
}
END_TEST

START_TEST(what_takes_hours_is_said_to_be_left_out)
{
	static const struct {
		const char *format;
		size_t n;
		const char *says;
	} formats[] = {
		{"text", 1, "\n1 scenario left out: it takes hours; add "},
		{"text", 2, "\n2 scenarios left out: they take hours; add "},
		{"json", 2, "\"left_out\": [\n    \"keepalive/two-hours\",\n"},
		{"ktap", 2, "KTAP version 1\n1..5\n"}, /* as if not there */
	};
	const struct report_result left_out[] = {
		{.name = "keepalive/two-hours"},
		{.name = "other/one"},
	};
	struct report_run run = *sample_run();
	SCOPED_STR struct str got = {0};

	run.left_out = left_out;
	run.n_left_out = formats[_i].n;
	ck_assert_int_eq(
		report_format_find(formats[_i].format)->write(&run, &got), 0);
	ck_assert_msg(strstr(str_text(&got), formats[_i].says) != NULL, "%s",
		      formats[_i].says);
}
END_TEST

/* one word of 16 KiB, then 300 lines, in many pieces */
START_TEST(the_output_of_a_program_is_cut_to_the_page)
{
	static char wide[16385];
	struct event events[2 + 300] = {
		{.kind = EVENT_STEP_BEGIN, .step_of = {.text = "a: run"}}};
	struct journal journal = {.events = events, .n = 302};
	struct report_result result = {
		.name = "a/b", .journal = &journal, .repeats = 1};
	struct report_run run = {.results = &result, .n_results = 1};
	SCOPED_STR struct str got = {0};
	char *save = NULL;

	memset(wide, 'x', sizeof(wide) - 1);
	wide[16380] = '\n';
	for (size_t i = 1; i < 302; i++)
		events[i] = (struct event){
			.kind = EVENT_PROC_OUTPUT,
			.host = "a",
			.proc = {.program = "p",
				 .stream = "stdout",
				 .text = i == 301 ? wide : "one line\n"}};
	ck_assert_int_eq(report_text(&run, &got), 0);
	ck_assert_ptr_nonnull(strstr(got.s, "| ... 292 lines before\n"));
	ck_assert_ptr_nonnull(strstr(got.s, "xxx...\n"));
	ck_assert_ptr_nonnull(strstr(got.s, "| xxx\n"));
	ck_assert_uint_lt(got.len, 2000);
	for (char *line = strtok_r(got.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		ck_assert_uint_le(utf8_width(line), 80);
}
END_TEST

/* also of a PASS, whose story nobody reads */
START_TEST(a_program_that_spins_on_the_clock_is_told)
{
	struct event events[] = {
		{.kind = EVENT_STEP_BEGIN, .step_of = {.text = "a: run"}},
		{.kind = EVENT_PROC_SPIN,
		 .host = "a",
		 .proc = {.program = "p", .pid = 3, .why = "p used 50 ms"}},
		{.kind = EVENT_PROC_SPIN,
		 .proc = {.program = "q", .why = "q used 60 ms"}},
	};
	struct journal journal = {.events = events, .n = 3};
	struct judgement judgement = {.verdict = VERDICT_PASS};
	struct report_result result = {.name = "a/b",
				       .journal = &journal,
				       .judgement = &judgement,
				       .repeats = 1};
	struct report_run run = {.results = &result, .n_results = 1};
	SCOPED_STR struct str got = {0};

	ck_assert_int_eq(report_text(&run, &got), 0);
	ck_assert_ptr_nonnull(
		strstr(got.s, " a.p spins on the clock: p used 50 ms\n"));
	ck_assert_ptr_nonnull(
		strstr(got.s, " q spins on the clock: q used 60 ms\n"));
}
END_TEST

START_TEST(formats_are_found_by_name)
{
	ck_assert_ptr_null(report_format_find("xml"));
	ck_assert_str_eq(report_format_nearest("juint"), "junit");
	ck_assert_ptr_null(report_format_nearest("spreadsheet"));
	for (const struct report_format *f = report_formats; f->name; f++)
		ck_assert_ptr_eq(report_format_find(f->name), f);
}
END_TEST

START_TEST(a_run_is_as_bad_as_its_worst_scenario)
{
	struct report_run run = *sample_run();

	ck_assert_int_eq(report_worst(&run), VERDICT_ERROR);
	ck_assert_uint_eq(report_tally(&run).n[VERDICT_FAIL], 2);
	run.n_results = 3;
	ck_assert_int_eq(report_worst(&run), VERDICT_FAIL);
	run.n_results = 1;
	ck_assert_int_eq(report_worst(&run), VERDICT_PASS);
	run.n_results = 0;
	ck_assert_int_eq(report_worst(&run), VERDICT_PASS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("formats");
	TCase *tcase = tcase_create("formats");

	tcase_add_loop_test(tcase, formats_say_what_the_golden_file_says, 0,
			    GOLDENS);
	tcase_add_loop_test(tcase, no_control_character_reaches_a_terminal, 0,
			    GOLDENS);
	tcase_add_loop_test(tcase, verdict_json_is_one_element_of_results, 0,
			    5);
	tcase_add_loop_test(tcase, what_was_not_run_is_said, 0, 8);
	tcase_add_loop_test(tcase, what_takes_hours_is_said_to_be_left_out, 0,
			    4);
	tcase_add_test(tcase, the_output_of_a_program_is_cut_to_the_page);
	tcase_add_test(tcase, text_fits_80_columns);
	tcase_add_test(tcase, json_loads_and_counts_agree);
	tcase_add_test(tcase, a_program_that_spins_on_the_clock_is_told);
	tcase_add_test(tcase, formats_are_found_by_name);
	tcase_add_test(tcase, a_run_is_as_bad_as_its_worst_scenario);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
