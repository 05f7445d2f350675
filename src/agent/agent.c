/*
 * agent.c - the runner's handle on one agent
 */
#include "agent/agent.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/scope.h"
#include "base/str.h"
#include "event/event.h"

/* FORKED brings two descriptors, nothing brings more */
#define MSG_FDS 2

int agent_start(const struct launch_env *env, const struct launch *where,
		const char *name, struct agent *out, struct err *err)
{
	SCOPED_FD int ours = -1;
	SCOPED_FD int theirs = -1;
	const char *argv[] = {"tcplab", "agent", name, NULL};
	struct launch launch = {
		.netns_fd = where->netns_fd,
		.hostname = where->hostname,
		.hosts_file = where->hosts_file,
		.argv = (char *const *)argv, /* exec(3): not written */
		.is_agent = true,
	};
	struct launched launched;
	int pair[2];
	int rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(err, -errno, "agent: cannot make a socket pair");
	ours = pair[0];
	theirs = pair[1];
	launch.control_fd = theirs;
	rc = launch_start(env, &launch, &launched, err);
	if (rc)
		return rc;
	*out = (struct agent){
		.fd = fd_steal(&ours),
		.pid = launched.pid,
		.pidfd = launched.pidfd,
		.out_fd = launched.out_fd,
		.err_fd = launched.err_fd,
	};
	return 0;
}

struct agent agent_adopt(struct agent_msg *msg)
{
	struct agent agent = AGENT_NONE;

	agent.fd = fd_steal(&msg->fd);
	agent.pidfd = fd_steal(&msg->pidfd);
	agent.pid = msg->child;
	return agent;
}

int agent_fd(const struct agent *agent)
{
	return agent->fd;
}

/* an agent that is stopped reads nothing: never wait for room */
static int send_cmd(struct agent *agent, const struct agent_cmd *cmd)
{
	SCOPED_STR struct str packet = {0};
	int rc = agent_cmd_encode(cmd, &packet);

	if (rc)
		return rc;
	while (send(agent->fd, packet.s, packet.len,
		    MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		if (errno == EINTR)
			continue;
		return errno == ECONNRESET ? -EPIPE : -errno;
	}
	return 0;
}

int agent_do(struct agent *agent, uint64_t op, const struct act *act,
	     const struct endpoint *addr, const struct endpoint *from,
	     struct err *err)
{
	struct agent_cmd cmd = {.kind = AGENT_CMD_DO, .op = op, .act = *act};
	int rc;

	if (addr)
		cmd.addr = *addr;
	if (from)
		cmd.from = *from;
	rc = send_cmd(agent, &cmd);
	return rc ? err_sys(err, rc, "agent %d: cannot tell it to %s",
			    (int)agent->pid, verb_names[act->verb])
		  : 0;
}

int agent_cancel(struct agent *agent, uint64_t op)
{
	const struct agent_cmd cmd = {.kind = AGENT_CMD_CANCEL, .op = op};

	return send_cmd(agent, &cmd);
}

int agent_quit(struct agent *agent)
{
	const struct agent_cmd cmd = {.kind = AGENT_CMD_QUIT};

	return send_cmd(agent, &cmd);
}

/* all descriptors that came along; the rest of @fds is -1 */
static void take_fds(struct msghdr *mh, int fds[MSG_FDS])
{
	for (int i = 0; i < MSG_FDS; i++)
		fds[i] = -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
}

/* the descriptors that a kind of message must bring, in their fields */
static bool place_fds(struct agent_msg *msg, const int fds[MSG_FDS])
{
	msg->fd = -1;
	msg->pidfd = -1;
	if (msg->kind == AGENT_MSG_FORKED) {
		msg->fd = fds[0];
		msg->pidfd = fds[1];
		return fds[0] >= 0 && fds[1] >= 0;
	}
	if (msg->kind == AGENT_MSG_SPAWNED) {
		msg->pidfd = fds[0];
		return fds[0] >= 0 && fds[1] < 0;
	}
	return fds[0] < 0;
}

int agent_receive(struct agent *agent, struct agent_msg *out)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(MSG_FDS * sizeof(int))];
	} control;
	struct agent_msg msg;
	struct iovec iov = {.iov_base = &msg, .iov_len = sizeof(msg)};
	struct msghdr mh = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fds[MSG_FDS];
	ssize_t n;

	do
		n = recvmsg(agent->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0 && errno != ECONNRESET)
		return -errno;
	if (n <= 0)
		return -EPIPE;
	take_fds(&mh, fds);
	if ((mh.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) ||
	    !agent_msg_valid(&msg, (size_t)n) || !place_fds(&msg, fds)) {
		fd_close(&fds[0]);
		fd_close(&fds[1]);
		return -EPROTO;
	}
	*out = msg;
	return 1;
}

static const char *text_or_null(const char *text)
{
	return text[0] ? text : NULL;
}

static void event_from_call(const struct agent_msg *msg, int64_t epoch_ns,
			    const char *program, struct event *out)
{
	out->kind = EVENT_CALL;
	out->call = (struct event_call){
		.op = msg->op,
		.program = program,
		.pid = msg->pid,
		.call = msg->call,
		.args = msg->args,
		.socket = text_or_null(msg->socket),
		.result = msg->result,
		.error = msg->error,
		.began_ns = msg->began_ns - epoch_ns,
		.inode = msg->inode,
	};
}

static void event_from_end(const struct agent_msg *msg, const char *program,
			   struct event *out)
{
	out->kind = EVENT_OP_END;
	out->op = (struct event_op){
		.op = msg->op,
		.program = program,
		.pid = msg->pid,
		.verb = verb_names[msg->verb],
		.socket = text_or_null(msg->socket),
		.result = msg->result,
		.error = msg->error,
		.call = text_or_null(msg->call),
		.bytes = msg->bytes,
		.eof = msg->eof,
		.match = msg->match,
		.local = msg->local,
		.remote = msg->remote,
		.inode = msg->inode,
		.value = text_or_null(msg->value),
		.took_ns = msg->ended_ns - msg->began_ns,
	};
}

bool agent_msg_event(const struct agent_msg *msg, int64_t epoch_ns,
		     const char *host, const char *program, struct event *out)
{
	if (msg->kind != AGENT_MSG_CALL && msg->kind != AGENT_MSG_OP_END)
		return false;
	*out = (struct event){
		.t_ns = msg->ended_ns - epoch_ns,
		.step = -1,
		.host = host,
	};
	if (msg->kind == AGENT_MSG_CALL)
		event_from_call(msg, epoch_ns, program, out);
	else
		event_from_end(msg, program, out);
	return true;
}

void agent_close(struct agent *agent)
{
	fd_close(&agent->fd);
	fd_close(&agent->pidfd);
	fd_close(&agent->out_fd);
	fd_close(&agent->err_fd);
}
