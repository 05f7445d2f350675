/*
 * test_scope.c - what a scope owns goes with it, and errno stays
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/scope.h"
#include "test.h"

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(a_scope_closes_its_descriptor_and_keeps_errno)
{
	int seen;

	{
		SCOPED_FD int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		SCOPED_FD int none = -1;

		(void)none;
		seen = fd;
		ck_assert(is_open(seen));
		errno = EXDEV;
	}
	ck_assert_int_eq(errno, EXDEV);
	ck_assert(!is_open(seen));
}
END_TEST

START_TEST(what_is_stolen_outlives_the_scope)
{
	int fd = -1;
	char *text = NULL;

	{
		SCOPED_FD int mine = open("/dev/null", O_RDONLY | O_CLOEXEC);
		SCOPED_FREE char *copy = mem_strdup("kept");

		fd = fd_steal(&mine);
		text = PTR_STEAL(copy);
		ck_assert_int_eq(mine, -1);
		ck_assert_ptr_null(copy);
	}
	ck_assert(is_open(fd));
	ck_assert_str_eq(text, "kept");
	fd_close(&fd);
	ck_assert_int_eq(fd, -1);
	fd_close(&fd);
	free(text);
}
END_TEST

START_TEST(a_scope_closes_streams)
{
	int seen;

	{
		SCOPED_FILE FILE *file = fopen("/dev/null", "re");
		SCOPED_FILE FILE *none = NULL;
		SCOPED_DIR DIR *folder = opendir("/");
		SCOPED_DIR DIR *nowhere = NULL;

		(void)none;
		(void)nowhere;
		ck_assert_ptr_nonnull(folder);
		seen = fileno(file);
	}
	ck_assert(!is_open(seen));
}
END_TEST

START_TEST(the_clock_goes_forward)
{
	int64_t first = clock_now_ns();
	int64_t second = clock_now_ns();

	ck_assert_int_ge(second, first);
	ck_assert_int_gt(clock_wall_ns(), INT64_C(1600000000) * NS_PER_S);
}
END_TEST

START_TEST(the_log_says_what_is_wanted_on_stderr)
{
	SCOPED_FD int saved = dup(STDERR_FILENO);
	int pipes[2];
	char got[256] = {0};

	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	(void)fflush(stderr);
	ck_assert_int_ge(dup2(pipes[1], STDERR_FILENO), 0);
	log_info("not %s", "wanted");
	log_warn("host %s: %d", "a", 7);
	log_set_level(LOG_LEVEL_INFO);
	log_info("wanted");
	log_set_level(LOG_LEVEL_WARN);
	ck_assert_int_ge(dup2(saved, STDERR_FILENO), 0);
	ck_assert_int_gt(read(pipes[0], got, sizeof(got) - 1), 0);
	ck_assert_str_eq(got, "tcplab: host a: 7\ntcplab: wanted\n");
	fd_close(&pipes[0]);
	fd_close(&pipes[1]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("scope");
	TCase *tcase = tcase_create("scope");

	tcase_add_test(tcase, a_scope_closes_its_descriptor_and_keeps_errno);
	tcase_add_test(tcase, what_is_stolen_outlives_the_scope);
	tcase_add_test(tcase, a_scope_closes_streams);
	tcase_add_test(tcase, the_clock_goes_forward);
	tcase_add_test(tcase, the_log_says_what_is_wanted_on_stderr);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
