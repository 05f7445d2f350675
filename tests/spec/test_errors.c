/*
 * test_errors.c - errors are told by file and position, under their line
 */
#include "base/str.h"
#include "spec/errors.h"
#include "test.h"

static struct spec_errors errors;
static struct str text;

static void setup(void)
{
	errors = (struct spec_errors){0};
	text = (struct str){0};
}

static void teardown(void)
{
	spec_errors_done(&errors);
	str_done(&text);
}

static void add(const char *path, int line, int col, const char *what)
{
	spec_errors_add(&errors, path, (struct spec_pos){line, col}, "%s",
			what);
}

static void source(const char *path, const char *content)
{
	spec_errors_source(&errors, path, content, strlen(content));
}

static void expect(const char *expected)
{
	spec_errors_text(&errors, &text);
	ck_assert_str_eq(str_text(&text), expected);
}

START_TEST(nothing_wrong_says_nothing)
{
	source("a.yaml", "a: b\n");
	ck_assert_uint_eq(spec_errors_count(&errors), 0);
	expect("");
}
END_TEST

START_TEST(errors_are_sorted_by_file_then_position)
{
	source("b.yaml", "one\ntwo\n");
	source("a.yaml", "three\n");
	add("a.yaml", 1, 1, "last");
	add("b.yaml", 2, 2, "third");
	add("b.yaml", 2, 1, "second");
	add("b.yaml", 0, 0, "first");
	ck_assert_uint_eq(spec_errors_count(&errors), 4);
	expect("b.yaml: error: first\n"
	       "b.yaml:2:1: error: second\n    two\n    ^\n"
	       "b.yaml:2:2: error: third\n    two\n     ^\n"
	       "a.yaml:1:1: error: last\n    three\n    ^\n");
}
END_TEST

START_TEST(errors_at_one_place_keep_their_order)
{
	source("a.yaml", "x\n");
	add("a.yaml", 1, 1, "b");
	add("a.yaml", 1, 1, "a");
	add("a.yaml", 1, 1, "c");
	expect("a.yaml:1:1: error: b\n    x\n    ^\n"
	       "a.yaml:1:1: error: a\n    x\n    ^\n"
	       "a.yaml:1:1: error: c\n    x\n    ^\n");
}
END_TEST

static const struct {
	const char *source;
	int col;
	const char *quoted;
} carets[] = {
	{"abc", 3, "    abc\n      ^\n"},
	{"abc", 4, "    abc\n       ^\n"}, /* behind the end */
	{"\ta\tb", 4, "    \ta\tb\n    \t \t^\n"}, /* tabs stay tabs */
	{"äöü", 3, "    äöü\n      ^\n"}, /* characters, not bytes */
	{"ab\r", 2, "    ab\n     ^\n"}, /* of CRLF only the text */
	{"a\x1b[1mb", 1, "    a?[1mb\n    ^\n"}, /* nothing for a terminal */
	{"a\xff"
	 "b",
	 3, "    a?b\n      ^\n"}, /* nor bytes that are no text */
	{"", 1, ""}, /* an empty line shows nothing */
};

START_TEST(the_caret_stands_under_the_character)
{
	SCOPED_STR struct str expected = {0};

	source("a.yaml", carets[_i].source);
	add("a.yaml", 1, carets[_i].col, "x");
	str_addf(&expected, "a.yaml:1:%d: error: x\n%s", carets[_i].col,
		 carets[_i].quoted);
	expect(str_text(&expected));
}
END_TEST

START_TEST(long_lines_and_unknown_files_are_not_quoted)
{
	SCOPED_STR struct str line = {0};

	str_addc(&line, 'x', 241);
	source("long.yaml", str_text(&line));
	add("long.yaml", 1, 200, "far out");
	add("gone.yaml", 1, 1, "never read");
	add("long.yaml", 7, 1, "behind the end");
	expect("long.yaml:1:200: error: far out\n"
	       "long.yaml:7:1: error: behind the end\n"
	       "gone.yaml:1:1: error: never read\n");
}
END_TEST

START_TEST(all_are_counted_and_the_first_hundred_told)
{
	for (int i = 0; i < SPEC_ERRORS_MAX + 7; i++)
		add("a.yaml", i + 1, 1, "x");
	ck_assert_uint_eq(spec_errors_count(&errors), SPEC_ERRORS_MAX + 7);
	spec_errors_text(&errors, &text);
	ck_assert_ptr_nonnull(strstr(text.s, "a.yaml:100:1: error: x\n"));
	ck_assert_ptr_null(strstr(text.s, "a.yaml:101:1:"));
	ck_assert_ptr_nonnull(strstr(text.s, "7 more errors are not shown\n"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("spec errors");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, nothing_wrong_says_nothing);
	tcase_add_test(tcase, errors_are_sorted_by_file_then_position);
	tcase_add_test(tcase, errors_at_one_place_keep_their_order);
	tcase_add_loop_test(tcase, the_caret_stands_under_the_character, 0,
			    (int)(sizeof(carets) / sizeof(carets[0])));
	tcase_add_test(tcase, long_lines_and_unknown_files_are_not_quoted);
	tcase_add_test(tcase, all_are_counted_and_the_first_hundred_told);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
