/*
 * verbs_data.c - verbs that move bytes: send all, receive what was asked for
 *
 * A loop looks the name up anew for each call: when another act has closed
 * the socket meanwhile, its number may already be another's.
 */
#include "agent/verbs.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

/* per call; a megabyte takes sixteen lines of the journal */
#define CHUNK_BYTES 65536

/* what is sent when only a number was asked for: any byte tells its offset
 * modulo 26, and a person can read it */
static void fill_pattern(char *bytes, size_t n, int64_t offset)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)('a' + (offset + (int64_t)i) % 26);
}

static size_t next_chunk(int64_t rest)
{
	return rest < CHUNK_BYTES ? (size_t)rest : CHUNK_BYTES;
}

static bool is_cancelled(struct task *task, const char *call)
{
	if (!atomic_load(&task->cancelled))
		return false;
	(void)task_failed(task, call, -EINTR); /* kept in the task */
	return true;
}

/* bytes sent; or negative errno with the task failed */
static int64_t send_once(struct task *task, int64_t rest)
{
	const struct act *act = &task->cmd.act;
	const char *bytes = task->buffer;
	size_t len = next_chunk(rest);
	struct call call;
	int fd = verb_target(task);

	if (fd < 0)
		return fd;
	if (act->text)
		bytes = act->text + task->end.bytes;
	else
		fill_pattern(task->buffer, len, task->end.bytes);
	task_calls(task, &call, "send", act->socket, "%s, %zu", task_name(task),
		   len);
	return task_called(task, &call, send(fd, bytes, len, MSG_NOSIGNAL), fd);
}

void verb_send(struct task *task)
{
	const struct act *act = &task->cmd.act;
	int64_t want = act->text ? (int64_t)strlen(act->text) : act->bytes;
	int64_t n = 0;

	task_look(task, verb_target(task));
	if (want < 0)
		want = 1;
	if (!act->text)
		task->buffer = mem_new(char, CHUNK_BYTES);
	while (!task->end.error && task->end.bytes < want &&
	       !is_cancelled(task, "send")) {
		n = send_once(task, want - task->end.bytes);
		if (n > 0)
			task->end.bytes += n;
	}
	task->end.result = task->end.bytes;
	task_look(task, sockets_fd(&task->program->sockets, act->socket));
}

/* bytes received, 0 at end of file; or negative errno, the task failed */
static int64_t recv_once(struct task *task, size_t len)
{
	struct call call;
	int fd = verb_target(task);

	if (fd < 0)
		return fd;
	task_calls(task, &call, "recv", task->cmd.act.socket, "%s, %zu",
		   task_name(task), len);
	return task_called(task, &call, recv(fd, task->buffer, len, 0), fd);
}

/* are the @n bytes received last what the act's text has at their place */
static bool text_goes_on(const struct task *task, int64_t n)
{
	const char *text = task->cmd.act.text;
	int64_t rest;

	if (!text)
		return true;
	rest = (int64_t)strlen(text) - task->end.bytes;
	return n <= rest &&
	       memcmp(text + task->end.bytes, task->buffer, (size_t)n) == 0;
}

/*
 * @want: exactly so many bytes; -1: any number. With eof: goes on until the
 * end of file, to see whether more comes than was wanted.
 */
static void recv_until(struct task *task, int64_t want)
{
	struct agent_msg *end = &task->end;
	bool until_eof = task->cmd.act.eof;

	while (!end->eof && (until_eof || end->bytes < want) &&
	       !is_cancelled(task, "recv")) {
		int64_t rest = until_eof ? CHUNK_BYTES : want - end->bytes;
		int64_t n = recv_once(task, next_chunk(rest));

		if (n < 0)
			return;
		if (!text_goes_on(task, n))
			end->match = false;
		end->bytes += n;
		end->eof = n == 0;
	}
	if (want >= 0 && end->bytes != want)
		end->match = false;
}

void verb_recv(struct task *task)
{
	const struct act *act = &task->cmd.act;
	int64_t want = act->text ? (int64_t)strlen(act->text) : act->bytes;

	task->buffer = mem_new(char, CHUNK_BYTES);
	task_look(task, verb_target(task));
	if (!task->end.error && (act->eof || want >= 0)) {
		recv_until(task, want);
	} else if (!task->end.error) {
		int64_t n = recv_once(task, CHUNK_BYTES);

		task->end.bytes = n > 0 ? n : 0;
		task->end.eof = n == 0;
	}
	task->end.result = task->end.bytes;
	task_look(task, sockets_fd(&task->program->sockets, act->socket));
}
