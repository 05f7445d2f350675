/*
 * topology.h - hosts and links as a topology file asks for them
 */
#pragma once

#include <stddef.h>

#include "spec/impairment.h"

struct spec_errors;
struct str;

/** TOPOLOGY_HOSTS_MAX - more hosts than this are a mistake */
#define TOPOLOGY_HOSTS_MAX 4096

/** TOPOLOGY_LINKS_MAX - more links than this likewise */
#define TOPOLOGY_LINKS_MAX 16384

/** enum host_kind - what a host does with frames that are not its own */
enum host_kind {
	HOST_KIND_HOST, /* drops them */
	HOST_KIND_SWITCH, /* bridges its links: one subnet */
	HOST_KIND_ROUTER, /* forwards between its links */
	HOST_KINDS
};

/** host_kind_names - "host", "switch", "router" */
extern const char *const host_kind_names[HOST_KINDS];

/** enum ip_families - which IP versions a topology's links carry; a bit set */
enum ip_families {
	IP_FAMILIES_V4 = 1,
	IP_FAMILIES_V6 = 2,
	IP_FAMILIES_BOTH = 3,
};

/** struct sysctl_spec - one sysctl of one host: dotted name, text value */
struct sysctl_spec {
	char *name;
	char *value;
};

/** struct host_spec - one host; "count: 3" has been expanded to three */
struct host_spec {
	char *name;
	enum host_kind kind;
	struct sysctl_spec *sysctls;
	size_t n_sysctls;
};

/** enum link_way - direction on a link */
enum link_way {
	LINK_A_TO_B,
	LINK_B_TO_A,
	LINK_WAYS
};

/** enum wire_backend - what carries frames across a link */
enum wire_backend {
	WIRE_BACKEND_AUTO, /* pass if nothing is asked of the link, else relay
			    */
	WIRE_BACKEND_PASS, /* the kernel redirects: tc-mirred(8) */
	WIRE_BACKEND_NETEM, /* likewise, through tc-netem(8) */
	WIRE_BACKEND_RELAY, /* a process of the lab: wire/relay.h */
	WIRE_BACKENDS
};

/** wire_backend_names - "auto", "pass", "netem", "relay" */
extern const char *const wire_backend_names[WIRE_BACKENDS];

/** struct link_spec - a wire between two hosts, by index */
struct link_spec {
	size_t a;
	size_t b;
	struct impair_rules rules[LINK_WAYS];
	enum wire_backend backend; /* "wire:" */
	/** a middlebox forgets connections that are idle for so long; 0: there
	 * is none */
	int64_t nat_idle_ns;
	bool nat_resets; /* what it has forgotten is reset; else dropped */
};

/** link_nat_print - append "forgets connections after 30 s, then drops them";
 * nothing without a middlebox */
void link_nat_print(const struct link_spec *link, struct str *out);

/** struct topology - what to build; const after load */
struct topology {
	char *name; /* "pair" */
	enum ip_families families; /* default: both */
	struct host_spec *hosts;
	size_t n_hosts;
	struct link_spec *links;
	size_t n_links;
};

/**
 * topology_load - read and check a topology file
 * @path: the file
 * @errors: every problem found is added
 *
 * Return: the topology, caller frees with topology_free(); NULL if there
 * were errors.
 */
struct topology *topology_load(const char *path, struct spec_errors *errors);

/**
 * topology_parse - topology_load() from memory
 * @path: the file's name, for errors and for the topology's name
 * @text: YAML, @len bytes
 * @len: its length
 * @errors: every problem found is added
 *
 * Return: as topology_load().
 */
struct topology *topology_parse(const char *path, const char *text, size_t len,
				struct spec_errors *errors);

/** topology_free - release it; NULL is fine */
void topology_free(struct topology *topology);

/** topology_host - index of the host named @name; -1 if there is none */
int topology_host(const struct topology *topology, const char *name);
