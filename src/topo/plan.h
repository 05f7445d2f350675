/*
 * plan.h - which interface gets which address: a topology made concrete
 *
 * Pure: no kernel is asked. The same topology and lab id give the same plan.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/topology.h"

struct err;
struct str;

/** PLAN_IFINDEX - index of port 0; what the kernel makes by itself in a new
 * namespace (lo, and tunnels such as sit0 where their modules are loaded) is
 * numbered from 1 and stays below */
#define PLAN_IFINDEX 100

/** PLAN_IFINDEX_BRIDGE - index of a switch's br0 */
#define PLAN_IFINDEX_BRIDGE 99

/** struct plan_port - one end of a link */
struct plan_port {
	size_t host;
	size_t link;
	size_t subnet;
	/** PLAN_IFINDEX + the port's own index: the two ends of a veth must
	 * differ, or a kernel before 6.8 takes up to a second to notice a
	 * carrier (net/core/link_watch.c, linkwatch_urgent_event: an interface
	 * whose peer has the same index looks like a plain device) */
	int ifindex;
	size_t nth; /* of its host: its name is eth<nth> */
	uint8_t mac[6];
	bool has_address; /* false on a switch */
	struct in_addr v4;
	struct in6_addr v6;
};

/** struct plan_subnet - ports that reach one another without a router */
struct plan_subnet {
	size_t *ports; /* those with an address, by link order; owned */
	size_t n_ports;
	size_t link; /* the first of its links */
	struct in_addr v4; /* the network's address */
	unsigned int v4_prefix;
	struct in6_addr v6;
	unsigned int v6_prefix;
};

/** struct plan_host - the ports of one host, by link order */
struct plan_host {
	size_t *ports; /* owned */
	size_t n_ports;
};

/** struct plan - where everything goes */
struct plan {
	const struct topology *spec; /* borrowed */
	unsigned int lab_id;
	struct plan_port *ports; /* link n has ports 2n (end a) and 2n+1 (b) */
	size_t n_ports;
	struct plan_subnet *subnets;
	size_t n_subnets;
	struct plan_host *hosts;
	struct in_addr v4; /* the lab's own network, PLAN_V4_PREFIX long */
	struct in6_addr v6; /* likewise, PLAN_V6_PREFIX long */
};

/** PLAN_V4_PREFIX - lab n has 4096 addresses from 10.0.0.0 + n * 4096 */
#define PLAN_V4_PREFIX 20

/** plan_network - a lab's own network, PLAN_V4_PREFIX long */
struct in_addr plan_network(unsigned int lab_id);

/** PLAN_V6_PREFIX - lab n has fd7c:9000:n::/48 */
#define PLAN_V6_PREFIX 48

/**
 * plan_new - give every port its addresses
 * @spec: borrowed for the life of the plan
 * @lab_id: 0 … 4095
 * @err: which host or link cannot be
 *
 * A link between two hosts is a subnet of its own (IPv4: /30; end a has .1,
 * end b .2). Links to a switch, and switches linked with each other, make up
 * one subnet with the smallest prefix that fits. IPv6 subnets are /64 and
 * numbered by their first link.
 *
 * Return: the plan, release with plan_free(); NULL with @err->code -EINVAL
 * for a shape that cannot work, -ENOSPC when it needs more addresses than a
 * lab has.
 */
struct plan *plan_new(const struct topology *spec, unsigned int lab_id,
		      struct err *err);

/** plan_free - release it; NULL is fine */
void plan_free(struct plan *plan);

/** plan_has - whether the links carry this family, AF_INET or AF_INET6 */
bool plan_has(const struct plan *plan, int family);

/** plan_wire_ifindex - index, in the wire's namespace, of the interface that a
 * port is joined with; its name is w<port> */
int plan_wire_ifindex(const struct plan *plan, size_t port);

/** PLAN_NAME - bytes for an interface's name and its NUL */
#define PLAN_NAME 16

/** plan_print_name - write a port's name, "eth0"; @buf is returned */
const char *plan_print_name(const struct plan_port *port, char buf[PLAN_NAME]);

/** plan_print_address - write a port's address without prefix; @buf has
 * INET6_ADDRSTRLEN bytes and is returned */
const char *plan_print_address(const struct plan_port *port, int family,
			       char *buf);

/** plan_addresses - append a host's "10.0.0.1/30 fd7c:9000::1/64 …" */
void plan_addresses(const struct plan *plan, size_t host, struct str *out);

/** plan_print_link - append "client <-> server", the hosts of a link */
void plan_print_link(const struct plan *plan, size_t link, struct str *out);
