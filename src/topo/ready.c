/*
 * ready.c - wait until a host can send, and takes what is sent to it
 */
/**
 * DOC: Theory of operation
 *
 * Two things are still under way in kernel workers when every request has been
 * acknowledged, and each would cost a first SYN, hence a second:
 *
 * The end of a veth that was set up first has a queue that drops everything
 * until the kernel's link watch has noticed the carrier. From Linux 6.8 on,
 * asking for the link makes it notice (rtnl_getlink, linkwatch_sync_dev);
 * before, a worker does so soon, or after a second if the change does not look
 * urgent to it (plan.h, ifindex). A port of a bridge forwards from then on,
 * too (net/bridge/br_if.c, br_port_carrier_check).
 *
 * An IPv6 address, also one without duplicate address detection, gets its
 * local route when a worker says that the detection is complete
 * (net/ipv6/addrconf.c, addrconf_dad_work). Without that route the host drops
 * what is sent to the address.
 *
 * So ask for both, and ask again shortly until the answer is the right one.
 */
#include "topo/ready.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "base/clock.h"
#include "base/err.h"
#include "topo/batch.h"
#include "topo/plan.h"

#define TIMEOUT_NS (5 * NS_PER_S)
/* between two looks: at first so long, then a share of what it took so far,
 * as a carrier may take a second to be seen */
#define PAUSE_NS    (50 * NS_PER_US)
#define PAUSE_SHARE 8
/* an answer with all attributes takes 4 KiB of the receive buffer, and an
 * unprivileged buffer has 208 KiB */
#define QUERIES_AT_ONCE 32

/** struct readiness - what the kernel said of a host */
struct readiness {
	size_t n_up; /* links with a carrier */
	size_t n_local; /* IPv6 addresses with a local route */
};

static void note_link(struct readiness *readiness,
		      const struct nlmsghdr *message)
{
	const struct nlattr *state =
		nlmsg_find_attr((struct nlmsghdr *)message,
				sizeof(struct ifinfomsg), IFLA_OPERSTATE);

	if (state && nla_len(state) >= 1 && nla_get_u8(state) == IF_OPER_UP)
		readiness->n_up++;
}

static void note(void *arg, const struct nlmsghdr *message)
{
	struct readiness *readiness = arg;
	const struct rtmsg *route = nlmsg_data(message);

	if (message->nlmsg_type == RTM_NEWLINK)
		note_link(readiness, message);
	else if (message->nlmsg_type == RTM_NEWROUTE &&
		 nlmsg_datalen(message) >= (int)sizeof(*route) &&
		 route->rtm_type == RTN_LOCAL)
		readiness->n_local++;
}

static struct nl_msg *link_query(const struct plan_port *port)
{
	struct ifinfomsg info = {.ifi_index = port->ifindex};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETLINK, 0);

	if (!msg)
		return NULL;
	/* neither fails: a message has a page of room */
	(void)nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO);
	(void)nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return msg;
}

/* which route would take a packet to this port's own address */
static struct nl_msg *route_query(const struct plan_port *port)
{
	struct rtmsg info = {.rtm_family = AF_INET6, .rtm_dst_len = 128};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, 0);

	if (!msg)
		return NULL;
	(void)nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO);
	(void)nla_put(msg, RTA_DST, sizeof(port->v6), &port->v6); /* as above */
	return msg;
}

static int ask(struct batch *batch, struct readiness *readiness,
	       struct err *err)
{
	const struct plan_host *host = &batch->plan->hosts[batch->host];
	int rc = 0;

	*readiness = (struct readiness){0};
	batch->answer = note;
	batch->arg = readiness;
	batch->max_requests = QUERIES_AT_ONCE;
	for (size_t i = 0; rc == 0 && i < host->n_ports; i++) {
		size_t port = host->ports[i];
		const struct plan_port *of = &batch->plan->ports[port];

		rc = batch_add(batch, link_query(of), "ask for a link", port,
			       err);
		if (rc == 0 && of->has_address &&
		    plan_has(batch->plan, AF_INET6))
			rc = batch_add(batch, route_query(of),
				       "ask for the local IPv6 route", port,
				       err);
	}
	if (rc == 0)
		rc = batch_flush(batch, err);
	batch_begin(batch, batch->host, batch->fd);
	return rc;
}

static struct readiness wanted(const struct batch *batch)
{
	const struct plan *plan = batch->plan;
	const struct plan_host *host = &plan->hosts[batch->host];
	struct readiness all = {.n_up = host->n_ports};

	for (size_t i = 0; i < host->n_ports; i++) {
		if (plan->ports[host->ports[i]].has_address &&
		    plan_has(plan, AF_INET6))
			all.n_local++;
	}
	return all;
}

static void rest(int64_t waited_ns)
{
	struct timespec pause = {.tv_nsec = waited_ns / PAUSE_SHARE};

	if (pause.tv_nsec < PAUSE_NS)
		pause.tv_nsec = PAUSE_NS;
	/* sleeps: between two looks; to wake early is no harm */
	(void)nanosleep(&pause, NULL);
}

int ready_wait(struct batch *batch, struct err *err)
{
	const int64_t began_ns = clock_now_ns();
	const struct readiness all = wanted(batch);
	const char *name = batch->plan->spec->hosts[batch->host].name;
	struct readiness now;

	for (;;) {
		int rc = ask(batch, &now, err);

		if (rc < 0)
			return rc;
		if (now.n_up == all.n_up && now.n_local == all.n_local)
			return 0;
		if (clock_now_ns() - began_ns > TIMEOUT_NS)
			break;
		rest(clock_now_ns() - began_ns);
	}
	return err_set(err, -ETIMEDOUT,
		       "host %s: %zu of %zu interfaces have no carrier, %zu of "
		       "%zu IPv6 addresses no local route",
		       name, all.n_up - now.n_up, all.n_up,
		       all.n_local - now.n_local, all.n_local);
}
