/*
 * ladder_path.h - the routers between a connection's ends, and what they saw
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct ladder_of;
struct tcp_seen;
struct topology;

/** LADDER_MIDS_MAX - more routers than this are not drawn */
#define LADDER_MIDS_MAX 8

/** LADDER_WAY_MAX - hosts of the longest way that is looked at, with its ends
 */
#define LADDER_WAY_MAX 32

/**
 * struct ladder_pass - a segment came to a router
 * @segment: row of timeline_segments()
 * @mid: which, as struct ladder_path numbers them
 * @t_ns: when
 * @in_n: number of the event that shows it come
 * @out_n: of the one that shows it go on; 0: it did not
 */
struct ladder_pass {
	size_t segment;
	size_t mid;
	int64_t t_ns;
	uint64_t in_n;
	uint64_t out_n;
};

/**
 * struct ladder_path - from the first end to the second
 * @mids: names of the routers, borrowed from the scenario
 * @n_mids: their number
 * @passes: by @in_n
 */
struct ladder_path {
	const char *mids[LADDER_MIDS_MAX];
	size_t n_mids;
	VEC(struct ladder_pass) passes;
};

/** ladder_path_new - of a connection; no routers if the scenario has no
 * topology, or more than LADDER_MIDS_MAX; release with ladder_path_done() */
struct ladder_path ladder_path_new(const struct ladder_of *of);

/** ladder_path_done - release it */
void ladder_path_done(struct ladder_path *path);

/**
 * ladder_way - the shortest way between two hosts, switches and all
 * @topology: NULL: as if both were on one wire
 * @from: the first host
 * @to: the last
 * @hosts: filled with names, @from and @to among them
 *
 * Return: how many; 0 if there is no way, or a longer one.
 */
size_t ladder_way(const struct topology *topology, const char *from,
		  const char *to, const char *hosts[LADDER_WAY_MAX]);

/**
 * ladder_path_lost - what the wire did to a segment
 * @of: a connection's
 * @segment: one that did not arrive, and that no fault took
 *
 * The wire is the next one on its way from where it was seen last. Of all that
 * it did not carry it tells the number, not which: so nothing is said if there
 * are several reasons.
 *
 * Return: "cut", "loss", "forgotten" …; NULL if it is not known.
 */
const char *ladder_path_lost(const struct ladder_of *of,
			     const struct tcp_seen *segment);

/** ladder_path_has - does a link between these two lie on the connection's way;
 * true if the way is not known */
bool ladder_path_has(const struct ladder_of *of, const char *a, const char *b);
