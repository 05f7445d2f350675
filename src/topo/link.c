/*
 * link.c - interfaces: veth pairs, bridges, up, and ready to carry a frame
 */
#include "topo/link.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/link/veth.h>

#include "base/clock.h"
#include "base/err.h"
#include "topo/batch.h"
#include "topo/plan.h"

#define READY_TIMEOUT_NS (5 * NS_PER_S)
/* an answer with all attributes takes 4 KiB of the receive buffer, and an
 * unprivileged buffer has 208 KiB */
#define QUERIES_AT_ONCE 32

/* one queue: what a link carries keeps its order, and a machine with many
 * processors does not make a queue for each */
static void describe_port(struct rtnl_link *link, const struct plan_port *port)
{
	struct nl_addr *mac =
		nl_addr_build(AF_LLC, port->mac, sizeof(port->mac));
	char name[PLAN_NAME];

	rtnl_link_set_name(link, plan_print_name(port, name));
	rtnl_link_set_ifindex(link, port->ifindex);
	rtnl_link_set_addr(link, mac);
	rtnl_link_set_num_tx_queues(link, 1);
	rtnl_link_set_num_rx_queues(link, 1);
	nl_addr_put(mac);
}

int link_add_veth(struct batch *batch, size_t near, size_t far, int far_netns,
		  struct err *err)
{
	struct rtnl_link *link = rtnl_link_veth_alloc();
	struct rtnl_link *peer = rtnl_link_veth_get_peer(link);
	struct nl_msg *msg = NULL;

	describe_port(link, &batch->plan->ports[near]);
	describe_port(peer, &batch->plan->ports[far]);
	rtnl_link_set_ns_fd(peer, far_netns);
	/* out of memory leaves msg NULL, which batch_add() knows */
	(void)rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL,
					  &msg);
	rtnl_link_put(peer);
	rtnl_link_put(link);
	return batch_add(batch, msg, "make a veth link", near, err);
}

int link_add_bridge(struct batch *batch, struct err *err)
{
	struct rtnl_link *link = rtnl_link_bridge_alloc();
	struct nl_msg *msg = NULL;

	rtnl_link_set_name(link, "br0");
	rtnl_link_set_ifindex(link, PLAN_IFINDEX_BRIDGE);
	(void)rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL,
					  &msg); /* as above */
	rtnl_link_put(link);
	return batch_add(batch, msg, "make a bridge", BATCH_NO_PORT, err);
}

static struct nl_msg *link_message(int type, const struct ifinfomsg *info)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, 0);

	if (msg)
		(void)nlmsg_append(msg, (void *)info, sizeof(*info),
				   NLMSG_ALIGNTO); /* a page is enough */
	return msg;
}

/* IFLA_AF_SPEC { AF_INET6 { addr_gen_mode none } }, and IFLA_MASTER */
static struct nl_msg *silence_message(int ifindex, int master)
{
	struct ifinfomsg info = {.ifi_index = ifindex};
	struct nl_msg *msg = link_message(RTM_NEWLINK, &info);
	struct nlattr *families;
	struct nlattr *inet6;

	if (!msg)
		return NULL;
	if (master)
		(void)nla_put_u32(msg, IFLA_MASTER, (uint32_t)master);
	families = nla_nest_start(msg, IFLA_AF_SPEC);
	inet6 = nla_nest_start(msg, AF_INET6);
	(void)nla_put_u8(msg, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	(void)nla_nest_end(msg, inet6);
	(void)nla_nest_end(msg, families);
	return msg;
}

int link_set_up(struct batch *batch, int ifindex, int master, size_t port,
		struct err *err)
{
	struct ifinfomsg info = {
		.ifi_index = ifindex,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	int rc = 0;

	/* Two messages: of one the kernel would take the flags first, and
	 * make the address that the rest forbids (net/core/rtnetlink.c,
	 * do_setlink). The loopback makes none. */
	if (port != BATCH_NO_PORT || ifindex == PLAN_IFINDEX_BRIDGE)
		rc = batch_add(batch, silence_message(ifindex, master),
			       master ? "put a port into the bridge"
				      : "set IPv6 address generation to none",
			       port, err);
	if (rc < 0)
		return rc;
	return batch_add(batch, link_message(RTM_NEWLINK, &info),
			 "set an interface up", port, err);
}

/** struct readiness - what the kernel said of the ports of a host */
struct readiness {
	size_t n_up;
};

static void note_state(void *arg, const struct nlmsghdr *message)
{
	struct readiness *readiness = arg;
	const struct nlattr *state;

	if (message->nlmsg_type != RTM_NEWLINK)
		return;
	state = nlmsg_find_attr((struct nlmsghdr *)message,
				sizeof(struct ifinfomsg), IFLA_OPERSTATE);
	if (state && nla_len(state) >= 1 && nla_get_u8(state) == IF_OPER_UP)
		readiness->n_up++;
}

static int ask_states(struct batch *batch, struct readiness *readiness,
		      struct err *err)
{
	const struct plan_host *host = &batch->plan->hosts[batch->host];
	int rc = 0;

	*readiness = (struct readiness){0};
	batch->answer = note_state;
	batch->arg = readiness;
	batch->max_requests = QUERIES_AT_ONCE;
	for (size_t i = 0; rc == 0 && i < host->n_ports; i++) {
		const struct plan_port *port =
			&batch->plan->ports[host->ports[i]];
		struct ifinfomsg info = {.ifi_index = port->ifindex};
		struct nl_msg *msg = link_message(RTM_GETLINK, &info);

		if (msg)
			(void)nla_put_u32(msg, IFLA_EXT_MASK,
					  RTEXT_FILTER_SKIP_STATS);
		rc = batch_add(batch, msg, "ask for a link", host->ports[i],
			       err);
	}
	if (rc == 0)
		rc = batch_flush(batch, err);
	batch_begin(batch, batch->host, batch->fd);
	return rc;
}

int link_wait_ready(struct batch *batch, struct err *err)
{
	const struct timespec pause = {.tv_nsec = NS_PER_MS};
	const int64_t deadline = clock_now_ns() + READY_TIMEOUT_NS;
	size_t n_ports = batch->plan->hosts[batch->host].n_ports;
	struct readiness readiness;

	for (;;) {
		int rc = ask_states(batch, &readiness, err);

		if (rc < 0 || readiness.n_up == n_ports)
			return rc;
		if (clock_now_ns() > deadline)
			break;
		(void)nanosleep(&pause, NULL); /* early is no harm */
	}
	return err_set(err, -ETIMEDOUT,
		       "host %s: %zu of %zu interfaces have no carrier",
		       batch->plan->spec->hosts[batch->host].name,
		       n_ports - readiness.n_up, n_ports);
}
