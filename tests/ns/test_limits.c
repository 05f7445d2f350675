/*
 * test_limits.c - limits are raised, never lowered, never past what is ours
 */
#include "ns/limits.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "test.h"

static const struct {
	rlim_t soft;
	rlim_t hard;
	rlim_t after;
} cases[] = {
	{100, 200, 200},
	{200, 200, 200},
	{64, 18000, 18000},
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

/* in a child: a lowered hard limit does not come back */
START_TEST(test_nofile)
{
	struct rlimit limit = {.rlim_cur = cases[_i].soft,
			       .rlim_max = cases[_i].hard};
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct err err = {0};

		if (setrlimit(RLIMIT_NOFILE, &limit) < 0 ||
		    limits_raise_nofile(&err) < 0 ||
		    getrlimit(RLIMIT_NOFILE, &limit) < 0)
			_exit(1);
		_exit(limit.rlim_cur == cases[_i].after &&
				      limit.rlim_max == cases[_i].hard
			      ? 0
			      : 2);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("limits");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, test_nofile, 0, (int)N_CASES);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
