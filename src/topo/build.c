/*
 * build.c - make every host and link of a topology, in the order that works
 */
/**
 * DOC: Theory of operation
 *
 * 1. A namespace and a rtnetlink socket for each host; those sysctls that are
 *    defaults for interfaces yet to come.
 * 2. Bridges, and the links, all down. Every link runs through a namespace of
 *    its own kind, the wire's; see wiring.c. That one makes them, and the
 * kernel puts the far ends into the hosts directly: a few large batches for the
 *    whole lab instead of a small one for each host.
 * 3. For each host: the other sysctls (those of eth0 exist by now), offloads
 *    off, and one batch: lo, bridge and ports up, addresses, neighbours,
 *    routes. Routes through a gateway need their interface up
 *    (net/ipv4/fib_semantics.c), but not the gateway's. Then what joins the two
 *    ends of each link, and the wire's ends up.
 * 4. Wait until each port may send and be sent to; see ready.c.
 */
#include "topo/topo.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "ns/netns.h"
#include "spec/topology.h"
#include "topo/batch.h"
#include "topo/inet.h"
#include "topo/link.h"
#include "topo/offload.h"
#include "topo/plan.h"
#include "topo/ready.h"
#include "topo/sysctl.h"
#include "topo/tables.h"
#include "topo/topo_internal.h"
#include "topo/wiring.h"

#define LOOPBACK_IFINDEX 1

/** struct build - a topology on its way */
struct build {
	struct topo *topo;
	const struct plan *plan; /* the topo's */
	const struct topo_config *config;
	struct tables tables;
	struct batch batch;
	struct offload offload;
};

static void topo_release(struct topo **topo)
{
	topo_free(*topo);
}

static const char *host_name(const struct build *build, size_t host)
{
	return build->plan->spec->hosts[host].name;
}

static void turn_to(struct build *build, size_t host)
{
	batch_begin(&build->batch, host, build->topo->hosts[host].rtnl);
}

static int make_namespace(const struct build *build, struct topo_host *made,
			  const char *name, struct err *err)
{
	const struct topo_config *config = build->config;
	int rc = netns_new(err);

	if (rc >= 0) {
		made->netns = rc;
		rc = config->hold ? config->hold(config->arg, rc, err) : 0;
	}
	if (rc >= 0) {
		rc = batch_socket(made->netns, err);
		made->rtnl = rc;
	}
	if (rc < 0) {
		(void)err_within(err, "host %s", name);
		if (rc == -EMFILE)
			err_remedy(err, "raise the limit of descriptors: "
					"ulimit -n");
		return rc;
	}
	return 0;
}

static int make_host(struct build *build, size_t host, struct err *err)
{
	struct topo_host *made = &build->topo->hosts[host];
	const char *name = host_name(build, host);
	int rc = make_namespace(build, made, name, err);

	if (rc == 0 && tables_restore(&build->tables, made->netns, err) < 0)
		rc = err_within(err, "host %s", name);
	return rc;
}

/** struct wish - sysctls to write in one visit */
struct wish {
	VEC(struct sysctl_spec) specs; /* strings borrowed */
};

/* a default is copied into an interface when that is made */
static bool is_default(const struct sysctl_spec *spec)
{
	return strstr(spec->name, ".default.") != NULL;
}

static void wish_for_router(const struct plan *plan, struct wish *wish)
{
	static const struct sysctl_spec v4 = {"net.ipv4.ip_forward", "1"};
	static const struct sysctl_spec v6 = {"net.ipv6.conf.all.forwarding",
					      "1"};

	if (plan_has(plan, AF_INET))
		vec_push(&wish->specs, v4);
	if (plan_has(plan, AF_INET6))
		vec_push(&wish->specs, v6);
}

static int write_sysctls(struct build *build, size_t host, bool defaults,
			 struct err *err)
{
	const struct host_spec *spec = &build->plan->spec->hosts[host];
	SCOPED_FREE char **values = NULL;
	struct wish wish = {0};
	int rc = 0;

	/* first, so that what the topology says of it has the last word */
	if (spec->kind == HOST_KIND_ROUTER && !defaults)
		wish_for_router(build->plan, &wish);
	for (size_t i = 0; i < spec->n_sysctls; i++) {
		if (is_default(&spec->sysctls[i]) == defaults)
			vec_push(&wish.specs, spec->sysctls[i]);
	}
	if (wish.specs.n) {
		values = mem_new(char *, wish.specs.n);
		rc = sysctl_write(build->topo->hosts[host].netns, wish.specs.v,
				  wish.specs.n, values, err);
	}
	for (size_t i = 0; rc == 0 && i < wish.specs.n; i++)
		vec_push(&build->topo->sysctls,
			 (struct topo_sysctl){.host = host,
					      .name = wish.specs.v[i].name,
					      .value = values[i]});
	vec_done(&wish.specs);
	if (rc < 0)
		(void)err_within(err, "host %s", spec->name);
	return rc;
}

static int make_bridge(struct build *build, size_t host, struct err *err)
{
	int rc;

	if (build->plan->spec->hosts[host].kind != HOST_KIND_SWITCH)
		return 0;
	turn_to(build, host);
	rc = link_add_bridge(&build->batch, err);
	return rc == 0 ? batch_flush(&build->batch, err) : rc;
}

static int turn_off_offloads(struct build *build, size_t host, struct err *err)
{
	const struct plan *plan = build->plan;

	for (size_t i = 0; i < plan->hosts[host].n_ports; i++) {
		size_t port = plan->hosts[host].ports[i];
		char name[PLAN_NAME];
		int rc = offload_disable(
			&build->offload, build->topo->hosts[host].rtnl,
			plan_print_name(&plan->ports[port], name), err);

		if (rc < 0)
			return err_within(err, "host %s",
					  host_name(build, host));
	}
	return 0;
}

static int set_up_switch(struct build *build, size_t host, struct err *err)
{
	const struct plan *plan = build->plan;
	int rc = link_set_up(&build->batch, PLAN_IFINDEX_BRIDGE, 0,
			     BATCH_NO_PORT, err);

	for (size_t i = 0; rc == 0 && i < plan->hosts[host].n_ports; i++) {
		size_t port = plan->hosts[host].ports[i];

		rc = link_set_up(&build->batch, plan->ports[port].ifindex,
				 PLAN_IFINDEX_BRIDGE, port, err);
	}
	return rc;
}

static int set_up_ports(struct build *build, size_t host, struct err *err)
{
	const struct plan *plan = build->plan;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < plan->hosts[host].n_ports; i++) {
		size_t port = plan->hosts[host].ports[i];

		rc = link_set_up(&build->batch, plan->ports[port].ifindex, 0,
				 port, err);
		if (rc == 0)
			rc = inet_add_addresses(&build->batch, port, err);
		if (rc == 0)
			rc = inet_add_neighbours(&build->batch, port, err);
	}
	return rc == 0 ? inet_add_routes(&build->batch, err) : rc;
}

static int furnish(struct build *build, size_t host, struct err *err)
{
	int rc = write_sysctls(build, host, false, err);

	if (rc == 0)
		rc = turn_off_offloads(build, host, err);
	if (rc < 0)
		return rc;
	turn_to(build, host);
	rc = link_set_up(&build->batch, LOOPBACK_IFINDEX, 0, BATCH_NO_PORT,
			 err);
	if (rc == 0 && build->plan->spec->hosts[host].kind == HOST_KIND_SWITCH)
		rc = set_up_switch(build, host, err);
	else if (rc == 0)
		rc = set_up_ports(build, host, err);
	return rc == 0 ? batch_flush(&build->batch, err) : rc;
}

static int make_wire(struct build *build, struct err *err)
{
	int rc = make_namespace(build, &build->topo->wire, "(wire)", err);

	if (rc < 0)
		return rc;
	wiring_hush(build->topo);
	return wiring_make(build->topo, &build->batch, err);
}

static int make_all(struct build *build, struct err *err)
{
	const size_t n = build->plan->spec->n_hosts;
	bool wired = build->plan->spec->n_links > 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = make_host(build, i, err);
		if (rc == 0)
			rc = write_sysctls(build, i, true, err);
		if (rc == 0)
			rc = make_bridge(build, i, err);
	}
	if (rc == 0 && wired)
		rc = make_wire(build, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = furnish(build, i, err);
	if (rc == 0 && wired)
		rc = wiring_furnish(build->topo, &build->batch,
				    build->config->seed, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		turn_to(build, i);
		rc = ready_wait(&build->batch, err);
	}
	return rc;
}

struct topo *topo_build(const struct topology *spec,
			const struct topo_config *config, struct err *err)
{
	SCOPED(topo_release) struct topo *topo = NULL;
	struct build build = {.config = config};
	struct plan *plan;
	int rc;

	assert(config->lab_id < TOPO_LABS);
	plan = plan_new(spec, config->lab_id, err);
	if (!plan)
		return NULL;
	topo = mem_new(struct topo, 1);
	topo->plan = plan;
	topo->wire = (struct topo_host){.netns = -1, .rtnl = -1};
	wiring_choose(topo, config);
	topo->hosts = mem_new(struct topo_host, spec->n_hosts + 1);
	for (size_t i = 0; i < spec->n_hosts; i++)
		topo->hosts[i] = (struct topo_host){.netns = -1, .rtnl = -1};
	build.topo = topo;
	build.plan = plan;
	build.batch.plan = plan;
	if (config->own_tables)
		tables_ask(&build.tables);
	rc = make_all(&build, err);
	tables_done(&build.tables);
	batch_done(&build.batch);
	return rc < 0 ? NULL : PTR_STEAL(topo);
}
