/*
 * test_str.c - strings and arrays that grow
 */
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "test.h"

START_TEST(a_string_grows_by_every_way_of_adding)
{
	SCOPED_STR struct str str = {0};

	ck_assert_str_eq(str_text(&str), "");
	str_addc(&str, '-', 0);
	ck_assert_str_eq(str.s, "");
	str_add(&str, "ab");
	str_addn(&str, "cdXX", 2);
	str_addn(&str, NULL, 0);
	str_addf(&str, "%d%s", 42, "!");
	str_addc(&str, '.', 3);
	ck_assert_str_eq(str_text(&str), "abcd42!...");
	ck_assert_uint_eq(str.len, 10);
}
END_TEST

START_TEST(a_string_may_hold_a_nul_and_be_long)
{
	SCOPED_STR struct str str = {0};

	for (int i = 0; i < 10000; i++)
		str_addn(&str, "a\0b", 3);
	ck_assert_uint_eq(str.len, 30000);
	ck_assert_int_eq(str.s[1], '\0');
	ck_assert_int_eq(str.s[29999], 'b');
	ck_assert_int_eq(str.s[30000], '\0');
}
END_TEST

START_TEST(a_stolen_string_is_ours_and_leaves_none_behind)
{
	struct str str = {0};
	SCOPED_FREE char *empty = str_steal(&str);
	SCOPED_FREE char *full = NULL;

	ck_assert_str_eq(empty, "");
	str_add(&str, "kept");
	full = str_steal(&str);
	ck_assert_str_eq(full, "kept");
	ck_assert_ptr_null(str.s);
	ck_assert_uint_eq(str.len, 0);
	str_done(&str);
	str_done(&str);
}
END_TEST

struct pair {
	int a;
	int b;
};

START_TEST(an_array_keeps_what_is_pushed)
{
	VEC(struct pair) pairs = {0};
	int sum = 0;

	/* NULL + 0 is undefined: an empty array must not add */
	vec_foreach(&pairs, pair)
		sum += pair->a;
	ck_assert_int_eq(sum, 0);
	for (int i = 0; i < 100; i++)
		vec_push(&pairs, (struct pair){i, 2 * i});
	vec_grow(&pairs)->a = 7;
	ck_assert_int_eq(pairs.v[100].b, 0);
	vec_foreach(&pairs, pair)
		sum += pair->a;
	ck_assert_int_eq(sum, 4950 + 7);
	ck_assert_uint_eq(pairs.n, 101);
	vec_done(&pairs);
	ck_assert_uint_eq(pairs.n, 0);
	ck_assert_ptr_null(pairs.v);
}
END_TEST

START_TEST(an_array_in_a_const_struct_can_be_walked)
{
	struct holder {
		VEC(int) numbers;
	} holder = {0};
	const struct holder *view = &holder;
	int sum = 0;

	vec_push(&holder.numbers, 3);
	vec_push(&holder.numbers, 4);
	vec_foreach(&view->numbers, number)
		sum += *number;
	ck_assert_int_eq(sum, 7);
	vec_done(&holder.numbers);
}
END_TEST

START_TEST(memory_is_zeroed_and_null_stays_null)
{
	SCOPED_FREE struct pair *pairs = mem_new(struct pair, 3);
	SCOPED_FREE char *cut = mem_strndup("abcdef", 3);
	SCOPED_FREE char *none = mem_zalloc(0, 0);

	ck_assert_int_eq(pairs[2].b, 0);
	ck_assert_str_eq(cut, "abc");
	ck_assert_ptr_nonnull(none);
	ck_assert_ptr_null(mem_strdup(NULL));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("str");
	TCase *tcase = tcase_create("str");

	tcase_add_test(tcase, a_string_grows_by_every_way_of_adding);
	tcase_add_test(tcase, a_string_may_hold_a_nul_and_be_long);
	tcase_add_test(tcase, a_stolen_string_is_ours_and_leaves_none_behind);
	tcase_add_test(tcase, an_array_keeps_what_is_pushed);
	tcase_add_test(tcase, an_array_in_a_const_struct_can_be_walked);
	tcase_add_test(tcase, memory_is_zeroed_and_null_stays_null);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
