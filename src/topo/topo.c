/*
 * topo.c - ask a built topology about itself, and let it go
 */
#include "topo/topo.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/scope.h"
#include "base/str.h"
#include "topo/path.h"
#include "topo/plan.h"
#include "topo/topo_internal.h"

void topo_free(struct topo *topo)
{
	if (!topo)
		return;
	for (size_t i = 0; i < topo_hosts(topo); i++) {
		fd_close(&topo->hosts[i].rtnl);
		fd_close(&topo->hosts[i].netns);
	}
	fd_close(&topo->wire.rtnl);
	fd_close(&topo->wire.netns);
	vec_foreach(&topo->sysctls, sysctl)
		free((char *)sysctl->value);
	vec_done(&topo->sysctls);
	free(topo->links);
	free(topo->hosts);
	plan_free(topo->plan);
	free(topo);
}

size_t topo_hosts(const struct topo *topo)
{
	return topo->plan->spec->n_hosts;
}

int topo_host_netns(const struct topo *topo, size_t host)
{
	return topo->hosts[host].netns;
}

size_t topo_ports(const struct topo *topo, size_t host)
{
	return topo->plan->hosts[host].n_ports;
}

struct topo_port topo_port(const struct topo *topo, size_t host, size_t nth)
{
	const struct plan *plan = topo->plan;
	size_t index = plan->hosts[host].ports[nth];
	const struct plan_port *port = &plan->ports[index];
	struct topo_port out = {
		/* the other end of link n is port 2n + 1 or 2n */
		.to = plan->ports[index ^ 1].host,
		.ifindex = port->ifindex,
	};

	static_assert(TOPO_PORT_NAME >= PLAN_NAME, "any name fits");
	(void)plan_print_name(port, out.name);
	return out;
}

bool topo_port_has(const struct topo *topo, size_t host, size_t nth,
		   const struct endpoint *address)
{
	const struct plan *plan = topo->plan;
	const struct plan_port *port =
		&plan->ports[plan->hosts[host].ports[nth]];

	if (!port->has_address || !plan_has(plan, address->family))
		return false;
	if (address->family == AF_INET)
		return port->v4.s_addr == address->ip.v4.s_addr;
	return IN6_ARE_ADDR_EQUAL(&port->v6, &address->ip.v6);
}

bool topo_wire(const struct topo *topo, size_t nth, struct topo_wire *wire)
{
	const struct plan *plan = topo->plan;

	if (nth >= plan->spec->n_links)
		return false;
	*wire = (struct topo_wire){
		.link = nth,
		.netns_fd = topo->wire.netns,
		.ifindex = {plan_wire_ifindex(plan, 2 * nth),
			    plan_wire_ifindex(plan, 2 * nth + 1)},
		.backend = topo->links[nth].backend,
	};
	return true;
}

void topo_host_addresses(const struct topo *topo, size_t host, struct str *out)
{
	plan_addresses(topo->plan, host, out);
}

size_t topo_sysctls(const struct topo *topo, const struct topo_sysctl **list)
{
	*list = topo->sysctls.v;
	return topo->sysctls.n;
}

int topo_address(const struct topo *topo, size_t from, size_t to, int family,
		 struct endpoint *out)
{
	SCOPED(path_map_done)
	struct path_map map = path_map_from(topo->plan, from);
	ssize_t nearest = path_nearest(topo->plan, &map, to);
	const struct plan_port *port;

	if (nearest < 0 || !plan_has(topo->plan, family))
		return -ENOENT;
	port = &topo->plan->ports[nearest];
	*out = (struct endpoint){.family = (sa_family_t)family};
	if (family == AF_INET)
		out->ip.v4 = port->v4;
	else
		out->ip.v6 = port->v6;
	return 0;
}

void topo_hosts_file(const struct topo *topo, size_t host, struct str *out)
{
	path_hosts_file(topo->plan, host, out);
}
