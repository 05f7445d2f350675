/*
 * wire.c - cut a wire in one direction, and heal it
 */
/**
 * DOC: Theory of operation
 *
 * A link from a to b whose frames the kernel redirects is cut by ending that,
 * one way: what a sends reaches the wire's namespace, and dies there. What is
 * in a qdisc behind that point has got past the cut, and arrives.
 *
 * Hosts of one switched subnet have no link of their own. Instead a's permanent
 * neighbour entries for b get a MAC that nobody has: the switch floods the
 * frame as it does any unknown destination, and each receiver drops it as
 * somebody else's (PACKET_OTHERHOST, net/ipv4/ip_input.c). It does for a
 * relayed link, too, though whoever relays can do that better.
 *
 * The alternatives tell the sender. A link set down takes the carrier with it
 * at both ends, and both directions. A qdisc or a filter on the sender's side
 * that drops makes dev_queue_xmit() return an error, which TCP takes for local
 * congestion: it tries again at a fixed interval and does not back off as it
 * would after a loss (net/ipv4/tcp_timer.c, tcp_retransmit_timer).
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/scope.h"
#include "topo/batch.h"
#include "topo/inet.h"
#include "topo/plan.h"
#include "topo/redirect.h"
#include "topo/topo.h"
#include "topo/topo_internal.h"

/* plan.c numbers the ends of a link 1 and 2, in the last byte */
#define NOBODY 0xff

static void describe(const struct plan_port *port, bool cut, uint8_t mac[6])
{
	memcpy(mac, port->mac, 6);
	if (cut)
		mac[5] = NOBODY;
}

static int refuse(const struct plan *plan, size_t from, size_t to,
		  struct err *err)
{
	(void)err_set(err, -EINVAL,
		      "%s and %s share no link and no switched subnet",
		      plan->spec->hosts[from].name, plan->spec->hosts[to].name);
	err_remedy(err, "cut between a host and the router beside it; a "
			"switch has no address, so name the hosts behind it");
	return -EINVAL;
}

static bool is_redirected(const struct topo *topo, size_t near, size_t far)
{
	enum wire_backend backend = topo->links[near / 2].backend;

	return far == (near ^ 1) &&
	       (backend == WIRE_BACKEND_PASS || backend == WIRE_BACKEND_NETEM);
}

/* to redirect what is redirected would hand over each frame twice */
static int change_link(const struct topo *topo, size_t near, bool cut,
		       struct err *err)
{
	SCOPED(batch_done) struct batch batch = {.plan = topo->plan};
	bool *now = &topo->links[near / 2].cut[near % 2];
	int rc;

	if (*now == cut)
		return 0;
	batch_begin(&batch, BATCH_WIRE, topo->wire.rtnl);
	if (cut)
		rc = redirect_clear(&batch, near, err);
	else
		rc = redirect_set(&batch, topo->redirect, near, err);
	if (rc == 0)
		rc = batch_flush(&batch, err);
	if (rc == 0)
		*now = cut;
	return rc;
}

static int change_neighbour(const struct topo *topo, size_t near, size_t far,
			    bool cut, struct err *err)
{
	const struct plan *plan = topo->plan;
	SCOPED(batch_done) struct batch batch = {.plan = plan};
	size_t host = plan->ports[near].host;
	uint8_t mac[6];
	int rc;

	describe(&plan->ports[far], cut, mac);
	batch_begin(&batch, host, topo->hosts[host].rtnl);
	rc = inet_set_neighbour(&batch, near, far, mac, err);
	return rc == 0 ? batch_flush(&batch, err) : rc;
}

/* every pair of ports of the two hosts in one subnet */
static int change(const struct topo *topo, size_t from, size_t to, bool cut,
		  struct err *err)
{
	const struct plan *plan = topo->plan;
	size_t n_pairs = 0;

	for (size_t i = 0; i < plan->hosts[from].n_ports; i++) {
		size_t near = plan->hosts[from].ports[i];
		const struct plan_port *port = &plan->ports[near];
		const struct plan_subnet *subnet = &plan->subnets[port->subnet];

		for (size_t j = 0; j < subnet->n_ports; j++) {
			size_t far = subnet->ports[j];
			int rc;

			if (!port->has_address || far == near ||
			    plan->ports[far].host != to)
				continue;
			n_pairs++;
			if (is_redirected(topo, near, far))
				rc = change_link(topo, near, cut, err);
			else
				rc = change_neighbour(topo, near, far, cut,
						      err);
			if (rc < 0)
				return rc;
		}
	}
	return n_pairs ? 0 : refuse(plan, from, to, err);
}

int topo_cut(const struct topo *topo, size_t from, size_t to, struct err *err)
{
	return change(topo, from, to, true, err);
}

int topo_heal(const struct topo *topo, size_t from, size_t to, struct err *err)
{
	return change(topo, from, to, false, err);
}
