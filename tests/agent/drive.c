/*
 * drive.c - an agent without a lab: a forked child, on the loopback
 */
#include "drive.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/main.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/scope.h"
#include "test.h"

static _Noreturn void be_agent(int control)
{
	char name[] = "agent";
	char *argv[] = {name, NULL};

	/* Check's own files too: at exit, stdio would move their offsets,
	 * which the parent shares */
	if (control != AGENT_CONTROL_FD)
		(void)dup2(control, AGENT_CONTROL_FD);
	(void)close_range(AGENT_CONTROL_FD + 1, ~0U, 0);
	/* exit, not _exit: the leak checker looks then */
	exit(agent_main(1, argv));
}

void drive_start(struct drive *drive)
{
	int pair[2];
	pid_t pid;

	*drive = (struct drive){.agent = AGENT_NONE};
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	/* what Check has buffered must not be written by the child too */
	(void)fflush(NULL);
	pid = fork();
	/* no assertion in the child: Check would write down that it came by */
	if (pid == 0) {
		(void)close(pair[0]);
		be_agent(pair[1]);
	}
	ck_assert_int_gt(pid, 0);
	(void)close(pair[1]);
	drive->agent.fd = pair[0];
	drive->agent.pid = pid;
	drive->agent.pidfd = pidfd_open(pid, 0);
	ck_assert_int_ge(drive->agent.pidfd, 0);
}

void drive_release(struct drive *drive)
{
	agent_close(&drive->agent);
	vec_done(&drive->log);
}

int drive_stop(struct drive *drive)
{
	struct pollfd fd = {.fd = drive->agent.pidfd, .events = POLLIN};
	int status = -1, signal = -1;

	ck_assert_int_eq(agent_quit(&drive->agent), 0);
	ck_assert_int_eq(poll(&fd, 1, DRIVE_WAIT_MS), 1);
	ck_assert_int_eq(launch_reap(drive->agent.pidfd, &status, &signal), 1);
	ck_assert_int_eq(signal, 0);
	drive_release(drive);
	return status;
}

void drive_adopt(struct drive *drive, struct agent_msg *forked)
{
	*drive = (struct drive){.agent = agent_adopt(forked)};
}

uint64_t drive_act(struct drive *drive, const struct act *act,
		   const struct endpoint *addr)
{
	struct err err = {0};
	int rc = agent_do(&drive->agent, ++drive->op, act, addr, NULL, &err);

	ck_assert_msg(rc == 0, "%s", err.text);
	return drive->op;
}

static bool take(struct drive *drive, enum agent_msg_kind kind, uint64_t op,
		 struct agent_msg *out)
{
	for (size_t i = 0; i < drive->log.n; i++) {
		struct agent_msg *msg = &drive->log.v[i];

		if (msg->kind != kind || (op && msg->op != op))
			continue;
		*out = *msg;
		drive->log.n--;
		memmove(msg, msg + 1, (drive->log.n - i) * sizeof(*msg));
		return true;
	}
	return false;
}

struct agent_msg drive_wait(struct drive *drive, enum agent_msg_kind kind,
			    uint64_t op)
{
	struct pollfd fd = {.fd = agent_fd(&drive->agent), .events = POLLIN};
	struct agent_msg msg;

	while (!take(drive, kind, op, &msg)) {
		ck_assert_int_eq(poll(&fd, 1, DRIVE_WAIT_MS), 1);
		ck_assert_int_eq(agent_receive(&drive->agent, &msg), 1);
		vec_push(&drive->log, msg);
	}
	return msg;
}

struct agent_msg drive_do(struct drive *drive, const struct act *act,
			  const struct endpoint *addr)
{
	return drive_wait(drive, AGENT_MSG_OP_END, drive_act(drive, act, addr));
}

const char *drive_calls(struct drive *drive, uint64_t op, char *buf,
			size_t size)
{
	struct agent_msg msg;
	size_t len = 0;

	buf[0] = '\0';
	while (take(drive, AGENT_MSG_CALL, op, &msg)) {
		ck_assert_int_le(msg.began_ns, msg.ended_ns);
		len += (size_t)snprintf(buf + len, size - len, "%s%s%s",
					len ? " " : "", msg.call,
					msg.error ? "!" : "");
		ck_assert_uint_lt(len, size);
	}
	return buf;
}

static bool thread_is_in(const char *path, long number)
{
	SCOPED_FILE FILE *f = fopen(path, "re");
	char line[64] = "";

	if (!f || !fgets(line, sizeof(line), f))
		return false;
	return line[0] != 'r' && strtol(line, NULL, 10) == number;
}

void drive_until_in_call(const struct drive *drive, long number)
{
	const struct timespec tick = {.tv_nsec = 1000000};
	int64_t deadline = clock_now_ns() + INT64_C(1000000) * DRIVE_WAIT_MS;
	char path[400], tasks[64];

	(void)snprintf(tasks, sizeof(tasks), "/proc/%d/task",
		       (int)drive->agent.pid);
	while (clock_now_ns() < deadline) {
		SCOPED_DIR DIR *dir = opendir(tasks);
		struct dirent *entry;

		ck_assert_ptr_nonnull(dir);
		while ((entry = readdir(dir))) {
			(void)snprintf(path, sizeof(path), "%s/%s/syscall",
				       tasks, entry->d_name);
			if (thread_is_in(path, number))
				return;
		}
		/* sleeps: the kernel tells of this in no other way */
		(void)nanosleep(&tick, NULL);
	}
	ck_abort_msg("no thread came to system call %ld", number);
}

struct endpoint drive_loopback(uint16_t port)
{
	return (struct endpoint){
		.family = AF_INET,
		.port = port,
		.ip.v4.s_addr = htonl(INADDR_LOOPBACK),
	};
}

char *drive_text(const char *s)
{
	return (char *)s;
}

struct act drive_act_on(enum verb verb, const char *socket)
{
	return (struct act){
		.verb = verb,
		.socket = drive_text(socket),
		.bytes = -1,
		.backlog = 8,
	};
}

struct act drive_act_making(enum verb verb, const char *socket)
{
	struct act act = drive_act_on(verb, socket);

	act.makes = true;
	return act;
}

struct agent_msg drive_on(struct drive *drive, enum verb verb,
			  const char *socket)
{
	struct act act = drive_act_on(verb, socket);

	return drive_do(drive, &act, NULL);
}

struct endpoint drive_listen(struct drive *drive, const char *name)
{
	struct act act = drive_act_making(VERB_LISTEN, name);
	struct endpoint any = drive_loopback(0);
	struct agent_msg end = drive_do(drive, &act, &any);

	ck_assert_int_eq(end.error, 0);
	ck_assert_uint_ne(end.local.port, 0);
	return end.local;
}

struct agent_msg drive_connect(struct drive *drive, const char *name,
			       const struct endpoint *to)
{
	struct act act = drive_act_making(VERB_CONNECT, name);

	return drive_do(drive, &act, to);
}

struct agent_msg drive_accept(struct drive *drive, const char *name,
			      const char *listener)
{
	struct act act = drive_act_making(VERB_ACCEPT, name);

	act.on = drive_text(listener);
	return drive_do(drive, &act, NULL);
}

struct endpoint drive_pair(struct drive *drive)
{
	struct endpoint at = drive_listen(drive, "L");
	struct agent_msg end = drive_connect(drive, "c", &at);

	ck_assert_int_eq(end.error, 0);
	end = drive_accept(drive, "s", "L");
	ck_assert_int_eq(end.error, 0);
	return at;
}

struct agent_msg drive_send(struct drive *drive, const char *socket,
			    const char *what)
{
	struct act act = drive_act_on(VERB_SEND, socket);

	act.text = drive_text(what);
	return drive_do(drive, &act, NULL);
}
