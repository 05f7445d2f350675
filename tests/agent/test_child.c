/*
 * test_child.c - forked agents keep the sockets; spawned commands may
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>

#include "base/scope.h"
#include "drive.h"
#include "test.h"

static struct drive d;

static void setup(void)
{
	drive_start(&d);
}

static void teardown(void)
{
	ck_assert_int_eq(drive_stop(&d), 0);
}

static struct endpoint listen_as(const char *name, bool keep_on_exec)
{
	struct act act = drive_act_making(VERB_LISTEN, name);
	struct endpoint any = drive_loopback(0);
	struct agent_msg end;

	act.keep_on_exec = keep_on_exec;
	end = drive_do(&d, &act, &any);
	ck_assert_int_eq(end.error, 0);
	return end.local;
}

static void close_in(struct drive *drive, const char *name, int error)
{
	struct act act = {.verb = VERB_CLOSE, .socket = drive_text(name)};

	ck_assert_int_eq(drive_do(drive, &act, NULL).error, error);
}

static void fork_as(struct drive *child)
{
	struct act act = {.verb = VERB_FORK, .target = drive_text("worker")};
	struct agent_msg end = drive_do(&d, &act, NULL), forked;
	char calls[64];

	ck_assert_int_eq(end.error, 0);
	ck_assert_str_eq(drive_calls(&d, end.op, calls, sizeof(calls)), "fork");
	forked = drive_wait(&d, AGENT_MSG_FORKED, end.op);
	ck_assert_int_eq(forked.child, end.result);
	ck_assert_int_ne(forked.child, d.agent.pid);
	drive_adopt(child, &forked);
	ck_assert_int_eq(child->agent.pid, end.result);
}

static void child_exits(struct drive *child, int status, int signal)
{
	struct agent_msg msg = drive_wait(&d, AGENT_MSG_CHILD_EXIT, 0);

	ck_assert_int_eq(msg.child, child->agent.pid);
	ck_assert_int_eq(msg.status, status);
	ck_assert_int_eq(msg.signal, signal);
	drive_release(child);
}

START_TEST(forked_agent_keeps_the_listener)
{
	struct endpoint at = listen_as("L", false);
	struct act act = drive_act_making(VERB_LISTEN, "M");
	struct drive child;
	struct agent_msg end;

	fork_as(&child);
	close_in(&d, "L", 0);
	ck_assert_int_eq(drive_do(&d, &act, &at).error, EADDRINUSE);
	act = drive_act_making(VERB_CONNECT, "c");
	ck_assert_int_eq(drive_do(&d, &act, &at).error, 0);
	act = drive_act_making(VERB_ACCEPT, "s");
	act.on = drive_text("L");
	end = drive_do(&child, &act, NULL);
	ck_assert_int_eq(end.error, 0);
	ck_assert_int_eq(end.pid, child.agent.pid);
	close_in(&child, "L", 0);
	close_in(&d, "L", EBADF);
	act = drive_act_making(VERB_LISTEN, "M");
	act.reuseaddr = true;
	ck_assert_int_eq(agent_quit(&child.agent), 0);
	child_exits(&child, 0, 0);
}
END_TEST

START_TEST(fork_beside_a_blocked_act_leaves_it_to_the_parent)
{
	struct endpoint at = listen_as("L", false);
	struct act accept = drive_act_making(VERB_ACCEPT, "s");
	struct act connect = drive_act_making(VERB_CONNECT, "c");
	struct drive child;
	uint64_t op;

	accept.on = drive_text("L");
	op = drive_act(&d, &accept, NULL);
	drive_until_in_call(&d, __NR_accept4);
	fork_as(&child);
	ck_assert_int_eq(drive_do(&child, &connect, &at).error, 0);
	ck_assert_int_eq(drive_wait(&d, AGENT_MSG_OP_END, op).error, 0);
	ck_assert_int_eq(agent_quit(&child.agent), 0);
	child_exits(&child, 0, 0);
}
END_TEST

START_TEST(forked_agent_can_fork_again_and_be_killed)
{
	struct act act = {.verb = VERB_FORK};
	struct agent_msg end, forked;
	struct drive child, grandchild;

	fork_as(&child);
	end = drive_do(&child, &act, NULL);
	ck_assert_int_eq(end.error, 0);
	forked = drive_wait(&child, AGENT_MSG_FORKED, end.op);
	drive_adopt(&grandchild, &forked);
	ck_assert_int_eq(
		pidfd_send_signal(grandchild.agent.pidfd, SIGKILL, NULL, 0), 0);
	end = drive_wait(&child, AGENT_MSG_CHILD_EXIT, 0);
	ck_assert_int_eq(end.child, grandchild.agent.pid);
	ck_assert_int_eq(end.signal, SIGKILL);
	ck_assert_int_eq(end.status, -1);
	drive_release(&grandchild);
	ck_assert_int_eq(agent_quit(&child.agent), 0);
	child_exits(&child, 0, 0);
}
END_TEST

/* the status of a shell, spawned by the agent, that looks for descriptor @fd */
static int spawn_looks_for(int64_t fd)
{
	char script[64];
	char *argv[] = {drive_text("sh"), drive_text("-c"), script, NULL};
	struct act act = {.verb = VERB_SPAWN, .argv = argv};
	struct agent_msg spawned, end;

	(void)snprintf(script, sizeof(script), "[ -e /proc/$$/fd/%d ]",
		       (int)fd);
	end = drive_do(&d, &act, NULL);
	ck_assert_int_eq(end.error, 0);
	spawned = drive_wait(&d, AGENT_MSG_SPAWNED, end.op);
	ck_assert_int_eq(spawned.child, end.result);
	ck_assert_int_ge(spawned.pidfd, 0);
	(void)close(spawned.pidfd);
	end = drive_wait(&d, AGENT_MSG_CHILD_EXIT, 0);
	ck_assert_int_eq(end.child, spawned.child);
	return end.status;
}

START_TEST(spawned_command_gets_what_cloexec_lets_pass)
{
	struct agent_msg call;

	(void)listen_as("L", false);
	call = drive_wait(&d, AGENT_MSG_CALL, d.op);
	ck_assert_str_eq(call.call, "socket");
	ck_assert_int_eq(spawn_looks_for(call.result), 1);
	(void)listen_as("K", true);
	call = drive_wait(&d, AGENT_MSG_CALL, d.op);
	ck_assert_int_eq(spawn_looks_for(call.result), 0);
	ck_assert_int_eq(spawn_looks_for(AGENT_CONTROL_FD), 1);
}
END_TEST

START_TEST(spawn_of_nothing_fails_as_execve_does)
{
	char *argv[] = {drive_text("no-such-program"), NULL};
	struct act act = {.verb = VERB_SPAWN, .argv = argv};
	struct agent_msg end = drive_do(&d, &act, NULL);

	ck_assert_int_eq(end.error, ENOENT);
	ck_assert_str_eq(end.call, "posix_spawn");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("agent child");
	TCase *tc = tcase_create("child");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, forked_agent_keeps_the_listener);
	tcase_add_test(tc, fork_beside_a_blocked_act_leaves_it_to_the_parent);
	tcase_add_test(tc, forked_agent_can_fork_again_and_be_killed);
	tcase_add_test(tc, spawned_command_gets_what_cloexec_lets_pass);
	tcase_add_test(tc, spawn_of_nothing_fails_as_execve_does);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
