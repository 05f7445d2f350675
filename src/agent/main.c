/*
 * main.c - the agent's own entry: take commands until told to stop
 */
#include "agent/main.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/launch.h"
#include "agent/protocol.h"
#include "agent/verbs.h"
#include "base/clock.h"
#include "base/mem.h"

/* not SIGUSR1: a scenario may send that one, and see what it does */
#define CANCEL_SIGNAL SIGRTMIN

/* how often a cancelled call is interrupted again: see task.h */
#define CANCEL_AGAIN_MS 5

static void on_cancel(int number)
{
	(void)number; /* that a call was interrupted is all there is to it */
}

static void lock_tasks(struct program *program)
{
	(void)pthread_mutex_lock(&program->tasks_lock); /* cannot fail */
}

static void unlock_tasks(struct program *program)
{
	(void)pthread_mutex_unlock(&program->tasks_lock); /* cannot fail */
}

static void leave_list(struct task *task)
{
	struct program *program = task->program;

	lock_tasks(program);
	for (struct task **at = &program->tasks; *at; at = &(*at)->next)
		if (*at == task) {
			*at = task->next;
			break;
		}
	unlock_tasks(program);
}

static void *task_thread(void *arg)
{
	struct task *task = arg;

	verb_rows[task->cmd.act.verb].run(task);
	/* after this nobody signals a thread that may be gone */
	leave_list(task);
	task_end(task);
	task_free(task);
	return NULL;
}

/* the list is locked until @thread is known: a cancel needs it */
static int start_thread(struct task *task)
{
	struct program *program = task->program;
	pthread_attr_t attr;
	int rc;

	(void)pthread_attr_init(&attr); /* cannot fail on Linux */
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	lock_tasks(program);
	rc = pthread_create(&task->thread, &attr, task_thread, task);
	if (rc == 0) {
		task->next = program->tasks;
		program->tasks = task;
	}
	unlock_tasks(program);
	(void)pthread_attr_destroy(&attr); /* likewise */
	return -rc;
}

static void do_act(struct program *program, struct task *task)
{
	const struct verb_row *row = &verb_rows[task->cmd.act.verb];
	pid_t pid = program->pid;
	int rc;

	if (!row->run) {
		(void)task_failed(task, NULL, -ENOSYS); /* kept in it */
	} else if (row->begin && !row->begin(task)) {
		/* its failure is in the task */
	} else if (row->blocks) {
		rc = start_thread(task);
		if (rc == 0)
			return; /* the thread's from now on */
		(void)task_failed(task, "pthread_create", rc);
	} else {
		row->run(task);
	}
	if (pid == program->pid) /* a forked child has no end to tell */
		task_end(task);
	task_free(task);
}

static void cancel(struct program *program, uint64_t op)
{
	lock_tasks(program);
	for (struct task *task = program->tasks; task; task = task->next)
		if (task->cmd.op == op)
			atomic_store(&task->cancelled, true);
	unlock_tasks(program);
}

/* returns whether one of those interrupted has not come back yet */
static bool interrupt_cancelled(struct program *program)
{
	bool any = false;

	lock_tasks(program);
	for (struct task *task = program->tasks; task; task = task->next)
		if (atomic_load(&task->cancelled)) {
			/* in the list, so the thread is there */
			(void)pthread_kill(task->thread, CANCEL_SIGNAL);
			any = true;
		}
	unlock_tasks(program);
	return any;
}

/* false when there is nothing more to do */
static bool obey(struct program *program)
{
	char *packet = mem_new(char, AGENT_CMD_MAX);
	ssize_t n = recv(program->control_fd, packet, AGENT_CMD_MAX, 0);
	struct task *task;
	bool more = true;

	if (n <= 0) {
		free(packet);
		return n < 0 && errno == EINTR;
	}
	packet = mem_resize(packet, (size_t)n, 1);
	task = task_new(program, packet, (size_t)n);
	if (!task) {
		(void)fprintf(stderr, "tcplab agent: malformed command\n");
		return false;
	}
	switch (task->cmd.kind) {
	case AGENT_CMD_DO:
		do_act(program, task);
		return true;
	case AGENT_CMD_CANCEL:
		cancel(program, task->cmd.op);
		break;
	case AGENT_CMD_QUIT:
	case AGENT_CMD_KINDS:
		more = false;
		break;
	}
	task_free(task);
	return more;
}

static void reap(struct program *program, size_t i)
{
	struct child child = program->children.v[i];
	struct agent_msg msg;
	int status, signal;

	if (launch_reap(child.pidfd, &status, &signal) <= 0)
		return;
	(void)close(child.pidfd); /* of no more use */
	program->children.v[i] = program->children.v[--program->children.n];
	memset(&msg, 0, sizeof(msg)); /* padding too: it leaves the process */
	msg.magic = AGENT_MAGIC;
	msg.kind = AGENT_MSG_CHILD_EXIT;
	msg.child = child.pid;
	msg.status = status;
	msg.signal = signal;
	msg.match = true;
	msg.fd = -1;
	msg.pidfd = -1;
	msg.began_ns = clock_now_ns();
	msg.ended_ns = msg.began_ns;
	task_tell(program, &msg, NULL, 0);
}

static void serve(struct program *program)
{
	VEC(struct pollfd) fds = {0};
	bool more = true;

	while (more) {
		bool hurry = interrupt_cancelled(program);

		fds.n = 0;
		vec_push(&fds, (struct pollfd){.fd = program->control_fd,
					       .events = POLLIN});
		vec_foreach(&program->children, child)
			vec_push(&fds, (struct pollfd){.fd = child->pidfd,
						       .events = POLLIN});
		if (poll(fds.v, fds.n, hurry ? CANCEL_AGAIN_MS : -1) <= 0)
			continue;
		/* downwards: reaping moves the last child forward */
		for (size_t i = fds.n - 1; i > 0; i--)
			if (fds.v[i].revents)
				reap(program, i - 1);
		if (fds.v[0].revents)
			more = obey(program);
	}
	vec_done(&fds);
}

static void program_done(struct program *program)
{
	lock_tasks(program);
	/* threads that block still use what would be released: just go */
	if (program->tasks)
		_exit(EXIT_SUCCESS);
	unlock_tasks(program);
	vec_foreach(&program->children, child)
		(void)close(child->pidfd); /* we leave them behind */
	vec_done(&program->children);
	sockets_done(&program->sockets);
	(void)close(program->control_fd); /* the last word was said */
}

static bool is_control(int fd)
{
	socklen_t len = sizeof(int);
	int type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	       type == SOCK_SEQPACKET && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

int agent_main(int argc, char **argv)
{
	const char *name = argc > 0 ? argv[argc - 1] : "agent";
	const struct sigaction action = {.sa_handler = on_cancel};
	struct program program = {
		.control_fd = AGENT_CONTROL_FD,
		.pid = getpid(),
		.tasks_lock = PTHREAD_MUTEX_INITIALIZER,
	};

	if (!is_control(AGENT_CONTROL_FD)) {
		(void)fprintf(stderr, "tcplab agent: only tcplab itself can "
				      "start an agent\n");
		return 2;
	}
	/* comm, as ps(1) and ss(8) show it */
	(void)prctl(PR_SET_NAME,
		    strcmp(name, "agent") == 0 ? "tcplab-agent" : name);
	(void)sigaction(CANCEL_SIGNAL, &action, NULL); /* a valid signal */
	sockets_init(&program.sockets);
	serve(&program);
	program_done(&program);
	return EXIT_SUCCESS;
}
