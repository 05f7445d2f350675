/*
 * floor.h - the least that making a star of hosts can cost
 */
#pragma once

#include <stddef.h>

/** struct floor - a star made by hand */
struct floor {
	int *netns; /* hub first; owned */
	int *rtnl;
	size_t n_hosts;
};

/**
 * floor_build - make a hub and @n_leaves leaves, each on a veth with it
 *
 * The same objects as topo makes of such a star: namespaces, veths, both
 * families' addresses, permanent neighbours, offloads off, everything up. By
 * raw rtnetlink in the fewest system calls that we know, for this one shape,
 * and without names in errors. It ends when the objects are there, the last of
 * which a kernel worker makes: see topo/ready.c. Aborts on failure.
 */
struct floor floor_build(size_t n_leaves);

/** floor_free - close every namespace */
void floor_free(struct floor *floor);
