/*
 * test_file.c - files are read bounded, and replaced whole or not at all
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "test.h"

static char dir[64];
static int folderfd = -1;

static int remove_one(const char *path, const struct stat *st, int flag,
		      struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void setup(void)
{
	strcpy(dir, "/tmp/tcplab-file-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	folderfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(folderfd, 0);
}

static void teardown(void)
{
	fd_close(&folderfd);
	ck_assert_int_eq(nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void write_ok(const char *name, const char *text)
{
	struct err err = {0};

	ck_assert_msg(file_write(folderfd, name, text, strlen(text), &err) == 0,
		      "%s", err.text);
}

static void expect_content(const char *name, const char *want)
{
	SCOPED_FREE char *text = NULL;
	struct err err = {0};

	ck_assert_msg(file_read(folderfd, name, 1 << 20, &text, NULL, &err) ==
			      0,
		      "%s", err.text);
	ck_assert_str_eq(text, want);
}

/* nothing but what is named may be left in the folder */
static void expect_alone(const char *name)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;

	ck_assert_ptr_nonnull(d);
	while ((entry = readdir(d)))
		if (entry->d_name[0] != '.')
			ck_assert_str_eq(entry->d_name, name);
	(void)closedir(d);
}

static bool exists(const char *name)
{
	return faccessat(folderfd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

START_TEST(what_is_written_is_read_back)
{
	SCOPED_FREE char *text = NULL;
	size_t len = 0;

	ck_assert_int_eq(file_write(folderfd, "bin", "a\0b", 3, NULL), 0);
	ck_assert_int_eq(file_read(folderfd, "bin", 3, &text, &len, NULL), 0);
	ck_assert_uint_eq(len, 3);
	ck_assert_mem_eq(text, "a\0b\0", 4);
	write_ok("empty", "");
	expect_content("empty", "");
	write_ok("empty", "now full");
	expect_content("empty", "now full");
	ck_assert_int_eq(unlinkat(folderfd, "bin", 0), 0);
	expect_alone("empty");
}
END_TEST

START_TEST(reading_is_bounded_and_says_why_not)
{
	static char untouched[] = "untouched";
	char *text = untouched;
	struct err err = {0};

	write_ok("five", "12345");
	ck_assert_int_eq(file_read(folderfd, "five", 4, &text, NULL, &err),
			 -EFBIG);
	ck_assert_str_eq(err.text, "five: File too large");
	ck_assert_int_eq(file_read(folderfd, "none", 4, &text, NULL, &err),
			 -ENOENT);
	ck_assert_str_eq(err.text, "none: No such file or directory");
	ck_assert_int_eq(file_read(folderfd, ".", 4, &text, NULL, &err),
			 -EISDIR);
	ck_assert_ptr_eq(text, untouched);
}
END_TEST

START_TEST(files_without_a_size_are_read_whole)
{
	SCOPED_FREE char *text = NULL;
	size_t len = 0;

	/* every file of /proc has st_size 0, and this one many pages */
	ck_assert_int_eq(file_read(AT_FDCWD, "/proc/self/smaps", 1 << 24, &text,
				   &len, NULL),
			 0);
	ck_assert_uint_gt(len, 4096);
	ck_assert_uint_eq(strlen(text), len);
}
END_TEST

START_TEST(a_full_disk_leaves_the_old_file)
{
	struct rlimit old;
	struct rlimit tight;
	struct err err = {0};
	int rc;

	write_ok("f", "old");
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	tight = old;
	tight.rlim_cur = 2;
	/* EFBIG comes where ENOSPC would: from write(2), after a short one */
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &tight), 0);
	rc = file_write(folderfd, "f", "new content", 11, &err);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	(void)signal(SIGXFSZ, SIG_DFL);
	ck_assert_int_eq(rc, -EFBIG);
	ck_assert_str_eq(err.text, "f: File too large");
	expect_content("f", "old");
	expect_alone("f");
}
END_TEST

START_TEST(a_full_device_is_told)
{
	SCOPED_FD int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(file_write_all(fd, "x", 1), -ENOSPC);
	ck_assert_int_eq(file_write_all(fd, "", 0), 0);
	ck_assert_int_eq(file_write_all(-1, "x", 1), -EBADF);
}
END_TEST

START_TEST(a_folder_in_the_way_is_told_and_nothing_stays)
{
	struct err err = {0};

	ck_assert_int_eq(mkdirat(folderfd, "d", 0755), 0);
	ck_assert_int_eq(file_write(folderfd, "d", "x", 1, &err), -EISDIR);
	expect_alone("d");
	ck_assert_int_eq(file_write(folderfd, "no/f", "x", 1, &err), -ENOENT);
	ck_assert_str_eq(err.text, "no/f: No such file or directory");
}
END_TEST

START_TEST(what_is_planted_is_neither_followed_nor_waited_for)
{
	struct stat st;

	write_ok("victim", "precious");
	ck_assert_int_eq(symlinkat("victim", folderfd, "f"), 0);
	ck_assert_int_eq(symlinkat("victim", folderfd, "f.part"), 0);
	write_ok("f", "x");
	ck_assert_int_eq(linkat(folderfd, "victim", folderfd, "g", 0), 0);
	ck_assert_int_eq(linkat(folderfd, "victim", folderfd, "g.part", 0), 0);
	write_ok("g", "y");
	/* opened for writing, a FIFO without a reader blocks: fifo(7) */
	ck_assert_int_eq(mkfifoat(folderfd, "h", 0666), 0);
	ck_assert_int_eq(mkfifoat(folderfd, "h.part", 0666), 0);
	write_ok("h", "z");
	expect_content("victim", "precious");
	expect_content("f", "x");
	expect_content("g", "y");
	expect_content("h", "z");
	ck_assert_int_eq(fstatat(folderfd, "f", &st, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert(S_ISREG(st.st_mode));
}
END_TEST

START_TEST(a_file_may_be_written_for_another)
{
	uid_t uid = geteuid() == 0 ? 12345 : geteuid();
	gid_t gid = geteuid() == 0 ? 12346 : getegid();
	struct stat st;

	ck_assert_int_eq(file_write_for(folderfd, "f", "x", 1, uid, gid, NULL),
			 0);
	ck_assert_int_eq(fstatat(folderfd, "f", &st, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert_uint_eq(st.st_uid, uid);
	ck_assert_uint_eq(st.st_gid, gid);
}
END_TEST

START_TEST(a_folder_that_is_closed_to_us_is_told)
{
	uid_t me = geteuid();
	struct err err = {0};
	int rc;

	ck_assert_int_eq(mkdirat(folderfd, "shut", 0555), 0);
	ck_assert_int_eq(fchmod(folderfd, 0755), 0);
	/* root may write anywhere; nobody may not, nor may we */
	if (me == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	rc = file_write(folderfd, "shut/f", "x", 1, &err);
	if (me == 0)
		ck_assert_int_eq(seteuid(me), 0);
	ck_assert_int_eq(rc, -EACCES);
	ck_assert_str_eq(err.text, "shut/f: Permission denied");
}
END_TEST

static atomic_bool done;

static void *keep_reading(void *arg)
{
	size_t *bad = arg;

	while (!atomic_load(&done)) {
		SCOPED_FREE char *text = NULL;
		size_t len = 0;

		if (file_read(folderfd, "f", 1 << 20, &text, &len, NULL) < 0 ||
		    len != 100000 || text[0] != text[len - 1])
			++*bad;
	}
	return NULL;
}

START_TEST(a_reader_never_sees_a_part)
{
	SCOPED_FREE char *text = mem_zalloc(1, 100001);
	size_t bad = 0;
	pthread_t reader;

	memset(text, 'a', 100000);
	write_ok("f", text);
	ck_assert_int_eq(pthread_create(&reader, NULL, keep_reading, &bad), 0);
	for (int i = 0; i < 300; i++) {
		memset(text, 'a' + i % 26, 100000);
		write_ok("f", text);
	}
	atomic_store(&done, true);
	ck_assert_int_eq(pthread_join(reader, NULL), 0);
	ck_assert_uint_eq(bad, 0);
}
END_TEST

struct mkdirs_case {
	const char *path;
	int rc;
};

static const struct mkdirs_case mkdirs_cases[] = {
	{"a", 0},	    {"a/b/c", 0},	   {"a/b/c", 0},
	{"a//b/d/", 0},	    {"./e/../e/f", 0},	   {"file/g", -ENOTDIR},
	{"file", -ENOTDIR}, {"dangling", -ENOENT}, {"dangling/h", -ENOENT},
	{"", -ENOENT},
};

START_TEST(folders_are_made_on_the_way)
{
	uid_t any = (uid_t)-1;

	write_ok("file", "");
	ck_assert_int_eq(symlinkat("nowhere", folderfd, "dangling"), 0);
	for (size_t i = 0; i < sizeof(mkdirs_cases) / sizeof(*mkdirs_cases);
	     i++) {
		const struct mkdirs_case *c = &mkdirs_cases[i];
		SCOPED_FREE char *path =
			mem_printf("%s%s%s", c->path[0] ? dir : "",
				   c->path[0] ? "/" : "", c->path);

		ck_assert_msg(file_mkdirs(path, any, any, NULL) == c->rc, "%s",
			      c->path);
		if (c->rc == 0)
			ck_assert_msg(exists(c->path), "%s", c->path);
	}
	ck_assert_int_eq(file_mkdirs("/", any, any, NULL), 0);
}
END_TEST

START_TEST(folders_made_as_root_belong_to_whom_we_say)
{
	SCOPED_FREE char *path = mem_printf("%s/a/b", dir);
	uid_t uid = geteuid() == 0 ? 12345 : geteuid();
	gid_t gid = geteuid() == 0 ? 12346 : getegid();
	struct stat st;

	ck_assert_int_eq(file_mkdirs(path, uid, gid, NULL), 0);
	ck_assert_int_eq(fstatat(folderfd, "a", &st, 0), 0);
	ck_assert_uint_eq(st.st_uid, uid);
	ck_assert_uint_eq(st.st_gid, gid);
	ck_assert_int_eq(fstatat(folderfd, "a/b", &st, 0), 0);
	ck_assert_uint_eq(st.st_uid, uid);
	ck_assert_int_eq(fstat(folderfd, &st), 0);
	ck_assert_uint_eq(st.st_uid, geteuid());
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("file");
	TCase *tcase = tcase_create("file");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_is_written_is_read_back);
	tcase_add_test(tcase, reading_is_bounded_and_says_why_not);
	tcase_add_test(tcase, files_without_a_size_are_read_whole);
	tcase_add_test(tcase, a_full_disk_leaves_the_old_file);
	tcase_add_test(tcase, a_full_device_is_told);
	tcase_add_test(tcase, a_folder_in_the_way_is_told_and_nothing_stays);
	tcase_add_test(tcase,
		       what_is_planted_is_neither_followed_nor_waited_for);
	tcase_add_test(tcase, a_file_may_be_written_for_another);
	tcase_add_test(tcase, a_folder_that_is_closed_to_us_is_told);
	tcase_add_test(tcase, a_reader_never_sees_a_part);
	tcase_add_test(tcase, folders_are_made_on_the_way);
	tcase_add_test(tcase, folders_made_as_root_belong_to_whom_we_say);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
