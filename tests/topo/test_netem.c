/*
 * test_netem.c - what the kernel is told of delay and loss
 */
#include <math.h>
#include <stdbool.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "base/scope.h"
#include "spec/impairment.h"
#include "test.h"
#include "topo/netem.h"

#define ATTRS	   16
#define SEED_ATTR  14
#define MILLION	   INT64_C(1000000)
#define TABLE_MEAN 1e-3 /* of a jitter */

static double mean_of(const struct netem_table *table)
{
	double sum = 0;

	for (size_t i = 0; i < NETEM_TABLE; i++)
		sum += table->v[i];
	return sum / NETEM_TABLE / NETEM_DIST_SCALE;
}

static double deviation_of(const struct netem_table *table)
{
	double mean = mean_of(table);
	double sum = 0;

	for (size_t i = 0; i < NETEM_TABLE; i++) {
		double x = (double)table->v[i] / NETEM_DIST_SCALE - mean;

		sum += x * x;
	}
	return sqrt(sum / NETEM_TABLE);
}

static double quantile_of(const struct netem_table *table, double p)
{
	return (double)table->v[(size_t)(p * NETEM_TABLE)] / NETEM_DIST_SCALE;
}

START_TEST(test_normal_table)
{
	/* Abramowitz and Stegun, table 26.1 */
	static const struct {
		double p;
		double x;
	} rows[] = {{0.5, 0},	    {0.8413, 1},    {0.1587, -1},
		    {0.97725, 2},   {0.02275, -2},  {0.9, 1.2816},
		    {0.99865, 3.0}, {0.00135, -3.0}};
	struct netem_table table;

	netem_normal(&table);
	for (size_t i = 1; i < NETEM_TABLE; i++)
		ck_assert_int_le(table.v[i - 1], table.v[i]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_double_eq_tol(quantile_of(&table, rows[i].p),
					rows[i].x, 0.06);
	ck_assert_double_eq_tol(mean_of(&table), 0, TABLE_MEAN);
	ck_assert_double_eq_tol(deviation_of(&table), 1, 0.002);
}
END_TEST

START_TEST(test_pareto_table)
{
	struct netem_table table;
	size_t early = 0;

	netem_pareto(&table);
	for (size_t i = 0; i < NETEM_TABLE; i++)
		early += table.v[i] < 0;
	ck_assert_double_eq_tol(mean_of(&table), 0, TABLE_MEAN);
	/* the tail that an entry cannot say is missing */
	ck_assert_double_eq_tol(deviation_of(&table), 0.74, 0.01);
	/* x^-3 = 1/2 at 1.26, mean 1.5, deviation 0.866 */
	ck_assert_double_eq_tol(quantile_of(&table, 0.5), -0.277, 0.03);
	ck_assert_uint_gt(early, NETEM_TABLE * 2 / 3);
}
END_TEST

/** struct told - a message, taken apart */
struct told {
	struct nl_msg *msg; /* owned */
	struct tc_netem_qopt qopt;
	struct nlattr *attrs[ATTRS];
};

static void told_done(struct told *told)
{
	nlmsg_free(told->msg);
}

static struct told tell(const struct impair_rules *rules)
{
	struct told told = {.msg = netem_message(7, rules, 42)};
	struct nlattr *top[TCA_MAX + 1];

	ck_assert_ptr_nonnull(told.msg);
	ck_assert_int_eq(nlmsg_parse(nlmsg_hdr(told.msg), sizeof(struct tcmsg),
				     top, TCA_MAX, NULL),
			 0);
	ck_assert_str_eq(nla_get_string(top[TCA_KIND]), "netem");
	ck_assert_int_ge(nla_len(top[TCA_OPTIONS]), (int)sizeof(told.qopt));
	memcpy(&told.qopt, nla_data(top[TCA_OPTIONS]), sizeof(told.qopt));
	ck_assert_int_eq(
		nla_parse(told.attrs, ATTRS - 1,
			  (struct nlattr *)((char *)nla_data(top[TCA_OPTIONS]) +
					    sizeof(told.qopt)),
			  nla_len(top[TCA_OPTIONS]) - (int)sizeof(told.qopt),
			  NULL),
		0);
	return told;
}

static uint64_t number(const struct told *told, int type)
{
	ck_assert_msg(told->attrs[type], "attribute %d is missing", type);
	return nla_get_u64(told->attrs[type]);
}

START_TEST(test_delay)
{
	const struct impair_rules rules = {.delay_ns = 20 * MILLION,
					   .jitter_ns = 5 * MILLION,
					   .delay_corr = 0.25,
					   .spread = IMPAIR_NORMAL};
	SCOPED(told_done) struct told told = tell(&rules);
	const struct tc_netem_corr *corr = nla_data(told.attrs[TCA_NETEM_CORR]);

	ck_assert_uint_eq(number(&told, TCA_NETEM_LATENCY64), 20 * MILLION);
	ck_assert_uint_eq(number(&told, TCA_NETEM_JITTER64), 5 * MILLION);
	ck_assert_uint_eq(number(&told, SEED_ATTR), 42);
	ck_assert_uint_eq(corr->delay_corr, 1U << 30);
	ck_assert_int_eq(nla_len(told.attrs[TCA_NETEM_DELAY_DIST]),
			 sizeof(struct netem_table));
	ck_assert_uint_eq(told.qopt.limit, NETEM_LIMIT);
	ck_assert_uint_eq(told.qopt.gap, 0);
	ck_assert_uint_eq(told.qopt.loss, 0);
	ck_assert_ptr_null(told.attrs[TCA_NETEM_LOSS]);
	ck_assert_ptr_null(told.attrs[TCA_NETEM_RATE]);
}
END_TEST

START_TEST(test_spread_without_table)
{
	const struct impair_rules uniform = {.delay_ns = MILLION,
					     .jitter_ns = MILLION};
	const struct impair_rules none = {.delay_ns = MILLION,
					  .spread = IMPAIR_PARETO};
	SCOPED(told_done) struct told first = tell(&uniform);
	SCOPED(told_done) struct told second = tell(&none);

	ck_assert_ptr_null(first.attrs[TCA_NETEM_DELAY_DIST]);
	ck_assert_ptr_null(second.attrs[TCA_NETEM_DELAY_DIST]);
}
END_TEST

START_TEST(test_shares)
{
	const struct impair_rules rules = {.loss = 1,
					   .duplicate = 0.5,
					   .corrupt = 0.25,
					   .reorder = 0.125,
					   .limit = 50};
	SCOPED(told_done) struct told told = tell(&rules);
	const struct tc_netem_corrupt *corrupt =
		nla_data(told.attrs[TCA_NETEM_CORRUPT]);
	const struct tc_netem_reorder *reorder =
		nla_data(told.attrs[TCA_NETEM_REORDER]);

	ck_assert_uint_eq(told.qopt.loss, UINT32_MAX);
	ck_assert_uint_eq(told.qopt.duplicate, 1U << 31);
	ck_assert_uint_eq(corrupt->probability, 1U << 30);
	ck_assert_uint_eq(reorder->probability, 1U << 29);
	ck_assert_uint_eq(told.qopt.gap, 1);
	ck_assert_uint_eq(told.qopt.limit, 50);
}
END_TEST

START_TEST(test_bursts)
{
	const struct impair_rules rules = {.burst = true,
					   .burst_p = 0.25,
					   .burst_r = 0.5,
					   .burst_bad = 1,
					   .burst_good = 0,
					   .loss = 0.5};
	SCOPED(told_done) struct told told = tell(&rules);
	const struct nlattr *model = nla_data(told.attrs[TCA_NETEM_LOSS]);
	const struct tc_netem_gemodel *ge = nla_data(model);

	ck_assert_int_eq(nla_type(model), NETEM_LOSS_GE);
	ck_assert_uint_eq(ge->p, 1U << 30);
	ck_assert_uint_eq(ge->r, 1U << 31);
	ck_assert_uint_eq(ge->h, 0); /* what passes in the bad state */
	ck_assert_uint_eq(ge->k1, 0);
	ck_assert_uint_eq(told.qopt.loss, 0);
}
END_TEST

START_TEST(test_rates)
{
	static const struct {
		uint64_t bits;
		uint32_t bytes;
		uint64_t bytes64; /* 0: not told */
	} rows[] = {
		{8000000, 1000000, 0},
		{4, 1, 0},
		{UINT64_C(100000000000), UINT32_MAX, UINT64_C(12500000000)},
	};
	const struct impair_rules rules = {.rate_bps = rows[_i].bits};
	SCOPED(told_done) struct told told = tell(&rules);
	const struct tc_netem_rate *rate = nla_data(told.attrs[TCA_NETEM_RATE]);

	ck_assert_uint_eq(rate->rate, rows[_i].bytes);
	if (rows[_i].bytes64)
		ck_assert_uint_eq(number(&told, TCA_NETEM_RATE64),
				  rows[_i].bytes64);
	else
		ck_assert_ptr_null(told.attrs[TCA_NETEM_RATE64]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("netem");
	TCase *tcase = tcase_create("pure");

	tcase_add_test(tcase, test_normal_table);
	tcase_add_test(tcase, test_pareto_table);
	tcase_add_test(tcase, test_delay);
	tcase_add_test(tcase, test_spread_without_table);
	tcase_add_test(tcase, test_shares);
	tcase_add_test(tcase, test_bursts);
	tcase_add_loop_test(tcase, test_rates, 0, 3);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
