/*
 * scenario.h - steps and expectations as a scenario file tells them
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/arrow.h"
#include "spec/compare.h"
#include "spec/errors.h"
#include "spec/fault.h"
#include "spec/impairment.h"
#include "spec/topology.h"
#include "tcp/sock.h"

/** RELEASE_PARTS - numbers of a kernel's release that conditions can name */
#define RELEASE_PARTS 4

/** struct release - the numbers that a kernel's release begins with: 6, 12 and
 * 117 of "6.12.117-amd64" */
struct release {
	uint32_t part[RELEASE_PARTS];
	size_t n;
};

/** WHEN_TERMS - so many comparisons in one condition on the kernel */
#define WHEN_TERMS 4

/** struct when_term - ">=6.9": as many numbers are compared as it has */
struct when_term {
	enum compare_op op;
	struct release release;
};

/** struct when - a condition on the kernel: all terms must hold */
struct when {
	struct when_term terms[WHEN_TERMS];
	size_t n; /* 0: any kernel */
	char *text; /* as written: ">=6.5 <6.9"; NULL: any kernel */
};

/**
 * when_holds - is something for a kernel
 * @when: the condition
 * @kernel: uname -r; NULL if not known
 *
 * Return: 1, also if there is no condition; 0; -EINVAL if @kernel does not
 * begin with a version.
 */
int when_holds(const struct when *when, const char *kernel);

/** enum verb - what a host step does; names in verb_names */
enum verb {
	VERB_SOCKET,
	VERB_BIND,
	VERB_LISTEN,
	VERB_CONNECT,
	VERB_ACCEPT,
	VERB_SEND,
	VERB_RECV,
	VERB_SHUTDOWN,
	VERB_CLOSE,
	VERB_ABORT,
	VERB_SETSOCKOPT,
	VERB_GETSOCKOPT,
	VERB_FORK, /* the agent forks: a second program, same descriptors */
	VERB_SPAWN, /* the agent forks and executes a command */
	VERB_RUN, /* the lab starts a command on the host */
	VERB_SIGNAL,
	VERB_KILL, /* SIGKILL, and wait for the exit */
	VERB_STOP, /* SIGTERM, and wait for the exit */
	VERB_EXIT, /* wait until a program is gone */
	VERB_RESTART, /* start a program that is gone, as it was started */
	VERBS
};

/** verb_names - "socket", "bind" …, as in the file */
extern const char *const verb_names[VERBS];

/** enum shut_how - shutdown(2)'s second argument */
enum shut_how {
	SHUT_HOW_RD,
	SHUT_HOW_WR,
	SHUT_HOW_RDWR,
	SHUT_HOWS
};

/** shut_how_names - "rd", "wr", "rdwr" */
extern const char *const shut_how_names[SHUT_HOWS];

/** enum act_family - which IP version an address without one means */
enum act_family {
	ACT_FAMILY_AUTO, /* IPv4 where the topology has it */
	ACT_FAMILY_V4,
	ACT_FAMILY_V6,
	ACT_FAMILIES
};

/**
 * struct act_addr - an address as written: "7788", "server:7788",
 * "10.0.0.1:80", "[::]:80", "*:80"
 * @set: false if none was written
 * @host: a host of the topology; NULL for wildcard or a literal address
 * @literal: family AF_UNSPEC unless a numeric address was written
 * @port: host order; 0 lets the kernel choose
 */
struct act_addr {
	bool set;
	char *host;
	struct endpoint literal;
	uint16_t port;
};

/** struct act - one action of one program on one host; unset is 0 or NULL */
struct act {
	enum verb verb;
	char *host;
	char *program; /* the agent acting; NULL: the host's own, "agent" */
	char *socket; /* the socket made (as:) or used; NULL if none */
	bool makes; /* the verb makes @socket */
	char *on; /* accept: the listener; bind/listen/connect: NULL if makes */
	struct act_addr addr; /* bind, listen, connect */
	struct act_addr from; /* connect: bind to this first */
	enum act_family family;
	int backlog; /* listen; default 128 */
	bool reuseaddr, reuseport, v6only; /* set before bind */
	bool keep_on_exec; /* cloexec: false */
	int64_t bytes; /* send, recv: how many; -1 if not said */
	char *text; /* send, recv: these bytes; NULL if not said */
	bool eof; /* recv: must end with end of file */
	enum shut_how how;
	char *option; /* setsockopt, getsockopt: "SO_LINGER" */
	char *value; /* setsockopt: "1", "on", "0s", "cubic" */
	char *returns; /* getsockopt: must read as this; NULL if any */
	char **argv; /* run, spawn; NULL-terminated */
	char *target; /* program made (as:) or meant by signal, kill, … */
	uint16_t listening; /* run: ready once this TCP port listens; 0 */
	int signal; /* signal: its number; exit: died of it */
	struct compare status; /* run: wait and must exit so; exit: likewise */
	/* what must come of it */
	int fails; /* errno that it must fail with; 0: must succeed */
	int64_t blocks_ns; /* must not have returned by then; 0 if not said */
	int64_t within_ns; /* must have returned by then; 0: no limit, for
			    * what blocks, or is in the background and awaited
			    */
	int64_t not_before_ns; /* must not have returned before; 0 */
	char *background; /* go on without waiting; awaited by this name */
};

/**
 * struct expect_sock - what one named socket must look like
 * @states: set of TCP_STATE_BIT(), any of which will do; 0 if not asked
 */
struct expect_sock {
	struct spec_pos pos;
	char *host;
	char *socket;
	uint32_t states;
	bool has_timer;
	enum tcp_timer timer;
	struct compare recv_q;
	struct compare send_q;
};

/** struct expect_count - how many sockets of a host must look so */
struct expect_count {
	struct spec_pos pos;
	char *host;
	uint16_t port; /* local port; 0: any */
	uint32_t states; /* set of TCP_STATE_BIT(); 0: any */
	struct compare count; /* ">=1" if not said */
};

/** struct expect_counter - how far a counter must have moved since the
 * scenario began */
struct expect_counter {
	struct spec_pos pos;
	char *host;
	char *name; /* "TcpExt.TCPTimeouts" */
	struct compare delta;
};

/** enum proc_state - what a program must be */
enum proc_state {
	PROC_STATE_RUNNING,
	PROC_STATE_EXITED, /* with a status satisfying @status */
	PROC_STATE_KILLED, /* by @signal */
	PROC_STATES
};

/** struct expect_proc - what a program must be, or have written */
struct expect_proc {
	struct spec_pos pos;
	char *host;
	char *program;
	bool has_state;
	enum proc_state state;
	struct compare status;
	int signal;
	char *output; /* must have written this somewhere; NULL if any */
};

/**
 * struct expect - what must be true, and when; all parts must hold
 *
 * Times count from the step's begin; with @since, from the moment that the
 * socket entered one of those states. @not_before_ns without @since counts
 * from the moment that the socket entered the state that it had at the
 * step's begin: "it stays there at least so long".
 */
struct expect {
	struct expect_sock *socks;
	size_t n_socks;
	struct expect_count *counts;
	size_t n_counts;
	struct expect_counter *counters;
	size_t n_counters;
	struct expect_proc *procs;
	size_t n_procs;
	struct expect_sock *never_socks; /* not from the begin until now */
	size_t n_never_socks;
	struct expect_count *never_counts;
	size_t n_never_counts;
	struct arrow *arrows; /* in order, since the last such list */
	size_t n_arrows;
	struct arrow *never_arrows; /* not from the begin until now */
	size_t n_never_arrows;
	bool only; /* segments: no others, up to the last arrow's */
	int64_t within_ns; /* must come true by then; default EXPECT_SETTLE_NS
			    */
	int64_t not_before_ns; /* 0 if not said */
	int64_t for_ns; /* must then stay true so long; 0 if not said */
	uint32_t since; /* set of TCP_STATE_BIT(); 0 if not said */
};

/** EXPECT_SETTLE_NS - "at once": the ACK of a FIN may be delayed by 40 ms,
 * and a busy machine may take longer to show it */
#define EXPECT_SETTLE_NS INT64_C(1000000000)

/** ACT_WITHIN_NS - how long an action may take unless the file says more */
#define ACT_WITHIN_NS INT64_C(5000000000)

/** enum step_kind - names in step_kind_names */
enum step_kind {
	STEP_ACT,
	STEP_EXPECT,
	STEP_TOGETHER, /* acts begun at once, all awaited */
	STEP_AWAIT, /* the end of an act begun in the background */
	STEP_WAIT, /* let time pass */
	STEP_CUT, /* frames are lost: both ways, or one */
	STEP_HEAL,
	STEP_SET, /* a link's impairments change */
	STEP_FORGET, /* a link forgets its connections, as a NAT does */
	STEP_RELEASE, /* what a fault holds goes on, and it holds no more */
	STEP_ARM, /* a fault begins to act */
	STEP_DISARM,
	STEP_INJECT, /* a segment that nobody sent */
	STEP_KINDS
};

/** step_kind_names - "act", "expect", "together" … */
extern const char *const step_kind_names[STEP_KINDS];

/** struct step - one line of the story */
struct step {
	struct spec_pos pos;
	enum step_kind kind;
	char *text; /* the step in one line, for readers */
	struct when when; /* taken on these kernels only */
	struct act act; /* ACT; AWAIT: background is the name, host, verb and
			 * socket are those awaited, the rest what must come of
			 * it */
	struct expect expect; /* EXPECT */
	struct step *together; /* TOGETHER: acts only */
	size_t n_together;
	int64_t wait_ns; /* WAIT */
	char *from; /* CUT, HEAL: hosts of one link, or of one subnet; SET,
		     * FORGET: of one link */
	char *to;
	bool one_way; /* CUT, HEAL, SET: only frames from @from to @to */
	struct impair_rules rules[LINK_WAYS]; /* SET: @from to @to, and back */
	char *fault; /* RELEASE, ARM, DISARM: its name */
	struct inject_spec inject; /* INJECT */
};

/** enum scenario_clock - in which kind of time a scenario is worth running */
enum scenario_clock {
	SCENARIO_CLOCK_ANY,
	SCENARIO_CLOCK_VIRTUAL, /* takes hours: in virtual time, unless named */
	SCENARIO_CLOCKS
};

/** scenario_clock_names - "any", "virtual" */
extern const char *const scenario_clock_names[SCENARIO_CLOCKS];

/** struct scenario - the whole story; const after load */
struct scenario {
	char *name; /* "close/client-first" */
	char *path; /* as given */
	char *title;
	char *why; /* source: RFC section, kernel file */
	char **tags; /* NULL-terminated; the folder's name is one */
	enum scenario_clock clock;
	char *topology_path; /* the file that @topology was read from */
	char *source; /* the file's bytes, as they were read; NUL behind */
	size_t source_len;
	char *topology_source; /* of @topology_path; NULL if it is inline */
	size_t topology_source_len;
	struct topology *topology;
	struct fault_spec *faults; /* in the order of the file */
	size_t n_faults;
	struct step *steps;
	size_t n_steps;
};

/**
 * scenario_load - read and check a scenario file and its topology
 * @path: the file
 * @topology_path: read this topology instead of the one it names (a results
 *	folder keeps its own copy); NULL to search as usual
 * @errors: every problem found is added, of both files
 *
 * Return: the scenario, caller frees with scenario_free(); NULL if there
 * were errors.
 */
struct scenario *scenario_load(const char *path, const char *topology_path,
			       struct spec_errors *errors);

/**
 * scenario_parse - scenario_load() from memory
 * @path: the file's name: for errors, for the scenario's name, and for where
 *	to look for a topology that is not inline
 * @text: YAML, @len bytes
 * @len: its length
 * @topology_path: as for scenario_load()
 * @errors: every problem found is added
 *
 * Return: as scenario_load().
 */
struct scenario *scenario_parse(const char *path, const char *text, size_t len,
				const char *topology_path,
				struct spec_errors *errors);

/**
 * scenario_rename - call it otherwise than its file does
 *
 * A copy of a scenario's file has another folder than the file had: the tag
 * that comes of the folder is replaced as well.
 */
void scenario_rename(struct scenario *s, const char *name);

/** scenario_free - release it; NULL is fine */
void scenario_free(struct scenario *scenario);

/**
 * expect_sock_matches - does a socket look as asked
 * @want: the expectation
 * @sock: as dumped; NULL if no dump shows it: CLOSED
 */
bool expect_sock_matches(const struct expect_sock *want,
			 const struct tcp_sock *sock);

/**
 * act_demands - what must come of an act in the background where it is awaited
 * @act: as it was begun
 * @await: what its await says
 *
 * What either of them says, and of a result that both name, the await's. The
 * times of the two count from different moments: @within_ns is the await's,
 * and @act's own holds beside it.
 *
 * Return: borrows from both.
 */
struct act act_demands(const struct act *act, const struct act *await);

/** expect_count_matches - is this one of the sockets to be counted */
bool expect_count_matches(const struct expect_count *want,
			  const struct tcp_sock *sock);

/**
 * scenario_backend - what is to carry frames across a link
 * @scenario: it asks for faults, injections or changes there, or not
 * @link: index in the topology
 *
 * Return: what the topology names; else RELAY if impairments, a NAT, faults, an
 * injection or changes are asked of the link, and PASS if nothing is.
 */
enum wire_backend scenario_backend(const struct scenario *scenario,
				   size_t link);

/** scenario_way_ns - how long links may keep a segment, all of them in a row,
 * also as steps set them, and what it takes beside that */
int64_t scenario_way_ns(const struct scenario *scenario);
