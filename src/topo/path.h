/*
 * path.h - how a host reaches the others: distances, first hops, names
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "topo/plan.h"

struct str;

/** struct path_hop - how one host reaches one subnet */
struct path_hop {
	bool reached;
	unsigned int distance; /* routers between; 0: attached */
	size_t port; /* the host's own port to leave by */
	size_t gateway; /* port of the first router; unused at distance 0 */
};

/** struct path_map - how one host reaches every subnet, by their index */
struct path_map {
	struct path_hop *hops;
};

/**
 * path_map_from - find the shortest paths from a host
 * @plan: the lab
 * @host: where they begin
 *
 * Breadth first, so with the fewest routers; among equals the earliest link.
 * Only hosts of kind router are passed through.
 *
 * Return: the map; release with path_map_done().
 */
struct path_map path_map_from(const struct plan *plan, size_t host);

/** path_map_done - release it */
void path_map_done(struct path_map *map);

/**
 * path_nearest - the port of a host that is nearest
 * @plan: the lab
 * @map: of the host that asks
 * @to: the host asked for
 *
 * Return: index into plan->ports, or -1 when @to cannot be reached.
 */
ssize_t path_nearest(const struct plan *plan, const struct path_map *map,
		     size_t to);

/** struct path_route - one static route of a host */
struct path_route {
	struct in_addr v4;
	unsigned int v4_prefix;
	struct in6_addr v6;
	unsigned int v6_prefix;
	size_t port; /* own port to leave by */
	size_t gateway; /* port of the router */
};

/**
 * path_routes - the static routes that a host needs
 * @plan: the lab
 * @host: whose
 * @n: how many
 *
 * A host with one way out has one route, to all of the lab's network; what
 * nobody has there is for the router to refuse.
 *
 * Return: array of @n, caller frees; NULL if none.
 */
struct path_route *path_routes(const struct plan *plan, size_t host, size_t *n);

/** path_hosts_file - append the text of a host's /etc/hosts */
void path_hosts_file(const struct plan *plan, size_t host, struct str *out);
