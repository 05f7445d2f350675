/*
 * verbs.c - verbs on one socket that exists: shutdown, close, options
 */
#include "agent/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/option.h"
#include "base/names.h"

const struct verb_row verb_rows[VERBS] = {
	[VERB_SOCKET] = {verb_socket, false, NULL},
	[VERB_BIND] = {verb_bind, false, NULL},
	[VERB_LISTEN] = {verb_listen, false, NULL},
	[VERB_CONNECT] = {verb_connect, true, verb_connect_begin},
	[VERB_ACCEPT] = {verb_accept, true, NULL},
	[VERB_SEND] = {verb_send, true, NULL},
	[VERB_RECV] = {verb_recv, true, NULL},
	[VERB_SHUTDOWN] = {verb_shutdown, false, NULL},
	[VERB_CLOSE] = {verb_close, true, NULL},
	[VERB_ABORT] = {verb_abort, false, NULL},
	[VERB_SETSOCKOPT] = {verb_setsockopt, false, NULL},
	[VERB_GETSOCKOPT] = {verb_getsockopt, false, NULL},
	[VERB_FORK] = {verb_fork, false, NULL},
	[VERB_SPAWN] = {verb_spawn, false, NULL},
	/* the runner's */
	[VERB_RUN] = {NULL, false, NULL},
	[VERB_SIGNAL] = {NULL, false, NULL},
	[VERB_KILL] = {NULL, false, NULL},
	[VERB_STOP] = {NULL, false, NULL},
	[VERB_EXIT] = {NULL, false, NULL},
	[VERB_RESTART] = {NULL, false, NULL},
};

int verb_target(struct task *task)
{
	int fd = sockets_fd(&task->program->sockets, task->cmd.act.socket);

	/* what a closed descriptor would get, though no call is made */
	if (fd < 0)
		(void)task_failed(task, NULL, fd); /* kept in the task */
	return fd;
}

void verb_drop(struct task *task, int fd)
{
	struct call call;

	task_look(task, fd);
	sockets_forget(&task->program->sockets, fd);
	task_calls(task, &call, "close", task->cmd.act.socket, "%s",
		   task_name(task));
	/* the inode has no descriptor afterwards */
	call.msg.inode = task->end.inode;
	(void)task_called(task, &call, close(fd), -1); /* kept in the task */
}

void verb_shutdown(struct task *task)
{
	static const struct {
		int how;
		const char *name;
	} hows[] = {
		[SHUT_HOW_RD] = {SHUT_RD, "SHUT_RD"},
		[SHUT_HOW_WR] = {SHUT_WR, "SHUT_WR"},
		[SHUT_HOW_RDWR] = {SHUT_RDWR, "SHUT_RDWR"},
	};
	enum shut_how how = task->cmd.act.how;
	int fd = verb_target(task);
	struct call call;

	TABLE_COVERS(hows, SHUT_HOWS);
	if (fd < 0)
		return;
	task_look(task, fd);
	task_calls(task, &call, "shutdown", task->cmd.act.socket, "%s, %s",
		   task_name(task), hows[how].name);
	(void)task_called(task, &call, shutdown(fd, hows[how].how), fd);
	task_look(task, fd);
}

void verb_close(struct task *task)
{
	int fd = verb_target(task);

	if (fd >= 0)
		verb_drop(task, fd);
}

void verb_abort(struct task *task)
{
	const struct linger now = {.l_onoff = 1, .l_linger = 0};
	int fd = verb_target(task);
	struct call call;

	if (fd < 0)
		return;
	task_calls(task, &call, "setsockopt", task->cmd.act.socket,
		   "%s, SO_LINGER, 0s", task_name(task));
	if (task_called(
		    task, &call,
		    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)),
		    fd) < 0)
		return;
	verb_drop(task, fd);
}

void verb_setsockopt(struct task *task)
{
	const struct act *act = &task->cmd.act;
	const struct sockopt *option =
		act->option ? sockopt_find(act->option) : NULL;
	struct option_value value;
	struct call call;
	int fd = verb_target(task);

	if (fd < 0)
		return;
	if (!option || !act->value ||
	    option_parse(option, act->value, &value)) {
		(void)task_failed(task, NULL, -EINVAL); /* no call was made */
		return;
	}
	task_calls(task, &call, "setsockopt", act->socket, "%s, %s, %s",
		   task_name(task), option->name, act->value);
	(void)task_called(task, &call,
			  setsockopt(fd, option->level, option->number,
				     &value.as, value.len),
			  fd);
	task_look(task, fd);
}

void verb_getsockopt(struct task *task)
{
	const struct act *act = &task->cmd.act;
	const struct sockopt *option =
		act->option ? sockopt_find(act->option) : NULL;
	struct option_value value = {.len = sizeof(value.as)};
	char text[OPTION_TEXT];
	struct call call;
	int fd = verb_target(task);

	if (fd < 0)
		return;
	if (!option) {
		(void)task_failed(task, NULL, -EINVAL); /* no call was made */
		return;
	}
	task_calls(task, &call, "getsockopt", act->socket, "%s, %s",
		   task_name(task), option->name);
	if (task_called(task, &call,
			getsockopt(fd, option->level, option->number, &value.as,
				   &value.len),
			fd) < 0)
		return;
	(void)snprintf(task->end.value, sizeof(task->end.value), "%s",
		       option_print(option, &value, text));
	if (act->returns)
		task->end.match = option_equal(option, text, act->returns);
	task_look(task, fd);
}
