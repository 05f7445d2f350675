/*
 * test_kernel.c - what a kernel's name means, given what is in the cache
 */
#include "guest/kernel.h"

#include <errno.h>

#include "guest/scratch.h"

static const struct {
	const char *text;
	int code;
	enum kernel_spec_kind kind;
	const char *what;
} specs[] = {
	{"uml", 0, KERNEL_SPEC_ANY, ""},
	{"uml:6.12", 0, KERNEL_SPEC_VERSION, "6.12"},
	{"uml:6.12.43", 0, KERNEL_SPEC_VERSION, "6.12.43"},
	{"uml:6.12-rc3", 0, KERNEL_SPEC_VERSION, "6.12-rc3"},
	{"uml:uml-6.1.9-0123456789ab", 0, KERNEL_SPEC_KEY,
	 "uml-6.1.9-0123456789ab"},
	{"uml:/a/linux", 0, KERNEL_SPEC_PATH, "/a/linux"},
	{"uml:.", 0, KERNEL_SPEC_PATH, "."},
	{"uml:linux-6.12", 0, KERNEL_SPEC_PATH, "linux-6.12"},
	/* folders' names that look a little like versions */
	{"uml:6", 0, KERNEL_SPEC_PATH, "6"},
	{"uml:6.", 0, KERNEL_SPEC_PATH, "6."},
	{"uml:6.12-rc", 0, KERNEL_SPEC_PATH, "6.12-rc"},
	{"uml:6.12-tree", 0, KERNEL_SPEC_PATH, "6.12-tree"},
	{"uml:./6.12", 0, KERNEL_SPEC_PATH, "./6.12"},
	/* a key is one name, so it leads nowhere else */
	{"uml:uml-1/../x", 0, KERNEL_SPEC_PATH, "uml-1/../x"},
	{"uml:", -EINVAL, KERNEL_SPECS, NULL},
	{"", -EINVAL, KERNEL_SPECS, NULL},
	{"um", 0, KERNEL_SPEC_FILE, "um"},
	{"umls", 0, KERNEL_SPEC_FILE, "umls"},
	{"6.12", 0, KERNEL_SPEC_FILE, "6.12"},
	{"/boot/vmlinuz", 0, KERNEL_SPEC_FILE, "/boot/vmlinuz"},
	{"./a.deb", 0, KERNEL_SPEC_FILE, "./a.deb"},
};

START_TEST(spec)
{
	struct kernel_spec out = {KERNEL_SPECS, NULL};
	struct err err = {0};

	ck_assert_int_eq(kernel_spec_parse(specs[_i].text, &out, &err),
			 specs[_i].code);
	ck_assert_int_eq(out.kind, specs[_i].kind);
	if (specs[_i].what)
		ck_assert_str_eq(out.what, specs[_i].what);
	else
		ck_assert_str_ne(err.text, "");
}
END_TEST

static const struct {
	const char *text;
	int code;
	const char *says; /* the key, or a part of the remedy */
} finds[] = {
	{"uml", 0, "uml-6.12.9-bbbbbbbbbbbb"},
	{"uml:6.12", 0, "uml-6.12.9-bbbbbbbbbbbb"},
	{"uml:6.12.8", 0, "uml-6.12.8-cccccccccccc"},
	{"uml:6.1", 0, "uml-6.1.100-dddddddddddd"},
	{"uml:6.13", 0, "uml-6.13.0-eeeeeeeeeeee"},
	{"uml:uml-6.12.9-aaaaaaaaaaaa", 0, "uml-6.12.9-aaaaaaaaaaaa"},
	{"uml:6.2", -ENOENT, "tcplab kernel build --version 6.2"},
	{"uml:uml-6.2.0-ffffffffffff", -ENOENT, "tcplab kernel list"},
	{"uml:/nowhere", -EINVAL, ""},
	{"uml:/etc", -EINVAL, "tcplab kernel list"},
	{"uml:/bin/sh", -EINVAL, "ARCH=um"},
	{"uml:/etc/passwd", -EINVAL, ""},
	{"/bin/sh", -EINVAL, "ARCH=um"},
	{"/nowhere", -EINVAL, ""},
	{"/etc", -EINVAL, ""},
	{"/dev/null", -EINVAL, ""},
	{"/etc/passwd", -EINVAL, "bzImage"},
};

static void plant_all(void)
{
	/* two of a release, the first newer; and a tree's, which is highest */
	scratch_plant("6.12.9", "aaaaaaaaaaaa", KERNEL_ORIGIN_PACKAGE, 5);
	scratch_plant("6.12.9", "bbbbbbbbbbbb", KERNEL_ORIGIN_PACKAGE, 7);
	scratch_plant("6.12.8", "cccccccccccc", KERNEL_ORIGIN_PACKAGE, 9);
	scratch_plant("6.1.100", "dddddddddddd", KERNEL_ORIGIN_TARBALL, 9);
	scratch_plant("6.13.0", "eeeeeeeeeeee", KERNEL_ORIGIN_TREE, 9);
}

START_TEST(find)
{
	struct kernel kernel = {0};
	struct err err = {0};
	int rc;

	plant_all();
	rc = kernel_find(finds[_i].text, &kernel, &err);
	ck_assert_msg(rc == finds[_i].code, "%d: %s", rc, err.text);
	if (rc == 0) {
		ck_assert_str_eq(kernel.key, finds[_i].says);
		ck_assert_int_eq(access(kernel.path, X_OK), 0);
	} else {
		ck_assert_ptr_null(kernel.path);
		ck_assert_ptr_nonnull(strstr(err.remedy, finds[_i].says));
	}
	kernel_done(&kernel);
}
END_TEST

START_TEST(find_in_an_empty_cache)
{
	struct kernel kernel = {0};
	struct err err = {0};

	ck_assert_int_eq(kernel_find("uml", &kernel, &err), -ENOENT);
	ck_assert_ptr_nonnull(strstr(err.remedy, "tcplab kernel build"));
	ck_assert_int_eq(kernel_aside_remove(scratch_cache, NULL), 0);
	ck_assert_int_eq(kernel_find("uml", &kernel, &err), -ENOENT);
}
END_TEST

START_TEST(find_a_program_of_ones_own)
{
	static const char text[] =
		"...User Mode Linux v%s...Linux version 6.9.1 (me@here)...";
	SCOPED_FREE char *dir = mem_printf("uml:%s/own", scratch);
	SCOPED_FREE char *file = mem_printf("%s/linux", dir);
	struct kernel kernel = {0};

	scratch_write("own/linux", text, 0755);
	ck_assert_int_eq(kernel_find(file, &kernel, NULL), 0);
	ck_assert_str_eq(kernel.release, "6.9.1");
	ck_assert_str_eq(kernel.path, file + 4);
	ck_assert_ptr_null(kernel.key);
	kernel_done(&kernel);
	/* its folder means the same */
	ck_assert_int_eq(kernel_find(dir, &kernel, NULL), 0);
	ck_assert_str_eq(kernel.path, file + 4);
	kernel_done(&kernel);
	/* any other kernel is no program */
	scratch_write("own/linux", text + 20, 0755);
	ck_assert_int_eq(kernel_find(file, &kernel, NULL), -EINVAL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel");
	TCase *tests = tcase_create("kernel");

	tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
	tcase_add_loop_test(tests, spec, 0, sizeof(specs) / sizeof(specs[0]));
	tcase_add_loop_test(tests, find, 0, sizeof(finds) / sizeof(finds[0]));
	tcase_add_test(tests, find_in_an_empty_cache);
	tcase_add_test(tests, find_a_program_of_ones_own);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
