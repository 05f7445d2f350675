/*
 * verbs_open.c - verbs that make a socket, and give it its two ends
 *
 * What such a verb made and could not finish it closes again, as any careful
 * program would; the scenario sees the close in the journal.
 */
#include "agent/verbs.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/** struct option_row - an option that must be set before bind */
struct option_row {
	bool on;
	int level;
	int number;
	const char *name;
};

static sa_family_t family_wanted(const struct agent_cmd *cmd)
{
	if (cmd->addr.family != AF_UNSPEC)
		return cmd->addr.family;
	return cmd->act.family == ACT_FAMILY_V6 ? AF_INET6 : AF_INET;
}

/* descriptor, or negative errno with the task failed */
static int make(struct task *task)
{
	const struct act *act = &task->cmd.act;
	struct sockets *sockets = &task->program->sockets;
	sa_family_t family = family_wanted(&task->cmd);
	int flags = act->keep_on_exec ? 0 : SOCK_CLOEXEC;
	struct call call;
	int fd;

	if (sockets_fd(sockets, act->socket) >= 0)
		return (int)task_failed(task, NULL, -EEXIST);
	task_calls(task, &call, "socket", act->socket, "%s, SOCK_STREAM%s",
		   family == AF_INET6 ? "AF_INET6" : "AF_INET",
		   flags ? "|SOCK_CLOEXEC" : "");
	fd = socket(family, SOCK_STREAM | flags, IPPROTO_TCP);
	if (task_called(task, &call, fd, fd) < 0)
		return -1;
	/* only the main thread makes names: it is free still, but for an
	 * accept() that came back meanwhile */
	if (sockets_add(sockets, act->socket, fd) < 0) {
		(void)close(fd);
		return (int)task_failed(task, NULL, -EEXIST);
	}
	return fd;
}

static int set_options(struct task *task, int fd)
{
	const struct act *act = &task->cmd.act;
	const struct option_row rows[] = {
		{act->reuseaddr, SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR"},
		{act->reuseport, SOL_SOCKET, SO_REUSEPORT, "SO_REUSEPORT"},
		{act->v6only, IPPROTO_IPV6, IPV6_V6ONLY, "IPV6_V6ONLY"},
	};
	const int one = 1;
	struct call call;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].on)
			continue;
		task_calls(task, &call, "setsockopt", act->socket, "%s, %s, 1",
			   task_name(task), rows[i].name);
		if (task_called(task, &call,
				setsockopt(fd, rows[i].level, rows[i].number,
					   &one, sizeof(one)),
				fd) < 0)
			return -1;
	}
	return 0;
}

/* a call that takes an address: bind or connect */
static int call_at(struct task *task, int fd, const char *name,
		   int (*make_call)(int, const struct sockaddr *, socklen_t),
		   const struct endpoint *at)
{
	char text[ENDPOINT_TEXT];
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(at, &ss);
	struct call call;
	int rc;

	task_calls(task, &call, name, task->cmd.act.socket, "%s, %s",
		   task_name(task), endpoint_print(at, text));
	rc = make_call(fd, (const struct sockaddr *)&ss, len);
	return task_called(task, &call, rc, fd) < 0 ? -1 : 0;
}

static int bind_at(int fd, const struct sockaddr *sa, socklen_t len)
{
	return bind(fd, sa, len);
}

static int connect_at(int fd, const struct sockaddr *sa, socklen_t len)
{
	return connect(fd, sa, len);
}

/* the socket meant, made if it must be, options set, bound if asked */
static int prepare(struct task *task, const struct endpoint *local)
{
	bool makes = task->cmd.act.makes;
	int fd = makes ? make(task) : verb_target(task);

	if (fd < 0)
		return -1;
	if (set_options(task, fd) == 0 &&
	    (local->family == AF_UNSPEC ||
	     call_at(task, fd, "bind", bind_at, local) == 0))
		return fd;
	if (makes)
		verb_drop(task, fd);
	else
		task_look(task, fd);
	return -1;
}

void verb_socket(struct task *task)
{
	const struct endpoint nowhere = {.family = AF_UNSPEC};

	task->cmd.act.makes = true;
	task_look(task, prepare(task, &nowhere));
}

void verb_bind(struct task *task)
{
	task_look(task, prepare(task, &task->cmd.addr));
}

void verb_listen(struct task *task)
{
	int fd = prepare(task, &task->cmd.addr);
	int backlog = task->cmd.act.backlog;
	struct call call;

	if (fd < 0)
		return;
	task_calls(task, &call, "listen", task->cmd.act.socket, "%s, %d",
		   task_name(task), backlog);
	if (task_called(task, &call, listen(fd, backlog), fd) < 0 &&
	    task->cmd.act.makes)
		verb_drop(task, fd);
	else
		task_look(task, fd);
}

bool verb_connect_begin(struct task *task)
{
	task->fd = prepare(task, &task->cmd.from);
	return task->fd >= 0;
}

void verb_connect(struct task *task)
{
	int fd = task->fd;

	if (call_at(task, fd, "connect", connect_at, &task->cmd.addr) < 0 &&
	    task->cmd.act.makes)
		verb_drop(task, fd);
	else
		task_look(task, fd);
}

void verb_accept(struct task *task)
{
	const struct act *act = &task->cmd.act;
	struct sockets *sockets = &task->program->sockets;
	int flags = act->keep_on_exec ? 0 : SOCK_CLOEXEC;
	int listener = sockets_fd(sockets, act->on);
	struct call call;
	int fd;

	if (listener < 0 || sockets_fd(sockets, act->socket) >= 0) {
		(void)task_failed(task, NULL,
				  listener < 0 ? listener : -EEXIST);
		return;
	}
	task_calls(task, &call, "accept4", act->on, "%s, %s", act->on,
		   flags ? "SOCK_CLOEXEC" : "0");
	fd = accept4(listener, NULL, NULL, flags);
	if (fd >= 0) {
		/* the event is about the connection, not the listener */
		(void)snprintf(call.msg.socket, sizeof(call.msg.socket), "%s",
			       act->socket ? act->socket : "");
	}
	if (task_called(task, &call, fd, fd >= 0 ? fd : listener) < 0) {
		task_look(task, sockets_fd(sockets, act->on));
		return;
	}
	if (sockets_add(sockets, act->socket, fd) < 0) {
		(void)close(fd);
		(void)task_failed(task, NULL, -EEXIST);
		return;
	}
	task_look(task, fd);
}
