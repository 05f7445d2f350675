/*
 * topo.h - hosts and links of a topology, built and held
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/topology.h"
#include "tcp/endpoint.h"

struct err;
struct str;
struct topo;

/** TOPO_LABS - lab ids run from 0 to one less than this */
#define TOPO_LABS 4096

/** TOPO_PORT_NAME - bytes for an interface's name and its NUL */
#define TOPO_PORT_NAME 16

/** struct topo_config - what a topology file does not say */
struct topo_config {
	/* 0 … TOPO_LABS - 1: picks addresses, so that labs that live at once
	 * on one kernel can be told apart */
	unsigned int lab_id;
	/* called for each namespace while it is still empty, in the caller's
	 * own namespace; returns 0 or a negative errno that ends the build.
	 * The descriptor is borrowed. May be NULL */
	int (*hold)(void *arg, int netns_fd, struct err *err);
	void *arg;
	/* what is to carry frames, one a link; AUTO is not among them.
	 * Borrowed for the call; NULL: what the topology says, and of links
	 * for which it says nothing RELAY if they are to do anything, else
	 * PASS */
	const enum wire_backend *backends;
	/* of chance on links of backend NETEM, each direction's its own;
	 * kernels before 6.6 throw as they like */
	uint64_t seed;
	/* hosts are to have tables of their own for their connections, where
	 * the kernel can (topo/tables.h). The calling thread's namespace must
	 * be the caller's own: this leaves a sysctl changed in it */
	bool own_tables;
};

/** struct topo_sysctl - a sysctl as it was read back after writing; borrowed
 * from the topo */
struct topo_sysctl {
	size_t host;
	const char *name;
	const char *value;
};

/**
 * topo_build - make every host and link of a topology
 * @spec: borrowed for the life of the topo
 * @config: borrowed for the duration of the call
 * @err: names host, link or sysctl, the kernel's own words, and a remedy
 *
 * Hosts are network namespaces held by descriptors: lo up, eth0, eth1 … in the
 * order of the links, addresses, permanent neighbours, routes to every host
 * that a path of routers reaches, sysctls, offloads off. A switch is a
 * namespace with a bridge br0 and no address. Nothing waits for ARP, for
 * duplicate address detection or for a carrier any more when this returns.
 *
 * The calling thread visits the namespaces and is back when this returns; see
 * netns_new() for the privilege that takes. Nothing is ever visible in the
 * caller's namespace, also not on failure.
 *
 * Return: the topo, release with topo_free(); NULL on failure, and @err->code
 * says which: -EPERM; -ENOSPC when a namespace limit is reached or addresses
 * run out; -EOPNOTSUPP without veth, bridge, or netem where a link is to have
 * it; -EINVAL for a shape that cannot work (a loop of switches); -ERANGE for
 * what netem cannot do; -ENOENT, -EINVAL … for a sysctl.
 */
struct topo *topo_build(const struct topology *spec,
			const struct topo_config *config, struct err *err);

/**
 * topo_free - let go of every namespace; NULL is fine
 *
 * Interfaces vanish with the last socket or process of a namespace; the kernel
 * takes them down in its own time (net/core/net_namespace.c, cleanup_net).
 */
void topo_free(struct topo *topo);

/** topo_hosts - how many hosts, switches and routers */
size_t topo_hosts(const struct topo *topo);

/** topo_host_netns - host @host's network namespace; borrowed */
int topo_host_netns(const struct topo *topo, size_t host);

/** struct topo_port - an interface of a host
 * @name: "eth0"
 * @to: host at the link's other end
 * @ifindex: in the host's namespace
 */
struct topo_port {
	char name[TOPO_PORT_NAME];
	size_t to;
	int ifindex;
};

/** topo_ports - how many links end at host @host */
size_t topo_ports(const struct topo *topo, size_t host);

/** topo_port - the @nth of them, in the order of the links */
struct topo_port topo_port(const struct topo *topo, size_t host, size_t nth);

/** topo_port_has - is this an address of host @host's @nth port; ports of
 * endpoints do not matter */
bool topo_port_has(const struct topo *topo, size_t host, size_t nth,
		   const struct endpoint *address);

/**
 * struct topo_wire - a link, as it runs through the wire's namespace
 * @link: which of the topology
 * @netns_fd: the wire's namespace; borrowed from the topo
 * @ifindex: of its interfaces there: that of end a and that of end b
 * @backend: what carries its frames: as asked, but RELAY instead of PASS where
 *	the kernel cannot redirect
 */
struct topo_wire {
	size_t link;
	int netns_fd;
	int ifindex[2];
	enum wire_backend backend;
};

/**
 * topo_wire - the @nth link
 * @wire: untouched if there is none
 *
 * One of backend RELAY passes nothing until somebody relays between its two
 * interfaces.
 *
 * Return: false past the last.
 */
bool topo_wire(const struct topo *topo, size_t nth, struct topo_wire *wire);

/**
 * struct topo_wire_count - how frames fared, one way on a link
 * @gone: out to the receiver; a frame that comes twice counts twice
 * @lost: by chance or for want of room: netem does not say which
 * @under_way: still in the wire
 */
struct topo_wire_count {
	uint64_t gone;
	uint64_t lost;
	uint64_t under_way;
};

/**
 * topo_wire_counts - ask the kernel how frames fared on a link of backend NETEM
 * @topo: the lab
 * @nth: as topo_wire()
 * @way: which direction
 * @out: untouched on failure
 *
 * Return: 0; -ENODATA for another backend, of which the kernel knows nothing;
 * else negative errno.
 */
int topo_wire_counts(const struct topo *topo, size_t nth, enum link_way way,
		     struct topo_wire_count *out);

/** topo_host_addresses - append "10.0.0.1/30 fd7c:9000::1/64", by link order;
 * nothing for a switch */
void topo_host_addresses(const struct topo *topo, size_t host, struct str *out);

/** topo_sysctls - every sysctl written, in the order of writing, implied ones
 * (a router's forwarding) among them; returns their number */
size_t topo_sysctls(const struct topo *topo, const struct topo_sysctl **list);

/**
 * topo_address - the address by which one host knows another
 * @topo: the lab
 * @from: index of the host that asks
 * @to: index of the host asked for; @from itself gives its own address
 * @family: AF_INET or AF_INET6
 * @out: port 0; untouched on failure
 *
 * Of several addresses it is the one that the fewest routers away; among
 * equals that of the earliest link.
 *
 * Return: 0; -ENOENT when @to has no address that @from can reach.
 */
int topo_address(const struct topo *topo, size_t from, size_t to, int family,
		 struct endpoint *out);

/** topo_hosts_file - append the text of host @host's /etc/hosts: localhost,
 * itself, and every host that it can reach, by the names of the topology */
void topo_hosts_file(const struct topo *topo, size_t host, struct str *out);

/**
 * topo_cut - lose every frame from one host to another, one way
 * @topo: the lab
 * @from: index of the sender
 * @to: index of a host on one link or one switched subnet with it
 * @err: why not
 *
 * The sender sees nothing of it: the frame leaves, and nobody takes it. On a
 * link of backend PASS or NETEM the wire eats it; what was on its way already
 * arrives. In a switched subnet a capture at @to still shows it, as
 * PACKET_OTHERHOST, and so it does on a link of backend RELAY, where whoever
 * relays had better do it instead.
 *
 * Return: 0, also when it was cut already; -EINVAL when the two share no
 * subnet (a router between them, or one of them is a switch).
 */
int topo_cut(const struct topo *topo, size_t from, size_t to, struct err *err);

/**
 * topo_heal - undo topo_cut() for the same direction
 *
 * Return: 0, also when it was whole; else as topo_cut().
 */
int topo_heal(const struct topo *topo, size_t from, size_t to, struct err *err);
