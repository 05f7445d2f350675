/*
 * test_build.c - hosts that reach each other at once, and that nobody sees
 */
#include <fcntl.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "topo/built.h"
#include "topo/offload.h"

#define PORT	  7788
#define SOON_NS	  (200 * NS_PER_MS) /* a lost SYN takes a second */
#define MAX_HOSTS 16
/* in a frame of Ethernet and IPv6 */
#define TYPE_AT	       12
#define NEXT_HEADER_AT (ETH_HLEN + 6)
#define ICMP6_AT       (ETH_HLEN + 40)

/** struct drawn - what each live case builds */
struct drawn {
	const char *name;
	const char *drawing;
	enum ip_families families;
	size_t n_pairs; /* ordered pairs of hosts that must reach each other */
};

static const struct drawn shapes[] = {
	{"pair", "client server; client-server", IP_FAMILIES_BOTH, 2},
	{"pair4", "client server; client-server", IP_FAMILIES_V4, 2},
	{"pair6", "client server; client-server", IP_FAMILIES_V6, 2},
	{"star", "server a b c; a-server b-server c-server", IP_FAMILIES_BOTH,
	 6},
	{"router", "client r* server; client-r r-server", IP_FAMILIES_BOTH, 6},
	{"lan", "a b c sw#; a-sw sw-b c-sw", IP_FAMILIES_BOTH, 6},
	{"two switches", "a b sw# tw#; a-sw tw-sw tw-b", IP_FAMILIES_BOTH, 2},
	{"routed lans", "a b c sw# r* s*; a-sw b-sw sw-r r-s s-c",
	 IP_FAMILIES_BOTH, 20},
};

#define N_SHAPES (sizeof(shapes) / sizeof(shapes[0]))

/* a listener of each family on each host that has addresses */
static int listen_on(const struct built *built, size_t host, int family)
{
	struct endpoint own = {.family = (sa_family_t)family, .port = PORT};
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&own, &ss);
	int fd = built_socket(built, host, family, SOCK_STREAM, 0);
	const int on = 1;

	if (family == AF_INET6)
		lab_check(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
				     sizeof(on)) == 0,
			  "errno %d", errno);
	lab_check(bind(fd, (void *)&ss, len) == 0, "bind: errno %d", errno);
	lab_check(listen(fd, 16) == 0, "listen: errno %d", errno);
	return fd;
}

static void connect_at_once(const struct built *built, size_t from,
			    const struct endpoint *to, int listener)
{
	SCOPED_FD int fd =
		built_socket(built, from, to->family, SOCK_STREAM, 0);
	SCOPED_FD int accepted = -1;
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(to, &ss);
	struct tcp_info info = {0};
	socklen_t info_len = sizeof(info);
	int64_t begun = clock_now_ns();
	char text[ENDPOINT_TEXT];
	char byte = 0;
	int64_t took;

	lab_check(connect(fd, (void *)&ss, len) == 0, "%s: errno %d",
		  endpoint_print(to, text), errno);
	took = clock_now_ns() - begun;
	lab_check(took < SOON_NS, "%s: %lld us", endpoint_print(to, text),
		  (long long)(took / 1000));
	lab_check(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &info_len) ==
				  0 &&
			  info.tcpi_total_retrans == 0,
		  "%s: %u retransmissions", endpoint_print(to, text),
		  info.tcpi_total_retrans);
	accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	lab_check(accepted >= 0, "accept: errno %d", errno);
	lab_check(send(fd, "x", 1, 0) == 1 && recv(accepted, &byte, 1, 0) == 1,
		  "the way there: errno %d", errno);
	lab_check(send(accepted, "y", 1, 0) == 1 && recv(fd, &byte, 1, 0) == 1,
		  "the way back: errno %d", errno);
	lab_check(byte == 'y', "got %c", byte);
}

static size_t connect_all(const struct built *built, int family)
{
	const size_t n = topo_hosts(built->topo);
	int listeners[MAX_HOSTS];
	size_t n_pairs = 0;

	for (size_t i = 0; i < n; i++)
		listeners[i] = listen_on(built, i, family);
	for (size_t i = 0; i < n * n; i++) {
		struct endpoint to;

		if (i / n == i % n ||
		    topo_address(built->topo, i / n, i % n, family, &to) < 0)
			continue;
		to.port = PORT;
		connect_at_once(built, i / n, &to, listeners[i % n]);
		n_pairs++;
	}
	for (size_t i = 0; i < n; i++)
		(void)close(listeners[i]);
	return n_pairs;
}

/* what no wire of ours should carry: ARP, neighbour and router discovery;
 * by bytes, for what follows an Ethernet header is aligned to nothing */
static bool is_discovery(const unsigned char *frame, size_t len)
{
	static const unsigned char arp[] = {0x08, 0x06};
	static const unsigned char ip6[] = {0x86, 0xdd};

	if (len < ETH_HLEN)
		return false;
	if (memcmp(frame + TYPE_AT, arp, sizeof(arp)) == 0)
		return true;
	return len > ICMP6_AT &&
	       memcmp(frame + TYPE_AT, ip6, sizeof(ip6)) == 0 &&
	       frame[NEXT_HEADER_AT] == IPPROTO_ICMPV6 &&
	       frame[ICMP6_AT] >= ND_ROUTER_SOLICIT &&
	       frame[ICMP6_AT] <= ND_REDIRECT;
}

static void check_frames(int packet_fd, size_t *n_frames)
{
	unsigned char frame[2048];
	ssize_t len;

	while ((len = recv(packet_fd, frame, sizeof(frame), MSG_DONTWAIT)) >
	       0) {
		(*n_frames)++;
		lab_check(!is_discovery(frame, (size_t)len),
			  "ARP or neighbour discovery on the wire");
	}
	lab_check(len < 0 && errno == EAGAIN, "errno %d", errno);
}

static int reach_each_other(void *arg, struct ns_runner *self)
{
	const struct drawn *drawn = arg;
	struct built built = built_new(self, drawn->drawing, drawn->families);
	size_t n_frames = 0;
	int packets[MAX_HOSTS];

	for (size_t i = 0; i < topo_hosts(built.topo); i++)
		packets[i] = built_socket(&built, i, AF_PACKET, SOCK_RAW,
					  htons(ETH_P_ALL));
	if (drawn->families & IP_FAMILIES_V4)
		lab_check(connect_all(&built, AF_INET) == drawn->n_pairs,
			  "not %zu pairs", drawn->n_pairs);
	if (drawn->families & IP_FAMILIES_V6)
		lab_check(connect_all(&built, AF_INET6) == drawn->n_pairs,
			  "not %zu pairs", drawn->n_pairs);
	for (size_t i = 0; i < topo_hosts(built.topo); i++) {
		check_frames(packets[i], &n_frames);
		(void)close(packets[i]);
	}
	lab_check(n_frames > 0, "the capture is blind");
	built_done(&built);
	return 0;
}

START_TEST(test_hosts_reach_each_other_at_once)
{
	int user = _i % LAB_USERS;
	const struct drawn *drawn = &shapes[_i / LAB_USERS];

	if (!lab_can_be(user))
		return;
	lab_assert(drawn->name, user, .main = reach_each_other,
		   .arg = (void *)drawn);
}
END_TEST

/* a port of a host has no offload on, and the test would see one */
static int offloads_are_off(void *arg, struct ns_runner *self)
{
	struct built built =
		built_new(self, "a b sw#; a-b a-sw sw-b", IP_FAMILIES_BOTH);
	struct offload offload = {0};
	struct ethtool_value on = {.cmd = ETHTOOL_SGSO, .data = 1};
	struct ifreq request = {.ifr_name = "eth0", .ifr_data = (void *)&on};

	(void)arg;
	for (size_t i = 0; i < 2 * topo_hosts(built.topo); i++) {
		SCOPED_FD int fd =
			built_socket(&built, i / 2, AF_INET, SOCK_DGRAM, 0);
		struct err err = {0};
		int n = offload_count(&offload, fd, i % 2 ? "eth1" : "eth0",
				      &err);

		lab_check(n == 0, "%d offloads on, %s", n, err.text);
		if (i > 0)
			continue;
		lab_check(ioctl(fd, SIOCETHTOOL, &request) == 0, "errno %d",
			  errno);
		n = offload_count(&offload, fd, "eth0", &err);
		lab_check(n > 0, "blind: %s", err.text);
	}
	built_done(&built);
	return 0;
}

static int no_link_local_address(void *arg, struct ns_runner *self)
{
	struct built built =
		built_new(self, "a sw# b; a-sw sw-b", IP_FAMILIES_BOTH);

	(void)arg;
	for (size_t i = 0; i < topo_hosts(built.topo); i++) {
		struct err err = {0};
		SCOPED_FD int fd = netns_open(topo_host_netns(built.topo, i),
					      "/proc/thread-self/net/if_inet6",
					      O_RDONLY, &err);
		char text[2048] = "";

		lab_check(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0, "%s",
			  err.text);
		lab_check(strstr(text, "lo\n"), "lo has no ::1: %s", text);
		lab_check(!strstr(text, "fe80"), "%s", text);
	}
	built_done(&built);
	return 0;
}

static int failures_say_who(void *arg, struct ns_runner *self)
{
	struct shape *shape = shape_new("a b; a-b", IP_FAMILIES_BOTH);
	struct rlimit limit = {.rlim_cur = 8, .rlim_max = 8};
	struct topo_config config = {.lab_id = BUILT_LAB};
	struct err err = {0};

	(void)arg;
	(void)self;
	lab_check(setrlimit(RLIMIT_NOFILE, &limit) == 0, "errno %d", errno);
	lab_check(!topo_build(&shape->topology, &config, &err), "built");
	lab_check(err.code == -EMFILE, "%d: %s", err.code, err.text);
	lab_check(strncmp(err.text, "host ", 5) == 0, "%s", err.text);
	lab_check(strstr(err.remedy, "ulimit -n"), "%s", err.remedy);
	/* as many descriptors as before can be had: none leaked */
	for (int i = 0; i < 4; i++)
		lab_check(dup(STDERR_FILENO) >= 0, "errno %d", errno);
	shape_free(shape);
	return 0;
}

static const struct {
	const char *name;
	int (*body)(void *arg, struct ns_runner *self);
} cases[] = {
	{"offloads are off", offloads_are_off},
	{"no link-local address", no_link_local_address},
	{"failures say who", failures_say_who},
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

START_TEST(test_case)
{
	int user = _i % LAB_USERS;

	if (!lab_can_be(user))
		return;
	lab_assert(cases[_i / LAB_USERS].name, user,
		   .main = cases[_i / LAB_USERS].body);
}
END_TEST

/* any link that ever shows up in this namespace is announced to the group */
static int watch_links(void)
{
	struct sockaddr_nl own = {.nl_family = AF_NETLINK,
				  .nl_groups = RTMGRP_LINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (void *)&own, sizeof(own)), 0);
	return fd;
}

static void assert_no_link_of_ours(int fd)
{
	static const uint8_t ours[] = {0x02, BUILT_LAB >> 8, BUILT_LAB & 0xff};
	char buf[32768];
	ssize_t len;

	while ((len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		const struct nlattr *mac = nlmsg_find_attr(
			(void *)buf, sizeof(struct ifinfomsg), IFLA_ADDRESS);

		ck_assert(!mac || nla_len(mac) < 3 ||
			  memcmp(nla_data(mac), ours, 3) != 0);
	}
	ck_assert_int_eq(errno, EAGAIN);
}

START_TEST(test_machine_never_sees_a_link)
{
	int fd;

	if (!lab_can_be(_i))
		return;
	fd = watch_links();
	for (size_t i = 0; i < N_SHAPES; i++)
		ck_assert_int_eq(lab_run(_i,
					 (struct ns_init){
						 .main = reach_each_other,
						 .arg = (void *)&shapes[i],
					 }),
				 0);
	assert_no_link_of_ours(fd);
	(void)close(fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("build");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_loop_test(tcase, test_hosts_reach_each_other_at_once, 0,
			    (int)N_SHAPES * LAB_USERS);
	tcase_add_loop_test(tcase, test_case, 0, (int)N_CASES * LAB_USERS);
	tcase_add_loop_test(tcase, test_machine_never_sees_a_link, 0,
			    LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
