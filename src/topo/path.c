/*
 * path.c - how a host reaches the others: distances, first hops, names
 */
#include "topo/path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/vec.h"

/** struct search - a breadth-first search under way */
struct search {
	const struct plan *plan;
	struct path_hop *hops; /* by subnet */
	size_t *queue; /* subnets reached, nearest first */
	size_t head;
	size_t tail;
	bool *seen; /* by host: a router already passed through */
};

static void reach(struct search *search, size_t subnet, struct path_hop hop)
{
	if (search->hops[subnet].reached)
		return;
	search->hops[subnet] = hop;
	search->queue[search->tail++] = subnet;
}

static void start(struct search *search, size_t host)
{
	const struct plan *plan = search->plan;

	search->seen[host] = true;
	for (size_t i = 0; i < plan->hosts[host].n_ports; i++) {
		size_t port = plan->hosts[host].ports[i];
		struct path_hop hop = {.reached = true, .port = port};

		if (plan->ports[port].has_address)
			reach(search, plan->ports[port].subnet, hop);
	}
}

/* pass through every router of a subnet that was reached */
static void expand(struct search *search, size_t subnet)
{
	const struct plan *plan = search->plan;
	const struct plan_subnet *at = &plan->subnets[subnet];

	for (size_t i = 0; i < at->n_ports; i++) {
		size_t router = plan->ports[at->ports[i]].host;
		struct path_hop hop = search->hops[subnet];

		if (plan->spec->hosts[router].kind != HOST_KIND_ROUTER ||
		    search->seen[router])
			continue;
		search->seen[router] = true;
		if (hop.distance++ == 0)
			hop.gateway = at->ports[i];
		for (size_t j = 0; j < plan->hosts[router].n_ports; j++) {
			size_t port = plan->hosts[router].ports[j];

			reach(search, plan->ports[port].subnet, hop);
		}
	}
}

struct path_map path_map_from(const struct plan *plan, size_t host)
{
	SCOPED_FREE size_t *queue = mem_new(size_t, plan->n_subnets + 1);
	SCOPED_FREE bool *seen = mem_new(bool, plan->spec->n_hosts + 1);
	struct search search = {
		.plan = plan,
		.hops = mem_new(struct path_hop, plan->n_subnets + 1),
		.queue = queue,
		.seen = seen,
	};

	start(&search, host);
	while (search.head < search.tail)
		expand(&search, search.queue[search.head++]);
	return (struct path_map){.hops = search.hops};
}

void path_map_done(struct path_map *map)
{
	free(map->hops);
	map->hops = NULL;
}

ssize_t path_nearest(const struct plan *plan, const struct path_map *map,
		     size_t to)
{
	ssize_t nearest = -1;
	unsigned int distance = 0;

	for (size_t i = 0; i < plan->hosts[to].n_ports; i++) {
		size_t port = plan->hosts[to].ports[i];
		const struct path_hop *hop =
			&map->hops[plan->ports[port].subnet];

		if (!plan->ports[port].has_address || !hop->reached)
			continue;
		if (nearest >= 0 && hop->distance >= distance)
			continue;
		nearest = (ssize_t)port;
		distance = hop->distance;
	}
	return nearest;
}

struct path_route *path_routes(const struct plan *plan, size_t host, size_t *n)
{
	SCOPED(path_map_done)
	struct path_map map = path_map_from(plan, host);
	VEC(struct path_route) routes = {0};
	bool one_way_out = true;

	for (size_t i = 0; i < plan->n_subnets; i++) {
		const struct plan_subnet *subnet = &plan->subnets[i];
		const struct path_hop *hop = &map.hops[i];

		if (!hop->reached || hop->distance == 0)
			continue;
		vec_push(&routes, (struct path_route){
					  .v4 = subnet->v4,
					  .v4_prefix = subnet->v4_prefix,
					  .v6 = subnet->v6,
					  .v6_prefix = subnet->v6_prefix,
					  .port = hop->port,
					  .gateway = hop->gateway,
				  });
		if (hop->gateway != routes.v[0].gateway)
			one_way_out = false;
	}
	if (routes.n && one_way_out) {
		routes.v[0].v4 = plan->v4;
		routes.v[0].v4_prefix = PLAN_V4_PREFIX;
		routes.v[0].v6 = plan->v6;
		routes.v[0].v6_prefix = PLAN_V6_PREFIX;
		routes.n = 1;
	}
	*n = routes.n;
	return routes.v;
}

static void add_name(const struct plan *plan, const struct path_map *map,
		     size_t host, struct str *out)
{
	static const int families[] = {AF_INET, AF_INET6};
	ssize_t port = path_nearest(plan, map, host);

	for (size_t i = 0; port >= 0 && i < 2; i++) {
		char buf[INET6_ADDRSTRLEN];

		if (!plan_has(plan, families[i]))
			continue;
		str_addf(out, "%s\t%s\n",
			 plan_print_address(&plan->ports[port], families[i],
					    buf),
			 plan->spec->hosts[host].name);
	}
}

void path_hosts_file(const struct plan *plan, size_t host, struct str *out)
{
	SCOPED(path_map_done)
	struct path_map map = path_map_from(plan, host);

	str_add(out, "127.0.0.1\tlocalhost\n");
	str_add(out, "::1\tlocalhost ip6-localhost ip6-loopback\n");
	add_name(plan, &map, host, out);
	for (size_t i = 0; i < plan->spec->n_hosts; i++) {
		if (i != host)
			add_name(plan, &map, i, out);
	}
}
