/*
 * bench_lab.c - what a lab costs, as ratios to the least and to ip(8)
 *
 * Runs in a lab of its own, as root or not, so that also what ip(8) makes, the
 * names under /run/netns among it, is gone afterwards.
 */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "bench/floor.h"
#include "ns/lab.h"
#include "ns/limits.h"
#include "ns/netns.h"
#include "topo/shape.h"
#include "topo/topo.h"

#define PAIR_ROUNDS 31
#define STAR_ROUNDS 3
#define STAR_LEAVES 1000
#define MAX_ROUNDS  31
#define SETTLE_MS   30000

/** enum way - how a lab is built */
enum way {
	WAY_FLOOR,
	WAY_TOPO,
	WAY_IP,
	WAYS
};

/** struct times - what each round of each way took */
struct times {
	double build_ms[WAYS][MAX_ROUNDS];
	double both_ms[WAYS][MAX_ROUNDS]; /* and letting go of it */
	size_t n[WAYS];
};

/** struct marker - a link whose end tells when the kernel has cleared up */
struct marker {
	struct floor link;
	int watch; /* hears of links at the end that stays */
};

static struct marker marker_new(void)
{
	struct sockaddr_nl own = {.nl_family = AF_NETLINK,
				  .nl_groups = RTMGRP_LINK};
	struct marker marker = {.link = floor_build(1)};
	struct err err = {0};

	marker.watch = netns_socket(marker.link.netns[0], AF_NETLINK, SOCK_RAW,
				    NETLINK_ROUTE, &err);
	lab_check(marker.watch >= 0, "%s", err.text);
	lab_check(bind(marker.watch, (void *)&own, sizeof(own)) == 0,
		  "errno %d", errno);
	return marker;
}

static bool link_is_gone(int watch)
{
	char buf[16384];
	ssize_t len = recv(watch, buf, sizeof(buf), 0);
	struct nlmsghdr *header = (void *)buf;

	lab_check(len >= (ssize_t)sizeof(*header), "errno %d", errno);
	return header->nlmsg_type == RTM_DELLINK;
}

/*
 * Namespaces are cleared up by a worker, in the order in which they died
 * (net/core/net_namespace.c, cleanup_net), holding the lock that the next round
 * needs. So let a namespace die last, and wait until its link is gone.
 */
static void settle(struct marker *marker)
{
	struct pollfd pfd = {.fd = marker->watch, .events = POLLIN};

	fd_close(&marker->link.rtnl[1]);
	fd_close(&marker->link.netns[1]);
	do
		lab_check(poll(&pfd, 1, SETTLE_MS) == 1, "it never settles");
	while (!link_is_gone(marker->watch));
	fd_close(&marker->watch);
	floor_free(&marker->link);
}

static double ms_since(int64_t begun)
{
	return (double)(clock_now_ns() - begun) / NS_PER_MS;
}

static double by_floor(size_t n_leaves, int64_t begun)
{
	struct floor floor = floor_build(n_leaves);
	double built = ms_since(begun);

	floor_free(&floor);
	return built;
}

static double by_topo(size_t n_leaves, int64_t begun)
{
	struct topo_config config = {.lab_id = 1};
	struct shape *shape = shape_star(n_leaves, HOST_KIND_HOST);
	struct err err = {0};
	struct topo *topo = topo_build(&shape->topology, &config, &err);
	double built = ms_since(begun);

	lab_check(topo, "%s", err.text);
	topo_free(topo);
	shape_free(shape);
	return built;
}

/* one call of ip(8) for what one call can do; it knows no offloads */
#define IP_HOST(ns, own, other)                                            \
	"ip -n " ns " -batch - <<E\n"                                      \
	"link set lo up\n"                                                 \
	"link set eth0 addrgenmode none\n"                                 \
	"link set eth0 up\n"                                               \
	"addr add 10.0.0." own "/30 dev eth0\n"                            \
	"addr add fd7c:9000::" own "/64 dev eth0 nodad\n"                  \
	"neigh replace 10.0.0." other " lladdr 02:00:00:00:00:0" other     \
	" dev eth0 nud permanent\n"                                        \
	"neigh replace fd7c:9000::" other " lladdr 02:00:00:00:00:0" other \
	" dev eth0 nud permanent\n"                                        \
	"E\n"

static const char ip_build[] =
	"set -e; ip netns add a; ip netns add b\n"
	"ip link add eth0 netns a address 02:00:00:00:00:01 type veth "
	"peer name eth0 netns b address 02:00:00:00:00:02\n" //
	IP_HOST("a", "1", "2") IP_HOST("b", "2", "1");

static const char ip_free[] = "ip netns del a && ip netns del b";

static double by_ip(int64_t begun)
{
	double built;

	lab_check(system(ip_build) == 0, "ip(8) failed");
	built = ms_since(begun);
	lab_check(system(ip_free) == 0, "ip(8) failed");
	return built;
}

static void measure(struct times *times, enum way way, size_t n_leaves)
{
	struct marker marker = marker_new();
	int64_t begun = clock_now_ns();
	size_t n = times->n[way]++;

	if (way == WAY_FLOOR)
		times->build_ms[way][n] = by_floor(n_leaves, begun);
	else if (way == WAY_TOPO)
		times->build_ms[way][n] = by_topo(n_leaves, begun);
	else
		times->build_ms[way][n] = by_ip(begun);
	times->both_ms[way][n] = ms_since(begun);
	settle(&marker);
}

static int compare_doubles(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare_doubles);
	return values[n / 2];
}

/* one row; whether it keeps the promise */
static bool print_row(const char *name, double a_ms, const char *a, double b_ms,
		      const char *b, double limit, bool at_most)
{
	double ratio = a_ms / b_ms;
	bool kept = at_most ? ratio <= limit : ratio >= limit;

	(void)printf("%-26s %9.2f ms %-6s %9.2f ms %-6s %6.2f  %s %.0f  %s\n",
		     name, a_ms, a, b_ms, b, ratio,
		     at_most ? "<=" : ">=", limit, kept ? "ok" : "MISSED");
	return kept;
}

static bool bench_pair(void)
{
	struct times *times = mem_new(struct times, 1);
	/* an unprivileged user's exec(2) leaves the lab's capabilities behind,
	 * so ip(8) works for root only */
	bool has_ip = geteuid() == 0 && system("ip -V >/dev/null 2>&1") == 0;
	double floor_ms;
	double topo_ms;
	bool kept;

	for (size_t i = 0; i < PAIR_ROUNDS; i++) {
		measure(times, WAY_FLOOR, 1);
		measure(times, WAY_TOPO, 1);
		if (has_ip)
			measure(times, WAY_IP, 1);
	}
	floor_ms = median(times->both_ms[WAY_FLOOR], times->n[WAY_FLOOR]);
	topo_ms = median(times->both_ms[WAY_TOPO], times->n[WAY_TOPO]);
	kept = print_row("pair, build and teardown", topo_ms, "topo", floor_ms,
			 "floor", 2, true);
	if (has_ip)
		kept &= print_row(
			"", median(times->both_ms[WAY_IP], times->n[WAY_IP]),
			"ip(8)", topo_ms, "topo", 5, false);
	free(times);
	return kept;
}

static bool bench_star(void)
{
	struct times *times = mem_new(struct times, 1);
	bool kept;

	for (size_t i = 0; i < STAR_ROUNDS; i++) {
		measure(times, WAY_FLOOR, STAR_LEAVES);
		measure(times, WAY_TOPO, STAR_LEAVES);
	}
	kept = print_row("star of 1,000, likewise",
			 median(times->both_ms[WAY_TOPO], STAR_ROUNDS), "topo",
			 median(times->both_ms[WAY_FLOOR], STAR_ROUNDS),
			 "floor", 2, true);
	free(times);
	return kept;
}

static int bench(void *arg, struct ns_runner *self)
{
	bool kept;

	(void)arg;
	(void)self;
	/* names of namespaces go to /run/netns: ours, in our mount namespace */
	lab_check(mount("bench", "/run", "tmpfs", 0, NULL) == 0, "errno %d",
		  errno);
	kept = bench_pair();
	(void)fflush(stdout); /* a runner ends with _exit(2) */
	kept &= bench_star();
	(void)fflush(stdout);
	return kept ? 0 : 1;
}

int main(void)
{
	struct err err = {0};

	if (limits_raise_nofile(&err) < 0)
		(void)fprintf(stderr, "bench: %s\n", err.text);
	lab_probe();
	return lab_run(geteuid() == 0 ? 0 : 1, (struct ns_init){.main = bench});
}
