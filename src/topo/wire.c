/*
 * wire.c - cut a wire in one direction, and heal it
 */
/**
 * DOC: Theory of operation
 *
 * To cut a → b, a's permanent neighbour entries for b get a MAC that nobody
 * has. Frames still leave a and cross the wire, a switch floods them as it
 * does any unknown destination, and each receiver drops them as somebody
 * else's (PACKET_OTHERHOST, net/ipv4/ip_input.c). That is how a broken wire
 * looks to a: nothing comes back.
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

/* every pair of ports of the two hosts in one subnet */
static int redirect(const struct topo *topo, size_t from, size_t to, bool cut,
		    struct err *err)
{
	const struct plan *plan = topo->plan;
	SCOPED(batch_done) struct batch batch = {.plan = plan};
	size_t n_pairs = 0;

	batch_begin(&batch, from, topo->hosts[from].rtnl);
	for (size_t i = 0; i < plan->hosts[from].n_ports; i++) {
		size_t near = plan->hosts[from].ports[i];
		const struct plan_port *port = &plan->ports[near];
		const struct plan_subnet *subnet = &plan->subnets[port->subnet];

		for (size_t j = 0; j < subnet->n_ports; j++) {
			size_t far = subnet->ports[j];
			uint8_t mac[6];
			int rc;

			if (!port->has_address || far == near ||
			    plan->ports[far].host != to)
				continue;
			n_pairs++;
			describe(&plan->ports[far], cut, mac);
			rc = inet_set_neighbour(&batch, near, far, mac, err);
			if (rc < 0)
				return rc;
		}
	}
	if (n_pairs == 0)
		return refuse(plan, from, to, err);
	return batch_flush(&batch, err);
}

int topo_cut(const struct topo *topo, size_t from, size_t to, struct err *err)
{
	return redirect(topo, from, to, true, err);
}

int topo_heal(const struct topo *topo, size_t from, size_t to, struct err *err)
{
	return redirect(topo, from, to, false, err);
}
