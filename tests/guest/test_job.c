/*
 * test_job.c - a guest reads the very job that was written for it
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "guest/job.h"

static char folder[] = "/tmp/tcplab-job-XXXXXX";
static char path[64];

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/job.json", folder);
}

static void teardown(void)
{
	(void)unlink(path); /* or it was never written */
	ck_assert_int_eq(rmdir(folder), 0);
	memcpy(strrchr(folder, '-'), "-XXXXXX", sizeof("-XXXXXX") - 1);
}

START_TEST(what_was_saved_is_loaded)
{
	char results[] = "/r/2026 \"quoted\"";
	char line[] = "tcplab run \xc3\xa9";
	char name[] = "close/client-first";
	char place[] = "/r/close/client-first";
	struct job_item items[] = {{name, place}, {place, name}};
	struct job job = {
		.results = results,
		.command_line = line,
		.seed = INT64_MAX,
		.uid = 65534,
		.gid = 100,
		.items = items,
		.n_items = 2,
	};
	struct job got = {0};
	struct err err = {0};

	ck_assert_int_eq(job_save(&job, path, &err), 0);
	ck_assert_int_eq(job_load(path, &got, &err), 0);
	ck_assert_str_eq(got.results, results);
	ck_assert_str_eq(got.command_line, line);
	ck_assert_uint_eq(got.seed, INT64_MAX);
	ck_assert_uint_eq(got.uid, 65534);
	ck_assert_uint_eq(got.gid, 100);
	ck_assert_uint_eq(got.n_items, 2);
	ck_assert_str_eq(got.items[0].name, name);
	ck_assert_str_eq(got.items[1].folder, name);
	job_done(&got);
}
END_TEST

static const char *const bad[] = {
	"",
	"[]",
	"{\"results\": 1}",
	"{\"results\": \"r\", \"command\": \"c\", \"seed\": 1, \"uid\": 0, "
	"\"gid\": 0}",
	"{\"results\": \"r\", \"command\": \"c\", \"seed\": 1, \"uid\": 0, "
	"\"gid\": 0, \"items\": [{\"name\": \"n\"}]}",
};

START_TEST(what_is_no_job_is_refused)
{
	const char *text = bad[_i];
	struct job got = {0};
	struct err err = {0};

	ck_assert_int_eq(file_write(AT_FDCWD, path, text, strlen(text), &err),
			 0);
	ck_assert_int_eq(job_load(path, &got, &err), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(err.text, "not a guest's job"));
	ck_assert_ptr_null(got.results);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("job");
	TCase *tcase = tcase_create("job");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_was_saved_is_loaded);
	tcase_add_loop_test(tcase, what_is_no_job_is_refused, 0,
			    sizeof(bad) / sizeof(bad[0]));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
