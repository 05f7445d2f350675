/*
 * test_impairment.c - a link does what its file says, each way
 */
#include "base/mem.h"
#include "base/str.h"
#include "spec/errors.h"
#include "spec/topology.h"
#include "test.h"

#define MS INT64_C(1000000)

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

	topology = topology_parse("net.yaml", text, strlen(text), &errors);
	spec_errors_text(&errors, &told);
	ck_assert_msg(topology != NULL, "%s", str_text(&told));
}

static void expect_way(size_t link, enum link_way way, const char *what)
{
	SCOPED_STR struct str printed = {0};

	ck_assert_uint_lt(link, topology->n_links);
	impair_rules_print(&topology->links[link].rules[way], &printed);
	ck_assert_str_eq(str_text(&printed), what);
	ck_assert(impair_rules_ask(&topology->links[link].rules[way]) ==
		  (*what != '\0'));
}

START_TEST(each_key_is_a_rule_of_both_directions)
{
	parse("hosts: {a: , b: }\n"
	      "links:\n"
	      "  - ends: [a, b]\n"
	      "    delay: 20ms\n"
	      "    jitter: 5ms\n"
	      "    distribution: pareto\n"
	      "    delay-correlation: 1%\n"
	      "    loss: 2%\n"
	      "    loss-correlation: 3%\n"
	      "    duplicate: 4%\n"
	      "    duplicate-correlation: 5%\n"
	      "    corrupt: 6%\n"
	      "    corrupt-correlation: 7%\n"
	      "    reorder: 8%\n"
	      "    reorder-correlation: 9%\n"
	      "    gap: 10\n"
	      "    rate: 11mbit\n"
	      "    limit: 12\n");
	for (int way = 0; way < LINK_WAYS; way++) {
		const struct impair_rules *r = &topology->links[0].rules[way];

		ck_assert_int_eq(r->delay_ns, 20 * MS);
		ck_assert_int_eq(r->jitter_ns, 5 * MS);
		ck_assert_int_eq(r->spread, IMPAIR_PARETO);
		ck_assert_double_eq(r->delay_corr, 0.01);
		ck_assert_double_eq(r->loss, 0.02);
		ck_assert_double_eq(r->loss_corr, 0.03);
		ck_assert(!r->burst);
		ck_assert_double_eq(r->duplicate, 0.04);
		ck_assert_double_eq(r->duplicate_corr, 0.05);
		ck_assert_double_eq(r->corrupt, 0.06);
		ck_assert_double_eq(r->corrupt_corr, 0.07);
		ck_assert_double_eq(r->reorder, 0.08);
		ck_assert_double_eq(r->reorder_corr, 0.09);
		ck_assert_uint_eq(r->reorder_gap, 10);
		ck_assert_uint_eq(r->rate_bps, 11000000);
		ck_assert_uint_eq(r->limit, 12);
	}
}
END_TEST

/* what stands behind "ends: [a, b], ", and what it makes of each direction */
static const struct {
	const char *text;
	const char *there, *back;
} rows[] = {
	{"", "", ""},
	{"delay: 0s", "", ""},
	{"loss: 0%", "", ""},
	{"delay: 20ms", "delay 20 ms", "delay 20 ms"},
	/* netem takes a jitter around no delay, and so do we */
	{"jitter: 5ms", "jitter 5 ms, distribution uniform",
	 "jitter 5 ms, distribution uniform"},
	{"jitter: 5ms, distribution: normal",
	 "jitter 5 ms, distribution normal",
	 "jitter 5 ms, distribution normal"},
	{"rate: 1mbps, limit: 1000", "rate 8mbit, limit 1000",
	 "rate 8mbit, limit 1000"},
	{"a>b: {loss: 5%}", "loss 5%", ""},
	{"b>a: {loss: 5%}", "", "loss 5%"},
	{"a>b: {loss: 5%}, b>a: {delay: 1s}", "loss 5%", "delay 1 s"},
	/* one direction's word counts there before the link's */
	{"loss: 1%, delay: 20ms, a>b: {loss: 5%}", "delay 20 ms, loss 5%",
	 "delay 20 ms, loss 1%"},
	{"a>b: {loss: 5%}, loss: 1%", "loss 5%", "loss 1%"},
	{"delay: 20ms, b>a: {delay: 0s}", "delay 20 ms", ""},
	/* and is completed by it */
	{"delay: 20ms, a>b: {reorder: 25%, gap: 5}",
	 "delay 20 ms, reorder 25%, gap 5", "delay 20 ms"},
	{"loss: 1%, a>b: {loss-correlation: 25%}",
	 "loss 1%, loss-correlation 25%", "loss 1%"},
	{"reorder: 25%, a>b: {delay: 1ms}, b>a: {delay: 2ms}",
	 "delay 1 ms, reorder 25%", "delay 2 ms, reorder 25%"},
	{"delay: 9ms, reorder: 25%, a>b: {delay: 0s, reorder: 0%}", "",
	 "delay 9 ms, reorder 25%"},
	/* the defaults of tc */
	{"gemodel: {p: 1%}", "gemodel p 1% r 99% bad 100% good 0%",
	 "gemodel p 1% r 99% bad 100% good 0%"},
	{"gemodel: {p: 1%, r: 20%, bad: 70%, good: 0.1%}",
	 "gemodel p 1% r 20% bad 70% good 0.1%",
	 "gemodel p 1% r 20% bad 70% good 0.1%"},
	{"loss: 1%, loss-correlation: 2%, a>b: {gemodel: {p: 1%, r: 20%}}",
	 "gemodel p 1% r 20% bad 100% good 0%", "loss 1%, loss-correlation 2%"},
	{"gemodel: {p: 1%, r: 20%}, b>a: {loss: 3%}",
	 "gemodel p 1% r 20% bad 100% good 0%", "loss 3%"},
	{"gemodel: {p: 1%, r: 20%}, b>a: {loss: 0%}",
	 "gemodel p 1% r 20% bad 100% good 0%", ""},
};

START_TEST(a_link_does_what_it_says)
{
	SCOPED_FREE char *text =
		mem_printf("hosts: {a: , b: }\n"
			   "links:\n"
			   "  - {ends: [a, b]%s%s}\n",
			   *rows[_i].text ? ", " : "", rows[_i].text);

	parse(text);
	expect_way(0, LINK_A_TO_B, rows[_i].there);
	expect_way(0, LINK_B_TO_A, rows[_i].back);
}
END_TEST

START_TEST(directions_follow_the_ends_and_not_the_order_of_hosts)
{
	parse("hosts: {a: , b: }\n"
	      "links: [{ends: [b, a], a>b: {loss: 1%}}]\n");
	ck_assert_uint_eq(topology->links[0].a, 1);
	expect_way(0, LINK_A_TO_B, "");
	expect_way(0, LINK_B_TO_A, "loss 1%");
}
END_TEST

START_TEST(each_link_of_a_counted_host_does_it)
{
	parse("hosts: {server: , client: {count: 3}, spare: }\n"
	      "links:\n"
	      "  - [spare, server]\n"
	      "  - ends: [client, server]\n"
	      "    delay: 1ms\n"
	      "    server>client: {loss: 1%}\n");
	ck_assert_uint_eq(topology->n_links, 4);
	expect_way(0, LINK_A_TO_B, "");
	expect_way(0, LINK_B_TO_A, "");
	for (size_t i = 1; i < 4; i++) {
		expect_way(i, LINK_A_TO_B, "delay 1 ms");
		expect_way(i, LINK_B_TO_A, "delay 1 ms, loss 1%");
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("impairments");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, each_key_is_a_rule_of_both_directions);
	tcase_add_loop_test(tcase, a_link_does_what_it_says, 0,
			    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase,
		       directions_follow_the_ends_and_not_the_order_of_hosts);
	tcase_add_test(tcase, each_link_of_a_counted_host_does_it);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
