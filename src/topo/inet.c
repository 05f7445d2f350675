/*
 * inet.c - addresses, neighbours and routes of a host
 */
#include "topo/inet.h"

#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/addr.h>
#include <netlink/msg.h>
#include <netlink/route/addr.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include "base/err.h"
#include "base/scope.h"
#include "topo/batch.h"
#include "topo/path.h"
#include "topo/plan.h"

static const int families[] = {AF_INET, AF_INET6};

#define N_FAMILIES (sizeof(families) / sizeof(families[0]))

static struct nl_addr *ip_of(const struct in_addr *v4,
			     const struct in6_addr *v6, int family)
{
	if (family == AF_INET)
		return nl_addr_build(AF_INET, v4, sizeof(*v4));
	return nl_addr_build(AF_INET6, v6, sizeof(*v6));
}

static struct nl_msg *address_message(const struct plan_port *port,
				      unsigned int prefix, int family)
{
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct nl_addr *ip = ip_of(&port->v4, &port->v6, family);
	struct nl_msg *msg = NULL;

	nl_addr_set_prefixlen(ip, (int)prefix);
	rtnl_addr_set_ifindex(addr, port->ifindex);
	(void)rtnl_addr_set_local(addr, ip); /* no other family was set */
	if (family == AF_INET6)
		rtnl_addr_set_flags(addr, IFA_F_NODAD);
	/* out of memory leaves msg NULL, which batch_add() knows */
	(void)rtnl_addr_build_add_request(addr, NLM_F_CREATE | NLM_F_EXCL,
					  &msg);
	nl_addr_put(ip);
	rtnl_addr_put(addr);
	return msg;
}

int inet_add_addresses(struct batch *batch, size_t port, struct err *err)
{
	const struct plan_port *of = &batch->plan->ports[port];
	const struct plan_subnet *subnet = &batch->plan->subnets[of->subnet];

	for (size_t i = 0; i < N_FAMILIES; i++) {
		unsigned int prefix = families[i] == AF_INET
					      ? subnet->v4_prefix
					      : subnet->v6_prefix;
		int rc;

		if (!plan_has(batch->plan, families[i]))
			continue;
		rc = batch_add(batch, address_message(of, prefix, families[i]),
			       families[i] == AF_INET ? "add an IPv4 address"
						      : "add an IPv6 address",
			       port, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static struct nl_msg *neighbour_message(const struct plan_port *port,
					const struct plan_port *peer,
					const uint8_t mac[6], int family)
{
	struct rtnl_neigh *neigh = rtnl_neigh_alloc();
	struct nl_addr *ip = ip_of(&peer->v4, &peer->v6, family);
	struct nl_addr *link = nl_addr_build(AF_LLC, mac, 6);
	struct nl_msg *msg = NULL;

	rtnl_neigh_set_ifindex(neigh, port->ifindex);
	(void)rtnl_neigh_set_dst(neigh, ip); /* no other family was set */
	rtnl_neigh_set_lladdr(neigh, link);
	rtnl_neigh_set_state(neigh, NUD_PERMANENT);
	(void)rtnl_neigh_build_add_request(neigh, NLM_F_CREATE | NLM_F_REPLACE,
					   &msg); /* as above */
	nl_addr_put(link);
	nl_addr_put(ip);
	rtnl_neigh_put(neigh);
	return msg;
}

int inet_set_neighbour(struct batch *batch, size_t port, size_t peer,
		       const uint8_t mac[6], struct err *err)
{
	const struct plan_port *ports = batch->plan->ports;

	for (size_t i = 0; i < N_FAMILIES; i++) {
		int rc;

		if (!plan_has(batch->plan, families[i]))
			continue;
		rc = batch_add(batch,
			       neighbour_message(&ports[port], &ports[peer],
						 mac, families[i]),
			       "set a permanent neighbour", port, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int inet_add_neighbours(struct batch *batch, size_t port, struct err *err)
{
	const struct plan *plan = batch->plan;
	const struct plan_subnet *subnet =
		&plan->subnets[plan->ports[port].subnet];

	for (size_t i = 0; i < subnet->n_ports; i++) {
		size_t peer = subnet->ports[i];
		int rc;

		if (peer == port)
			continue;
		rc = inet_set_neighbour(batch, port, peer,
					plan->ports[peer].mac, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static struct nl_msg *route_message(const struct plan *plan,
				    const struct path_route *route, int family)
{
	const struct plan_port *router = &plan->ports[route->gateway];
	struct rtnl_route *object = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct nl_addr *to = ip_of(&route->v4, &route->v6, family);
	struct nl_addr *via = ip_of(&router->v4, &router->v6, family);
	struct nl_msg *msg = NULL;

	nl_addr_set_prefixlen(to, (int)(family == AF_INET ? route->v4_prefix
							  : route->v6_prefix));
	rtnl_route_nh_set_ifindex(hop, plan->ports[route->port].ifindex);
	rtnl_route_nh_set_gateway(hop, via);
	(void)rtnl_route_set_dst(object, to); /* no other family was set */
	rtnl_route_set_protocol(object, RTPROT_STATIC);
	rtnl_route_set_scope(object, RT_SCOPE_UNIVERSE);
	rtnl_route_add_nexthop(object, hop); /* owns hop from here */
	(void)rtnl_route_build_add_request(object, NLM_F_CREATE | NLM_F_EXCL,
					   &msg); /* as above */
	nl_addr_put(via);
	nl_addr_put(to);
	rtnl_route_put(object);
	return msg;
}

int inet_add_routes(struct batch *batch, struct err *err)
{
	const struct plan *plan = batch->plan;
	size_t n;
	SCOPED_FREE struct path_route *routes =
		path_routes(plan, batch->host, &n);

	for (size_t i = 0; i < n * N_FAMILIES; i++) {
		const struct path_route *route = &routes[i / N_FAMILIES];
		int family = families[i % N_FAMILIES];
		int rc;

		if (!plan_has(plan, family))
			continue;
		rc = batch_add(batch, route_message(plan, route, family),
			       family == AF_INET ? "add an IPv4 route"
						 : "add an IPv6 route",
			       route->port, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}
