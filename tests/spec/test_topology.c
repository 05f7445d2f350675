/*
 * test_topology.c - a topology file becomes the hosts and links it asks for
 */
#include "base/str.h"
#include "spec/errors.h"
#include "spec/graph.h"
#include "spec/topology.h"
#include "test.h"

static struct spec_errors errors;
static struct topology *topology;

static void setup(void)
{
	errors = (struct spec_errors){0};
	topology = NULL;
}

static void teardown(void)
{
	topology_free(topology);
	spec_errors_done(&errors);
}

static void parse(const char *text)
{
	SCOPED_STR struct str told = {0};

	topology = topology_parse("dir/net.yaml", text, strlen(text), &errors);
	spec_errors_text(&errors, &told);
	ck_assert_msg(topology != NULL, "%s", str_text(&told));
}

static void expect_link(size_t i, const char *a, const char *b)
{
	ck_assert_uint_lt(i, topology->n_links);
	ck_assert_str_eq(topology->hosts[topology->links[i].a].name, a);
	ck_assert_str_eq(topology->hosts[topology->links[i].b].name, b);
}

START_TEST(a_host_alone_is_a_topology)
{
	parse("hosts: {alone: }\n");
	ck_assert_str_eq(topology->name, "net");
	ck_assert_int_eq(topology->families, IP_FAMILIES_BOTH);
	ck_assert_uint_eq(topology->n_hosts, 1);
	ck_assert_uint_eq(topology->n_links, 0);
	ck_assert_str_eq(topology->hosts[0].name, "alone");
	ck_assert_int_eq(topology->hosts[0].kind, HOST_KIND_HOST);
}
END_TEST

START_TEST(hosts_have_kinds_and_sysctls)
{
	parse("families: ipv4\n"
	      "hosts:\n"
	      "  a: {sysctl: {net.ipv4.tcp_fin_timeout: 5,\n"
	      "               net.ipv4.tcp_congestion_control: cubic}}\n"
	      "  s: {kind: switch}\n"
	      "  r: {kind: router}\n");
	ck_assert_int_eq(topology->families, IP_FAMILIES_V4);
	ck_assert_int_eq(topology->hosts[1].kind, HOST_KIND_SWITCH);
	ck_assert_int_eq(topology->hosts[2].kind, HOST_KIND_ROUTER);
	ck_assert_uint_eq(topology->hosts[0].n_sysctls, 2);
	ck_assert_str_eq(topology->hosts[0].sysctls[0].name,
			 "net.ipv4.tcp_fin_timeout");
	ck_assert_str_eq(topology->hosts[0].sysctls[0].value, "5");
	ck_assert_str_eq(topology->hosts[0].sysctls[1].value, "cubic");
	ck_assert_int_eq(topology_host(topology, "r"), 2);
	ck_assert_int_eq(topology_host(topology, "x"), -1);
}
END_TEST

START_TEST(a_counted_host_is_many_and_so_are_its_links)
{
	parse("hosts:\n"
	      "  server:\n"
	      "  client: {count: 3, sysctl: {net.core.somaxconn: 1}}\n"
	      "  spare:\n"
	      "links:\n"
	      "  - [client, server]\n"
	      "  - {ends: [spare, client2]}\n");
	ck_assert_uint_eq(topology->n_hosts, 5);
	ck_assert_str_eq(topology->hosts[1].name, "client1");
	ck_assert_str_eq(topology->hosts[3].name, "client3");
	for (size_t i = 1; i <= 3; i++) {
		ck_assert_uint_eq(topology->hosts[i].n_sysctls, 1);
		ck_assert_str_eq(topology->hosts[i].sysctls[0].value, "1");
	}
	ck_assert_uint_eq(topology->n_links, 4);
	expect_link(0, "client1", "server");
	expect_link(1, "client2", "server");
	expect_link(2, "client3", "server");
	expect_link(3, "spare", "client2");
}
END_TEST

START_TEST(the_largest_star_is_read)
{
	parse("hosts: {server: , client: {count: 4095}}\n"
	      "links: [[client, server]]\n");
	ck_assert_uint_eq(topology->n_hosts, TOPOLOGY_HOSTS_MAX);
	ck_assert_uint_eq(topology->n_links, TOPOLOGY_HOSTS_MAX - 1);
	expect_link(4094, "client4095", "server");
}
END_TEST

START_TEST(switches_make_neighbours_and_routers_do_not)
{
	static const struct {
		const char *a, *b;
		bool neighbours;
	} rows[] = {
		{"a", "s1", true}, {"a", "b", true},   {"b", "a", true},
		{"a", "s2", true}, {"a", "r", true},   {"r", "c", true},
		{"a", "c", false}, {"s1", "c", false}, {"a", "alone", false},
	};

	parse("hosts: {a: , b: , c: , r: {kind: router}, alone: ,\n"
	      "  s1: {kind: switch}, s2: {kind: switch}}\n"
	      "links: [[a, s1], [s1, s2], [b, s2], [r, s2], [r, c]]\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int a = topology_host(topology, rows[i].a);
		int b = topology_host(topology, rows[i].b);

		ck_assert_msg(
			graph_are_neighbours(topology, (size_t)a, (size_t)b) ==
				rows[i].neighbours,
			"%s and %s", rows[i].a, rows[i].b);
	}
}
END_TEST

static const struct {
	const char *name;
	size_t hosts, links;
	enum ip_families families;
} shipped[] = {
	{"pair", 2, 1, IP_FAMILIES_BOTH},   {"pair6", 2, 1, IP_FAMILIES_V6},
	{"star", 5, 4, IP_FAMILIES_BOTH},   {"lan", 4, 3, IP_FAMILIES_BOTH},
	{"router", 3, 2, IP_FAMILIES_BOTH},
};

START_TEST(the_shipped_topologies_are_as_described)
{
	SCOPED_STR struct str path = {0};

	str_addf(&path, "%s/%s.yaml", getenv("TOPOLOGIES"), shipped[_i].name);
	topology = topology_load(str_text(&path), &errors);
	ck_assert_ptr_nonnull(topology);
	ck_assert_str_eq(topology->name, shipped[_i].name);
	ck_assert_uint_eq(topology->n_hosts, shipped[_i].hosts);
	ck_assert_uint_eq(topology->n_links, shipped[_i].links);
	ck_assert_int_eq(topology->families, shipped[_i].families);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("topologies");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_host_alone_is_a_topology);
	tcase_add_test(tcase, hosts_have_kinds_and_sysctls);
	tcase_add_test(tcase, a_counted_host_is_many_and_so_are_its_links);
	tcase_add_test(tcase, the_largest_star_is_read);
	tcase_add_test(tcase, switches_make_neighbours_and_routers_do_not);
	tcase_add_loop_test(tcase, the_shipped_topologies_are_as_described, 0,
			    (int)(sizeof(shipped) / sizeof(shipped[0])));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
