/*
 * floor.c - the least that making a star of hosts can cost
 */
#include "bench/floor.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sys/socket.h>
#include <unistd.h>

#include "topo/offload.h"

#define FIRST_IFINDEX 100
#define ROOM	      65536
#define LARGEST	      512 /* bytes of the largest message below */

/** struct request - messages for one socket */
struct request {
	char buf[ROOM];
	size_t len;
	struct nlmsghdr *message; /* the last one */
	int fd;
	struct offload offload;
};

static void require(int ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	abort();
}

static void send_request(struct request *request)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr err;
		char rest[512];
	} answer;

	if (request->len == 0)
		return;
	request->message->nlmsg_flags |= NLM_F_ACK;
	require(send(request->fd, request->buf, request->len, 0) > 0, "send");
	require(recv(request->fd, &answer, sizeof(answer), 0) > 0, "recv");
	errno = -answer.err.error;
	require(answer.err.error == 0, "rtnetlink");
	request->len = 0;
}

static void *extend(struct request *request, const void *data, size_t len)
{
	void *at = request->buf + request->len;

	memset(at, 0, NLMSG_ALIGN(len));
	if (data)
		memcpy(at, data, len);
	request->len += NLMSG_ALIGN(len);
	request->message->nlmsg_len = (uint32_t)(request->buf + request->len -
						 (char *)request->message);
	return at;
}

static void begin(struct request *request, uint16_t type, uint16_t flags,
		  const void *body, size_t len)
{
	struct nlmsghdr header = {
		.nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
	};

	if (request->len + LARGEST > ROOM)
		send_request(request);
	request->message = (void *)(request->buf + request->len);
	(void)extend(request, &header, sizeof(header));
	(void)extend(request, body, len);
}

static struct rtattr *put(struct request *request, uint16_t type,
			  const void *data, size_t len)
{
	struct rtattr header = {.rta_len = (uint16_t)RTA_LENGTH(len),
				.rta_type = type};
	struct rtattr *attr = extend(request, &header, sizeof(header));

	if (len)
		(void)extend(request, data, len);
	return attr;
}

static void close_nest(struct request *request, struct rtattr *nest)
{
	nest->rta_len = (uint16_t)(request->buf + request->len - (char *)nest);
}

static void describe(struct request *request, size_t leaf, int end, int index)
{
	uint8_t mac[] = {0x02,		0,	     0, (uint8_t)(leaf >> 8),
			 (uint8_t)leaf, (uint8_t)end};
	const uint32_t one = 1;
	char name[IFNAMSIZ];
	int len = snprintf(name, sizeof(name), "eth%d", index - FIRST_IFINDEX);

	(void)put(request, IFLA_IFNAME, name, (size_t)len + 1);
	(void)put(request, IFLA_ADDRESS, mac, sizeof(mac));
	(void)put(request, IFLA_NUM_TX_QUEUES, &one, sizeof(one));
	(void)put(request, IFLA_NUM_RX_QUEUES, &one, sizeof(one));
}

static void add_veth(struct request *request, size_t leaf, int far)
{
	struct ifinfomsg near_info = {.ifi_index = FIRST_IFINDEX + (int)leaf};
	struct ifinfomsg far_info = {.ifi_index = FIRST_IFINDEX};
	struct rtattr *info;
	struct rtattr *data;
	struct rtattr *peer;

	begin(request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &near_info,
	      sizeof(near_info));
	describe(request, leaf, 1, near_info.ifi_index);
	info = put(request, IFLA_LINKINFO, NULL, 0);
	(void)put(request, IFLA_INFO_KIND, "veth", 5);
	data = put(request, IFLA_INFO_DATA, NULL, 0);
	peer = put(request, VETH_INFO_PEER, NULL, 0);
	(void)extend(request, &far_info, sizeof(far_info));
	describe(request, leaf, 2, far_info.ifi_index);
	(void)put(request, IFLA_NET_NS_FD, &far, sizeof(far));
	close_nest(request, peer);
	close_nest(request, data);
	close_nest(request, info);
}

static void set_up(struct request *request, int index)
{
	struct ifinfomsg info = {
		.ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};

	begin(request, RTM_NEWLINK, 0, &info, sizeof(info));
}

static void silence(struct request *request, int index)
{
	struct ifinfomsg info = {.ifi_index = index};
	const uint8_t none = IN6_ADDR_GEN_MODE_NONE;
	struct rtattr *families;
	struct rtattr *inet6;

	begin(request, RTM_NEWLINK, 0, &info, sizeof(info));
	families = put(request, IFLA_AF_SPEC, NULL, 0);
	inet6 = put(request, AF_INET6, NULL, 0);
	(void)put(request, IFLA_INET6_ADDR_GEN_MODE, &none, sizeof(none));
	close_nest(request, inet6);
	close_nest(request, families);
}

static struct in6_addr v6_of(size_t leaf, int end)
{
	struct in6_addr ip = {0};

	ip.s6_addr16[0] = htons(0xfd7c);
	ip.s6_addr16[1] = htons(0x9000);
	ip.s6_addr16[3] = htons((uint16_t)leaf);
	ip.s6_addr16[7] = htons((uint16_t)end);
	return ip;
}

static uint32_t v4_of(size_t leaf, int end)
{
	return htonl(0x0a000000 + (uint32_t)leaf * 4 + (uint32_t)end);
}

static void add_addresses(struct request *request, size_t leaf, int end,
			  int index)
{
	struct ifaddrmsg info = {.ifa_family = AF_INET,
				 .ifa_prefixlen = 30,
				 .ifa_index = (uint32_t)index};
	struct in6_addr v6 = v6_of(leaf, end);
	uint32_t v4 = v4_of(leaf, end);

	begin(request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info,
	      sizeof(info));
	(void)put(request, IFA_LOCAL, &v4, sizeof(v4));
	(void)put(request, IFA_ADDRESS, &v4, sizeof(v4));
	info.ifa_family = AF_INET6;
	info.ifa_prefixlen = 64;
	info.ifa_flags = IFA_F_NODAD;
	begin(request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info,
	      sizeof(info));
	(void)put(request, IFA_LOCAL, &v6, sizeof(v6));
	(void)put(request, IFA_ADDRESS, &v6, sizeof(v6));
}

static void add_neighbours(struct request *request, size_t leaf, int end,
			   int index)
{
	uint8_t mac[] = {0x02,		0,	     0, (uint8_t)(leaf >> 8),
			 (uint8_t)leaf, (uint8_t)end};
	struct ndmsg info = {.ndm_family = AF_INET,
			     .ndm_ifindex = index,
			     .ndm_state = NUD_PERMANENT};
	struct in6_addr v6 = v6_of(leaf, end);
	uint32_t v4 = v4_of(leaf, end);

	begin(request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &info,
	      sizeof(info));
	(void)put(request, NDA_DST, &v4, sizeof(v4));
	(void)put(request, NDA_LLADDR, mac, sizeof(mac));
	info.ndm_family = AF_INET6;
	begin(request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &info,
	      sizeof(info));
	(void)put(request, NDA_DST, &v6, sizeof(v6));
	(void)put(request, NDA_LLADDR, mac, sizeof(mac));
}

/* the one ioctl that it takes, with the mask that topo learns but once */
static void turn_off_offloads(struct request *request, int index)
{
	char name[IFNAMSIZ];

	(void)snprintf(name, sizeof(name), "eth%d", index - FIRST_IFINDEX);
	require(offload_disable(&request->offload, request->fd, name, NULL) ==
			0,
		"turn off the offloads");
}

static void set_up_port(struct request *request, size_t leaf, int end,
			int index)
{
	turn_off_offloads(request, index);
	silence(request, index);
	set_up(request, index);
	add_addresses(request, leaf, end, index);
	add_neighbours(request, leaf, 3 - end, index);
}

/* whether the host has the local route of its address */
static bool has_local_route(struct request *request, size_t leaf, int end)
{
	struct rtmsg info = {.rtm_family = AF_INET6, .rtm_dst_len = 128};
	struct in6_addr v6 = v6_of(leaf, end);
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
		char rest[4096];
	} answer;

	begin(request, RTM_GETROUTE, 0, &info, sizeof(info));
	(void)put(request, RTA_DST, &v6, sizeof(v6));
	require(send(request->fd, request->buf, request->len, 0) > 0, "send");
	request->len = 0;
	require(recv(request->fd, &answer, sizeof(answer), 0) > 0, "recv");
	return answer.header.nlmsg_type == RTM_NEWROUTE &&
	       answer.route.rtm_type == RTN_LOCAL;
}

static void await_route(struct request *request, size_t leaf, int end)
{
	const struct timespec pause = {.tv_nsec = 50000};

	while (!has_local_route(request, leaf, end))
		(void)nanosleep(&pause, NULL); /* sleeps: between two looks */
}

static void make_namespaces(struct floor *floor)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	require(home >= 0, "open the own namespace");
	for (size_t i = 0; i < floor->n_hosts; i++) {
		require(unshare(CLONE_NEWNET) == 0, "unshare");
		floor->netns[i] =
			open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
		floor->rtnl[i] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
					NETLINK_ROUTE);
		require(floor->netns[i] >= 0 && floor->rtnl[i] >= 0, "open");
	}
	require(setns(home, CLONE_NEWNET) == 0, "setns");
	(void)close(home);
}

struct floor floor_build(size_t n_leaves)
{
	struct floor floor = {.n_hosts = n_leaves + 1};
	struct request *request = calloc(1, sizeof(*request));

	floor.netns = calloc(floor.n_hosts, sizeof(int));
	floor.rtnl = calloc(floor.n_hosts, sizeof(int));
	require(request && floor.netns && floor.rtnl, "calloc");
	make_namespaces(&floor);
	request->fd = floor.rtnl[0];
	for (size_t i = 0; i < n_leaves; i++)
		add_veth(request, i, floor.netns[i + 1]);
	send_request(request);
	set_up(request, 1);
	for (size_t i = 0; i < n_leaves; i++)
		set_up_port(request, i, 1, FIRST_IFINDEX + (int)i);
	send_request(request);
	for (size_t i = 0; i < n_leaves; i++) {
		request->fd = floor.rtnl[i + 1];
		set_up(request, 1);
		set_up_port(request, i, 2, FIRST_IFINDEX);
		send_request(request);
	}
	for (size_t i = 0; i < n_leaves; i++) {
		request->fd = floor.rtnl[0];
		await_route(request, i, 1);
		request->fd = floor.rtnl[i + 1];
		await_route(request, i, 2);
	}
	free(request);
	return floor;
}

void floor_free(struct floor *floor)
{
	for (size_t i = 0; i < floor->n_hosts; i++) {
		(void)close(floor->rtnl[i]);
		(void)close(floor->netns[i]);
	}
	free(floor->rtnl);
	free(floor->netns);
}
