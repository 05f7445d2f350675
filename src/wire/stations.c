/*
 * stations.c - which Ethernet address reaches whom on a wire
 *
 * DOC: Theory of operation
 *
 * A host takes a frame only under the address of its interface. Frames that
 * passed tell it: their two addresses belong to their two IP addresses, also
 * where one of these lies behind a router or a switch. Before the first one,
 * the interface at the wire's end will do, unless a switch is there: a veth
 * says who its peer is (IFLA_LINK, IFLA_LINK_NETNSID), and rtnetlink tells of
 * an interface in another namespace by IFLA_TARGET_NETNSID (Linux 4.20,
 * net/core/rtnetlink.c, rtnl_getlink).
 */
#include "wire/stations.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/scope.h"
#include "ns/netns.h"

/** ANSWER_BYTES - for one RTM_NEWLINK: netlink(7) advises 8 KiB and more */
#define ANSWER_BYTES 16384

/** struct question - RTM_GETLINK, perhaps for another namespace */
struct question {
	struct nlmsghdr header;
	struct ifinfomsg info;
	struct rtattr attribute;
	int32_t netns_id;
};

/** struct interface - of what is answered, the part that matters */
struct interface {
	bool has_mac;
	uint8_t mac[FORGE_MAC];
	bool has_peer;
	int32_t peer;
	bool has_netns;
	int32_t netns_id;
};

static void read_interface(const struct nlmsghdr *header, struct interface *out)
{
	const struct ifinfomsg *info = NLMSG_DATA(header);
	const struct rtattr *at = IFLA_RTA(info);
	size_t left = IFLA_PAYLOAD(header);

	for (; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		size_t len = RTA_PAYLOAD(at);

		if (at->rta_type == IFLA_ADDRESS && len == FORGE_MAC) {
			memcpy(out->mac, RTA_DATA(at), len);
			out->has_mac = true;
		} else if (at->rta_type == IFLA_LINK && len == 4) {
			memcpy(&out->peer, RTA_DATA(at), len);
			out->has_peer = true;
		} else if (at->rta_type == IFLA_LINK_NETNSID && len == 4) {
			memcpy(&out->netns_id, RTA_DATA(at), len);
			out->has_netns = true;
		}
	}
}

static bool ask(int fd, int ifindex, const int32_t *netns_id,
		struct interface *out)
{
	struct question question = {
		.header = {.nlmsg_len = offsetof(struct question, attribute),
			   .nlmsg_type = RTM_GETLINK,
			   .nlmsg_flags = NLM_F_REQUEST},
		.info = {.ifi_index = ifindex},
		.attribute = {.rta_len = RTA_LENGTH(sizeof(int32_t)),
			      .rta_type = IFLA_TARGET_NETNSID},
	};
	_Alignas(struct nlmsghdr) uint8_t answer[ANSWER_BYTES];
	const struct nlmsghdr *header = (const void *)answer;
	ssize_t len;

	if (netns_id) {
		question.netns_id = *netns_id;
		question.header.nlmsg_len = sizeof(question);
	}
	if (send(fd, &question, question.header.nlmsg_len, 0) < 0)
		return false;
	/* the answer is there when send(2) returns: netlink(7) */
	len = recv(fd, answer, sizeof(answer), MSG_DONTWAIT);
	if (len < 0 || !NLMSG_OK(header, (size_t)len) ||
	    header->nlmsg_type != RTM_NEWLINK)
		return false;
	*out = (struct interface){0};
	read_interface(header, out);
	return true;
}

static bool peer_of(int fd, int ifindex, uint8_t mac[FORGE_MAC])
{
	struct interface own;
	struct interface peer;

	if (!ask(fd, ifindex, NULL, &own) || !own.has_peer ||
	    !ask(fd, own.peer, own.has_netns ? &own.netns_id : NULL, &peer) ||
	    !peer.has_mac)
		return false;
	memcpy(mac, peer.mac, FORGE_MAC);
	return true;
}

void stations_open(struct stations *stations, int netns_fd,
		   const int ifindex[2])
{
	SCOPED_FD int fd = netns_socket(netns_fd, AF_NETLINK, SOCK_RAW,
					NETLINK_ROUTE, NULL);

	for (int end = 0; fd >= 0 && end < 2; end++)
		stations->has_end[end] =
			peer_of(fd, ifindex[end], stations->end[end]);
}

void stations_done(struct stations *stations)
{
	vec_done(&stations->known);
}

static struct station *find(const struct stations *stations,
			    const struct endpoint *address)
{
	struct endpoint wanted = *address;

	wanted.port = 0;
	vec_foreach(&stations->known, station)
		if (endpoint_equal(&station->address, &wanted))
			return station;
	return NULL;
}

static void learn(struct stations *stations, const struct endpoint *address,
		  const uint8_t mac[FORGE_MAC])
{
	struct station *station = find(stations, address);

	if (mac[0] & 1)
		return;
	if (!station) {
		station = vec_grow(&stations->known);
		station->address = *address;
		station->address.port = 0;
	}
	memcpy(station->mac, mac, FORGE_MAC);
}

void stations_learn(struct stations *stations, const uint8_t *frame,
		    const struct endpoint *from, const struct endpoint *to)
{
	learn(stations, to, frame);
	learn(stations, from, frame + FORGE_MAC);
}

bool stations_find(const struct stations *stations,
		   const struct endpoint *address, int end,
		   uint8_t mac[FORGE_MAC])
{
	const struct station *station = find(stations, address);

	if (!station && !stations->has_end[end])
		return false;
	memcpy(mac, station ? station->mac : stations->end[end], FORGE_MAC);
	return true;
}
