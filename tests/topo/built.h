/*
 * built.h - a drawn topology, built inside a lab
 */
#pragma once

#include "ns/lab.h"
#include "ns/netns.h"
#include "topo/shape.h"
#include "topo/topo.h"

/** BUILT_LAB - the lab id that tests use: MACs begin with 02:0a:bc */
#define BUILT_LAB 0xabc

/** struct built - a topology and the shape that it was built from */
struct built {
	struct shape *shape;
	struct topo *topo;
};

static inline int built_hold(void *arg, int netns_fd, struct err *err)
{
	return ns_runner_hold(arg, netns_fd, err);
}

/** built_new - in a runner: build a drawing, or fail the test */
static inline struct built built_new(struct ns_runner *self,
				     const char *drawing,
				     enum ip_families families)
{
	struct topo_config config = {
		.lab_id = BUILT_LAB,
		.hold = built_hold,
		.arg = self,
	};
	struct err err = {0};
	struct built built = {.shape = shape_new(drawing, families)};

	built.topo = topo_build(&built.shape->topology, &config, &err);
	lab_check(built.topo, "%s: %s [%s]", drawing, err.text, err.remedy);
	return built;
}

/** built_done - release both */
static inline void built_done(struct built *built)
{
	topo_free(built->topo);
	shape_free(built->shape);
}

/** built_netns - the namespace of the host of this name; borrowed */
static inline int built_netns(const struct built *built, const char *name)
{
	return topo_host_netns(built->topo, shape_host(built->shape, name));
}

/** built_socket - a socket born in a host, or fail the test; caller closes */
static inline int built_socket(const struct built *built, size_t host,
			       int domain, int type, int protocol)
{
	struct err err = {0};
	int fd = netns_socket(topo_host_netns(built->topo, host), domain, type,
			      protocol, &err);

	lab_check(fd >= 0, "%s", err.text);
	return fd;
}
