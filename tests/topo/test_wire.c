/*
 * test_wire.c - a wire is cut in one direction, and the sender sees nothing
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "topo/built.h"

#define PORT	    7788
#define PATIENCE_MS 5000

/** struct post - a UDP socket on a host, and one that sees its frames */
struct post {
	int udp;
	int packets; /* as AF_PACKET hands them up: with the type they got */
};

static struct post open_post(const struct built *built, size_t host, int family)
{
	struct endpoint any = {.family = (sa_family_t)family, .port = PORT};
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&any, &ss);
	struct post post = {
		.udp = built_socket(built, host, family, SOCK_DGRAM, 0),
		.packets = built_socket(
			built, host, AF_PACKET, SOCK_DGRAM,
			htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6)),
	};

	lab_check(bind(post.udp, (void *)&ss, len) == 0, "errno %d", errno);
	return post;
}

static void close_post(struct post *post)
{
	fd_close(&post->udp);
	fd_close(&post->packets);
}

static void wait_for(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	lab_check(poll(&pfd, 1, PATIENCE_MS) == 1, "nothing came");
}

/* the type of the next UDP frame that came in from the wire */
static int next_frame(const struct post *post, int family)
{
	for (;;) {
		struct sockaddr_ll from;
		socklen_t len = sizeof(from);
		unsigned char packet[2048];

		wait_for(post->packets);
		lab_check(recvfrom(post->packets, packet, sizeof(packet), 0,
				   (void *)&from, &len) > 0,
			  "errno %d", errno);
		if (from.sll_pkttype != PACKET_OUTGOING &&
		    packet[family == AF_INET ? 9 : 6] == IPPROTO_UDP)
			return from.sll_pkttype;
	}
}

static void send_byte(const struct built *built, const struct post *near,
		      size_t from, size_t to, int family, char byte)
{
	struct sockaddr_storage ss;
	struct endpoint there;
	socklen_t len;

	lab_check(topo_address(built->topo, from, to, family, &there) == 0,
		  "host %zu does not reach %zu", from, to);
	there.port = PORT;
	len = endpoint_to_sockaddr(&there, &ss);
	lab_check(sendto(near->udp, &byte, 1, 0, (void *)&ss, len) == 1,
		  "the sender saw it: errno %d", errno);
}

/* send one datagram; whether it was taken at the other end */
static bool passes(const struct built *built, const char *from, const char *to,
		   int family)
{
	size_t a = shape_host(built->shape, from);
	size_t b = shape_host(built->shape, to);
	struct post near = open_post(built, a, family);
	struct post far = open_post(built, b, family);
	bool taken;
	char byte;

	send_byte(built, &near, a, b, family, 'x');
	/* the frame came in either way, so there is nothing left to wait for */
	taken = next_frame(&far, family) == PACKET_HOST;
	if (taken)
		wait_for(far.udp);
	lab_check((recv(far.udp, &byte, 1, MSG_DONTWAIT) == 1) == taken,
		  "the socket disagrees with the frame");
	close_post(&near);
	close_post(&far);
	return taken;
}

/* sees frames where they come into the wire's namespace; of several links the
 * first, whose addresses are those that hosts use */
static int open_tap(const struct built *built, size_t from, size_t to,
		    int family)
{
	struct sockaddr_ll own = {
		.sll_family = AF_PACKET,
		.sll_protocol =
			htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6),
	};
	const struct link_spec *links = built->shape->topology.links;
	struct topo_wire wire = {0};
	struct err err = {0};
	int fd;

	for (size_t i = 0; topo_wire(built->topo, i, &wire); i++) {
		if (links[i].a == from && links[i].b == to)
			own.sll_ifindex = wire.ifindex[0];
		else if (links[i].a == to && links[i].b == from)
			own.sll_ifindex = wire.ifindex[1];
		if (own.sll_ifindex)
			break;
	}
	fd = netns_socket(wire.netns_fd, AF_PACKET, SOCK_DGRAM, 0, &err);
	lab_check(fd >= 0, "%s", err.text);
	lab_check(bind(fd, (void *)&own, sizeof(own)) == 0, "errno %d", errno);
	return fd;
}

/* a cut link: the frame goes no further than the wire. What is sent after it,
 * once the wire is whole, comes first: they take one way */
static bool is_eaten(const struct built *built, const char *from,
		     const char *to, int family)
{
	size_t a = shape_host(built->shape, from);
	size_t b = shape_host(built->shape, to);
	struct post near = open_post(built, a, family);
	struct post far = open_post(built, b, family);
	const struct post tap = {.packets = open_tap(built, a, b, family)};
	struct err err = {0};
	char byte = 0;

	send_byte(built, &near, a, b, family, 'x');
	(void)next_frame(&tap, family); /* addressed to nobody there */
	(void)close(tap.packets);
	lab_check(topo_heal(built->topo, a, b, &err) == 0, "%s", err.text);
	send_byte(built, &near, a, b, family, 'y');
	wait_for(far.udp);
	lab_check(recv(far.udp, &byte, 1, 0) == 1, "errno %d", errno);
	lab_check(topo_cut(built->topo, a, b, &err) == 0, "%s", err.text);
	close_post(&near);
	close_post(&far);
	return byte == 'y';
}

static const struct {
	const char *name;
	const char *drawing;
	const char *a;
	const char *b;
	const char *c; /* a third, whom it must not concern; or NULL */
	bool switched; /* no link of their own: the frame does arrive */
} rows[] = {
	{"pair", "a b; a-b", "a", "b", NULL, false},
	{"two links", "a b; a-b a-b", "a", "b", NULL, false},
	{"star", "a b c; a-b a-c", "a", "b", "c", false},
	{"lan", "a b c sw#; a-sw b-sw c-sw", "a", "b", "c", true},
	{"beside a router", "a r* b; a-r r-b", "a", "r", NULL, false},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static bool is_lost(const struct built *built, size_t row, const char *from,
		    const char *to, int family)
{
	return rows[row].switched ? !passes(built, from, to, family)
				  : is_eaten(built, from, to, family);
}

static void check_row(const struct built *built, size_t row, int family)
{
	const char *a = rows[row].a;
	const char *b = rows[row].b;
	const char *c = rows[row].c;
	size_t from = shape_host(built->shape, a);
	size_t to = shape_host(built->shape, b);
	struct err err = {0};

	lab_check(passes(built, a, b, family), "whole, there");
	lab_check(passes(built, b, a, family), "whole, back");
	/* twice is as good as once */
	lab_check(topo_cut(built->topo, from, to, &err) == 0 &&
			  topo_cut(built->topo, from, to, &err) == 0,
		  "%s", err.text);
	lab_check(is_lost(built, row, a, b, family), "cut, there");
	lab_check(passes(built, b, a, family), "cut, back");
	lab_check(!c || (passes(built, a, c, family) &&
			 passes(built, c, a, family)),
		  "cut, to a third");
	lab_check(topo_cut(built->topo, to, from, &err) == 0, "%s", err.text);
	lab_check(is_lost(built, row, b, a, family), "cut both ways, back");
	lab_check(topo_heal(built->topo, from, to, &err) == 0, "%s", err.text);
	lab_check(passes(built, a, b, family), "half healed, there");
	lab_check(is_lost(built, row, b, a, family), "half healed, back");
	lab_check(topo_heal(built->topo, to, from, &err) == 0, "%s", err.text);
	lab_check(passes(built, b, a, family), "healed, back");
}

static int cut_and_heal(void *arg, struct ns_runner *self)
{
	size_t row = *(const size_t *)arg;
	struct built built =
		built_new(self, rows[row].drawing, IP_FAMILIES_BOTH);

	check_row(&built, row, AF_INET);
	check_row(&built, row, AF_INET6);
	built_done(&built);
	return 0;
}

START_TEST(test_cut_and_heal)
{
	int user = _i % LAB_USERS;
	size_t row = (size_t)_i / LAB_USERS;

	if (!lab_can_be(user))
		return;
	lab_assert(rows[row].name, user, .main = cut_and_heal, .arg = &row);
}
END_TEST

static int refuse_the_rest(void *arg, struct ns_runner *self)
{
	static const char *const pairs[][2] = {
		{"a", "b"}, /* routed */
		{"b", "sw"}, /* a switch has no address */
		{"sw", "b"},
		{"a", "a"},
	};
	struct built built =
		built_new(self, "a r* sw# b; a-r r-sw sw-b", IP_FAMILIES_BOTH);

	(void)arg;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		size_t from = shape_host(built.shape, pairs[i][0]);
		size_t to = shape_host(built.shape, pairs[i][1]);
		struct err err = {0};
		char text[80];

		(void)snprintf(text, sizeof(text),
			       "%s and %s share no link and no switched subnet",
			       pairs[i][0], pairs[i][1]);
		lab_check(topo_cut(built.topo, from, to, &err) == -EINVAL, "%s",
			  err.text);
		lab_check(strcmp(err.text, text) == 0, "%s", err.text);
		lab_check(topo_heal(built.topo, from, to, &err) == -EINVAL,
			  "%s", err.text);
	}
	built_done(&built);
	return 0;
}

START_TEST(test_others_are_refused)
{
	if (!lab_can_be(_i))
		return;
	ck_assert_int_eq(lab_run(_i, (struct ns_init){.main = refuse_the_rest}),
			 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("wire");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_loop_test(tcase, test_cut_and_heal, 0,
			    (int)N_ROWS * LAB_USERS);
	tcase_add_loop_test(tcase, test_others_are_refused, 0, LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
