/*
 * task.c - one act under way in an agent, and the telling of it
 */
#include "agent/task.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

static void msg_init(struct agent_msg *msg, enum agent_msg_kind kind)
{
	memset(msg, 0, sizeof(*msg)); /* padding too: it leaves the process */
	msg->magic = AGENT_MAGIC;
	msg->kind = kind;
	msg->match = true;
	msg->fd = -1;
	msg->pidfd = -1;
}

static void set_text(char *field, size_t size, const char *text)
{
	(void)snprintf(field, size, "%s", text ? text : ""); /* may cut */
}

struct task *task_new(struct program *program, char *packet, size_t len)
{
	struct task *task = mem_new(struct task, 1);

	task->program = program;
	task->packet = packet;
	task->fd = -1;
	if (agent_cmd_decode(packet, len, &task->cmd)) {
		task_free(task);
		return NULL;
	}
	atomic_init(&task->cancelled, false);
	msg_init(&task->end, AGENT_MSG_OP_END);
	task->end.op = task->cmd.op;
	task->end.verb = task->cmd.act.verb;
	set_text(task->end.socket, sizeof(task->end.socket),
		 task->cmd.act.socket);
	task->end.began_ns = clock_now_ns();
	task->end.ended_ns = task->end.began_ns;
	return task;
}

void task_free(struct task *task)
{
	if (!task)
		return;
	agent_cmd_done(&task->cmd);
	free(task->packet);
	free(task->buffer);
	free(task);
}

static uint64_t fd_inode(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_ino : 0;
}

void task_calls(struct task *task, struct call *call, const char *name,
		const char *socket, const char *args, ...)
{
	va_list ap;

	msg_init(&call->msg, AGENT_MSG_CALL);
	call->msg.op = task->cmd.op;
	call->msg.verb = task->cmd.act.verb;
	set_text(call->msg.call, sizeof(call->msg.call), name);
	set_text(call->msg.socket, sizeof(call->msg.socket), socket);
	va_start(ap, args);
	/* may cut */
	(void)vsnprintf(call->msg.args, sizeof(call->msg.args), args, ap);
	va_end(ap);
	call->began_ns = clock_now_ns();
}

int64_t task_called(struct task *task, struct call *call, int64_t rc, int fd)
{
	int error = rc < 0 ? errno : 0;
	int64_t now = clock_now_ns();

	call->msg.began_ns = call->began_ns;
	call->msg.ended_ns = now;
	call->msg.result = rc < 0 ? -1 : rc;
	call->msg.error = error;
	if (!call->msg.inode)
		call->msg.inode = fd_inode(fd);
	task->end.ended_ns = now;
	task_tell(task->program, &call->msg, NULL, 0);
	return rc < 0 ? task_failed(task, call->msg.call, -error) : rc;
}

int64_t task_failed(struct task *task, const char *call, int64_t error)
{
	if (!task->end.error) {
		task->end.result = -1;
		task->end.error = -error;
		set_text(task->end.call, sizeof(task->end.call), call);
	}
	return error;
}

static struct endpoint name_of(int fd,
			       int (*ask)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_storage ss = {0};
	socklen_t len = sizeof(ss);
	struct endpoint e = {0};

	if (ask(fd, (struct sockaddr *)&ss, &len) == 0)
		endpoint_from_sockaddr(&e, &ss);
	return e;
}

static int ask_local(int fd, struct sockaddr *sa, socklen_t *len)
{
	return getsockname(fd, sa, len);
}

static int ask_remote(int fd, struct sockaddr *sa, socklen_t *len)
{
	return getpeername(fd, sa, len);
}

void task_look(struct task *task, int fd)
{
	struct endpoint remote;

	if (fd < 0)
		return;
	task->end.inode = fd_inode(fd);
	task->end.local = name_of(fd, ask_local);
	remote = name_of(fd, ask_remote);
	/* a connection that is gone has forgotten its peer; we have not */
	if (remote.family != AF_UNSPEC)
		task->end.remote = remote;
}

const char *task_name(const struct task *task)
{
	return task->cmd.act.socket ? task->cmd.act.socket : "?";
}

void task_end(struct task *task)
{
	if (task->end.error)
		task->end.result = -1;
	task_tell(task->program, &task->end, NULL, 0);
}

void task_tell(const struct program *program, struct agent_msg *msg,
	       const int *fds, size_t n_fds)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(2 * sizeof(int))];
	} control = {.space = {0}};
	struct iovec iov = {.iov_base = msg, .iov_len = sizeof(*msg)};
	struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1};

	msg->pid = program->pid;
	if (n_fds) {
		mh.msg_control = &control;
		mh.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(&control.align), fds, n_fds * sizeof(int));
	}
	while (sendmsg(program->control_fd, &mh, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			_exit(EXIT_SUCCESS);
}
