/*
 * test_kernel_build.c - the cache gets whole kernels or none, each once
 */
#include "guest/kernel_build.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>

#include "base/str.h"
#include "guest/faketree.h"

static struct str phases;
static struct str lines;

static void add(void *arg, const char *text)
{
	str_addf(arg, "%s\n", text);
}

static void phase(void *arg, const char *text)
{
	(void)arg; /* line()'s */
	add(&phases, text);
}

static void setup(void)
{
	scratch_setup();
	faketree_plant("tree");
	scratch_write("fragment", "CONFIG_A=y\nCONFIG_GONE=y # optional\n",
		      0644);
}

static void teardown(void)
{
	str_done(&phases);
	str_done(&lines);
	scratch_teardown();
}

/* the scratch folder's tree or tarball, with its fragment */
static int build(const char *source, bool force, int stop_fd,
		 struct kernel *out, bool *fresh, char **log, struct err *err)
{
	SCOPED_FREE char *path = mem_printf("%s/%s", scratch, source);
	SCOPED_FREE char *config = mem_printf("%s/fragment", scratch);
	const struct kernel_request request = {
		.source = path,
		.config = config,
		.cache = scratch_cache,
		.jobs = 1,
		.force = force,
		.stop_fd = stop_fd,
		.phase = phase,
		.line = add,
		.arg = &lines,
	};

	return kernel_build(&request, out, fresh, log, err);
}

static void pack(void)
{
	SCOPED_FREE char *command =
		mem_printf("tar -C %s -cf %s/tree.tar tree", scratch, scratch);

	/* NOLINTNEXTLINE(cert-env33-c): a test's own folder */
	ck_assert_int_eq(system(command), 0);
}

/* names in the cache that begin so */
static size_t count(const char *prefix)
{
	SCOPED_DIR DIR *all = opendir(scratch_cache);
	struct dirent *entry;
	size_t n = 0;

	while (all && (entry = readdir(all)))
		n += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	return n;
}

static const struct {
	const char *source;
	enum kernel_origin origin;
	size_t left; /* folders that are kept for the next build */
} sources[] = {
	{"tree", KERNEL_ORIGIN_TREE, 1},
	{"tree.tar", KERNEL_ORIGIN_TARBALL, 0},
};

START_TEST(builds_once)
{
	struct kernel first = {0};
	struct kernel second = {0};
	struct err err = {0};
	bool fresh = false;

	pack();
	ck_assert_msg(build(sources[_i].source, false, -1, &first, &fresh, NULL,
			    &err) == 0,
		      "%s\n%s", err.text, str_text(&lines));
	ck_assert(fresh);
	ck_assert_str_eq(first.release, "6.99.1");
	ck_assert_str_eq(first.compiler, "cc 1");
	ck_assert_int_eq(first.origin, sources[_i].origin);
	ck_assert_int_eq(access(first.path, X_OK), 0);
	ck_assert_ptr_nonnull(strstr(str_text(&lines), "compiling it"));
	ck_assert_ptr_nonnull(strstr(str_text(&phases), "without CONFIG_GONE"));
	ck_assert_int_eq(build(sources[_i].source, false, -1, &second, &fresh,
			       NULL, NULL),
			 0);
	ck_assert(!fresh);
	ck_assert_str_eq(first.key, second.key);
	ck_assert_int_eq(first.built_ns, second.built_ns);
	ck_assert_uint_eq(count("uml-"), 1);
	ck_assert_uint_eq(count("."), 2 + sources[_i].left);
	kernel_done(&first);
	kernel_done(&second);
}
END_TEST

START_TEST(force_replaces)
{
	struct kernel first = {0};
	struct kernel second = {0};
	bool fresh = false;

	pack();
	ck_assert_int_eq(build("tree.tar", true, -1, &first, NULL, NULL, NULL),
			 0);
	ck_assert_int_eq(
		build("tree.tar", true, -1, &second, &fresh, NULL, NULL), 0);
	ck_assert(fresh);
	ck_assert_str_eq(first.key, second.key);
	ck_assert_int_lt(first.built_ns, second.built_ns);
	ck_assert_uint_eq(count("uml-"), 1);
	ck_assert_uint_eq(count("."), 2);
	kernel_done(&first);
	kernel_done(&second);
}
END_TEST

START_TEST(failure_keeps_the_log)
{
	SCOPED_FREE char *log = NULL;
	SCOPED_FREE char *text = NULL;
	struct kernel kernel = {0};
	struct err err = {0};

	scratch_write("fail", "", 0644);
	pack();
	ck_assert_int_eq(
		build("tree.tar", false, -1, &kernel, NULL, &log, &err),
		-EPROTO);
	ck_assert_str_eq(err.text, "make failed with exit status 2");
	ck_assert_int_eq(file_read(AT_FDCWD, log, 4096, &text, NULL, NULL), 0);
	ck_assert_ptr_nonnull(strstr(text, "broken\n"));
	ck_assert_uint_eq(count("uml-"), 0);
	ck_assert_uint_eq(count("."), 2);
	/* and is gone when it is of no use */
	SCOPED_FREE char *fail = mem_printf("%s/fail", scratch);

	ck_assert_int_eq(unlink(fail), 0);
	ck_assert_int_eq(
		build("tree.tar", false, -1, &kernel, NULL, NULL, NULL), 0);
	ck_assert_int_lt(access(log, F_OK), 0);
	kernel_done(&kernel);
}
END_TEST

START_TEST(option_that_cannot_be_had)
{
	struct kernel kernel = {0};
	struct err err = {0};

	scratch_write("fragment", "CONFIG_A=y\nCONFIG_GONE=y\n", 0644);
	ck_assert_int_eq(build("tree", false, -1, &kernel, NULL, NULL, &err),
			 -ENODATA);
	ck_assert_str_eq(err.text, "this kernel cannot be configured as "
				   "asked: CONFIG_GONE");
	ck_assert_uint_eq(count("uml-"), 0);
}
END_TEST

START_TEST(missing_tools_are_named)
{
	struct kernel kernel = {0};
	struct err err = {0};
	SCOPED_FREE char *path = mem_strdup(getenv("PATH"));
	int rc;

	pack();
	(void)setenv("PATH", scratch, 1);
	rc = build("tree.tar", false, -1, &kernel, NULL, NULL, &err);
	(void)setenv("PATH", path, 1);
	ck_assert_int_eq(rc, -ENOPKG);
	ck_assert_str_eq(err.text, "tools that build a kernel are missing: "
				   "make gcc ld flex bison bc tar");
	ck_assert_str_eq(err.remedy, "apt-get install make gcc binutils flex "
				     "bison bc tar");
}
END_TEST

START_TEST(no_tarball)
{
	struct kernel kernel = {0};
	struct err err = {0};

	scratch_write("tree.tar", "no tarball", 0644);
	ck_assert_int_eq(
		build("tree.tar", false, -1, &kernel, NULL, NULL, &err),
		-EPROTO);
	ck_assert_ptr_nonnull(strstr(err.text, "tar failed"));
}
END_TEST

/* wait for the Makefile to be where it waits for ever; a watch, set before */
static void await_hanging(int watch)
{
	SCOPED_FREE char *path = mem_printf("%s/hanging", scratch);
	struct pollfd polls = {.fd = watch, .events = POLLIN};
	char events[4096];

	while (access(path, F_OK) < 0) {
		ck_assert_int_eq(poll(&polls, 1, 20000), 1);
		ck_assert_int_gt(read(watch, events, sizeof(events)), 0);
	}
}

static pid_t start_hanging(int stop_fd)
{
	SCOPED_FD int watch = inotify_init1(IN_CLOEXEC);
	pid_t pid;

	scratch_write("hang", "", 0644);
	ck_assert_int_ge(inotify_add_watch(watch, scratch, IN_CREATE), 0);
	pid = fork();
	if (pid == 0) {
		struct kernel kernel = {0};

		_exit(-build("tree.tar", false, stop_fd, &kernel, NULL, NULL,
			     NULL));
	}
	ck_assert_int_gt(pid, 0);
	await_hanging(watch);
	return pid;
}

static void end_hanging(void)
{
	SCOPED_FREE char *hang = mem_printf("%s/hang", scratch);

	ck_assert_int_eq(unlink(hang), 0);
}

START_TEST(broken_off)
{
	int pipes[2];
	int status;
	pid_t pid;

	pack();
	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	pid = start_hanging(pipes[0]);
	(void)close(pipes[0]);
	ck_assert_int_eq(write(pipes[1], "x", 1), 1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	(void)close(pipes[1]);
	ck_assert_int_eq(WEXITSTATUS(status), EINTR);
	ck_assert_uint_eq(count("uml-") + count("failed"), 0);
	ck_assert_uint_eq(count("."), 2);
}
END_TEST

START_TEST(killed_and_built_again)
{
	struct kernel kernel = {0};
	struct err err = {0};
	int status;
	pid_t pid;

	pack();
	pid = start_hanging(-1);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_uint_eq(count("uml-"), 0);
	ck_assert_uint_eq(count(".build-"), 1);
	end_hanging();
	/* waits for the last of its tools to be gone */
	ck_assert_msg(build("tree.tar", false, -1, &kernel, NULL, NULL, &err) ==
			      0,
		      "%s", err.text);
	ck_assert_uint_eq(count("uml-"), 1);
	ck_assert_uint_eq(count(".build-"), 0);
	kernel_done(&kernel);
}
END_TEST

START_TEST(two_at_once)
{
	struct kernel kernel = {0};
	struct err err = {0};
	int pipes[2];
	int status;
	pid_t pid;

	pack();
	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	pid = start_hanging(-1);
	/* the second waits; it is told to stop before it begins to */
	ck_assert_int_eq(write(pipes[1], "x", 1), 1);
	ck_assert_int_eq(
		build("tree.tar", false, pipes[0], &kernel, NULL, NULL, &err),
		-EINTR);
	ck_assert_str_eq(str_text(&phases),
			 "waiting for another build of it to end\n");
	(void)close(pipes[0]);
	(void)close(pipes[1]);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	end_hanging();
	ck_assert_int_eq(
		build("tree.tar", false, -1, &kernel, NULL, NULL, NULL), 0);
	kernel_done(&kernel);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel_build");
	TCase *tests = tcase_create("kernel_build");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, builds_once, 0,
			    sizeof(sources) / sizeof(sources[0]));
	tcase_add_test(tests, force_replaces);
	tcase_add_test(tests, failure_keeps_the_log);
	tcase_add_test(tests, option_that_cannot_be_had);
	tcase_add_test(tests, missing_tools_are_named);
	tcase_add_test(tests, no_tarball);
	tcase_add_test(tests, broken_off);
	tcase_add_test(tests, killed_and_built_again);
	tcase_add_test(tests, two_at_once);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
