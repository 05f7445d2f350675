/*
 * test_diff_align.c - two sequences are laid beside one another
 */
#include "report/diff_align.h"
#include "test.h"

/* at random: each word of both is there once, in order, only likes are paired,
 * and no pair more would fit in words of one letter that are all alike */
START_TEST(each_word_is_there_once_and_in_order)
{
	static const char *const letters[] = {"x", "y", "z"};
	const char *a[40];
	const char *b[40];
	uint32_t seed = (uint32_t)_i * 2654435761U + 1;
	size_t n[2];
	size_t n_pairs;
	size_t i = 0;
	size_t j = 0;
	struct diff_pair *pairs;

	for (int run = 0; run < 2; run++) {
		seed = seed * 1664525 + 1013904223;
		n[run] = (seed >> 8) % 40;
		for (size_t k = 0; k < n[run]; k++) {
			seed = seed * 1664525 + 1013904223;
			(run ? b : a)[k] = letters[(seed >> 8) % 3];
		}
	}
	pairs = diff_align(a, n[0], b, n[1], &n_pairs);
	for (size_t k = 0; k < n_pairs; k++) {
		if (pairs[k].a != DIFF_NONE)
			ck_assert_uint_eq(pairs[k].a, i++);
		if (pairs[k].b != DIFF_NONE)
			ck_assert_uint_eq(pairs[k].b, j++);
		ck_assert(pairs[k].a != DIFF_NONE || pairs[k].b != DIFF_NONE);
		if (pairs[k].a != DIFF_NONE && pairs[k].b != DIFF_NONE)
			ck_assert_str_eq(a[pairs[k].a], b[pairs[k].b]);
	}
	ck_assert_uint_eq(i, n[0]);
	ck_assert_uint_eq(j, n[1]);
	free(pairs);
}
END_TEST

static size_t likes(const char *const *a, size_t n_a, const char *const *b,
		    size_t n_b)
{
	size_t n;
	size_t found = 0;
	struct diff_pair *pairs = diff_align(a, n_a, b, n_b, &n);

	for (size_t i = 0; i < n; i++)
		found += pairs[i].a != DIFF_NONE && pairs[i].b != DIFF_NONE;
	free(pairs);
	return found;
}

START_TEST(as_many_as_can_be_are_beside_their_like)
{
	const char *const a[] = {"a", "b", "c", "a", "b", "b", "a"};
	const char *const b[] = {"c", "b", "a", "b", "a", "c"};

	ck_assert_uint_eq(likes(a, 7, b, 6), 4); /* Myers 1986, figure 1 */
	ck_assert_uint_eq(likes(a, 7, a, 7), 7);
	ck_assert_uint_eq(likes(a, 7, b, 0), 0);
	ck_assert_uint_eq(likes(a, 0, b, 0), 0);
}
END_TEST

/* too long for a table: all of one, then all of the other */
START_TEST(what_is_very_long_ends_all_the_same)
{
	enum {
		LONG = 3000
	};
	const char **a = calloc(LONG, sizeof(*a));
	const char **b = calloc(LONG, sizeof(*b));

	ck_assert(a && b);
	for (size_t i = 0; i < LONG; i++) {
		a[i] = i % 2 ? "x" : "y";
		b[i] = i % 3 ? "y" : "z";
	}
	ck_assert_uint_le(likes(a, LONG, b, LONG), LONG);
	free(a);
	free(b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("diff-align");
	TCase *tcase = tcase_create("diff-align");

	tcase_add_loop_test(tcase, each_word_is_there_once_and_in_order, 0,
			    200);
	tcase_add_test(tcase, as_many_as_can_be_are_beside_their_like);
	tcase_add_test(tcase, what_is_very_long_ends_all_the_same);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
