/*
 * test_path.c - how a host reaches the others
 */
#include "topo/path.h"

#include <arpa/inet.h>

#include "base/err.h"
#include "base/scope.h"
#include "base/str.h"
#include "test.h"
#include "topo/shape.h"

static void release_plan(struct plan **plan)
{
	plan_free(*plan);
}

static void print_routes(const struct plan *plan, size_t host, struct str *out)
{
	size_t n = 0;
	SCOPED_FREE struct path_route *routes = path_routes(plan, host, &n);

	for (size_t i = 0; i < n; i++) {
		const struct plan_port *gateway =
			&plan->ports[routes[i].gateway];
		char to[INET6_ADDRSTRLEN];
		char via[INET6_ADDRSTRLEN];
		char name[PLAN_NAME];
		bool v4 = plan_has(plan, AF_INET);
		int family = v4 ? AF_INET : AF_INET6;

		(void)inet_ntop(family,
				v4 ? (const void *)&routes[i].v4
				   : (const void *)&routes[i].v6,
				to, sizeof(to));
		str_addf(out, "%s%s/%u via %s dev %s", i ? ", " : "", to,
			 v4 ? routes[i].v4_prefix : routes[i].v6_prefix,
			 plan_print_address(gateway, family, via),
			 plan_print_name(&plan->ports[routes[i].port], name));
	}
}

#define V4 IP_FAMILIES_V4
#define V6 IP_FAMILIES_V6

static const struct {
	const char *drawing;
	enum ip_families families;
	const char *host;
	const char *routes;
} rows[] = {
	/* on one link, and beyond a host that does not forward: none */
	{"a b; a-b", V4, "a", ""},
	{"a b c; a-b b-c", V4, "a", ""},
	/* one way out: the lab's whole network goes there */
	{"a r* b; a-r r-b", V4, "a", "10.0.0.0/20 via 10.0.0.2 dev eth0"},
	{"a r* b; a-r r-b", V4, "b", "10.0.0.0/20 via 10.0.0.5 dev eth0"},
	{"a r* b; a-r r-b", V6, "a",
	 "fd7c:9000::/48 via fd7c:9000::2 dev eth0"},
	{"a r* b; a-r r-b", V4, "r", ""},
	/* a chain: the routers in the middle know one side each */
	{"a r* s* b; a-r r-s s-b", V4, "r",
	 "10.0.0.0/20 via 10.0.0.6 dev eth1"},
	{"a r* s* t* b; a-r r-s s-t t-b", V4, "s",
	 "10.0.0.0/30 via 10.0.0.5 dev eth0, "
	 "10.0.0.12/30 via 10.0.0.10 dev eth1"},
	{"a r* s* t* b; a-r r-s s-t t-b", V6, "s",
	 "fd7c:9000::/64 via fd7c:9000:0:1::1 dev eth0, "
	 "fd7c:9000:0:3::/64 via fd7c:9000:0:2::2 dev eth1"},
	/* each subnet by the shorter way; b does not forward */
	{"a r* s* t* b; a-r r-s s-b a-t t-b", V4, "a",
	 "10.0.0.4/30 via 10.0.0.2 dev eth0, "
	 "10.0.0.8/30 via 10.0.0.2 dev eth0, "
	 "10.0.0.16/30 via 10.0.0.14 dev eth1"},
	/* a router behind a switch */
	{"a w# r* b; a-w w-r r-b", V4, "a",
	 "10.0.0.0/20 via 10.0.0.2 dev eth0"},
	{"a w# r* b; a-w w-r r-b", V4, "w", ""},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

START_TEST(test_routes)
{
	struct err err = {0};
	SCOPED(shape_done)
	struct shape *shape = shape_new(rows[_i].drawing, rows[_i].families);
	SCOPED(release_plan)
	struct plan *plan = plan_new(&shape->topology, 0, &err);
	SCOPED_STR struct str out = {0};

	ck_assert_msg(plan != NULL, "%s", err.text);
	print_routes(plan, shape_host(shape, rows[_i].host), &out);
	ck_assert_str_eq(str_text(&out), rows[_i].routes);
}
END_TEST

static const struct {
	const char *drawing;
	const char *from;
	const char *to;
	const char *address; /* NULL: none */
} nearest[] = {
	{"a b; a-b", "a", "b", "10.0.0.2"},
	{"a b; a-b", "a", "a", "10.0.0.1"},
	{"a b c; a-b b-c", "a", "c", NULL},
	/* of a host with two addresses, the one on the own link */
	{"a b c; a-b b-c", "a", "b", "10.0.0.2"},
	{"a b c; a-b b-c", "c", "b", "10.0.0.5"},
	{"a r* b; a-r r-b", "a", "b", "10.0.0.6"},
	{"a r* b; a-r r-b", "a", "r", "10.0.0.2"},
	{"a r* b; a-r r-b", "b", "r", "10.0.0.5"},
	/* fewer routers beat the earlier link */
	{"a r* s* b; a-r r-s s-b a-b", "a", "b", "10.0.0.14"},
	{"a w# b; a-w w-b", "a", "w", NULL},
	{"a w# b; a-w w-b", "w", "a", NULL},
	{"a b; ", "a", "b", NULL},
	{"a b; ", "a", "a", NULL},
};

#define N_NEAREST (sizeof(nearest) / sizeof(nearest[0]))

START_TEST(test_nearest)
{
	struct err err = {0};
	SCOPED(shape_done)
	struct shape *shape = shape_new(nearest[_i].drawing, V4);
	SCOPED(release_plan)
	struct plan *plan = plan_new(&shape->topology, 0, &err);
	SCOPED(path_map_done) struct path_map map = {0};
	char buf[INET6_ADDRSTRLEN];
	ssize_t port;

	ck_assert_msg(plan != NULL, "%s", err.text);
	map = path_map_from(plan, shape_host(shape, nearest[_i].from));
	port = path_nearest(plan, &map, shape_host(shape, nearest[_i].to));
	if (!nearest[_i].address) {
		ck_assert_int_eq(port, -1);
		return;
	}
	ck_assert_int_ge(port, 0);
	ck_assert_str_eq(plan_print_address(&plan->ports[port], AF_INET, buf),
			 nearest[_i].address);
}
END_TEST

#define LOCAL                    \
	"127.0.0.1\tlocalhost\n" \
	"::1\tlocalhost ip6-localhost ip6-loopback\n"

static const struct {
	const char *drawing;
	enum ip_families families;
	const char *text; /* of host 0 */
} files[] = {
	{"client server; client-server", IP_FAMILIES_BOTH,
	 LOCAL "10.0.0.1\tclient\n"
	       "fd7c:9000::1\tclient\n"
	       "10.0.0.2\tserver\n"
	       "fd7c:9000::2\tserver\n"},
	{"a r* b far; a-r r-b b-far", IP_FAMILIES_V4,
	 LOCAL "10.0.0.1\ta\n"
	       "10.0.0.2\tr\n"
	       "10.0.0.6\tb\n"},
	{"a; ", IP_FAMILIES_BOTH, LOCAL},
};

#define N_FILES (sizeof(files) / sizeof(files[0]))

START_TEST(test_hosts_file)
{
	struct err err = {0};
	SCOPED(shape_done)
	struct shape *shape = shape_new(files[_i].drawing, files[_i].families);
	SCOPED(release_plan)
	struct plan *plan = plan_new(&shape->topology, 0, &err);
	SCOPED_STR struct str out = {0};

	ck_assert_msg(plan != NULL, "%s", err.text);
	path_hosts_file(plan, 0, &out);
	ck_assert_str_eq(str_text(&out), files[_i].text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("path");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, test_routes, 0, (int)N_ROWS);
	tcase_add_loop_test(tcase, test_nearest, 0, (int)N_NEAREST);
	tcase_add_loop_test(tcase, test_hosts_file, 0, (int)N_FILES);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
