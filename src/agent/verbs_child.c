/*
 * verbs_child.c - verbs that make a process: fork, spawn
 *
 * The runner is handed a pidfd of the new process by its parent, who has not
 * reaped it and so cannot be mistaken about the number.
 */
#include "agent/verbs.h"

#include <errno.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/scope.h"

/* tell the runner, and remember to reap; @control_fd: -1 if it has none */
static void tell_child(struct task *task, enum agent_msg_kind kind, pid_t pid,
		       int control_fd)
{
	struct program *program = task->program;
	SCOPED_FD int pidfd = pidfd_open(pid, 0);
	struct agent_msg msg = task->end;
	const int fds[] = {control_fd, pidfd};

	task->end.result = pid;
	if (pidfd < 0) {
		(void)task_failed(task, "pidfd_open", -errno);
		return;
	}
	msg.kind = kind;
	msg.child = pid;
	if (control_fd >= 0)
		task_tell(program, &msg, fds, 2);
	else
		task_tell(program, &msg, fds + 1, 1);
	vec_push(&program->children, (struct child){pid, fd_steal(&pidfd)});
}

/* the threads of the parent's tasks are not here; what they held is */
static void become_child(struct task *task, int control_fd)
{
	struct program *program = task->program;

	(void)close(program->control_fd); /* the parent's: our copy */
	program->control_fd = control_fd;
	program->pid = getpid();
	while (program->tasks) {
		struct task *lost = program->tasks;

		program->tasks = lost->next;
		task_free(lost);
	}
	vec_foreach(&program->children, child)
		(void)close(child->pidfd); /* not our children */
	program->children.n = 0;
	if (task->cmd.act.target) /* cosmetic: comm, as ps shows it */
		(void)prctl(PR_SET_NAME, task->cmd.act.target);
}

/* both locks are held across the fork, so that they are ours in the child */
static pid_t fork_locked(struct program *program)
{
	pid_t pid;

	(void)pthread_mutex_lock(&program->tasks_lock); /* cannot fail */
	sockets_lock(&program->sockets);
	pid = fork();
	sockets_unlock(&program->sockets);
	(void)pthread_mutex_unlock(&program->tasks_lock); /* cannot fail */
	return pid;
}

void verb_fork(struct task *task)
{
	SCOPED_FD int runners = -1;
	SCOPED_FD int childs = -1;
	struct call call;
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		(void)task_failed(task, "socketpair", -errno);
		return;
	}
	runners = pair[0];
	childs = pair[1];
	task_calls(task, &call, "fork", NULL, "%s", "");
	pid = fork_locked(task->program);
	if (pid == 0) {
		become_child(task, fd_steal(&childs));
		return;
	}
	if (task_called(task, &call, pid, -1) > 0)
		tell_child(task, AGENT_MSG_FORKED, pid, runners);
}

void verb_spawn(struct task *task)
{
	char **argv = task->cmd.act.argv;
	struct call call;
	pid_t pid = -1;
	int rc;

	if (!argv[0]) {
		(void)task_failed(task, NULL, -EINVAL); /* no call was made */
		return;
	}
	task_calls(task, &call, "posix_spawn", NULL, "%s", argv[0]);
	/* returns when execve(2) has, and with its errno */
	rc = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	errno = rc;
	if (task_called(task, &call, rc ? -1 : pid, -1) > 0)
		tell_child(task, AGENT_MSG_SPAWNED, pid, -1);
}
