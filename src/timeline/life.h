/*
 * life.h - which rows of which dumps are one socket; private to timeline/
 */
#pragma once

#include "base/vec.h"
#include "timeline/life_index.h"
#include "timeline/timeline.h"

struct arena;

/**
 * struct life - a sock_life and what it is recognised by
 * @pub: what queries return
 * @cookie: of its latest row; a minisocket has another than the socket that
 *	it replaces
 * @local: of its latest row, or as a program told us
 * @remote: likewise; port 0 while not connected
 * @paired_ns: when a program told us of both
 */
struct life {
	struct sock_life pub;
	uint64_t cookie;
	struct endpoint local;
	struct endpoint remote;
	int64_t paired_ns;
};

/** struct life_name - what a scenario's name means now */
struct life_name {
	const char *host;
	const char *name;
	struct life *life;
};

/** struct life_table - all lives of all hosts; owned, oldest first */
struct life_table {
	VEC(struct life *) all;
	VEC(struct life_name) names;
	struct life_index index;
};

/** struct life_claim - a program says: this name is that socket */
struct life_claim {
	const char *host;
	const char *name;
	uint64_t inode; /* 0 if not known */
	struct endpoint local;
	struct endpoint remote; /* AF_UNSPEC or port 0 if not connected */
	uint64_t n; /* event that says so */
	int64_t t_ns; /* its time */
};

/** life_row - take in one EVENT_SOCK; strings go into @strings */
void life_row(struct life_table *table, struct arena *strings,
	      const struct event *event);

/** life_claimed - take in what a program says of a name */
void life_claimed(struct life_table *table, struct arena *strings,
		  const struct life_claim *claim);

/** life_named - the life that a name means now; NULL if it means none */
struct life *life_named(const struct life_table *table, const char *host,
			const char *name);

/** life_table_done - release all lives */
void life_table_done(struct life_table *table);
