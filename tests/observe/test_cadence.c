/*
 * test_cadence.c - when the sockets are looked at next
 */
#include "observe/cadence.h"

#include "base/clock.h"
#include "test.h"

#define MS NS_PER_MS

static const struct cadence_round quiet = {.timer_ns = INT64_MAX};

/* a round that ends at @end_ns; what it found is in @found */
static int64_t after(struct cadence *c, int64_t end_ns,
		     struct cadence_round found)
{
	found.end_ns = end_ns;
	cadence_after(c, &found);
	return c->due_ns - end_ns;
}

START_TEST(due_at_once_then_ever_less_often)
{
	static const int64_t pauses_ms[] = {1, 2, 4, 8, 16, 32, 50, 50};
	int64_t now_ns = 1000 * NS_PER_S;
	struct cadence c;

	cadence_init(&c, now_ns);
	ck_assert_int_le(c.due_ns, now_ns);
	cadence_poke(&c, now_ns);
	for (size_t i = 0; i < sizeof(pauses_ms) / sizeof(*pauses_ms); i++) {
		int64_t pause_ns = after(&c, now_ns, quiet);

		ck_assert_int_eq(pause_ns, pauses_ms[i] * MS);
		now_ns += pause_ns;
	}
	ck_assert_int_eq(after(&c, now_ns, quiet), 50 * MS);
}
END_TEST

static const struct {
	bool strangers;
	int64_t share;
	int most;
} silences[] = {
	{false, 16, 200},
	{true, 64, 600},
};

/* what is known of a moment in a silence keeps its relative error */
START_TEST(hours_take_few_samples)
{
	int64_t begin_ns = 1000 * NS_PER_S, now_ns = begin_ns;
	int samples = 0;
	struct cadence c;

	cadence_init(&c, now_ns);
	c.strangers = silences[_i].strangers;
	while (now_ns < begin_ns + 7200 * NS_PER_S) {
		int64_t pause_ns = after(&c, now_ns, quiet);
		int64_t silence_ns = now_ns - begin_ns;

		ck_assert(pause_ns <= 50 * MS ||
			  pause_ns <= silence_ns / silences[_i].share);
		now_ns += pause_ns;
		samples++;
	}
	ck_assert_int_lt(samples, silences[_i].most);
	ck_assert_int_gt(samples, silences[_i].most / 2);
}
END_TEST

START_TEST(a_poke_or_a_change_makes_it_dense_again)
{
	int64_t now_ns = 1000 * NS_PER_S;
	struct cadence_round change = quiet;
	struct cadence c;

	cadence_init(&c, now_ns);
	for (int i = 0; i < 10; i++)
		now_ns += after(&c, now_ns, quiet);
	ck_assert_int_eq(after(&c, now_ns, quiet), 50 * MS);
	cadence_poke(&c, now_ns + 10 * MS);
	ck_assert_int_eq(c.due_ns, now_ns + 11 * MS);
	/* pokes that come faster than samples do not put them off */
	cadence_poke(&c, now_ns + 10 * MS + MS / 2);
	ck_assert_int_eq(c.due_ns, now_ns + 11 * MS);
	for (int i = 0; i < 10; i++)
		now_ns += after(&c, now_ns, quiet);
	change.changed = true;
	ck_assert_int_eq(after(&c, now_ns, change), MS);
	ck_assert_int_eq(after(&c, now_ns, quiet), MS);
	ck_assert_int_eq(after(&c, now_ns, quiet), 2 * MS);
}
END_TEST

static const struct {
	const char *what;
	int64_t timer_ns; /* from the end of the round; INT64_MAX: none */
	size_t overdue;
	int64_t cost_ns;
	int64_t pause_ns; /* of a round in calm times */
} cases[] = {
	{"no timer", INT64_MAX, 0, 0, 50 * MS},
	{"a timer far ahead", 60 * NS_PER_S, 0, 0, 50 * MS},
	{"a timer ahead", 40 * MS, 0, 0, 30 * MS},
	{"a timer about to end", 12 * MS, 0, 0, 5 * MS},
	{"a timer that ended just now", -MS, 0, 0, 5 * MS},
	{"an overdue timer", INT64_MAX, 1, 0, 5 * MS},
	{"a cheap round", INT64_MAX, 0, 4 * MS, 50 * MS},
	{"a dear round", INT64_MAX, 0, 30 * MS, (30 + 20 * 26) * MS},
	{"a dear round, an overdue timer", INT64_MAX, 1, 30 * MS,
	 (30 + 20 * 26) * MS},
	{"a dear round, a timer ahead", 40 * MS, 0, 30 * MS,
	 (30 + 20 * 26) * MS},
};

START_TEST(timers_and_costs_count)
{
	int64_t now_ns = 1000 * NS_PER_S;
	struct cadence_round round, usual = quiet;
	struct cadence c;

	cadence_init(&c, now_ns);
	cadence_poke(&c, now_ns);
	usual.cost_ns = cases[_i].cost_ns;
	for (int i = 0; i < 10; i++)
		now_ns += after(&c, now_ns, usual);
	round = (struct cadence_round){
		.timer_ns = cases[_i].timer_ns == INT64_MAX
				    ? INT64_MAX
				    : now_ns + cases[_i].timer_ns,
		.overdue = cases[_i].overdue,
		.cost_ns = cases[_i].cost_ns,
	};
	ck_assert_msg(after(&c, now_ns, round) == cases[_i].pause_ns,
		      "%s: %lld ms", cases[_i].what,
		      (long long)((c.due_ns - now_ns) / MS));
}
END_TEST

START_TEST(a_poke_does_not_overrule_the_cost)
{
	int64_t now_ns = 1000 * NS_PER_S;
	struct cadence_round dear = quiet;
	struct cadence c;

	dear.cost_ns = 30 * MS;
	cadence_init(&c, now_ns);
	for (int i = 0; i < 10; i++)
		now_ns += after(&c, now_ns, dear);
	(void)after(&c, now_ns, dear); /* the case above */
	cadence_poke(&c, now_ns + 10 * MS);
	ck_assert_int_eq(c.due_ns, now_ns + (30 + 20 * 26) * MS);
}
END_TEST

START_TEST(one_dear_round_is_not_believed)
{
	int64_t now_ns = 1000 * NS_PER_S;
	struct cadence_round dear = quiet, cheap = quiet;
	struct cadence c;

	dear.cost_ns = 300 * MS;
	cheap.cost_ns = MS / 2;
	cadence_init(&c, now_ns);
	ck_assert_int_eq(after(&c, now_ns, cheap), MS);
	ck_assert_int_eq(after(&c, now_ns, dear), 2 * MS);
	ck_assert_int_eq(after(&c, now_ns, dear), 4 * MS);
	ck_assert_int_eq(after(&c, now_ns, dear), (8 + 20 * 4) * MS);
	ck_assert_int_eq(after(&c, now_ns, cheap), 16 * MS);
}
END_TEST

/* a timer of two hours may be late by minutes (HZ=100: 327 s), one of a
 * second by 80 ms */
START_TEST(a_late_timer_is_seen_to_a_share_of_how_late)
{
	int64_t due_ns = 1000 * NS_PER_S, now_ns = due_ns;
	struct cadence_round overdue = quiet;
	int samples = 0;
	struct cadence c;

	overdue.overdue = 1;
	cadence_init(&c, now_ns - 7200 * NS_PER_S);
	for (int i = 0; i < 20; i++)
		(void)after(&c, now_ns, quiet);
	while (now_ns < due_ns + 327 * NS_PER_S) {
		int64_t pause_ns = after(&c, now_ns, overdue);

		ck_assert(pause_ns <= 5 * MS ||
			  pause_ns <= (now_ns - due_ns) / 8);
		now_ns += pause_ns;
		samples++;
	}
	ck_assert_int_lt(samples, 120);
}
END_TEST

START_TEST(a_later_timer_is_another_one)
{
	int64_t now_ns = 1000 * NS_PER_S;
	struct cadence_round one = quiet, two = quiet, fired = quiet;
	struct cadence c;

	one.overdue = 1;
	two.overdue = 2;
	fired.overdue = 1;
	fired.changed = true;
	cadence_init(&c, now_ns);
	(void)after(&c, now_ns, one);
	for (int i = 0; i < 60; i++)
		now_ns += after(&c, now_ns, one);
	ck_assert_int_gt(after(&c, now_ns, one), 40 * MS);
	ck_assert_int_eq(after(&c, now_ns, two), 5 * MS);
	for (int i = 0; i < 60; i++)
		now_ns += after(&c, now_ns, two);
	ck_assert_int_gt(after(&c, now_ns, two), 40 * MS);
	/* one of them fired, and the other became due meanwhile */
	(void)after(&c, now_ns, fired);
	for (int i = 0; i < 8; i++) {
		int64_t pause_ns = after(&c, now_ns, one);

		ck_assert_int_le(pause_ns, 5 * MS);
		now_ns += pause_ns;
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("cadence");
	TCase *tc = tcase_create("unit");

	tcase_add_test(tc, due_at_once_then_ever_less_often);
	tcase_add_loop_test(tc, hours_take_few_samples, 0,
			    sizeof(silences) / sizeof(*silences));
	tcase_add_test(tc, a_poke_or_a_change_makes_it_dense_again);
	tcase_add_loop_test(tc, timers_and_costs_count, 0,
			    sizeof(cases) / sizeof(*cases));
	tcase_add_test(tc, a_poke_does_not_overrule_the_cost);
	tcase_add_test(tc, one_dear_round_is_not_believed);
	tcase_add_test(tc, a_late_timer_is_seen_to_a_share_of_how_late);
	tcase_add_test(tc, a_later_timer_is_another_one);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return test_run(suite());
}
