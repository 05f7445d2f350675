/*
 * test_chance.c - a process that was refused chance has none, nor its programs
 */
#include "test.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest/chance.h"

/** what a child found */
enum {
	HAS_NONE = 0,
	HAS_SOME = 1,
	CANNOT_REFUSE = 2,
};

static int look(void)
{
	char bytes[8];

	return syscall(SYS_getrandom, bytes, sizeof(bytes), 0) == -1 &&
			       errno == ENOSYS
		       ? HAS_NONE
		       : HAS_SOME;
}

static int status_of(pid_t pid)
{
	int wstatus = -1;

	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitpid(pid, &wstatus, 0), pid);
	ck_assert(WIFEXITED(wstatus));
	return WEXITSTATUS(wstatus);
}

START_TEST(none_is_left_once_it_is_refused)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(chance_refuse() < 0 ? CANNOT_REFUSE : look());
	ck_assert_int_eq(status_of(pid), HAS_NONE);
}
END_TEST

START_TEST(a_program_that_is_executed_has_none_either)
{
	char *const argv[] = {"python3", "-c",
			      "import os, sys\n"
			      "try: os.getrandom(8)\n"
			      "except OSError: sys.exit(0)\n"
			      "sys.exit(1)",
			      NULL};
	pid_t pid = fork();

	if (pid == 0) {
		if (chance_refuse() < 0)
			_exit(CANNOT_REFUSE);
		/* else it wants a random one to start, and dies */
		(void)setenv("PYTHONHASHSEED", "0", 1);
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	ck_assert_int_eq(status_of(pid), HAS_NONE);
}
END_TEST

START_TEST(others_still_have_it)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(look());
	ck_assert_int_eq(status_of(pid), HAS_SOME);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("chance");
	TCase *tcase = tcase_create("chance");

	tcase_add_test(tcase, none_is_left_once_it_is_refused);
	tcase_add_test(tcase, a_program_that_is_executed_has_none_either);
	tcase_add_test(tcase, others_still_have_it);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
