/*
 * test_refusal.c - a refused namespace comes with the remedy that helps
 */
#include "ns/refusal.h"

#include <fcntl.h>
#include <sched.h>

#include "base/file.h"
#include "ns/lab.h"
#include "ns/netns.h"

static const struct {
	const char *sysctl; /* of the lab's own user namespace */
	unsigned long flag; /* 0: make a network namespace, else start a lab */
	const char *remedy;
} cases[] = {
	{"/proc/sys/user/max_net_namespaces", CLONE_NEWNET,
	 "raise user.max_net_namespaces"},
	{"/proc/sys/user/max_pid_namespaces", 0, "user.max_pid_namespaces"},
	{"/proc/sys/user/max_user_namespaces", 0, "user.max_user_namespaces"},
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

static int meet_the_limit(void *arg, struct ns_runner *self)
{
	const int i = *(const int *)arg;
	SCOPED_FD int fd = open(cases[i].sysctl, O_WRONLY | O_CLOEXEC);
	struct ns_init config = {.main = lab_nothing};
	struct err err = {0};
	int rc;

	(void)self;
	lab_check(fd >= 0 && write(fd, "0", 1) == 1, "%s: errno %d",
		  cases[i].sysctl, errno);
	if (cases[i].flag) {
		rc = netns_new(&err);
	} else {
		config.owner_pidfd = ns_owner_open(&err);
		rc = ns_init_start(&config, &err);
	}
	lab_check(rc == -ENOSPC, "%d: %s", rc, err.text);
	lab_check(strstr(err.remedy, cases[i].remedy), "%s", err.remedy);
	return 0;
}

/* as nobody only: a root lab has no user namespace of its own, and lowering
 * the machine's limits is not for a test */
START_TEST(test_limits_are_named)
{
	ck_assert_int_eq(lab_run(1, (struct ns_init){.main = meet_the_limit,
						     .arg = &_i}),
			 0);
}
END_TEST

START_TEST(test_words_and_remedies)
{
	static const struct {
		int code;
		unsigned long flags;
		const char *text;
		const char *remedy;
	} rows[] = {
		{-EPERM, CLONE_NEWNET, "make namespaces (network)", "sudo"},
		{-EINVAL, CLONE_NEWUSER | CLONE_NEWPID,
		 "make namespaces (user, PID)", "CONFIG_USER_NS"},
		{-EAGAIN, CLONE_NEWPID, "make namespaces (PID)", "ulimit -u"},
		{-ENOSPC, CLONE_NEWNS | CLONE_NEWIPC,
		 "make namespaces (mount, IPC)",
		 "user.max_mnt_namespaces, user.max_ipc_namespaces"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = {0};

		ck_assert_int_eq(
			refusal_explain(&err, rows[i].code, rows[i].flags),
			rows[i].code);
		ck_assert_msg(strstr(err.text, rows[i].text), "%s", err.text);
		ck_assert_msg(strstr(err.remedy, rows[i].remedy), "%s",
			      err.remedy);
	}
	ck_assert_int_eq(refusal_explain(NULL, -EPERM, CLONE_NEWUSER), -EPERM);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("refusal");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_loop_test(tcase, test_limits_are_named, 0, (int)N_CASES);
	tcase_add_test(tcase, test_words_and_remedies);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
