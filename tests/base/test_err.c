/*
 * test_err.c - errors in words, with context and a remedy
 */
#include <errno.h>

#include "base/err.h"
#include "test.h"

START_TEST(an_error_gathers_context_on_its_way_up)
{
	struct err err = {0};

	ck_assert_int_eq(err_sys(&err, -EACCES, "open %s", "x.yaml"), -EACCES);
	ck_assert_str_eq(err.text, "open x.yaml: Permission denied");
	ck_assert_int_eq(err_within(&err, "host %s", "client"), -EACCES);
	ck_assert_str_eq(err.text, "host client: open x.yaml: "
				   "Permission denied");
	ck_assert_int_eq(err.code, -EACCES);
	ck_assert_int_eq(err_set(&err, -EINVAL, "no such step"), -EINVAL);
	ck_assert_str_eq(err.text, "no such step");
}
END_TEST

START_TEST(the_first_remedy_stands)
{
	struct err err = {0};

	err_set(&err, -EPERM, "cannot");
	err_remedy(&err, "run as %s", "root");
	err_remedy(&err, "give up");
	ck_assert_str_eq(err.remedy, "run as root");
	err_set(&err, -EPERM, "another");
	ck_assert_str_eq(err.remedy, "");
}
END_TEST

START_TEST(nobody_need_listen)
{
	ck_assert_int_eq(err_set(NULL, -ENOENT, "x"), -ENOENT);
	ck_assert_int_eq(err_sys(NULL, -ENOENT, "x"), -ENOENT);
	ck_assert_int_eq(err_within(NULL, "x"), -EINVAL);
	err_remedy(NULL, "x");
}
END_TEST

START_TEST(long_words_are_cut_and_stay_a_string)
{
	char word[2000];
	struct err err = {0};

	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	err_sys(&err, -ENOENT, "%s", word);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	err_within(&err, "%s", word);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	err_remedy(&err, "%s", word);
	ck_assert_uint_eq(strlen(err.remedy), sizeof(err.remedy) - 1);
	ck_assert_int_eq(err.code, -ENOENT);
}
END_TEST

START_TEST(an_unknown_errno_has_words_too)
{
	struct err err = {0};

	err_sys(&err, -4000, "x");
	ck_assert_str_eq(err.text, "x: unknown error");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("err");
	TCase *tcase = tcase_create("err");

	tcase_add_test(tcase, an_error_gathers_context_on_its_way_up);
	tcase_add_test(tcase, the_first_remedy_stands);
	tcase_add_test(tcase, nobody_need_listen);
	tcase_add_test(tcase, long_words_are_cut_and_stay_a_string);
	tcase_add_test(tcase, an_unknown_errno_has_words_too);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
