/*
 * story.h - what a scenario's steps have made so far: the names in it
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/arrow.h"
#include "spec/errors.h"

struct act_draft;
struct fault_spec;
struct node;
struct reader;
struct topology;

/** STORY_PROGRAMS_MAX - programs of one host, its agent among them */
#define STORY_PROGRAMS_MAX 64

/** struct story_sock - a socket that a step makes */
struct story_sock {
	const char *host;
	const char *name;
	const char *peer; /* the host that it connects to; NULL: not known */
	int line;
	bool failed; /* the step is to fail: there is no such socket */
	int closed_line; /* where it was closed last; 0 */
	uint64_t holders; /* set of programs of the host, by their index */
};

/** enum story_life - is a program still there */
enum story_life {
	STORY_LIFE_RUNNING,
	STORY_LIFE_UNSURE, /* it may have ended, or was sent a signal */
	STORY_LIFE_GONE,
	STORY_LIVES
};

/** struct story_prog - a program of a host */
struct story_prog {
	const char *host;
	const char *name;
	int line; /* 0: the host's own agent */
	unsigned int index; /* on its host */
	bool acts; /* an agent, or a fork of one */
	bool shares_output; /* it writes to its agent's pipes */
	enum story_life life;
	int gone_line;
};

/** struct story_op - an action in the background */
struct story_op {
	const char *name;
	struct spec_pos pos;
	const char *host;
	const char *program; /* NULL: the agent */
	const char *socket; /* NULL if it has none */
	int verb; /* an enum verb */
	int sock; /* index of the socket that it makes; -1 if none */
	bool blocks; /* seen to block: needs no await */
	int awaited_line; /* 0 if not yet */
};

/** struct story_fault - a fault, by its index */
struct story_fault {
	bool armed;
	bool was_armed;
	bool was_released;
	int released_line; /* since it was armed last; 0 */
};

/**
 * struct story - the names known at a point of the scenario
 *
 * Start with {.r, .topology, .faults, .n_faults}, or of steps that not every
 * kernel takes with
 * {.world} too, once for each kind of kernel. All strings are borrowed from
 * acts and nodes, which must outlive it.
 */
struct story {
	const struct reader *r;
	const struct topology *topology; /* NULL: could not be read */
	const char *world; /* the kernel that it is told for; NULL: any */
	bool unsure; /* some step's kernels are not known: names prove nothing
		      */
	struct story_sock *socks;
	size_t n_socks;
	struct story_prog *progs;
	size_t n_progs;
	struct story_op *ops;
	size_t n_ops;
	const struct fault_spec *faults; /* borrowed */
	size_t n_faults;
	struct story_fault *fault_uses; /* NULL until a step names one */
	const char *vars[ARROW_VARIABLES]; /* that arrows have bound */
	size_t n_vars;
};

/**
 * story_host - see that a host exists
 * @story: the story; tells nothing if its topology could not be read
 * @at: the node for an error
 * @name: the host
 */
bool story_host(const struct story *story, const struct node *at,
		const char *name);

/**
 * story_act - check an act against what was made before, and follow it
 * @story: changed
 * @draft: the act; its names must outlive the story
 */
void story_act(struct story *story, const struct act_draft *draft);

/**
 * story_await - follow the await of a background act
 * @story: changed
 * @draft: the await; gets host, program, verb and socket of what it awaits
 */
void story_await(struct story *story, struct act_draft *draft);

/** story_sock_known - see that a step before this point makes a socket, if
 * only to fail at it; errors are told at @at */
bool story_sock_known(const struct story *story, const struct node *at,
		      const char *host, const char *name);

/** story_prog_known - see that a program was made before this point */
bool story_prog_known(const struct story *story, const struct node *at,
		      const char *host, const char *name);

/** story_end - tell what the scenario leaves open: background acts of which
 * nobody sees the result, faults that wait for a step */
void story_end(const struct story *story);

/** story_done - release it */
void story_done(struct story *story);
