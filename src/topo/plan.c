/*
 * plan.c - which interface gets which address: a topology made concrete
 */
#include "topo/plan.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"

#define V4_BASE		 UINT32_C(0x0a000000) /* 10.0.0.0/8 */
#define LAB_ADDRESSES	 (UINT32_C(1) << (32 - PLAN_V4_PREFIX))
#define V6_BASE		 UINT16_C(0xfd7c)
#define V6_BASE_NEXT	 UINT16_C(0x9000)
#define SUBNET_V6_PREFIX 64
#define SMALLEST_PREFIX	 30
#define MAX_LINKS	 65536 /* one number of an IPv6 prefix */

static bool is_switch(const struct topology *spec, size_t host)
{
	return spec->hosts[host].kind == HOST_KIND_SWITCH;
}

/* the switch that stands for all switches linked with this one */
static size_t find_root(size_t *parents, size_t host)
{
	while (parents[host] != host) {
		parents[host] = parents[parents[host]];
		host = parents[host];
	}
	return host;
}

/*
 * A loop of switches multiplies each broadcast for ever. Spanning tree would
 * break it, after half a minute of listening and learning; nobody who draws a
 * loop here wants that.
 */
static int join_switches(const struct topology *spec, size_t *parents,
			 struct err *err)
{
	for (size_t i = 0; i < spec->n_links; i++) {
		const struct link_spec *link = &spec->links[i];
		size_t a;
		size_t b;

		if (!is_switch(spec, link->a) || !is_switch(spec, link->b))
			continue;
		a = find_root(parents, link->a);
		b = find_root(parents, link->b);
		if (a == b) {
			(void)err_set(err, -EINVAL,
				      "the link between %s and %s closes a "
				      "loop of switches",
				      spec->hosts[link->a].name,
				      spec->hosts[link->b].name);
			err_remedy(err, "leave that link out");
			return -EINVAL;
		}
		parents[b] = a;
	}
	return 0;
}

/* there can be as many subnets as there are links */
static size_t add_subnet(struct plan *plan, size_t link)
{
	plan->subnets[plan->n_subnets] = (struct plan_subnet){.link = link};
	return plan->n_subnets++;
}

/* the subnet of each link: own, or that of the switches at its ends */
static int divide(struct plan *plan, struct err *err)
{
	const struct topology *spec = plan->spec;
	SCOPED_FREE size_t *parents = mem_new(size_t, spec->n_hosts);
	/* by root switch: 1 + its subnet, or 0 */
	SCOPED_FREE size_t *known = mem_new(size_t, spec->n_hosts);
	int rc;

	for (size_t i = 0; i < spec->n_hosts; i++)
		parents[i] = i;
	rc = join_switches(spec, parents, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < spec->n_links; i++) {
		const struct link_spec *link = &spec->links[i];
		size_t *subnet = NULL;
		size_t index;

		if (is_switch(spec, link->a))
			subnet = &known[find_root(parents, link->a)];
		else if (is_switch(spec, link->b))
			subnet = &known[find_root(parents, link->b)];
		if (subnet && *subnet) {
			index = *subnet - 1;
		} else {
			index = add_subnet(plan, i);
			if (subnet)
				*subnet = index + 1;
		}
		plan->ports[2 * i].subnet = index;
		plan->ports[2 * i + 1].subnet = index;
	}
	return 0;
}

static void add_port(struct plan *plan, size_t index, size_t host)
{
	const unsigned int lab = plan->lab_id;
	struct plan_port *port = &plan->ports[index];
	struct plan_host *owner = &plan->hosts[host];
	const uint8_t mac[] = {
		0x02, /* locally administered, unicast */
		(uint8_t)(lab >> 8),
		(uint8_t)lab,
		(uint8_t)((index / 2) >> 8),
		(uint8_t)(index / 2),
		(uint8_t)(index % 2 + 1),
	};

	static_assert(sizeof(mac) == sizeof(port->mac), "a MAC has 6 bytes");
	port->host = host;
	port->link = index / 2;
	port->ifindex = PLAN_IFINDEX + (int)index;
	port->nth = owner->n_ports;
	port->has_address = !is_switch(plan->spec, host);
	memcpy(port->mac, mac, sizeof(mac));
	owner->ports = mem_resize(owner->ports, owner->n_ports + 1,
				  sizeof(*owner->ports));
	owner->ports[owner->n_ports++] = index;
}

/*
 * Two ports of one host in one subnet: the kernel would answer for both
 * addresses on either and send by one, so the second wire would be idle.
 */
static int refuse_double(const struct plan *plan, const struct plan_host *host,
			 const struct plan_port *port, struct err *err)
{
	for (size_t i = 0; i < host->n_ports; i++) {
		const struct plan_port *other = &plan->ports[host->ports[i]];

		if (other == port || other->subnet != port->subnet)
			continue;
		(void)err_set(err, -EINVAL,
			      "host %s has two links into one switched subnet",
			      plan->spec->hosts[port->host].name);
		err_remedy(err, "leave one of them out");
		return -EINVAL;
	}
	return 0;
}

static int fill_subnets(struct plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->n_ports; i++) {
		struct plan_port *port = &plan->ports[i];
		struct plan_subnet *subnet = &plan->subnets[port->subnet];
		int rc;

		if (!port->has_address)
			continue;
		/* only where the other end is a switch is it possible */
		if (!plan->ports[i ^ 1].has_address) {
			rc = refuse_double(plan, &plan->hosts[port->host], port,
					   err);
			if (rc < 0)
				return rc;
		}
		/* n_ports is a power of two whenever the array is full */
		if ((subnet->n_ports & (subnet->n_ports - 1)) == 0)
			subnet->ports = mem_resize(
				subnet->ports,
				subnet->n_ports ? 2 * subnet->n_ports : 1,
				sizeof(*subnet->ports));
		subnet->ports[subnet->n_ports++] = i;
	}
	return 0;
}

static struct in_addr v4_of(uint32_t host_order)
{
	return (struct in_addr){.s_addr = htonl(host_order)};
}

static struct in6_addr v6_of(unsigned int lab, size_t link, size_t host)
{
	struct in6_addr v6 = {0};

	v6.s6_addr16[0] = htons(V6_BASE);
	v6.s6_addr16[1] = htons(V6_BASE_NEXT);
	v6.s6_addr16[2] = htons((uint16_t)lab);
	v6.s6_addr16[3] = htons((uint16_t)link);
	v6.s6_addr32[3] = htonl((uint32_t)host);
	return v6;
}

/* the longest prefix whose subnet holds so many hosts, and the two addresses
 * that no host may have; 0 if none does */
static unsigned int prefix_for(size_t n_hosts)
{
	for (unsigned int prefix = SMALLEST_PREFIX; prefix >= PLAN_V4_PREFIX;
	     prefix--) {
		if (n_hosts + 2 <= (size_t)1 << (32 - prefix))
			return prefix;
	}
	return 0;
}

static void number_subnet(struct plan *plan, size_t index, uint32_t base)
{
	struct plan_subnet *subnet = &plan->subnets[index];
	subnet->v4 = v4_of(base);
	subnet->v6 = v6_of(plan->lab_id, subnet->link, 0);
	subnet->v6_prefix = SUBNET_V6_PREFIX;
	for (size_t i = 0; i < subnet->n_ports; i++) {
		struct plan_port *port = &plan->ports[subnet->ports[i]];

		port->v4 = v4_of(base + (uint32_t)i + 1);
		port->v6 = v6_of(plan->lab_id, subnet->link, i + 1);
	}
}

static int too_many(const struct plan *plan, struct err *err)
{
	(void)err_set(err, -ENOSPC,
		      "topology %s needs more IPv4 addresses than the %u that "
		      "a lab has",
		      plan->spec->name ?: "", LAB_ADDRESSES);
	err_remedy(err, "use fewer links, or a switch: a link between two "
			"hosts takes four addresses");
	return -ENOSPC;
}

/* Largest first: blocks of powers of two then leave no hole between them. */
static int number(struct plan *plan, struct err *err)
{
	uint32_t used = 0;

	for (size_t i = 0; i < plan->n_subnets; i++) {
		plan->subnets[i].v4_prefix =
			prefix_for(plan->subnets[i].n_ports);
		if (!plan->subnets[i].v4_prefix)
			return too_many(plan, err);
	}
	for (unsigned int prefix = PLAN_V4_PREFIX; prefix <= SMALLEST_PREFIX;
	     prefix++) {
		for (size_t i = 0; i < plan->n_subnets; i++) {
			if (plan->subnets[i].v4_prefix != prefix)
				continue;
			if (used + (UINT32_C(1) << (32 - prefix)) >
			    LAB_ADDRESSES)
				return too_many(plan, err);
			number_subnet(plan, i, ntohl(plan->v4.s_addr) + used);
			used += UINT32_C(1) << (32 - prefix);
		}
	}
	return 0;
}

static int lay_out(struct plan *plan, struct err *err)
{
	const struct topology *spec = plan->spec;
	int rc;

	if (spec->n_links > MAX_LINKS)
		return too_many(plan, err);
	for (size_t i = 0; i < spec->n_links; i++) {
		if (spec->links[i].a == spec->links[i].b)
			return err_set(err, -EINVAL,
				       "host %s is linked with itself",
				       spec->hosts[spec->links[i].a].name);
	}
	rc = divide(plan, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < spec->n_links; i++) {
		add_port(plan, 2 * i, spec->links[i].a);
		add_port(plan, 2 * i + 1, spec->links[i].b);
	}
	rc = fill_subnets(plan, err);
	if (rc < 0)
		return rc;
	return number(plan, err);
}

struct in_addr plan_network(unsigned int lab_id)
{
	return v4_of(V4_BASE + lab_id * LAB_ADDRESSES);
}

struct plan *plan_new(const struct topology *spec, unsigned int lab_id,
		      struct err *err)
{
	struct plan *plan = mem_new(struct plan, 1);

	assert(lab_id < 1 << (PLAN_V4_PREFIX - 8));
	plan->spec = spec;
	plan->lab_id = lab_id;
	plan->n_ports = 2 * spec->n_links;
	plan->ports = mem_new(struct plan_port, plan->n_ports + 1);
	plan->subnets = mem_new(struct plan_subnet, spec->n_links + 1);
	plan->hosts = mem_new(struct plan_host, spec->n_hosts + 1);
	plan->v4 = plan_network(lab_id);
	plan->v6 = v6_of(lab_id, 0, 0);
	if (lay_out(plan, err) < 0) {
		plan_free(plan);
		return NULL;
	}
	return plan;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->n_subnets; i++)
		free(plan->subnets[i].ports);
	for (size_t i = 0; i < plan->spec->n_hosts; i++)
		free(plan->hosts[i].ports);
	free(plan->ports);
	free(plan->subnets);
	free(plan->hosts);
	free(plan);
}

bool plan_has(const struct plan *plan, int family)
{
	unsigned int bit = family == AF_INET ? IP_FAMILIES_V4 : IP_FAMILIES_V6;

	return (plan->spec->families & bit) != 0;
}

int plan_wire_ifindex(const struct plan *plan, size_t port)
{
	return PLAN_IFINDEX + (int)(plan->n_ports + port);
}

const char *plan_print_name(const struct plan_port *port, char buf[PLAN_NAME])
{
	/* always fits */
	(void)snprintf(buf, PLAN_NAME, "eth%zu", port->nth);
	return buf;
}

const char *plan_print_address(const struct plan_port *port, int family,
			       char *buf)
{
	const void *ip = family == AF_INET ? (const void *)&port->v4
					   : (const void *)&port->v6;

	/* fails only for a family that is not one or a short buffer */
	(void)inet_ntop(family, ip, buf, INET6_ADDRSTRLEN);
	return buf;
}

void plan_addresses(const struct plan *plan, size_t host, struct str *out)
{
	static const int families[] = {AF_INET, AF_INET6};
	const struct plan_host *owner = &plan->hosts[host];
	const char *space = "";

	for (size_t i = 0; i < 2 * owner->n_ports; i++) {
		const struct plan_port *port =
			&plan->ports[owner->ports[i / 2]];
		const struct plan_subnet *subnet = &plan->subnets[port->subnet];
		int family = families[i % 2];
		char buf[INET6_ADDRSTRLEN];

		if (!port->has_address || !plan_has(plan, family))
			continue;
		str_addf(out, "%s%s/%u", space,
			 plan_print_address(port, family, buf),
			 family == AF_INET ? subnet->v4_prefix
					   : subnet->v6_prefix);
		space = " ";
	}
}

void plan_print_link(const struct plan *plan, size_t link, struct str *out)
{
	const struct link_spec *spec = &plan->spec->links[link];

	str_addf(out, "%s <-> %s", plan->spec->hosts[spec->a].name,
		 plan->spec->hosts[spec->b].name);
}
