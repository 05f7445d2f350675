/*
 * test_kernel_boot.c - a kernel of the cache boots, and an hour is a moment
 *
 * This program is also the guest's init: the root is the machine's, so it is
 * there, too.
 */
#include <errno.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/clock.h"
#include "base/str.h"
#include "guest/kernel.h"
#include "guest/kernel_tool.h"
#include "guest/scratch.h"

/** INSIDE - set on the kernel's command line, which hands what it does not
 * know to init's environment: admin-guide/kernel-parameters.rst */
#define INSIDE "TCPLAB_BOOT_TEST"

/** HOUR_S - how long the guest sleeps */
#define HOUR_S 3600

/** WALL_NS - so long all of it may take: boot, an hour, power off */
#define WALL_NS (60 * NS_PER_S)

/** needs - what a guest's kernel must show; each is a file in it */
static const char *const needs[] = {
	"/proc/self/ns/net",
	"/proc/sys/net/ipv4/tcp_fin_timeout",
	"/proc/sys/net/ipv6/conf/all/forwarding",
	"/proc/sys/net/netfilter/nf_conntrack_max",
	"/proc/config.gz",
	"/sys/kernel/tracing/events/sock/inet_sock_set_state",
	"/sys/kernel/tracing/events/tcp/tcp_retransmit_skb",
	"/sys/kernel/tracing/events/tcp/tcp_send_reset",
	"/sys/kernel/tracing/events/skb/kfree_skb",
};

static void inside(void)
{
	const struct timespec hour = {.tv_sec = HOUR_S};
	struct utsname uts = {0};
	int64_t began_ns = clock_now_ns();

	(void)mount("proc", "/proc", "proc", 0, NULL);
	(void)mount("sysfs", "/sys", "sysfs", 0, NULL);
	(void)mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (access(needs[i], F_OK) < 0)
			printf("lacks %s\n", needs[i]);
	/* sleeps: that it takes no time is the subject */
	(void)nanosleep(&hour, NULL);
	(void)uname(&uts);
	printf("release %s\n", uts.release);
	printf("slept %d s\n", (int)((clock_now_ns() - began_ns) / NS_PER_S));
	(void)fflush(stdout);
	(void)reboot(RB_POWER_OFF);
}

static struct kernel kernel;

static void add(void *arg, const char *text)
{
	str_addf(arg, "%s\n", text);
}

static int boot(struct str *console)
{
	SCOPED_FREE char *self = realpath("/proc/self/exe", NULL);
	SCOPED_FREE char *init = mem_printf("init=%s", self);
	/* where it keeps a folder of its own: ~/.uml is not to be written to,
	 * and without one it dies (arch/um/os-Linux/umid.c) */
	SCOPED_FREE char *uml_dir = mem_printf("uml_dir=%s", scratch);
	const char *const argv[] = {
		kernel.path,
		"mem=128M",
		"time-travel=inf-cpu",
		"root=/dev/root",
		"rootfstype=hostfs",
		"rootflags=/",
		"ro",
		init,
		uml_dir,
		"con=null",
		"con0=null,fd:1",
		"ssl=null",
		"quiet",
		"panic=-1",
		INSIDE "=1",
		NULL,
	};
	const struct kernel_tool tool = {
		.argv = argv,
		.log_fd = -1,
		.lock_fd = -1,
		.stop_fd = -1,
		.line = add,
		.arg = console,
	};

	return kernel_tool_run(&tool, NULL);
}

START_TEST(hour_is_a_moment)
{
	SCOPED_FREE char *release = mem_printf("release %s", kernel.release);
	SCOPED_STR struct str console = {0};
	int64_t began_ns = clock_now_ns();
	int rc = boot(&console);
	int64_t took_ns = clock_now_ns() - began_ns;

	ck_assert_msg(rc == 0, "%d\n%s", rc, str_text(&console));
	ck_assert_msg(strstr(str_text(&console), release) != NULL, "%s",
		      str_text(&console));
	ck_assert_msg(strstr(str_text(&console), "slept 3600 s") != NULL, "%s",
		      str_text(&console));
	ck_assert_msg(strstr(str_text(&console), "lacks ") == NULL, "%s",
		      str_text(&console));
	ck_assert_int_lt(took_ns, WALL_NS);
}
END_TEST

/* kernels take minutes to build: a machine that has none is not at fault
 * unless it says that it should */
static void skip(const char *why)
{
	const char *must = getenv("TCPLAB_KERNELS");

	if (!must || strcmp(must, "1") != 0)
		(void)unsetenv("LAB_MUST_RUN");
	test_skip(why);
}

int main(int argc, char **argv)
{
	struct err err = {0};
	Suite *suite;
	TCase *tests;
	int status;

	if (getenv(INSIDE))
		inside();
	if (kernel_find(argc > 1 ? argv[1] : "uml", &kernel, &err) < 0)
		skip(err.text);
	suite = suite_create("kernel_boot");
	tests = tcase_create("kernel_boot");
	tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
	tcase_add_test(tests, hour_is_a_moment);
	suite_add_tcase(suite, tests);
	status = test_run(suite);
	kernel_done(&kernel);
	return status;
}
