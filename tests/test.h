/*
 * test.h - what every test program needs around Check
 */
#pragma once

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** TEST_SKIPPED - meson's exit status for "could not run here" */
#define TEST_SKIPPED 77

/** test_run - run one suite without forking, print failures; for main() */
static inline int test_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	/* CK_FORK=no in the environment helps a debugger; so does one process
	 * to the sanitizers, whose leak report would else be lost */
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/**
 * test_skip - say why a live test cannot run here, and leave
 *
 * Under LAB_MUST_RUN=1 (CI) that is a failure: a skip that nobody sees is a
 * test that nobody has.
 */
static inline __attribute__((noreturn)) void test_skip(const char *why)
{
	const char *must = getenv("LAB_MUST_RUN");

	(void)fprintf(stderr, "skipped: %s\n", why);
	exit(must && strcmp(must, "1") == 0 ? EXIT_FAILURE : TEST_SKIPPED);
}
