/*
 * test_confined.c - labs where the machine allows less, as in a container
 */
#include <cap-ng.h>
#include <sys/mount.h>

#include "ns/lab.h"
#include "ns/netns.h"

static int make_do_with_the_old_proc(void *arg, struct ns_runner *self)
{
	struct err err = {0};
	SCOPED_FD int fd = netns_new(&err);

	(void)arg;
	lab_check(!ns_runner_proc_is_ours(self), "/proc could be mounted");
	lab_check(fd >= 0, "%s", err.text);
	lab_check(ns_runner_hold(self, fd, &err) == 0, "%s", err.text);
	return 0;
}

/* A part of /proc that is covered keeps a user namespace from mounting a new
 * one, which would show it (mount_namespaces(7)). */
static int cover_proc(void *arg, struct ns_runner *self)
{
	(void)arg;
	(void)self;
	lab_check(mount("cover", "/proc/sys/kernel", "tmpfs", 0, NULL) == 0,
		  "errno %d", errno);
	return lab_run(1, (struct ns_init){.main = make_do_with_the_old_proc});
}

START_TEST(test_covered_proc)
{
	if (geteuid() == 0)
		lab_assert("covered /proc", 0, .main = cover_proc);
}
END_TEST

static int be_root_of_nothing(void *arg, struct ns_runner *self)
{
	char map[64] = "";
	SCOPED_FILE FILE *file = fopen("/proc/self/uid_map", "re");
	unsigned int inside;
	unsigned int outside;
	unsigned int n;

	(void)arg;
	(void)self;
	lab_check(getuid() == 0, "uid %u", getuid());
	lab_check(file && fgets(map, sizeof(map), file), "errno %d", errno);
	lab_check(sscanf(map, "%u %u %u", &inside, &outside, &n) == 3, "%s",
		  map);
	lab_check(inside == 0 && outside == 0 && n == 1,
		  "not a user namespace of its own: %s", map);
	return 0;
}

static int give_up_power(void *arg, struct ns_runner *self)
{
	(void)arg;
	(void)self;
	capng_get_caps_process();
	(void)capng_update(CAPNG_DROP, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			   CAP_SYS_ADMIN);
	lab_check(capng_apply(CAPNG_SELECT_CAPS) == 0, "errno %d", errno);
	return lab_run(0, (struct ns_init){.main = be_root_of_nothing});
}

START_TEST(test_root_without_power_takes_a_user_namespace)
{
	if (geteuid() == 0)
		lab_assert("root without CAP_SYS_ADMIN", 0,
			   .main = give_up_power);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("confined");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_test(tcase, test_covered_proc);
	tcase_add_test(tcase, test_root_without_power_takes_a_user_namespace);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
