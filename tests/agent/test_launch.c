/*
 * test_launch.c - a launched program has its place and no privilege
 *
 * Runs as root in a user namespace of its own, or as the real root where
 * that is who we are. The program under test is often this very binary.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/main.h"
#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "base/str.h"
#include "drive.h"
#include "test.h"

static struct launch_env env = {
	.exe_fd = -1,
	.uid = (uid_t)-1,
	.gid = (gid_t)-1,
};
static struct launch place = {.hostname = "server", .control_fd = -1};
static bool real_root;

static char *text(const char *s)
{
	return (char *)s;
}

static void drain(int *fd, struct str *out)
{
	char buf[4096];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n > 0)
		str_addn(out, buf, (size_t)n);
	else
		fd_close(fd);
}

/* start, read all that it writes to stdout, and reap it */
static int launch_all(const struct launch *what, struct str *out, int *signal)
{
	struct launched l;
	struct err err = {0};
	int status = -2;
	struct pollfd fd;

	ck_assert_msg(launch_start(&env, what, &l, &err) == 0, "%s", err.text);
	while (l.out_fd >= 0) {
		fd = (struct pollfd){.fd = l.out_fd, .events = POLLIN};
		ck_assert_int_eq(poll(&fd, 1, DRIVE_WAIT_MS), 1);
		drain(&l.out_fd, out);
	}
	fd = (struct pollfd){.fd = l.pidfd, .events = POLLIN};
	ck_assert_int_eq(poll(&fd, 1, DRIVE_WAIT_MS), 1);
	ck_assert_int_eq(launch_reap(l.pidfd, &status, signal), 1);
	(void)close(l.pidfd);
	(void)close(l.err_fd);
	return status;
}

static int shell(const char *script, struct str *out)
{
	char *argv[] = {text("sh"), text("-c"), text(script), NULL};
	struct launch what = place;
	int signal = 0;

	what.argv = argv;
	return launch_all(&what, out, &signal);
}

static void assert_line(const struct str *out, const char *name,
			const char *value)
{
	SCOPED_STR struct str line = {0};

	str_addf(&line, "%s:\t%s\n", name, value);
	ck_assert_msg(strstr(str_text(out), line.s) != NULL, "no '%s' in:\n%s",
		      line.s, str_text(out));
}

static void assert_powerless(const struct str *status)
{
	static const char *const sets[] = {"CapInh", "CapPrm", "CapEff",
					   "CapBnd", "CapAmb"};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		assert_line(status, sets[i], "0000000000000000");
	assert_line(status, "NoNewPrivs", "1");
}

START_TEST(program_has_no_capability_even_as_root)
{
	SCOPED_STR struct str out = {0};

	ck_assert_int_eq(shell("cat /proc/self/status", &out), 0);
	assert_powerless(&out);
	assert_line(&out, "Uid", "0\t0\t0\t0");
}
END_TEST

START_TEST(program_runs_as_the_user)
{
	SCOPED_STR struct str out = {0};

	if (!real_root)
		return; /* a user namespace of one user has no other */
	env.uid = 65534;
	env.gid = 65534;
	env.may_setgroups = true;
	ck_assert_int_eq(
		shell("cat /proc/self/status; echo x >/dev/stdout", &out), 0);
	env.uid = (uid_t)-1;
	assert_powerless(&out);
	assert_line(&out, "Uid", "65534\t65534\t65534\t65534");
	assert_line(&out, "Gid", "65534\t65534\t65534\t65534");
	assert_line(&out, "Groups", " ");
	ck_assert_str_eq(out.s + out.len - 2, "x\n");
}
END_TEST

/** struct home_row - whose HOME and USER a program finds */
struct home_row {
	uid_t uid;
	const char *environ;
};

static const struct home_row home_rows[] = {
	{(uid_t)-1, "/before root-before root-before\n"},
	{12345678, "/  \n"}, /* passwd does not know it */
	{65534, NULL}, /* passwd tells */
};

START_TEST(program_has_the_users_environment)
{
	const struct home_row *row = &home_rows[_i];
	SCOPED_STR struct str out = {0}, expected = {0};
	const struct passwd *user = getpwuid(65534);

	if (!real_root && row->uid != (uid_t)-1)
		return; /* a user namespace of one user has no other */
	if (!row->environ && !user)
		return; /* no such user on this machine */
	(void)setenv("HOME", "/before", 1);
	(void)setenv("USER", "root-before", 1);
	(void)setenv("LOGNAME", "root-before", 1);
	env.uid = row->uid;
	env.gid = 65534;
	env.may_setgroups = true;
	ck_assert_int_eq(shell("echo \"$HOME $USER $LOGNAME\"", &out), 0);
	env.uid = (uid_t)-1;
	if (!row->environ)
		str_addf(&expected, "%s %s %s\n", user->pw_dir, user->pw_name,
			 user->pw_name);
	ck_assert_str_eq(str_text(&out), row->environ ?: str_text(&expected));
}
END_TEST

START_TEST(a_machine_without_hosts_file_is_told)
{
	char *argv[] = {text("true"), NULL};
	struct launch what = place;
	struct launched l;
	struct err err = {0};

	what.argv = argv;
	what.hosts_file = "/proc/self/status";
	/* this process is in a mount namespace of its own from here on */
	ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount("none", "/etc", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(launch_start(&env, &what, &l, &err), -ENOENT);
	ck_assert_str_eq(err.text, "run: there is no /etc/hosts here that "
				   "could be covered with the lab's own");
	ck_assert_str_eq(err.remedy, "make an empty one: touch /etc/hosts");
	ck_assert_int_eq(umount2("/etc", MNT_DETACH), 0);
}
END_TEST

START_TEST(program_sees_its_own_host)
{
	SCOPED_STR struct str out = {0}, expected = {0};
	char name[] = "/tmp/tcplab-hosts-XXXXXX";
	SCOPED_FD int hosts = mkstemp(name);
	struct stat st;

	ck_assert_int_ge(hosts, 0);
	ck_assert_int_eq(dprintf(hosts, "10.0.0.1 client\n"), 16);
	ck_assert_int_eq(fchmod(hosts, 0644), 0);
	ck_assert_int_eq(fstat(place.netns_fd, &st), 0);
	place.hosts_file = name;
	ck_assert_int_eq(shell("uname -n; cat /etc/hosts; "
			       "readlink /proc/self/ns/net",
			       &out),
			 0);
	place.hosts_file = NULL;
	(void)unlink(name);
	str_addf(&expected, "server\n10.0.0.1 client\nnet:[%llu]\n",
		 (unsigned long long)st.st_ino);
	ck_assert_str_eq(out.s, expected.s);
}
END_TEST

START_TEST(program_inherits_nothing)
{
	SCOPED_STR struct str out = {0};
	SCOPED_FD int leaky = open("/dev/null", O_RDONLY | O_CLOEXEC);
	SCOPED_FD int high = fcntl(leaky, F_DUPFD, 200);

	ck_assert_int_eq(high, 200);
	ck_assert_int_eq(shell("ls /proc/$$/fd; readlink /proc/$$/fd/0", &out),
			 0);
	ck_assert_str_eq(out.s, "0\n1\n2\n/dev/null\n");
}
END_TEST

START_TEST(program_has_default_signals)
{
	SCOPED_STR struct str out = {0};
	sigset_t set, old;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	ck_assert_int_eq(shell("exec cat /proc/self/status", &out), 0);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	assert_line(&out, "SigBlk", "0000000000000000");
	assert_line(&out, "SigIgn", "0000000000000000");
}
END_TEST

START_TEST(program_leads_a_session)
{
	SCOPED_STR struct str out = {0};

	/* proc_pid_stat(5): pid (comm) state ppid pgrp session */
	ck_assert_int_eq(shell("read pid comm state ppid pgrp session rest "
			       "</proc/self/stat; "
			       "echo $((pid - pgrp)) $((pid - session))",
			       &out),
			 0);
	ck_assert_str_eq(out.s, "0 0\n");
}
END_TEST

START_TEST(exit_and_signal_are_told_apart)
{
	SCOPED_STR struct str out = {0};
	char *argv[] = {text("sh"), text("-c"), text("kill -9 $$"), NULL};
	struct launch what = place;
	int signal = 0;

	ck_assert_int_eq(shell("exit 3", &out), 3);
	what.argv = argv;
	ck_assert_int_eq(launch_all(&what, &out, &signal), -1);
	ck_assert_int_eq(signal, SIGKILL);
}
END_TEST

/** struct fail_row - what cannot be started, and the words for it */
struct fail_row {
	const char *program;
	const char *hosts_file;
	int rc;
	const char *text;
};

static const struct fail_row fail_rows[] = {
	{"no-such-program", NULL, -ENOENT,
	 "run: no-such-program: No such file or directory"},
	{"/etc/passwd", NULL, -EACCES, "run: /etc/passwd: Permission denied"},
	{"/no/such", NULL, -ENOENT, "run: /no/such: No such file or directory"},
	{"true", "/no/hosts", -ENOENT,
	 "run: cannot bind /no/hosts over /etc/hosts: No such file or "
	 "directory"},
};

START_TEST(failure_in_the_child_has_words)
{
	const struct fail_row *row = &fail_rows[_i];
	char *argv[] = {text(row->program), NULL};
	struct launch what = place;
	struct launched l = {.pid = 42};
	struct err err = {0};

	what.argv = argv;
	what.hosts_file = row->hosts_file;
	ck_assert_int_eq(launch_start(&env, &what, &l, &err), row->rc);
	ck_assert_str_eq(err.text, row->text);
	ck_assert_int_eq(l.pid, 42);
}
END_TEST

START_TEST(user_that_is_not_mapped_is_refused)
{
	char *argv[] = {text("true"), NULL};
	struct launch what = place;
	struct launched l;
	struct err err = {0};

	if (real_root)
		return; /* every user is mapped */
	what.argv = argv;
	env.uid = 65534;
	env.gid = 0;
	ck_assert_int_eq(launch_start(&env, &what, &l, &err), -EINVAL);
	env.uid = (uid_t)-1;
	ck_assert_str_eq(err.text, "run: cannot give a pipe to user 65534: "
				   "Invalid argument");
}
END_TEST

static struct agent_msg wait_end(struct agent *agent)
{
	struct agent_msg msg;
	struct pollfd fd = {.fd = agent_fd(agent), .events = POLLIN};

	do {
		ck_assert_int_eq(poll(&fd, 1, DRIVE_WAIT_MS), 1);
		ck_assert_int_eq(agent_receive(agent, &msg), 1);
	} while (msg.kind != AGENT_MSG_OP_END);
	return msg;
}

START_TEST(agent_obeys_inside_the_host)
{
	struct act act = {.verb = VERB_LISTEN,
			  .socket = text("L"),
			  .makes = true,
			  .backlog = 1};
	struct endpoint at = drive_loopback(7788);
	struct agent agent = AGENT_NONE;
	struct err err = {0};
	char path[64], comm[32] = "";
	struct agent_msg end;
	struct pollfd fd;
	int status = -1, signal = -1;

	ck_assert_msg(agent_start(&env, &place, "agent", &agent, &err) == 0,
		      "%s", err.text);
	ck_assert_int_eq(agent_do(&agent, 1, &act, &at, NULL, &err), 0);
	/* nothing has been configured in the host's network, not even lo */
	act.verb = VERB_CONNECT;
	act.socket = text("c");
	ck_assert_int_eq(agent_do(&agent, 2, &act, &at, NULL, &err), 0);
	end = wait_end(&agent);
	ck_assert_int_eq(end.error, 0);
	end = wait_end(&agent);
	ck_assert_int_eq(end.error, ENETUNREACH);
	(void)snprintf(path, sizeof(path), "/proc/%d/comm", (int)agent.pid);
	{
		SCOPED_FILE FILE *f = fopen(path, "re");

		ck_assert_ptr_nonnull(f);
		ck_assert_ptr_nonnull(fgets(comm, sizeof(comm), f));
	}
	ck_assert_str_eq(comm, "tcplab-agent\n");
	ck_assert_int_eq(agent_quit(&agent), 0);
	fd = (struct pollfd){.fd = agent.pidfd, .events = POLLIN};
	ck_assert_int_eq(poll(&fd, 1, DRIVE_WAIT_MS), 1);
	ck_assert_int_eq(launch_reap(agent.pidfd, &status, &signal), 1);
	ck_assert_int_eq(status, 0);
	agent_close(&agent);
}
END_TEST

static bool write_to(const char *path, const char *what)
{
	SCOPED_FD int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && file_write_all(fd, what, strlen(what)) == 0;
}

static void become_root(void)
{
	char map[64];
	uid_t uid = getuid();
	gid_t gid = getgid();

	real_root = uid == 0;
	if (real_root)
		return;
	if (unshare(CLONE_NEWUSER) < 0)
		test_skip("no user namespaces for this user");
	(void)snprintf(map, sizeof(map), "0 %u 1", uid);
	if (!write_to("/proc/self/uid_map", map) ||
	    !write_to("/proc/self/setgroups", "deny"))
		test_skip("cannot map the user");
	(void)snprintf(map, sizeof(map), "0 %u 1", gid);
	if (!write_to("/proc/self/gid_map", map))
		test_skip("cannot map the group");
}

/* a network namespace for the host, and back in ours */
static void make_host(void)
{
	SCOPED_FD int ours = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (unshare(CLONE_NEWNET) < 0)
		test_skip("may not make a network namespace");
	place.netns_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (setns(ours, CLONE_NEWNET) < 0 && !real_root)
		return; /* ours is not this user namespace's: stay */
}

static int run_tests(void)
{
	Suite *suite = suite_create("agent launch");
	TCase *tc = tcase_create("launch");

	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, program_has_no_capability_even_as_root);
	tcase_add_test(tc, program_runs_as_the_user);
	tcase_add_loop_test(tc, program_has_the_users_environment, 0,
			    sizeof(home_rows) / sizeof(home_rows[0]));
	tcase_add_test(tc, program_sees_its_own_host);
	tcase_add_test(tc, program_inherits_nothing);
	tcase_add_test(tc, program_has_default_signals);
	tcase_add_test(tc, program_leads_a_session);
	tcase_add_test(tc, exit_and_signal_are_told_apart);
	tcase_add_loop_test(tc, failure_in_the_child_has_words, 0,
			    sizeof(fail_rows) / sizeof(fail_rows[0]));
	tcase_add_test(tc, user_that_is_not_mapped_is_refused);
	tcase_add_test(tc, agent_obeys_inside_the_host);
	tcase_add_test(tc, a_machine_without_hosts_file_is_told);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}

int main(int argc, char **argv)
{
	int failed;

	if (argc > 1 && strcmp(argv[1], "agent") == 0)
		return agent_main(argc, argv);
	/* a directory that may not be searched would make ENOENT an EACCES */
	(void)setenv("PATH", "/usr/bin:/bin", 1);
	env.exe_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	become_root();
	make_host();
	failed = run_tests();
	(void)close(env.exe_fd);
	(void)close(place.netns_fd);
	return failed;
}
