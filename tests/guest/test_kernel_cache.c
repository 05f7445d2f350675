/*
 * test_kernel_cache.c - only what is whole is listed, the best one first
 */
#include "guest/kernel_cache.h"

#include <errno.h>
#include <pwd.h>

#include "guest/scratch.h"

/* planted in this order; rank: where it is in the list */
static const struct {
	const char *release;
	const char *id;
	enum kernel_origin origin;
	int64_t built_ns;
	size_t rank;
} kernels[] = {
	{"6.9.1", "000000000001", KERNEL_ORIGIN_PACKAGE, 99, 4},
	{"6.12.9", "000000000002", KERNEL_ORIGIN_PACKAGE, 1, 2},
	{"6.12.10", "000000000003", KERNEL_ORIGIN_PACKAGE, 1, 1},
	{"6.13.0-rc2", "000000000004", KERNEL_ORIGIN_TREE, 9, 5},
	{"6.12.10", "000000000005", KERNEL_ORIGIN_TARBALL, 2, 0},
	{"6.12.0-rc10", "000000000006", KERNEL_ORIGIN_TARBALL, 50, 3},
	{"6.12.0-rc9", "000000000007", KERNEL_ORIGIN_TREE, 50, 6},
};

#define KERNELS (sizeof(kernels) / sizeof(kernels[0]))

static void plant_all(void)
{
	for (size_t i = 0; i < KERNELS; i++)
		scratch_plant(kernels[i].release, kernels[i].id,
			      kernels[i].origin, kernels[i].built_ns);
}

START_TEST(order)
{
	struct kernel_list list = {0};

	plant_all();
	ck_assert_int_eq(kernel_cache_list(scratch_cache, &list, NULL), 0);
	ck_assert_uint_eq(list.n, KERNELS);
	for (size_t i = 0; i < KERNELS; i++) {
		const struct kernel *k = &list.v[kernels[i].rank];

		ck_assert_str_eq(k->release, kernels[i].release);
		ck_assert_ptr_eq(kernel_cache_by_id(&list, kernels[i].id), k);
		ck_assert_int_eq(k->origin, kernels[i].origin);
		ck_assert_int_eq(k->built_ns, kernels[i].built_ns);
		ck_assert_str_eq(k->source, "/usr/src/linux.tar");
		ck_assert_ptr_null(k->compiler);
	}
	kernel_list_done(&list);
}
END_TEST

static const struct {
	const char *version;
	const char *release; /* NULL: none */
} picks[] = {
	{"", "6.12.10"},	   {"6.12", "6.12.10"}, {"6.12.9", "6.12.9"},
	{"6.9", "6.9.1"},	   {"6.1", NULL},	{"6.12.1", NULL},
	{"6.13", "6.13.0-rc2"},	   {"6", "6.12.10"},	{"7.0", NULL},
	{"6.12.0", "6.12.0-rc10"},
};

START_TEST(pick)
{
	struct kernel_list list = {0};
	const struct kernel *best;

	plant_all();
	ck_assert_int_eq(kernel_cache_list(scratch_cache, &list, NULL), 0);
	best = kernel_cache_pick(&list, picks[_i].version);
	if (picks[_i].release)
		ck_assert_str_eq(best->release, picks[_i].release);
	else
		ck_assert_ptr_null(best);
	kernel_list_done(&list);
}
END_TEST

/* a folder of the cache, and what is wrong with it */
static const struct {
	const char *json; /* NULL: none */
	mode_t mode; /* of linux; 0: none */
	int code;
} halves[] = {
	{NULL, 0755, -ENOENT},
	{"{\"key\": \"uml-1-x\", \"release\": \"1\", \"origin\": \"tree\"}", 0,
	 -ENOENT},
	{"{\"key\": \"uml-1-x\", \"release\": \"1\", \"origin\": \"tree\"}",
	 0755, 0},
	{"{\"key\": \"uml-1-y\", \"release\": \"1\", \"origin\": \"tree\"}",
	 0755, -EBADMSG},
	{"{\"key\": \"uml-1-x\", \"release\": \"1\", \"origin\": \"gift\"}",
	 0755, -EBADMSG},
	{"{\"key\": \"uml-1-x\", \"release\": 1, \"origin\": \"tree\"}", 0755,
	 -EBADMSG},
	{"{\"key\": \"uml-1-x\"", 0755, -EBADMSG},
	{"[]", 0755, -EBADMSG},
	{"", 0755, -EBADMSG},
};

START_TEST(half)
{
	struct kernel_list list = {0};
	struct kernel kernel = {0};
	struct err err = {0};

	if (halves[_i].json)
		scratch_write("tcplab/kernels/uml-1-x/kernel.json",
			      halves[_i].json, 0644);
	if (halves[_i].mode)
		scratch_write("tcplab/kernels/uml-1-x/linux", "",
			      halves[_i].mode);
	ck_assert_int_eq(
		kernel_cache_load(scratch_cache, "uml-1-x", &kernel, &err),
		halves[_i].code);
	ck_assert_int_eq(kernel_cache_list(scratch_cache, &list, NULL), 0);
	ck_assert_uint_eq(list.n, halves[_i].code == 0);
	kernel_done(&kernel);
	kernel_list_done(&list);
}
END_TEST

static const struct {
	const char *cache; /* XDG_CACHE_HOME; NULL: unset */
	const char *home;
	const char *dir;
} homes[] = {
	{"/c", "/h", "/c/tcplab/kernels"},
	{NULL, "/h", "/h/.cache/tcplab/kernels"},
	{"", "/h", "/h/.cache/tcplab/kernels"},
	{"relative", "/h", "/h/.cache/tcplab/kernels"},
};

START_TEST(dir)
{
	SCOPED_FREE char *out = NULL;

	(void)unsetenv("XDG_CACHE_HOME");
	(void)unsetenv("SUDO_UID");
	if (homes[_i].cache)
		(void)setenv("XDG_CACHE_HOME", homes[_i].cache, 1);
	(void)setenv("HOME", homes[_i].home, 1);
	ck_assert_int_eq(kernel_cache_dir(&out, NULL), 0);
	ck_assert_str_eq(out, homes[_i].dir);
}
END_TEST

START_TEST(under_sudo_the_callers_home)
{
	const struct passwd *user = getpwuid(1);
	SCOPED_FREE char *theirs = mem_printf("%s/.cache/tcplab/kernels",
					      user ? user->pw_dir : "/");
	SCOPED_FREE char *out = NULL;

	ck_assert_ptr_nonnull(user); /* daemon, everywhere */
	(void)unsetenv("XDG_CACHE_HOME");
	(void)setenv("HOME", "/h", 1);
	(void)setenv("SUDO_UID", "1", 1);
	ck_assert_int_eq(kernel_cache_dir(&out, NULL), 0);
	(void)unsetenv("SUDO_UID");
	/* who is not root was not made so by sudo */
	ck_assert_str_eq(out,
			 geteuid() == 0 ? theirs : "/h/.cache/tcplab/kernels");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel_cache");
	TCase *tests = tcase_create("kernel_cache");

	tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
	tcase_add_test(tests, order);
	tcase_add_loop_test(tests, pick, 0, sizeof(picks) / sizeof(picks[0]));
	tcase_add_loop_test(tests, half, 0, sizeof(halves) / sizeof(halves[0]));
	tcase_add_loop_test(tests, dir, 0, sizeof(homes) / sizeof(homes[0]));
	tcase_add_test(tests, under_sudo_the_callers_home);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
