/*
 * topology_read.h - what the readers of topology and scenario share
 */
#pragma once

#include "spec/reader.h"

struct host_spec;
struct node;
struct topology;

/** TOPOLOGY_KEYS - keys of a topology file */
#define TOPOLOGY_KEYS 3

/** topology_keys - "hosts", "links", "families" */
extern const struct key topology_keys[TOPOLOGY_KEYS];

/** HOST_KEYS - keys of one host */
#define HOST_KEYS 3

/** host_keys - "kind", "sysctl", "count" */
extern const struct key host_keys[HOST_KEYS];

/** topology_reserved - words that mean steps, so that no host may have them;
 * NULL-terminated */
extern const char *const topology_reserved[];

/**
 * topology_read - read a topology from a node, a file's root or inline
 * @r: where errors go
 * @node: the node
 * @name: its name
 *
 * Return: the topology, caller frees; NULL if there were errors.
 */
struct topology *topology_read(const struct reader *r, const struct node *node,
			       const char *name);

/**
 * topology_read_sysctls - read a mapping of sysctls into a host
 * @r: where errors go
 * @node: the mapping
 * @host: gets them; a name that it has already gets the new value
 */
void topology_read_sysctls(const struct reader *r, const struct node *node,
			   struct host_spec *host);
