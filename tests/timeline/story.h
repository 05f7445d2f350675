/*
 * story.h - what is told of one connection, and the paths that follow
 */
#pragma once

#include "told.h"

/* A handshake as captured at both ends, 10 ms each way */
#define HANDSHAKE                     \
	"seg 10 20 c SYN 0 0 0\n"     \
	"seg 20 30 s SYN,ACK 0 1 0\n" \
	"seg 30 40 c ACK 1 1 0\n"

/* The client closes, then the server, which waits for 100 ms */
#define CLOSE                           \
	"seg 100 110 c FIN,ACK 1 1 0\n" \
	"seg 110 120 s ACK 1 2 0\n"     \
	"seg 200 210 s FIN,ACK 1 2 0\n" \
	"seg 210 220 c ACK 2 2 0\n"

/** struct story - what is told of one connection, and the paths of its ends */
struct story {
	const char *name;
	const char *told;
	const char *opener;
	const char *other;
};

static inline void check_story(const struct story *story)
{
	struct told t = told_new();
	const struct history_connection *c;
	struct history *history;
	SCOPED_FREE char *opener = NULL;
	SCOPED_FREE char *other = NULL;
	size_t n;

	told_story(&t, story->told);
	told_story(&t, "end");
	history = history_new(t.tl);
	c = history_connections(history, &n);
	ck_assert_msg(n == 1, "%s: %zu connections", story->name, n);
	opener = told_path(&c->ends[0]);
	other = told_path(&c->ends[1]);
	ck_assert_msg(strcmp(opener, story->opener) == 0, "%s:\n%s\nnot\n%s",
		      story->name, opener, story->opener);
	ck_assert_msg(strcmp(other, story->other) == 0, "%s:\n%s\nnot\n%s",
		      story->name, other, story->other);
	ck_assert_str_eq(c->ends[0].host, "client");
	ck_assert_str_eq(c->ends[1].host, "server");
	history_free(history);
	timeline_free(t.tl);
}
