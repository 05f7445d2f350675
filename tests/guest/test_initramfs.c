/*
 * test_initramfs.c - what is put into a guest's root is there, once, with all
 * that leads to it
 */
#include "guest/initramfs.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <sys/mman.h>

#include "base/str.h"
#include "guest/modules.h"
#include "guest/programs.h"
#include "guest/scratch.h"

static int image_fd;
static struct initramfs *ramfs;

static void setup(void)
{
	scratch_setup();
	image_fd = memfd_create("image", MFD_CLOEXEC);
	ck_assert_int_ge(image_fd, 0);
	ck_assert_int_eq(initramfs_open(image_fd, &ramfs, NULL), 0);
}

static void teardown(void)
{
	(void)close(image_fd);
	scratch_teardown();
}

/* end it, and list it as the kernel would unpack it: "path [-> target]\n" */
static char *list(void)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	struct str text = {0};
	struct err err = {0};

	ck_assert_msg(initramfs_close(ramfs, &err) == 0, "%s", err.text);
	ck_assert_int_eq(lseek(image_fd, 0, SEEK_SET), 0);
	ck_assert_int_eq(archive_read_support_format_cpio(a), ARCHIVE_OK);
	ck_assert_int_eq(archive_read_open_fd(a, image_fd, 4096), ARCHIVE_OK);
	while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		str_addf(&text, "%s", archive_entry_pathname(entry));
		if (archive_entry_symlink(entry))
			str_addf(&text, " -> %s", archive_entry_symlink(entry));
		str_add(&text, "\n");
	}
	ck_assert_int_eq(archive_format(a), ARCHIVE_FORMAT_CPIO_SVR4_NOCRC);
	ck_assert_int_eq(archive_read_free(a), ARCHIVE_OK);
	return str_steal(&text);
}

static size_t count(const char *text, const char *line)
{
	size_t n = 0;

	for (const char *at = strstr(text, line); at; at = strstr(at + 1, line))
		n++;
	return n;
}

START_TEST(parents_come_first_and_nothing_twice)
{
	SCOPED_FREE char *text = NULL;

	ck_assert_int_eq(initramfs_bytes(ramfs, "/a/b/c", 0644, "x", 1, NULL),
			 0);
	ck_assert_int_eq(initramfs_bytes(ramfs, "/a/b/c", 0644, "y", 1, NULL),
			 0);
	ck_assert_int_eq(initramfs_link(ramfs, "/a/d", "b/c", NULL), 0);
	ck_assert_int_eq(initramfs_dir(ramfs, "/a", 0700, NULL), 0);
	text = list();
	ck_assert_str_eq(text, "a\na/b\na/b/c\na/d -> b/c\n");
}
END_TEST

START_TEST(links_on_the_way_are_copied)
{
	SCOPED_FREE char *dir = mem_printf("%s/link", scratch);
	SCOPED_FREE char *file = mem_printf("%s/link/../link/file", scratch);
	SCOPED_FREE char *text = NULL;

	scratch_write("real/file", "content", 0755);
	ck_assert_int_eq(symlink("./real", dir), 0);
	ck_assert_int_eq(initramfs_copy(ramfs, file, NULL), 0);
	text = list();
	ck_assert_uint_eq(count(text, "/link -> ./real\n"), 1);
	ck_assert_uint_eq(count(text, "/real/file\n"), 1);
	ck_assert_uint_eq(count(text, "/link/file\n"), 0);
}
END_TEST

START_TEST(what_is_not_there_is_told)
{
	SCOPED_FREE char *loop = mem_printf("%s/loop", scratch);
	struct err err = {0};

	ck_assert_int_eq(initramfs_copy(ramfs, "/nowhere/x", &err), -ENOENT);
	ck_assert_ptr_nonnull(strstr(err.text, "/nowhere"));
	ck_assert_int_eq(symlink("loop", loop), 0);
	ck_assert_int_eq(initramfs_copy(ramfs, loop, &err), -ELOOP);
	ck_assert_int_eq(initramfs_close(ramfs, NULL), 0);
}
END_TEST

START_TEST(a_program_comes_with_its_libraries)
{
	SCOPED_FREE char *found = programs_find("sleep", PROGRAMS_PATH);
	SCOPED_FREE char *none = programs_find("no-such-program", "/bin:/sbin");
	SCOPED_FREE char *text = NULL;

	ck_assert_ptr_nonnull(found);
	ck_assert_ptr_null(none);
	ck_assert_int_eq(programs_pack_one(ramfs, found, NULL), 0);
	text = list();
	ck_assert_uint_eq(count(text, "/sleep\n"), 1);
	ck_assert_uint_ge(count(text, "/libc.so.6\n"), 1);
	ck_assert_uint_ge(count(text, "ld-linux"), 1);
}
END_TEST

static void add(struct modules *modules, const char *file, const char *depends)
{
	/* strings with a NUL between, as in .modinfo */
	char *bytes =
		mem_printf("license=GPL%cdepends=%s%cname=x", 0, depends, 0);

	modules_add(modules, file, bytes,
		    strlen("license=GPL depends= name=x") + strlen(depends));
}

START_TEST(modules_come_after_what_they_need)
{
	SCOPED_FREE char *text = NULL;
	struct modules modules = {0};
	const char *need;
	const char *user;

	add(&modules, "kernel/net/nf_tables.ko", "nf_one,two_,builtin");
	add(&modules, "kernel/two_.ko", "nf_one");
	add(&modules, "kernel/lib/nf-one.ko", "");
	add(&modules, "kernel/lib/of-no-use.ko", "");
	modules_add(&modules, "modules.order", NULL, 0);
	ck_assert_uint_eq(modules.v.n, 4);
	ck_assert_int_eq(modules_pack(&modules, ramfs, NULL), 0);
	modules_done(&modules);
	text = list();
	need = strstr(text, "modules/nf_one.ko\n");
	user = strstr(text, "modules/nf_tables.ko\n");
	ck_assert_ptr_nonnull(strstr(text, "modules/two_.ko\n"));
	ck_assert(need && user && need < user);
	ck_assert_uint_eq(count(text, "of_no_use"), 0);
	ck_assert_uint_eq(count(text, "modules/order\n"), 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("initramfs");
	TCase *tests = tcase_create("initramfs");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, parents_come_first_and_nothing_twice);
	tcase_add_test(tests, links_on_the_way_are_copied);
	tcase_add_test(tests, what_is_not_there_is_told);
	tcase_add_test(tests, a_program_comes_with_its_libraries);
	tcase_add_test(tests, modules_come_after_what_they_need);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
