/*
 * wiring.c - links, as they run through the wire's namespace
 */
/**
 * DOC: Theory of operation
 *
 *   host a               wire's namespace               host b
 *   eth0 <---- veth ----> w0 ----> w1 <---- veth ----> eth0
 *                            <----
 *
 * What joins w0 and w1 is the link's backend: the kernel hands over what comes
 * in at one to the other's egress, at once (PASS) or through a qdisc there
 * (NETEM), or a process reads and writes both (RELAY). So hosts have plain
 * interfaces whatever the link does: a qdisc of theirs would hold back their
 * own TCP, which counts what it has queued (net/ipv4/tcp_output.c,
 * tcp_small_queue_check), and a capture there would see frames late.
 *
 * What nobody takes dies in this namespace. It has no address, speaks no IPv6
 * and no ARP, and no frame is addressed to its interfaces, so that IP drops
 * all (PACKET_OTHERHOST).
 *
 * Offloads are not looked at here: those of the hosts are off, so that no frame
 * comes in which is larger than a wire's or lacks its checksum.
 *
 * The ends here are set up last. The kernel then switches their queues on at
 * once, since their peers are up. Those of the hosts have to wait for it, and
 * when they are on so is the whole link (ready.c).
 */
#include "topo/wiring.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "spec/topology.h"
#include "topo/batch.h"
#include "topo/link.h"
#include "topo/netem.h"
#include "topo/plan.h"
#include "topo/redirect.h"
#include "topo/sysctl.h"
#include "topo/topo_internal.h"

static enum wire_backend default_for(const struct link_spec *link)
{
	if (link->backend != WIRE_BACKEND_AUTO)
		return link->backend;
	for (int way = 0; way < LINK_WAYS; way++)
		if (impair_rules_ask(&link->rules[way]))
			return WIRE_BACKEND_RELAY;
	return WIRE_BACKEND_PASS;
}

void wiring_choose(struct topo *topo, const struct topo_config *config)
{
	const struct topology *spec = topo->plan->spec;

	topo->links = mem_new(struct topo_link, spec->n_links + 1);
	for (size_t i = 0; i < spec->n_links; i++)
		topo->links[i].backend = config->backends
						 ? config->backends[i]
						 : default_for(&spec->links[i]);
}

void wiring_hush(struct topo *topo)
{
	static const struct sysctl_spec mute = {
		(char *)"net.ipv6.conf.default.disable_ipv6", (char *)"1"};
	char *value = NULL;

	topo->wire_is_mute =
		sysctl_write(topo->wire.netns, &mute, 1, &value, NULL) == 0;
	free(value);
}

static void turn_to_wire(const struct topo *topo, struct batch *batch)
{
	batch_begin(batch, BATCH_WIRE, topo->wire.rtnl);
}

int wiring_make(const struct topo *topo, struct batch *batch, struct err *err)
{
	const struct plan *plan = topo->plan;
	int rc = 0;

	turn_to_wire(topo, batch);
	for (size_t i = 0; rc == 0 && i < plan->n_ports; i++)
		rc = link_add_wired(
			batch, i, topo->hosts[plan->ports[i].host].netns, err);
	return rc == 0 ? batch_flush(batch, err) : rc;
}

/* the first port tells how, for all; port 0 may belong to a relayed link */
static int redirect_port(struct topo *topo, struct batch *batch, size_t port,
			 struct err *err)
{
	int rc;

	if (!topo->redirect_known) {
		topo->redirect_known = true;
		return redirect_find(batch, port, &topo->redirect, err);
	}
	if (topo->redirect == REDIRECT_NONE)
		return 0;
	rc = redirect_prepare(batch, port, err);
	return rc == 0 ? redirect_set(batch, topo->redirect, port, err) : rc;
}

static int join_ends(struct topo *topo, struct batch *batch, size_t link,
		     struct err *err)
{
	int rc = 0;

	for (size_t port = 2 * link; rc == 0 && port < 2 * link + 2; port++)
		rc = redirect_port(topo, batch, port, err);
	if (rc == 0 && topo->redirect == REDIRECT_NONE)
		topo->links[link].backend = WIRE_BACKEND_RELAY;
	return rc;
}

/* splitmix64's step: streams of neighbouring numbers have nothing in common */
static uint64_t seed_of(uint64_t seed, uint64_t stream)
{
	uint64_t z = seed + (stream + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int refuse_netem(const struct plan *plan, size_t link, struct err *err)
{
	SCOPED_STR struct str name = {0};
	SCOPED_FREE char *why = mem_strdup(err ? err->text : "");

	plan_print_link(plan, link, &name);
	(void)err_set(err, -EOPNOTSUPP,
		      "link %s: netem stands behind a redirection, and this "
		      "kernel has none: %s",
		      str_text(&name), why);
	err_remedy(err, "let the lab's own process carry its frames (wire: "
			"relay)");
	return -EOPNOTSUPP;
}

/* behind the redirection, where frames leave for the other end */
static int set_netem(const struct topo *topo, struct batch *batch, size_t link,
		     uint64_t seed, struct err *err)
{
	const struct link_spec *spec = &topo->plan->spec->links[link];
	int rc = netem_set(batch, 2 * link + 1, &spec->rules[LINK_A_TO_B],
			   seed_of(seed, 2 * link), err);

	if (rc < 0)
		return rc;
	return netem_set(batch, 2 * link, &spec->rules[LINK_B_TO_A],
			 seed_of(seed, 2 * link + 1), err);
}

static int furnish_link(struct topo *topo, struct batch *batch, size_t link,
			uint64_t seed, struct err *err)
{
	bool netem = topo->links[link].backend == WIRE_BACKEND_NETEM;
	int rc;

	if (topo->links[link].backend == WIRE_BACKEND_RELAY)
		return 0;
	rc = join_ends(topo, batch, link, err);
	if (rc < 0 || !netem)
		return rc;
	if (topo->redirect == REDIRECT_NONE)
		return refuse_netem(topo->plan, link, err);
	return set_netem(topo, batch, link, seed, err);
}

int wiring_furnish(struct topo *topo, struct batch *batch, uint64_t seed,
		   struct err *err)
{
	const struct plan *plan = topo->plan;
	int rc = 0;

	turn_to_wire(topo, batch);
	for (size_t i = 0; rc == 0 && i < plan->spec->n_links; i++)
		rc = furnish_link(topo, batch, i, seed, err);
	for (size_t i = 0; rc == 0 && i < plan->n_ports; i++)
		rc = link_set_up_wired(batch, i, topo->wire_is_mute, err);
	return rc == 0 ? batch_flush(batch, err) : rc;
}

int topo_wire_counts(const struct topo *topo, size_t nth, enum link_way way,
		     struct topo_wire_count *out)
{
	SCOPED(batch_done) struct batch batch = {.plan = topo->plan};
	struct netem_count count;
	struct err err = {0};
	int rc;

	if (topo->links[nth].backend != WIRE_BACKEND_NETEM)
		return -ENODATA;
	turn_to_wire(topo, &batch);
	rc = netem_counts(&batch, 2 * nth + (way == LINK_A_TO_B), &count, &err);
	if (rc < 0)
		return rc;
	*out = (struct topo_wire_count){
		.gone = count.gone,
		.lost = count.lost,
		.under_way = count.waiting,
	};
	return 0;
}
