/*
 * topo.c - ask a built topology about itself, and let it go
 */
#include "topo/topo.h"

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
	vec_foreach(&topo->sysctls, sysctl)
		free((char *)sysctl->value);
	vec_done(&topo->sysctls);
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
