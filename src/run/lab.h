/*
 * lab.h - one scenario's lab while it lives: hosts, programs, observers
 *
 * DOC: Theory of operation
 *
 * The runner is one process with one thread and one loop, lab_wait(): it
 * polls the agents' control sockets, the programs' output and their pidfds,
 * and samples the sockets when the sampler says it is time. Whatever comes
 * in becomes an event at once: into the journal, and into the timeline, from
 * which the steps read what is known so far. Steps are the only callers of
 * lab_wait(); nothing happens behind their back.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "agent/agent.h"
#include "agent/launch.h"
#include "base/str.h"
#include "base/vec.h"
#include "event/event.h"
#include "run/progress.h"
#include "spec/arrow.h"

struct capture;
struct counters;
struct err;
struct journal_writer;
struct pcapng;
struct progress;
struct sampler;
struct scenario;
struct step;
struct timeline;
struct topo;
struct trace;

/** enum program_kind - who started a program, and how it is spoken to */
enum program_kind {
	PROGRAM_AGENT, /* "tcplab agent": takes acts */
	PROGRAM_COMMAND, /* run: by the lab */
	PROGRAM_CHILD, /* spawn: by an agent; only its pidfd is ours */
	PROGRAM_KINDS
};

/** struct program - one program on a host; never removed from the table, so
 * that an index stays good: a restart is a new row of the same name */
struct program {
	enum program_kind kind;
	size_t host; /* in the topology */
	ssize_t parent; /* index of the agent that forked it; -1: the lab */
	const char *name; /* borrowed from the scenario */
	const struct act *start; /* run: to restart it; NULL for others */
	bool alive;
	struct agent agent; /* its pid, pidfd and output for every kind */
	struct str partial[2]; /* bytes that do not make a character yet */
	int64_t output_bytes; /* kept so far */
	int status; /* exit status; -1 if killed or not known */
	int signal; /* that killed it; 0 */
	bool signalled; /* a step sent it a signal */
};

/** struct lab_op - one act that was begun; times are CLOCK_MONOTONIC */
struct lab_op {
	const struct act *act;
	size_t program; /* index of who does it */
	int64_t began_ns;
	int64_t ended_ns; /* 0 while it goes on */
	int64_t error; /* errno it failed with; 0 */
	int64_t bytes;
	bool eof;
	bool match;
};

/** struct lab_wires - the process that carries frames: run/wires.c */
struct lab_wires {
	VEC(size_t) links; /* wire n of the relay is this link */
	pid_t pid;
	int fd; /* to it, while it is @alive */
	bool alive;
};

/** struct lab_arrival - a frame that a fault has touched, or that was injected,
 * as it will arrive: run/hits.c */
struct lab_arrival {
	const char *host;
	uint64_t digest; /* frame_digest() */
	char *text; /* what to say of it; owned */
};

/** struct lab - everything of one scenario while it runs; borrowed fields
 * belong to run_main() */
struct lab {
	const struct scenario *scenario;
	const char *kernel; /* uname -r; borrowed */
	struct launch_env env;
	struct journal_writer *journal; /* borrowed */
	struct timeline *timeline;
	struct progress *progress; /* borrowed; may be NULL */
	struct event_sink sink;
	struct topo *topo;
	struct sampler *sampler;
	struct counters **counters; /* one a host */
	struct lab_wires wires;
	struct capture *capture; /* NULL: none */
	struct pcapng *frames; /* the capture's file */
	struct trace *trace; /* NULL: none */
	char *untraced; /* why there is nothing to take of it; NULL */
	VEC(struct lab_arrival) arrivals;
	struct arrow_state arrows; /* what segments were expected so far */
	VEC(struct program) programs;
	VEC(struct lab_op) ops; /* op N is at N - 1 */
	struct progress_line says; /* of run_request */
	const bool *blind; /* RUN_SOURCES; borrowed */
	bool cpu_is_free; /* computing takes no time: run/spin.h */
	VEC(pid_t) spinners; /* processes that were told of */
	int64_t spin_ns; /* CLOCK_MONOTONIC of the last look for them */
	int step; /* under way; -1 */
	int64_t step_ns; /* when it began, as the journal counts */
};

/**
 * lab_init - make a lab able to take events
 * @lab: zeroed before but for scenario, env, journal, progress and
 *	sink.epoch_ns; release with lab_done()
 */
void lab_init(struct lab *lab);

/**
 * lab_open - build the hosts, watch them, start their agents
 * @lab: as lab_init() left it
 * @lab_id: 0 … 4095: chooses the addresses
 * @dirfd: the results folder
 * @seed: for whatever the wires draw by chance
 * @hold: hands each network namespace to the lab's init; 0 or negative errno
 * @hold_arg: passed to @hold
 * @err: says what was refused, and the remedy
 *
 * Return: 0 or negative errno.
 */
int lab_open(struct lab *lab, unsigned int lab_id, int dirfd, uint64_t seed,
	     int (*hold)(void *arg, int netns_fd, struct err *err),
	     void *hold_arg, struct err *err);

/** lab_done - close what the lab holds; its processes die with its init */
void lab_done(struct lab *lab);

/** lab_emit - put an event into the journal and the timeline */
void lab_emit(struct lab *lab, struct event *event);

/** lab_error - put an EVENT_ERROR there, for the judge and the reader */
void lab_error(struct lab *lab, const struct err *err);

/** lab_host - a host's name by its index */
const char *lab_host(const struct lab *lab, size_t host);

/** lab_now_ns - now, as the journal counts */
int64_t lab_now_ns(const struct lab *lab);

/**
 * lab_wait - let things happen until something is true or time is up
 * @lab: the lab
 * @until_ns: CLOCK_MONOTONIC
 * @done: asked before each round and after it; NULL: never
 * @arg: passed to @done
 *
 * Return: true if @done said so; false if time was up.
 */
bool lab_wait(struct lab *lab, int64_t until_ns,
	      bool (*done)(struct lab *lab, void *arg), void *arg);

/** lab_takes - is a step for the kernel that this is */
bool lab_takes(const struct lab *lab, const struct step *step);

/** lab_snap - read all sockets now, at a boundary; see sampler_take() */
void lab_snap(struct lab *lab, const char *why);

/** lab_count - read all counters now; see counters_read() */
void lab_count(struct lab *lab, const char *why);
