/*
 * protocol.h - what the runner and an agent say to each other
 *
 * DOC: Theory of operation
 *
 * Both ends are the same binary on the same machine, joined by a socket
 * pair of type SOCK_SEQPACKET: a message is one packet, never split or
 * merged (unix(7)). Answers are plain structs. A command is a plain struct
 * and its strings behind it, because texts and argument vectors have no
 * natural bound. Both are validated all the same: an agent is a program
 * that scenarios may crash, stop and kill.
 *
 * For each AGENT_CMD_DO the agent sends any number of AGENT_MSG_CALL, at
 * most one AGENT_MSG_FORKED or AGENT_MSG_SPAWNED, then exactly one
 * AGENT_MSG_OP_END, in that order. Operations that overlap interleave.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "spec/scenario.h"
#include "tcp/endpoint.h"

struct str;

/** AGENT_MAGIC - first word of every packet: "tcpl" and the version */
#define AGENT_MAGIC UINT64_C(0x7463706c00000001)

/** AGENT_CONTROL_FD - the agent's end of the pair, after exec */
#define AGENT_CONTROL_FD 3

/** AGENT_NAME_TEXT - bytes for a socket's name and its NUL */
#define AGENT_NAME_TEXT 64

/** AGENT_CMD_MAX - a command has no more bytes than this */
#define AGENT_CMD_MAX 65536

/** enum agent_cmd_kind - what the runner may say */
enum agent_cmd_kind {
	AGENT_CMD_DO, /* do the act */
	AGENT_CMD_CANCEL, /* interrupt the operation, if it still runs */
	AGENT_CMD_QUIT, /* exit with status 0 */
	AGENT_CMD_KINDS
};

/**
 * struct agent_cmd - a command, in memory
 * @kind: the rest is looked at for AGENT_CMD_DO, @op for _CANCEL too
 * @op: unique while the agent lives
 * @act: addr, from, host, program, listening, status, signal, fails, blocks_ns,
 *within_ns, not_before_ns, and background do not travel
 * @addr: where to: act.addr resolved; AF_UNSPEC if none
 * @from: act.from resolved; AF_UNSPEC if none
 *
 * Strings are borrowed: from the caller when encoding; after decoding from
 * the buffer, which must outlive them, except act.argv, which is owned:
 * agent_cmd_done().
 */
struct agent_cmd {
	enum agent_cmd_kind kind;
	uint64_t op;
	struct act act;
	struct endpoint addr;
	struct endpoint from;
};

/**
 * agent_cmd_encode - append a command's packet
 * @cmd: to be sent
 * @out: empty before; untouched on failure
 *
 * Return: 0; -EMSGSIZE if it would pass AGENT_CMD_MAX; -ENAMETOOLONG if a
 * socket's name does not fit AGENT_NAME_TEXT.
 */
int agent_cmd_encode(const struct agent_cmd *cmd, struct str *out);

/**
 * agent_cmd_decode - read a packet
 * @buf: the packet; strings of @cmd point into it
 * @len: its length
 * @cmd: untouched on failure; release with agent_cmd_done()
 *
 * Return: 0 or -EPROTO.
 */
int agent_cmd_decode(char *buf, size_t len, struct agent_cmd *cmd);

/** agent_cmd_done - release what decoding allocated; the buffer stays */
void agent_cmd_done(struct agent_cmd *cmd);

/** enum agent_msg_kind - what an agent may say */
enum agent_msg_kind {
	AGENT_MSG_CALL, /* one system call came back */
	AGENT_MSG_OP_END, /* the act is over */
	AGENT_MSG_FORKED, /* a second agent: child, fd, pidfd */
	AGENT_MSG_SPAWNED, /* a command was executed: child, pidfd */
	AGENT_MSG_CHILD_EXIT, /* one of those is gone: child, status, signal */
	AGENT_MSG_KINDS
};

/**
 * struct agent_msg - an answer; a packet is exactly this struct
 * @magic: AGENT_MAGIC
 * @kind: which fields count
 * @verb: of the operation (OP_END)
 * @op: the operation; 0 for CHILD_EXIT
 * @pid: the agent's, in the lab's PID namespace
 * @child: FORKED, SPAWNED, CHILD_EXIT: the other process
 * @result: >= 0, or -1
 * @error: errno; 0 if none
 * @bytes: moved by send or recv (OP_END)
 * @began_ns: CLOCK_MONOTONIC, just before the call or the act
 * @ended_ns: just after; of an act: after its last call
 * @inode: of the socket made or used, by fstat(2); 0 if none
 * @local: getsockname(2) afterwards; before, if the act closed it
 * @remote: getpeername(2), likewise
 * @eof: recv returned 0
 * @match: recv and getsockopt read what was asked for; else true
 * @status: CHILD_EXIT: exit status, -1 if killed
 * @signal: CHILD_EXIT: the signal, 0 if it exited
 * @fd: FORKED: the child's control socket, owned by the receiver; else -1
 * @pidfd: FORKED, SPAWNED: of the child, taken before it could be reaped,
 *	owned by the receiver; else -1
 * @call: CALL: "bind"; OP_END: the call that failed, "" if none
 * @socket: its name; "" if none
 * @args: CALL: "L, 0.0.0.0:7788"
 * @value: OP_END of getsockopt: as printed
 */
struct agent_msg {
	uint64_t magic;
	enum agent_msg_kind kind;
	enum verb verb;
	uint64_t op;
	int32_t pid;
	int32_t child;
	int64_t result;
	int64_t error;
	int64_t bytes;
	int64_t began_ns;
	int64_t ended_ns;
	uint64_t inode;
	struct endpoint local;
	struct endpoint remote;
	bool eof;
	bool match;
	int32_t status;
	int32_t signal;
	int fd;
	int pidfd;
	char call[24];
	char socket[AGENT_NAME_TEXT];
	char args[192];
	char value[128];
};

/**
 * agent_msg_valid - may this packet be used
 * @msg: as received
 * @len: bytes received
 *
 * Return: false if the size, the magic, an enum, a string's end or an
 * address family is wrong.
 */
bool agent_msg_valid(const struct agent_msg *msg, size_t len);
