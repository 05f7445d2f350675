/*
 * test_plan.c - which interface gets which address
 */
#include "topo/plan.h"

#include <arpa/inet.h>
#include <errno.h>

#include "base/err.h"
#include "base/scope.h"
#include "base/str.h"
#include "test.h"
#include "topo/shape.h"

static void release_plan(struct plan **plan)
{
	plan_free(*plan);
}

#define V4   IP_FAMILIES_V4
#define V6   IP_FAMILIES_V6
#define BOTH IP_FAMILIES_BOTH

static const struct {
	const char *drawing;
	enum ip_families families;
	unsigned int lab;
	const char *host;
	const char *addresses;
} rows[] = {
	{"a b; a-b", BOTH, 0, "a", "10.0.0.1/30 fd7c:9000::1/64"},
	{"a b; a-b", BOTH, 0, "b", "10.0.0.2/30 fd7c:9000::2/64"},
	{"a b; a-b", V4, 1, "b", "10.0.16.2/30"},
	{"a b; a-b", V6, 1, "b", "fd7c:9000:1::2/64"},
	{"a b; a-b", BOTH, 4095, "a", "10.255.240.1/30 fd7c:9000:fff::1/64"},
	/* two links between the same two are two subnets */
	{"a b; a-b b-a", V4, 0, "a", "10.0.0.1/30 10.0.0.6/30"},
	/* a chain through routers; addresses in the order of links */
	{"a r* s* b; a-r r-s s-b", V4, 0, "r", "10.0.0.2/30 10.0.0.5/30"},
	{"a r* s* b; a-r r-s s-b", V6, 0, "s",
	 "fd7c:9000:0:1::2/64 fd7c:9000:0:2::1/64"},
	/* a switch has none; its subnet has the smallest prefix that fits */
	{"a b w#; a-w w-b", BOTH, 0, "w", ""},
	{"a b w#; a-w w-b", BOTH, 0, "b", "10.0.0.2/30 fd7c:9000::2/64"},
	{"a b c w#; a-w b-w c-w", V4, 0, "c", "10.0.0.3/29"},
	/* switches linked with each other are one subnet */
	{"a b w# x#; a-w w-x x-b", V4, 0, "b", "10.0.0.2/30"},
	{"a b w# x#; w-x a-w x-b", V6, 0, "b", "fd7c:9000::2/64"},
	/* larger subnets first: the /29 comes before the link's /30 */
	{"a b c w#; a-b a-w b-w c-w", V4, 0, "a", "10.0.0.9/30 10.0.0.1/29"},
	/* alone */
	{"a; ", BOTH, 0, "a", ""},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

START_TEST(test_addresses)
{
	struct err err = {0};
	SCOPED(shape_done)
	struct shape *shape = shape_new(rows[_i].drawing, rows[_i].families);
	SCOPED(release_plan)
	struct plan *plan = plan_new(&shape->topology, rows[_i].lab, &err);
	SCOPED_STR struct str out = {0};

	ck_assert_msg(plan != NULL, "%s", err.text);
	plan_addresses(plan, shape_host(shape, rows[_i].host), &out);
	ck_assert_str_eq(str_text(&out), rows[_i].addresses);
}
END_TEST

static const struct {
	const char *drawing;
	int code;
	const char *text;
} refusals[] = {
	{"a; a-a", -EINVAL, "host a is linked with itself"},
	{"v# w# x#; v-w w-x x-v", -EINVAL,
	 "the link between x and v closes a loop of switches"},
	{"v# w#; v-w v-w", -EINVAL,
	 "the link between v and w closes a loop of switches"},
	{"a w#; a-w w-a", -EINVAL,
	 "host a has two links into one switched subnet"},
	{"a w# x#; a-w w-x x-a", -EINVAL,
	 "host a has two links into one switched subnet"},
};

#define N_REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

START_TEST(test_refusals)
{
	struct err err = {0};
	SCOPED(shape_done)
	struct shape *shape = shape_new(refusals[_i].drawing, BOTH);

	ck_assert_ptr_null(plan_new(&shape->topology, 0, &err));
	ck_assert_int_eq(err.code, refusals[_i].code);
	ck_assert_str_eq(err.text, refusals[_i].text);
	ck_assert(_i == 0 || err.remedy[0]);
}
END_TEST

/* no two ports share an address or a MAC, and each lies in the lab's /20 */
static void assert_distinct(const struct plan *plan)
{
	const uint32_t base = ntohl(plan->v4.s_addr);
	SCOPED_FREE bool *seen = mem_new(bool, 4096);

	for (size_t i = 0; i < plan->n_ports; i++) {
		const struct plan_port *port = &plan->ports[i];
		uint32_t offset = ntohl(port->v4.s_addr) - base;

		ck_assert_uint_eq(port->mac[0], 0x02);
		ck_assert_int_eq((port->mac[3] << 8 | port->mac[4]) * 2 +
					 port->mac[5] - 1,
				 (int)i);
		if (!port->has_address)
			continue;
		ck_assert_uint_lt(offset, 4096);
		ck_assert(!seen[offset]);
		seen[offset] = true;
	}
}

static const struct {
	size_t leaves;
	enum host_kind hub;
	bool fits;
} stars[] = {
	{1000, HOST_KIND_HOST, true},	{1024, HOST_KIND_ROUTER, true},
	{1025, HOST_KIND_HOST, false},	{1000, HOST_KIND_SWITCH, true},
	{4094, HOST_KIND_SWITCH, true}, {4095, HOST_KIND_SWITCH, false},
};

#define N_STARS (sizeof(stars) / sizeof(stars[0]))

START_TEST(test_stars)
{
	struct err err = {0};
	SCOPED(shape_done)
	struct shape *shape = shape_star(stars[_i].leaves, stars[_i].hub);
	SCOPED(release_plan)
	struct plan *plan = plan_new(&shape->topology, 9, &err);

	ck_assert_int_eq(plan != NULL, stars[_i].fits);
	if (plan) {
		assert_distinct(plan);
	} else {
		ck_assert_int_eq(err.code, -ENOSPC);
		ck_assert_str_eq(err.text,
				 "topology star needs more IPv4 addresses than "
				 "the 4096 that a lab has");
	}
}
END_TEST

START_TEST(test_names)
{
	struct err err = {0};
	SCOPED(shape_done)
	struct shape *shape = shape_new("a b c; a-b c-a", BOTH);
	SCOPED(release_plan)
	struct plan *plan = plan_new(&shape->topology, 0, &err);
	SCOPED_STR struct str out = {0};
	char name[PLAN_NAME];

	ck_assert_ptr_nonnull(plan);
	plan_print_link(plan, 1, &out);
	ck_assert_str_eq(str_text(&out), "c <-> a");
	/* ports 2n and 2n + 1 are the ends of link n */
	ck_assert_str_eq(plan_print_name(&plan->ports[2], name), "eth0");
	ck_assert_str_eq(plan_print_name(&plan->ports[3], name), "eth1");
	/* an interface of its peer's index has its carrier noticed late */
	for (size_t i = 0; i < plan->n_ports; i += 2)
		ck_assert_int_ne(plan->ports[i].ifindex,
				 plan->ports[i + 1].ifindex);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, test_addresses, 0, (int)N_ROWS);
	tcase_add_loop_test(tcase, test_refusals, 0, (int)N_REFUSALS);
	tcase_add_loop_test(tcase, test_stars, 0, (int)N_STARS);
	tcase_add_test(tcase, test_names);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
