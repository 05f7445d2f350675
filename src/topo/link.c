/*
 * link.c - interfaces: veth pairs, bridges, and setting them up
 */
#include "topo/link.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <netlink/msg.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/link/veth.h>

#include "base/err.h"
#include "topo/batch.h"
#include "topo/plan.h"

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

int link_add_wired(struct batch *batch, size_t port, int host_netns,
		   struct err *err)
{
	struct rtnl_link *link = rtnl_link_veth_alloc();
	struct rtnl_link *peer = rtnl_link_veth_get_peer(link);
	struct nl_msg *msg = NULL;
	char name[PLAN_NAME];

	/* always fits */
	(void)snprintf(name, sizeof(name), "w%zu", port);
	rtnl_link_set_name(link, name);
	rtnl_link_set_ifindex(link, plan_wire_ifindex(batch->plan, port));
	rtnl_link_set_num_tx_queues(link, 1);
	rtnl_link_set_num_rx_queues(link, 1);
	describe_port(peer, &batch->plan->ports[port]);
	rtnl_link_set_ns_fd(peer, host_netns);
	/* out of memory leaves msg NULL, which batch_add() knows */
	(void)rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL,
					  &msg);
	rtnl_link_put(peer);
	rtnl_link_put(link);
	return batch_add(batch, msg, "make a veth link", port, err);
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

int link_set_up_wired(struct batch *batch, size_t port, bool is_mute,
		      struct err *err)
{
	struct ifinfomsg info = {
		.ifi_index = plan_wire_ifindex(batch->plan, port),
		.ifi_flags = IFF_UP | IFF_NOARP,
		.ifi_change = IFF_UP | IFF_NOARP,
	};
	int rc = 0;

	if (!is_mute)
		rc = batch_add(batch, silence_message(info.ifi_index, 0),
			       "set IPv6 address generation to none", port,
			       err);
	if (rc < 0)
		return rc;
	return batch_add(batch, link_message(RTM_NEWLINK, &info),
			 "set an interface up", port, err);
}
