/*
 * topo_internal.h - what a built topology consists of
 */
#pragma once

#include "base/vec.h"
#include "topo/topo.h"

struct plan;

/** struct topo_host - what is held of one host */
struct topo_host {
	int netns; /* owned */
	int rtnl; /* batch_socket() inside; owned */
};

/** struct topo - a built topology */
struct topo {
	struct plan *plan; /* owned */
	struct topo_host wire; /* where links that are wired meet, if any are */
	struct topo_host *hosts; /* as many as the topology has; owned */
	VEC(struct topo_sysctl) sysctls; /* names borrowed, values owned */
};
