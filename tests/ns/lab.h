/*
 * lab.h - run a piece of a test as the runner of a lab, as root and as nobody
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/scope.h"
#include "ns/init.h"
#include "test.h"

/** LAB_USERS - loop tests run once for each: 0 is root, 1 is nobody */
#define LAB_USERS 2

/** LAB_NOBODY - an unprivileged user of whom nothing else is known */
#define LAB_NOBODY 65534

/** LAB_FAILED - exit status of a body whose check failed */
#define LAB_FAILED 99

/**
 * lab_check - in a body: leave with LAB_FAILED unless @cond holds
 *
 * Not ck_assert: that would jump into the runner's copy of the test program.
 */
#define lab_check(cond, ...)                                           \
	do {                                                           \
		if (!(cond)) {                                         \
			(void)fprintf(stderr, "%s:%d: %s: ", __FILE__, \
				      __LINE__, #cond);                \
			(void)fprintf(stderr, __VA_ARGS__);            \
			(void)fputc('\n', stderr);                     \
			_exit(LAB_FAILED);                             \
		}                                                      \
	} while (0)

/** lab_can_be - whether we can be the user of this index */
static inline bool lab_can_be(int user)
{
	return user != 0 || geteuid() == 0;
}

/** lab_become - in a forked child: be the user of this index for good */
static inline void lab_become(int user)
{
	if (user == 0 || geteuid() != 0)
		return;
	lab_check(setresgid(LAB_NOBODY, LAB_NOBODY, LAB_NOBODY) == 0 &&
			  setresuid(LAB_NOBODY, LAB_NOBODY, LAB_NOBODY) == 0,
		  "become nobody: errno %d", errno);
	/* an exec(2) as that user would have given us this back */
	(void)prctl(PR_SET_DUMPABLE, 1);
}

/** lab_wait - the exit status of a child, 128 + N for signal N */
static inline int lab_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		lab_check(errno == EINTR, "waitpid: errno %d", errno);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/**
 * lab_run - start a lab as a user, and wait for its end
 * @user: index below LAB_USERS
 * @config: what to run; owner_pidfd is filled in
 *
 * Return: init's exit status.
 */
static inline int lab_run(int user, struct ns_init config)
{
	pid_t owner = fork();

	lab_check(owner >= 0, "fork: errno %d", errno);
	if (owner == 0) {
		struct err err = {0};
		pid_t pid;

		lab_become(user);
		config.owner_pidfd = ns_owner_open(&err);
		pid = ns_init_start(&config, &err);
		lab_check(pid > 0, "%s [%s]", err.text, err.remedy);
		_exit(lab_wait(pid));
	}
	return lab_wait(owner);
}

/** lab_assert - in a test: fail it, and say how, unless the body returns 0;
 * what follows @user initialises a struct ns_init */
#define lab_assert(name, user, ...)                                        \
	do {                                                               \
		int lab_status_ =                                          \
			lab_run((user), (struct ns_init){__VA_ARGS__});    \
		ck_assert_msg(lab_status_ == 0, "%s (user %d): status %d", \
			      (name), (user), lab_status_);                \
	} while (0)

static inline int lab_nothing(void *arg, struct ns_runner *self)
{
	(void)arg;
	(void)self;
	return 0;
}

/** lab_probe - skip the whole program where no lab can be started */
static inline void lab_probe(void)
{
	if (lab_run(geteuid() == 0 ? 0 : 1,
		    (struct ns_init){.main = lab_nothing}) != 0)
		test_skip("no lab can be started here");
}
