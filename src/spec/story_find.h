/*
 * story_find.h - look names of a story up, and tell which are missing
 */
#pragma once

#include "spec/story.h"

/** STORY_AGENT - the name of every host's own program */
#define STORY_AGENT "agent"

/**
 * story_error - something is wrong with what was made before a point
 * @story: says on which kernel, if steps differ by it
 * @at: gives the position
 * @fmt: what: lower case, no full stop
 */
void story_error(const struct story *story, const struct node *at,
		 const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/** story_sock - the socket of this name; NULL if none was made */
struct story_sock *story_sock(const struct story *story, const char *host,
			      const char *name);

/** story_prog - the program of this name; NULL if there is none */
struct story_prog *story_prog(const struct story *story, const char *host,
			      const char *name);

/** story_way - see that there is a way from a host to another; told at @at;
 * hosts that do not exist are told elsewhere */
bool story_way(const struct story *story, const struct node *at,
	       const char *from, const char *to);

/** story_op - the latest background act of this name, NULL if none */
struct story_op *story_op(const struct story *story, const char *name);

/** story_prog_add - one more program; NULL if the host has too many; moves
 * the others */
struct story_prog *story_prog_add(struct story *story, const char *host,
				  const char *name);

/** story_agent - see that a host has its agent; false if it has none because
 * there is no such host: that is told elsewhere */
bool story_agent(struct story *story, const char *host);
