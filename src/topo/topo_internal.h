/*
 * topo_internal.h - what a built topology consists of
 */
#pragma once

#include "base/vec.h"
#include "topo/redirect.h"
#include "topo/topo.h"

struct plan;

/** struct topo_host - what is held of one host */
struct topo_host {
	int netns; /* owned */
	int rtnl; /* batch_socket() inside; owned */
};

/** struct topo_link - what carries a link's frames */
struct topo_link {
	enum wire_backend backend;
	bool cut[LINK_WAYS]; /* not redirected, though it could be */
};

/** struct topo - a built topology */
struct topo {
	struct plan *plan; /* owned */
	struct topo_host wire; /* where the ends of links meet */
	bool wire_is_mute; /* nobody speaks IPv6 there */
	enum redirect_how redirect; /* what this kernel has */
	bool redirect_known; /* once a link asked for it */
	struct topo_link *links; /* as many as the topology has; owned */
	struct topo_host *hosts; /* as many as the topology has; owned */
	VEC(struct topo_sysctl) sysctls; /* names borrowed, values owned */
};
