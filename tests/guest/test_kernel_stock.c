/*
 * test_kernel_stock.c - images and packages are known by what is in them
 */
#include "guest/kernel_stock.h"

#include <errno.h>

#include "guest/bzimage.h"
#include "guest/deb.h"
#include "guest/scratch.h"
#include "guest/stock.h"

static const struct {
	const char *version; /* the header's */
	const char *release; /* NULL: none is told */
} versions[] = {
	{"6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org) #1 SMP",
	 "6.1.0-56-cloud-amd64"},
	{"6.9.0+ (me@here)", "6.9.0+"},
	{NULL, NULL},
	{"", NULL},
	{" 6.1", NULL},
	{"6.1", NULL}, /* cut */
	{"../../etc (me@here)", NULL}, /* it becomes part of a path */
	{"0123456789012345678901234567890123456789012345678901234567890123456 "
	 "x",
	 NULL},
};

START_TEST(release_of_an_image)
{
	char head[STOCK_HEAD];
	SCOPED_FREE char *release = NULL;

	stock_image(head, versions[_i].version);
	ck_assert(bzimage_is(head, sizeof(head)));
	release = bzimage_release(head, sizeof(head));
	if (versions[_i].release)
		ck_assert_pstr_eq(release, versions[_i].release);
	else
		ck_assert_ptr_null(release);
}
END_TEST

START_TEST(no_image)
{
	char head[STOCK_HEAD];

	stock_image(head, "6.1 x");
	for (size_t n = 0; n < 0x210; n++)
		ck_assert(!bzimage_is(head, n));
	/* the text is behind what was read */
	ck_assert_ptr_null(bzimage_release(head, 0x301));
	head[0x207] = 0x01; /* a protocol of the last century */
	ck_assert(!bzimage_is(head, sizeof(head)));
}
END_TEST

static void write_image(const char *version)
{
	SCOPED_FREE char *path = mem_printf("%s/vmlinuz", scratch);
	char head[STOCK_HEAD];

	stock_image(head, version);
	ck_assert_int_eq(file_write(AT_FDCWD, path, head, sizeof(head), NULL),
			 0);
}

START_TEST(find_an_image)
{
	SCOPED_FREE char *path = mem_printf("%s/vmlinuz", scratch);
	struct kernel kernel = {0};
	struct err err = {0};

	write_image("6.1.0-none (x)");
	ck_assert_msg(kernel_find(path, &kernel, &err) == 0, "%s", err.text);
	ck_assert_int_eq(kernel.kind, KERNEL_KIND_STOCK);
	ck_assert(!kernel.is_package);
	ck_assert_str_eq(kernel.path, path);
	ck_assert_str_eq(kernel.release, "6.1.0-none");
	ck_assert_ptr_null(kernel.modules);
	kernel_done(&kernel);
	write_image(NULL);
	ck_assert_int_eq(kernel_find(path, &kernel, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "release"));
}
END_TEST

START_TEST(find_a_package)
{
	SCOPED_FREE char *path = NULL;
	struct kernel kernel = {0};
	struct err err = {0};

	path = stock_package("0123  boot/config-6.1.0-x\n"
			     "4567  boot/vmlinuz-6.1.0-x\n",
			     "./boot/vmlinuz-6.1.0-x", "kernel");
	ck_assert_msg(kernel_find(path, &kernel, &err) == 0, "%s", err.text);
	ck_assert_int_eq(kernel.kind, KERNEL_KIND_STOCK);
	ck_assert(kernel.is_package);
	ck_assert_str_eq(kernel.release, "6.1.0-x");
	kernel_done(&kernel);
	free(PTR_STEAL(path));
	path = stock_package("0123  usr/bin/hello\n", "./usr/bin/hello", "");
	ck_assert_int_eq(kernel_find(path, &kernel, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "without a kernel"));
}
END_TEST

static int keep(void *arg, const struct deb_file *file, struct err *err)
{
	ck_assert_str_eq(file->name, "lib/x.ko");
	ck_assert_int_eq(deb_read(file, 2, arg, NULL, err), -EFBIG);
	return deb_read(file, 99, arg, NULL, err);
}

START_TEST(read_a_package)
{
	SCOPED_FREE char *path = stock_package("", "./lib/x.ko", "module");
	SCOPED_FREE char *bytes = NULL;
	SCOPED_FREE char *whole = NULL;
	struct err err = {0};
	size_t len;

	ck_assert_int_eq(deb_walk(path, DEB_DATA, keep, &bytes, &err), 0);
	ck_assert_str_eq(bytes, "module");
	free(PTR_STEAL(bytes));
	/* a download that broke off */
	ck_assert_int_eq(file_read(AT_FDCWD, path, 1 << 20, &whole, &len, NULL),
			 0);
	ck_assert_int_eq(truncate(path, (off_t)len - 60), 0);
	ck_assert_int_eq(deb_walk(path, DEB_DATA, keep, &bytes, &err),
			 -EBADMSG);
	ck_assert_int_eq(truncate(path, 10), 0);
	ck_assert_int_eq(deb_walk(path, DEB_DATA, keep, &bytes, &err),
			 -EBADMSG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel_stock");
	TCase *tests = tcase_create("kernel_stock");

	tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
	tcase_add_loop_test(tests, release_of_an_image, 0,
			    sizeof(versions) / sizeof(versions[0]));
	tcase_add_test(tests, no_image);
	tcase_add_test(tests, find_an_image);
	tcase_add_test(tests, find_a_package);
	tcase_add_test(tests, read_a_package);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
