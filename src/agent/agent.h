/*
 * agent.h - the runner's handle on one agent
 *
 * An agent is a separate process inside a host that does the scenario's
 * socket calls. The runner sends acts, polls agent_fd(), and turns what
 * comes back into events. Nothing here blocks.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "agent/launch.h"
#include "agent/protocol.h"

struct err;
struct event;

/**
 * struct agent - one agent; owned by the runner
 * @fd: control socket, O_CLOEXEC
 * @pid: in the lab's PID namespace
 * @pidfd: readable once the process is gone
 * @out_fd: its stdout, and that of what it spawns; -1 if adopted: a forked
 *	agent writes to its parent's
 * @err_fd: its stderr, likewise
 */
struct agent {
	int fd;
	pid_t pid;
	int pidfd;
	int out_fd;
	int err_fd;
};

/** AGENT_NONE - an agent that was not started; agent_close() accepts it */
#define AGENT_NONE \
	((struct agent){.fd = -1, .pidfd = -1, .out_fd = -1, .err_fd = -1})

/**
 * agent_start - start an agent inside a host
 * @env: the lab's; exe_fd is what will run, as "tcplab agent NAME"
 * @where: netns_fd, hostname and hosts_file count, the rest does not
 * @name: of the program in the scenario: "agent" unless it has its own
 * @out: untouched on failure; release with agent_close()
 * @err: see launch_start()
 *
 * Forks. Commands may be sent at once.
 *
 * Return: 0 or as launch_start().
 */
int agent_start(const struct launch_env *env, const struct launch *where,
		const char *name, struct agent *out, struct err *err);

/**
 * agent_adopt - take over an agent that another agent forked
 * @msg: AGENT_MSG_FORKED; its fd and pidfd are moved into the handle
 *
 * The process is not our child: its end is told by AGENT_MSG_CHILD_EXIT of
 * the agent that forked it while that one lives; afterwards only the pidfd
 * tells that, not how, it ended.
 *
 * Return: the handle, to be released with agent_close().
 */
struct agent agent_adopt(struct agent_msg *msg);

/** agent_fd - what to poll for POLLIN before agent_receive() */
int agent_fd(const struct agent *agent);

/**
 * agent_do - tell it to do an act
 * @agent: the agent
 * @op: number of the operation, not 0, unique while it lives
 * @act: an agent's verb, VERB_SOCKET to VERB_SPAWN
 * @addr: act->addr resolved; NULL if it has none. A socket that is only
 *	made takes its family from here, then from act->family, then IPv4
 * @from: act->from resolved; NULL if none
 * @err: says why it could not be told
 *
 * Return: 0; -EPIPE if the agent is gone; -EAGAIN if it has been stopped
 * for so long that no more commands fit; -EMSGSIZE, -ENAMETOOLONG.
 */
int agent_do(struct agent *agent, uint64_t op, const struct act *act,
	     const struct endpoint *addr, const struct endpoint *from,
	     struct err *err);

/**
 * agent_cancel - interrupt an operation that blocks
 *
 * Its AGENT_MSG_OP_END still comes: with EINTR if the interruption was in
 * time, with the real result if not.
 *
 * Return: 0; -EPIPE, -EAGAIN as agent_do().
 */
int agent_cancel(struct agent *agent, uint64_t op);

/** agent_quit - ask it to exit with status 0; returns as agent_cancel() */
int agent_quit(struct agent *agent);

/**
 * agent_receive - take the next message
 * @agent: the agent
 * @out: untouched unless 1 is returned; FORKED and SPAWNED hand over
 *	descriptors, see there
 *
 * Return: 1; 0 if there is none now; -EPIPE if the agent is gone and all it
 * said was read; -EPROTO if it talks nonsense.
 */
int agent_receive(struct agent *agent, struct agent_msg *out);

/**
 * agent_msg_event - a message as an event of the journal
 * @msg: AGENT_MSG_CALL or AGENT_MSG_OP_END
 * @epoch_ns: CLOCK_MONOTONIC at the journal's t = 0
 * @host: the agent's; borrowed by @out
 * @program: its name; borrowed by @out
 * @out: n is 0, step is -1; strings are borrowed from @msg
 *
 * Return: true; false, @out untouched, for other kinds.
 */
bool agent_msg_event(const struct agent_msg *msg, int64_t epoch_ns,
		     const char *host, const char *program, struct event *out);

/** agent_close - close the descriptors; a living agent then exits by itself */
void agent_close(struct agent *agent);
