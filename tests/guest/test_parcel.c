/*
 * test_parcel.c - results come out of a guest whole, or not at all
 */
#include <errno.h>
#include <fcntl.h>

#include "base/sha256.h"
#include "base/str.h"
#include "guest/parcel.h"
#include "guest/scratch.h"

/** JOURNAL - a file of the folder */
#define JOURNAL "{\"n\":1}\n"

/* what a folder with a journal and a manifest sends; caller frees */
static char *sent(size_t *len)
{
	SCOPED_FREE char *folder = mem_printf("%s/in", scratch);
	SCOPED_FREE char *path = mem_printf("%s/parcel", scratch);
	SCOPED_FD int fd = -1;
	struct err err = {0};
	char *bytes = NULL;

	scratch_write("in/journal.jsonl", JOURNAL, 0644);
	scratch_write("in/empty", "", 0644);
	scratch_write("in/scenario.yaml", "came with the job", 0644);
	scratch_write("in/folder/file", "is left out", 0644);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(parcel_send(fd, 7, folder, &err), 0);
	ck_assert_int_eq(file_read(AT_FDCWD, path, 1 << 20, &bytes, len, &err),
			 0);
	return bytes;
}

START_TEST(what_is_sent_is_saved)
{
	SCOPED_FREE char *folder = mem_printf("%s/out", scratch);
	SCOPED_FREE char *text = NULL;
	SCOPED_FREE char *bytes = NULL;
	SCOPED_FD int dirfd = -1;
	struct parcel parcel;
	struct err err = {0};
	size_t len = 0;

	bytes = sent(&len);
	ck_assert_msg(parcel_open(bytes, len, &parcel, &err) == 0, "%s",
		      err.text);
	ck_assert_uint_eq(parcel.item, 7);
	ck_assert_uint_eq(parcel.n_files, 2);
	ck_assert_uint_eq(parcel.size, len);
	/* a link that was planted there is replaced and not followed */
	scratch_write("out/other", "other", 0644);
	dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(symlinkat("other", dirfd, "journal.jsonl"), 0);
	ck_assert_int_eq(
		parcel_save(&parcel, dirfd, (uid_t)-1, (gid_t)-1, &err), 0);
	ck_assert_int_eq(
		file_read(dirfd, "journal.jsonl", 99, &text, NULL, &err), 0);
	ck_assert_str_eq(text, JOURNAL);
	free(PTR_STEAL(text));
	ck_assert_int_eq(file_read(dirfd, "other", 99, &text, NULL, &err), 0);
	ck_assert_str_eq(text, "other");
	ck_assert_int_eq(faccessat(dirfd, "empty", F_OK, 0), 0);
	ck_assert_int_lt(faccessat(dirfd, "scenario.yaml", F_OK, 0), 0);
}
END_TEST

START_TEST(each_cut_is_told)
{
	SCOPED_FREE char *bytes = NULL;
	size_t len = 0;

	bytes = sent(&len);
	for (size_t n = 0; n < len; n++) {
		SCOPED_FREE char *cut = mem_new(char, n + 1);
		struct parcel parcel = {.item = 99};
		struct err err = {0};

		memcpy(cut, bytes, n);
		ck_assert_int_eq(parcel_open(cut, n, &parcel, &err), -ENODATA);
		ck_assert_ptr_nonnull(strstr(err.text, "cut short"));
		ck_assert_uint_eq(parcel.item, 99);
	}
}
END_TEST

START_TEST(each_wrong_byte_is_told)
{
	SCOPED_FREE char *bytes = NULL;
	size_t len = 0;

	bytes = sent(&len);
	for (size_t i = 0; i < len; i++) {
		struct parcel parcel;
		struct err err = {0};

		bytes[i] = (char)(bytes[i] ^ 1);
		ck_assert_int_lt(parcel_open(bytes, len, &parcel, &err), 0);
		ck_assert_ptr_nonnull(strstr(err.text, "a guest's results"));
		bytes[i] = (char)(bytes[i] ^ 1);
	}
}
END_TEST

/* a name as the guest's programs might choose it, with the hash right */
static const char *const bad_names[] = {
	"..", ".hidden", "a/b", "/etc/passwd", "scenario.yaml",
};

START_TEST(a_name_leads_nowhere_else)
{
	size_t len = strlen(bad_names[_i]);
	SCOPED_STR struct str all = {0};
	const uint32_t n = 1;
	const uint32_t item = 0;
	const uint64_t body = 4 + 8 + len;
	const uint32_t name_len = (uint32_t)len;
	const uint64_t none = 0;
	char hash[SHA256_TEXT];
	struct sha256 sha;
	struct parcel parcel;
	struct err err = {0};

	str_add(&all, "tcplab 1");
	str_addn(&all, (const char *)&item, 4);
	str_addn(&all, (const char *)&n, 4);
	str_addn(&all, (const char *)&body, 8);
	str_addn(&all, (const char *)&name_len, 4);
	str_addn(&all, (const char *)&none, 8);
	str_add(&all, bad_names[_i]);
	sha256_init(&sha);
	sha256_add(&sha, all.s, all.len);
	sha256_text(&sha, hash);
	str_add(&all, hash);
	ck_assert_int_eq(parcel_open(all.s, all.len, &parcel, &err), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(err.text, "damaged"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parcel");
	TCase *tests = tcase_create("parcel");

	tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
	tcase_add_test(tests, what_is_sent_is_saved);
	tcase_add_test(tests, each_cut_is_told);
	tcase_add_test(tests, each_wrong_byte_is_told);
	tcase_add_loop_test(tests, a_name_leads_nowhere_else, 0,
			    sizeof(bad_names) / sizeof(bad_names[0]));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
