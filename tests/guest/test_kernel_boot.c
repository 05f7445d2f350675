/*
 * test_kernel_boot.c - a kernel of the cache boots, and an hour is a moment
 *
 * The guest's init is boot_init.c: the root is the machine's, so it is there,
 * too.
 */
#include <errno.h>

#include "base/clock.h"
#include "base/str.h"
#include "guest/kernel.h"
#include "guest/kernel_tool.h"
#include "guest/scratch.h"

/** WALL_NS - so long all of it may take: boot, an hour, power off */
#define WALL_NS (60 * NS_PER_S)

static struct kernel kernel;

static void add(void *arg, const char *text)
{
	str_addf(arg, "%s\n", text);
}

static int boot(struct str *console)
{
	SCOPED_FREE char *init = mem_printf("init=%s", getenv("BOOT_INIT"));
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

	if (!getenv("BOOT_INIT"))
		test_skip("BOOT_INIT does not name the guest's init");
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
