/*
 * test_impair.c - 100,000 frames fare as was asked, within what chance allows
 *
 * Seeds are fixed: what passes once passes always. The bounds are those of a
 * fair throw at five standard deviations.
 */
#include "wire/impair.h"

#include <math.h>

#include "base/clock.h"
#include "test.h"

#define FRAMES 100000
#define LEN    1000
#define SEED   4711

/** struct tally - how they fared */
struct tally {
	unsigned int lost;
	unsigned int overflow;
	unsigned int twice;
	unsigned int corrupt;
	unsigned int early; /* forwarded at once */
	unsigned int bursts; /* runs of lost ones */
	double delay; /* mean of those forwarded late, in ms */
	double deviation;
	double neighbours; /* correlation of their delays */
	int64_t last_ns;
};

/* frames come every millisecond */
static struct tally throw_all(const struct impair_rules *rules)
{
	static double delays[FRAMES];
	struct tally t = {0};
	struct impair impair;
	double square = 0;
	double next = 0;
	unsigned int impossible = 0;
	bool was_lost = false;
	size_t n = 0;

	impair_init(&impair, rules, SEED, 1);
	for (int i = 0; i < FRAMES; i++) {
		int64_t now_ns = i * NS_PER_MS;
		struct impair_verdict v = impair_frame(&impair, LEN, now_ns, 0);
		bool lost = v.fate == IMPAIR_LOST;

		t.lost += lost;
		t.bursts += lost && !was_lost;
		was_lost = lost;
		t.overflow += v.fate == IMPAIR_OVERFLOW;
		if (v.fate != IMPAIR_FORWARD)
			continue;
		impossible += v.due_ns < now_ns ||
			      (v.corrupt && v.corrupt_bit >= LEN * 8);
		t.twice += v.copies == 2;
		t.corrupt += v.corrupt;
		t.early += v.due_ns == now_ns;
		t.last_ns = v.due_ns;
		delays[n++] = (double)(v.due_ns - now_ns) / 1e6;
	}
	ck_assert_uint_eq(impossible, 0);
	for (size_t i = 0; i < n; i++)
		t.delay += delays[i] / (double)n;
	for (size_t i = 0; i < n; i++) {
		double off = delays[i] - t.delay;

		square += off * off;
		if (i + 1 < n)
			next += off * (delays[i + 1] - t.delay);
	}
	t.deviation = sqrt(square / (double)n);
	t.neighbours = square > 0 ? next / square : 0;
	return t;
}

/* is a count of n independent throws at @share what it should be; @spread:
 * how much wider than that, for throws that depend on each other */
static void assert_share(unsigned int count, double share, double spread)
{
	double sigma = sqrt(FRAMES * share * (1 - share)) * spread;

	ck_assert_msg(fabs(count - FRAMES * share) <= 5 * sigma,
		      "%u of %d, not %g within %g", count, FRAMES,
		      FRAMES * share, 5 * sigma);
}

START_TEST(test_nothing_asked)
{
	const struct impair_rules none = {0};
	struct tally t = throw_all(&none);

	ck_assert_uint_eq(t.early, FRAMES);
	ck_assert_uint_eq(t.twice + t.corrupt + t.lost, 0);
}
END_TEST

static const struct {
	struct impair_rules rules;
	double spread;
} losses[] = {
	{{.loss = 0.01}, 1},
	{{.loss = 0.5}, 1},
	{{.loss = 0.999}, 1},
	/* the variance of a mean of correlated ones is (1 + rho) / (1 - rho)
	 * as large */
	{{.loss = 0.01, .loss_corr = 0.25}, 1.3},
	{{.loss = 0.1, .loss_corr = 0.8}, 3},
};

START_TEST(test_loss)
{
	const struct impair_rules *r = &losses[_i].rules;
	struct tally t = throw_all(r);
	/* a burst ends unless the next is lost, too */
	double bursts = t.lost * (1 - r->loss) * (1 - r->loss_corr);

	assert_share(t.lost, r->loss, losses[_i].spread);
	ck_assert_double_le(fabs(t.bursts - bursts), 5 * sqrt(bursts) + 1);
}
END_TEST

START_TEST(test_burst)
{
	const struct impair_rules r = {
		.burst = true,
		.burst_p = 0.01,
		.burst_r = 0.2,
		.burst_bad = 1,
	};
	const double share = r.burst_p / (r.burst_p + r.burst_r);
	struct tally t = throw_all(&r);

	assert_share(t.lost, share, 3.2);
	/* five in a row, on average */
	ck_assert_double_le(fabs((double)t.lost / t.bursts - 5), 1);
}
END_TEST

START_TEST(test_shares)
{
	const struct impair_rules r = {
		.delay_ns = NS_PER_MS,
		.duplicate = 0.02,
		.corrupt = 0.03,
		.reorder = 0.25,
	};
	struct tally t = throw_all(&r);

	assert_share(t.twice, r.duplicate, 1);
	assert_share(t.corrupt, r.corrupt, 1);
	assert_share(t.early, r.reorder, 1);
}
END_TEST

/* every tenth at most, and then always */
START_TEST(test_reorder_gap)
{
	const struct impair_rules r = {
		.delay_ns = NS_PER_MS, .reorder = 1, .reorder_gap = 10};

	ck_assert_uint_eq(throw_all(&r).early, FRAMES / 10);
}
END_TEST

static const struct {
	enum impair_spread spread;
	double corr;
	double deviation; /* in ms, for a jitter of 10 */
} jitters[] = {
	{IMPAIR_UNIFORM, 0, 5.7735}, /* 10 over the root of 3 */
	{IMPAIR_UNIFORM, 0.5, 5.7735},
	{IMPAIR_NORMAL, 0, 10},
	{IMPAIR_NORMAL, 0.3, 10},
	{IMPAIR_PARETO, 0, 9.5}, /* some of the tail is cut */
};

START_TEST(test_jitter)
{
	const struct impair_rules r = {
		.delay_ns = 100 * NS_PER_MS,
		.jitter_ns = 10 * NS_PER_MS,
		.spread = jitters[_i].spread,
		.delay_corr = jitters[_i].corr,
	};
	struct tally t = throw_all(&r);
	double sigma =
		t.deviation / sqrt(FRAMES) * (jitters[_i].corr > 0 ? 1.8 : 1);

	ck_assert_double_le(fabs(t.delay - 100), 5 * sigma);
	ck_assert_double_le(fabs(t.deviation / jitters[_i].deviation - 1),
			    0.06);
	ck_assert_double_le(fabs(t.neighbours - jitters[_i].corr), 0.02);
}
END_TEST

/* 1,000 bytes take 2 ms at 4 Mbit/s: they come twice as fast as they leave */
START_TEST(test_rate)
{
	const struct impair_rules r = {.rate_bps = 4000000,
				       .delay_ns = NS_PER_MS};

	ck_assert_int_eq(throw_all(&r).last_ns,
			 FRAMES * 2 * NS_PER_MS + NS_PER_MS);
}
END_TEST

START_TEST(test_limit)
{
	const struct impair_rules r = {.limit = 3};
	struct impair impair;

	impair_init(&impair, &r, SEED, 1);
	ck_assert_int_eq(impair_frame(&impair, LEN, 0, 2).fate, IMPAIR_FORWARD);
	ck_assert_int_eq(impair_frame(&impair, LEN, 0, 3).fate,
			 IMPAIR_OVERFLOW);
}
END_TEST

/* the same seed and stream throw alike, another of either does not */
START_TEST(test_repeatable)
{
	const struct impair_rules r = {.loss = 0.5};
	struct impair a;
	struct impair same;
	struct impair others[2];
	unsigned int differ[2] = {0};

	impair_init(&a, &r, SEED, 1);
	impair_init(&same, &r, SEED, 1);
	impair_init(&others[0], &r, SEED, 2);
	impair_init(&others[1], &r, SEED + 1, 1);
	for (int i = 0; i < 1000; i++) {
		enum impair_fate fate = impair_frame(&a, LEN, 0, 0).fate;

		ck_assert_int_eq(impair_frame(&same, LEN, 0, 0).fate, fate);
		for (int j = 0; j < 2; j++)
			differ[j] += impair_frame(&others[j], LEN, 0, 0).fate !=
				     fate;
	}
	for (int j = 0; j < 2; j++) {
		ck_assert_uint_gt(differ[j], 400);
		ck_assert_uint_lt(differ[j], 600);
	}
}
END_TEST

#define N(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("impair");
	TCase *tcase = tcase_create("unit");

	tcase_add_test(tcase, test_nothing_asked);
	tcase_add_loop_test(tcase, test_loss, 0, N(losses));
	tcase_add_test(tcase, test_burst);
	tcase_add_test(tcase, test_shares);
	tcase_add_test(tcase, test_reorder_gap);
	tcase_add_loop_test(tcase, test_jitter, 0, N(jitters));
	tcase_add_test(tcase, test_rate);
	tcase_add_test(tcase, test_limit);
	tcase_add_test(tcase, test_repeatable);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
