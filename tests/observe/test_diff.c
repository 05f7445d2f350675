/*
 * test_diff.c - two made-up dumps differ in what they should
 */
#include "observe/diff.h"

#include "base/clock.h"
#include "base/str.h"
#include "observe/idmap.h"
#include "test.h"

/** struct told - the differences as text: "+1 ~2 -3" */
struct told {
	struct str text;
};

static void tell(enum sock_change change, const struct tcp_sock *was,
		 const struct tcp_sock *now, void *arg)
{
	static const char signs[] = {[SOCK_CHANGE_NEW] = '+',
				     [SOCK_CHANGE_CHANGED] = '~',
				     [SOCK_CHANGE_GONE] = '-'};
	struct told *told = arg;

	ck_assert_int_eq(was != NULL, change != SOCK_CHANGE_NEW);
	ck_assert_int_eq(now != NULL, change != SOCK_CHANGE_GONE);
	if (was && now)
		ck_assert_uint_eq(was->cookie, now->cookie);
	str_addf(&told->text, "%s%c%llu", told->text.len ? " " : "",
		 signs[change], (unsigned long long)(now ? now : was)->cookie);
}

static void add(struct snapshot *shot, struct tcp_sock row)
{
	*sock_table_grow(&shot->rows) = row;
	shot->rows.n++;
}

/* "1 2 3'": cookies; a tick marks another queue */
static struct snapshot shot_of(const char *cookies, int64_t at_ns)
{
	struct snapshot shot = {.begin_ns = at_ns,
				.end_ns = at_ns + NS_PER_MS,
				.complete = true};
	char *end;

	while (*cookies) {
		struct tcp_sock row = {.state = TCP_STATE_ESTABLISHED};

		row.cookie = strtoull(cookies, &end, 10);
		while (*end == '\'') {
			row.recv_q++;
			end++;
		}
		add(&shot, row);
		cookies = end + (*end == ' ');
	}
	return shot;
}

static void check_diff(const struct snapshot *was, struct snapshot *now,
		       const char *expected)
{
	struct told told = {0};
	size_t n = diff_snapshots(was, now, tell, &told), words = 0;

	ck_assert_str_eq(str_text(&told.text), expected);
	for (const char *s = expected; *s; s++)
		words += *s == '+' || *s == '-' || *s == '~';
	ck_assert_uint_eq(n, words);
	str_done(&told.text);
}

static const struct {
	const char *was, *now, *told, *left;
} cases[] = {
	{"", "", "", ""},
	{"", "1 2", "+1 +2", "1 2"},
	{"1 2", "", "-1 -2", ""},
	{"1 2 3", "1 2 3", "", "1 2 3"},
	{"1 2 3", "1 2' 3", "~2", "1 2' 3"},
	{"1 2 3", "1 3", "-2", "1 3"},
	{"1 3", "1 2 3", "+2", "1 2 3"},
	/* order is the kernel's, and may change */
	{"1 2 3 4", "4 3 2 1", "", "4 3 2 1"},
	{"1 2 3 4", "4' 3 9 1", "~4 +9 -2", "4' 3 9 1"},
	{"1 2", "3 4", "+3 +4 -1 -2", "3 4"},
	/* more went at once than are stepped over */
	{"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21", "1 20 21'",
	 "~21 -2 -3 -4 -5 -6 -7 -8 -9 -10 -11 -12 -13 -14 -15 -16 -17 -18 -19",
	 "1 20 21'"},
	/* one socket seen twice while it moved: the later truth counts */
	{"1 2", "1 2 1'", "~1", "1' 2"},
	{"1 2", "1' 2 1", "", "1 2"},
	{"2", "1 2 1'", "+1", "1' 2"},
	{"", "1 1' 1''", "+1", "1''"},
	{"1 2 3", "3' 1 3", "-2", "3 1"},
	{"1 2", "2' 1 2 2''", "~2", "2'' 1"},
};

START_TEST(differences_are_told)
{
	struct snapshot was = shot_of(cases[_i].was, NS_PER_S);
	struct snapshot now = shot_of(cases[_i].now, 2 * NS_PER_S);
	struct snapshot left = shot_of(cases[_i].left, 2 * NS_PER_S);

	check_diff(&was, &now, cases[_i].told);
	ck_assert_uint_eq(now.rows.n, left.rows.n);
	for (size_t i = 0; i < left.rows.n; i++) {
		ck_assert_uint_eq(now.rows.v[i].cookie, left.rows.v[i].cookie);
		ck_assert_uint_eq(now.rows.v[i].recv_q, left.rows.v[i].recv_q);
	}
	snapshot_done(&was);
	snapshot_done(&now);
	snapshot_done(&left);
}
END_TEST

static const struct {
	const char *what;
	struct tcp_sock was, now;
	bool told;
} rows[] = {
	{"state",
	 {.state = TCP_STATE_FIN_WAIT1},
	 {.state = TCP_STATE_FIN_WAIT2},
	 true},
	{"timer", {.timer = TCP_TIMER_ON}, {.timer = TCP_TIMER_OFF}, true},
	{"retransmissions", {.retrans = 1}, {.retrans = 2}, true},
	{"receive queue", {.recv_q = 1}, {.recv_q = 0}, true},
	{"send queue", {.send_q = 1}, {.send_q = 0}, true},
	{"inode", {.inode = 1}, {.inode = 0}, true},
	{"uid", {.uid = 1}, {.uid = 0}, true},
	{"local port",
	 {.local = {.family = AF_INET, .port = 1}},
	 {.local = {.family = AF_INET, .port = 2}},
	 true},
	{"remote port",
	 {.remote = {.family = AF_INET, .port = 1}},
	 {.remote = {.family = AF_INET, .port = 2}},
	 true},
	{"tcp_info",
	 {.has_info = true, .rtt_us = 1, .snd_cwnd = 10, .rto_us = 200},
	 {.has_info = true, .rtt_us = 2, .snd_cwnd = 11, .rto_us = 300},
	 false},
	/* the dumps are 999 ms apart at the least, 1001 ms at the most */
	{"a timer that runs down",
	 {.timer = TCP_TIMER_TIMEWAIT, .timer_ns = 60 * NS_PER_S},
	 {.timer = TCP_TIMER_TIMEWAIT, .timer_ns = 59 * NS_PER_S},
	 false},
	{"a timer read a jiffy too late",
	 {.timer = TCP_TIMER_TIMEWAIT, .timer_ns = 60 * NS_PER_S},
	 {.timer = TCP_TIMER_TIMEWAIT,
	  .timer_ns = 59 * NS_PER_S + 15 * NS_PER_MS},
	 false},
	{"a timer armed anew",
	 {.timer = TCP_TIMER_TIMEWAIT, .timer_ns = 60 * NS_PER_S},
	 {.timer = TCP_TIMER_TIMEWAIT,
	  .timer_ns = 59 * NS_PER_S + 25 * NS_PER_MS},
	 true},
	{"an overdue timer",
	 {.timer = TCP_TIMER_TIMEWAIT, .timer_ns = 0},
	 {.timer = TCP_TIMER_TIMEWAIT, .timer_ns = 0},
	 false},
	{"an overdue timer armed anew",
	 {.timer = TCP_TIMER_ON, .timer_ns = 0},
	 {.timer = TCP_TIMER_ON, .timer_ns = 400 * NS_PER_MS},
	 true},
	{"a probe timer that fired",
	 {.timer = TCP_TIMER_PERSIST, .timer_ns = 0, .retrans = 1},
	 {.timer = TCP_TIMER_PERSIST,
	  .timer_ns = 400 * NS_PER_MS,
	  .retrans = 2},
	 true},
};

START_TEST(what_counts_as_a_change)
{
	struct snapshot was = shot_of("", NS_PER_S);
	struct snapshot now = shot_of("", 2 * NS_PER_S);

	add(&was, rows[_i].was);
	add(&now, rows[_i].now);
	check_diff(&was, &now, rows[_i].told ? "~0" : "");
	snapshot_done(&was);
	snapshot_done(&now);
}
END_TEST

static const struct {
	enum tcp_timer timer;
	int64_t timer_ns;
	int64_t next_ns; /* after the dump's begin; -1: none */
	size_t overdue;
} timers[] = {
	{TCP_TIMER_OFF, 0, -1, 0},
	{TCP_TIMER_OFF, 5, -1, 0},
	{TCP_TIMER_ON, 0, -1, 1},
	{TCP_TIMER_TIMEWAIT, 7 * NS_PER_S, 7 * NS_PER_S, 0},
};

START_TEST(timers_ask_for_the_next_dump)
{
	struct snapshot shot = shot_of("1 2", 10 * NS_PER_S);
	int64_t next_ns = 0, expected = INT64_MAX;

	add(&shot, (struct tcp_sock){.timer = timers[_i].timer,
				     .timer_ns = timers[_i].timer_ns});
	if (timers[_i].next_ns >= 0)
		expected = shot.begin_ns + timers[_i].next_ns;
	ck_assert_uint_eq(snapshot_timers(&shot, &next_ns), timers[_i].overdue);
	ck_assert_int_eq(next_ns, expected);
	add(&shot, (struct tcp_sock){.timer = TCP_TIMER_PERSIST,
				     .timer_ns = NS_PER_MS});
	(void)snapshot_timers(&shot,
			      &next_ns); /* its answer is checked above */
	ck_assert_int_eq(next_ns, shot.begin_ns + NS_PER_MS);
	snapshot_done(&shot);
}
END_TEST

/* against the obvious: every cookie of 1..n in random order, some dropped */
START_TEST(large_and_shuffled)
{
	struct snapshot was = shot_of("", NS_PER_S);
	struct snapshot now = shot_of("", 2 * NS_PER_S);
	size_t n = 3000, gone = 0, fresh = 0, changed = 0, told;
	struct told text = {0};
	unsigned int seed = 7;

	for (size_t i = 1; i <= n; i++) {
		unsigned int dice = (unsigned int)rand_r(&seed) % 10;

		if (dice != 0)
			add(&was, (struct tcp_sock){.cookie = i << 7});
		if (dice != 1)
			add(&now, (struct tcp_sock){.cookie = i << 7,
						    .recv_q = dice == 2});
		fresh += dice == 0;
		gone += dice == 1;
		changed += dice == 2;
	}
	for (size_t i = 0; i < now.rows.n; i++) {
		size_t j = (size_t)rand_r(&seed) % now.rows.n;
		struct tcp_sock swap = now.rows.v[i];

		now.rows.v[i] = now.rows.v[j];
		now.rows.v[j] = swap;
	}
	told = diff_snapshots(&was, &now, tell, &text);
	ck_assert_uint_eq(told, gone + fresh + changed);
	str_done(&text.text);
	snapshot_done(&was);
	snapshot_done(&now);
}
END_TEST

START_TEST(an_identity_keeps_its_first_index)
{
	struct idmap map = {0};

	ck_assert_uint_eq(idmap_get(&map, 1), IDMAP_NONE);
	for (uint32_t i = 0; i < 5000; i++)
		ck_assert_uint_eq(idmap_put(&map, (uint64_t)i << 17, i), i);
	ck_assert_uint_eq(idmap_put(&map, 3 << 17, 99), 3);
	ck_assert_uint_eq(map.n, 5000);
	for (uint32_t i = 0; i < 5000; i++)
		ck_assert_uint_eq(idmap_get(&map, (uint64_t)i << 17), i);
	ck_assert_uint_eq(idmap_get(&map, 1), IDMAP_NONE);
	idmap_clear(&map, 10);
	ck_assert_uint_eq(idmap_get(&map, 0), IDMAP_NONE);
	ck_assert_uint_eq(idmap_put(&map, UINT64_MAX, 1), 1);
	ck_assert_uint_eq(idmap_get(&map, UINT64_MAX), 1);
	idmap_done(&map);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("diff");
	TCase *tc = tcase_create("unit");

	tcase_add_loop_test(tc, differences_are_told, 0,
			    sizeof(cases) / sizeof(*cases));
	tcase_add_loop_test(tc, what_counts_as_a_change, 0,
			    sizeof(rows) / sizeof(*rows));
	tcase_add_loop_test(tc, timers_ask_for_the_next_dump, 0,
			    sizeof(timers) / sizeof(*timers));
	tcase_add_test(tc, large_and_shuffled);
	tcase_add_test(tc, an_identity_keeps_its_first_index);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return test_run(suite());
}
