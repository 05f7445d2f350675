/*
 * test_history_order.c - the order of all that happened, and what holds of any
 * history
 */
#include <time.h>

#include "folded.h"
#include "held.h"
#include "told.h"

/* A connection of the given ports, some of whose segments are lost */
static void tell_connection(struct told *t, struct dice *dice, double at)
{
	static const struct {
		bool client;
		const char *flags;
		unsigned int seq;
		unsigned int ack;
	} plan[] = {
		{true, "SYN", 0, 0},  {false, "SYN,ACK", 0, 1},
		{true, "ACK", 1, 1},  {true, "PSH,ACK", 1, 1},
		{false, "ACK", 1, 6}, {true, "FIN,ACK", 6, 1},
		{false, "ACK", 1, 7}, {false, "FIN,ACK", 1, 7},
		{true, "ACK", 7, 2},
	};

	for (size_t i = 0; i < sizeof(plan) / sizeof(*plan); i++) {
		unsigned int len = strstr(plan[i].flags, "PSH") ? 5 : 0;
		double late = 1 + roll(dice, 9);

		while (roll(dice, 4) == 0) {
			told_segment(t, plan[i].client, at, -1, plan[i].flags,
				     plan[i].seq, plan[i].ack, len);
			at += 200;
		}
		told_segment(t, plan[i].client, at, at + late, plan[i].flags,
			     plan[i].seq, plan[i].ack, len);
		at += late + roll(dice, 3);
	}
}

START_TEST(test_random_connections)
{
	struct dice dice = {.state = (uint64_t)_i + 1};
	struct told t = told_new();

	for (unsigned int i = 0; i < 5; i++) {
		t.ports[0] = 4000 + roll(&dice, 3);
		t.connection++;
		tell_connection(&t, &dice, 5000 * i + roll(&dice, 500));
	}
	if (_i % 2)
		told_story(&t, "end");
	check_history(t.tl, true, true);
	timeline_free(t.tl);
}
END_TEST

/* What each item of a history is, without numbers that others shift */
static char *tell_items(const struct timeline *tl, unsigned int port)
{
	struct history *history = history_new(tl);
	struct str out = {0};
	size_t n;
	size_t n_c;
	size_t n_rows;
	const struct history_connection *c = history_connections(history, &n_c);
	const struct history_item *items = history_items(history, &n);
	const struct tcp_seen *rows = timeline_segments(tl, &n_rows);

	for (size_t i = 0; i < n; i++) {
		const struct history_item *item = &items[i];
		const struct history_connection *of = &c[item->connection];

		if (item->connection == SIZE_MAX ||
		    of->ends[0].local.port != port)
			continue;
		str_addf(&out, "%d %d %lld", (int)item->what, item->end,
			 (long long)item->t_ns);
		if (item->what == HISTORY_STATE)
			str_addf(&out, " %zu", item->index);
		else
			str_addf(&out, " %u", rows[item->index].seq);
		str_add(&out, "\n");
	}
	history_free(history);
	return str_steal(&out);
}

START_TEST(test_another_connection_moves_nothing)
{
	struct dice dice = {.state = (uint64_t)_i + 100};
	struct dice same = dice;
	struct told alone = told_new();
	struct told both = told_new();
	SCOPED_FREE char *alone_text = NULL;
	SCOPED_FREE char *both_text = NULL;
	struct dice other = {.state = 7};

	alone.ports[0] = 4001;
	alone.connection = 2;
	tell_connection(&alone, &dice, 10);
	both.ports[0] = 4000;
	tell_connection(&both, &other, 12);
	both.ports[0] = 4001;
	both.connection = 2;
	tell_connection(&both, &same, 10);
	both.ports[0] = 4002;
	both.connection = 3;
	tell_connection(&both, &other, 10);
	alone_text = tell_items(alone.tl, 4001);
	both_text = tell_items(both.tl, 4001);
	ck_assert_str_eq(alone_text, both_text);
	ck_assert(strlen(alone_text) > 100);
	timeline_free(alone.tl);
	timeline_free(both.tl);
}
END_TEST

/* Each clock agrees with each cause: then time is the order, however many
 * connections there are at once */
START_TEST(test_time_is_the_order)
{
	struct dice dice = {.state = (uint64_t)_i + 1};
	struct told t = told_new();
	struct history *history;
	const struct history_item *items;
	size_t n;

	for (unsigned int i = 0; i < 60; i++) {
		t.ports[0] = 4000 + i;
		t.connection++;
		tell_connection(&t, &dice, roll(&dice, 100) / 3.0);
	}
	history = history_new(t.tl);
	items = history_items(history, &n);
	ck_assert_uint_gt(n, 1000);
	for (size_t i = 1; i < n; i++)
		ck_assert_int_le(items[i - 1].t_ns, items[i].t_ns);
	history_free(history);
	timeline_free(t.tl);
}
END_TEST

/* what.end#number of each item */
static const struct {
	const char *name;
	const char *told;
	const char *items;
} orders[] = {
	/* connect; CLOSED, SYN_SENT, SYN; it arrives, SYN_RECV, SYN,ACK; that
	 * arrives, ESTABLISHED */
	{"stamps of two observers contradict each other: causes decide",
	 "seg 10 9.5 c SYN 0 0 0\n"
	 "seg 9.6 10.2 s SYN,ACK 0 1 0\n"
	 "call 9.9 11 c connect\n",
	 "call.0 state.0 state.0 sent.0 come.1 state.1 sent.1 come.0 "
	 "state.0 "},
	{"of the same moment: the first that was told of is first",
	 "lost 10 c ACK 1 1 0\nports 4001 80\nlost 10 s ACK 1 1 0\n"
	 "ports 4002 80\nlost 10 c ACK 1 1 0\n",
	 "state.0 sent.0 state.1 sent.1 state.0 sent.0 "},
	{"a call is before the state that it makes, though a dump told of it",
	 "dump 0 9 c SYN_SENT held\ncall 5 12 c connect\n",
	 "state.0 call.0 state.0 "},
	{"states of an end are in its order, though the last was told of first",
	 "dump 1 50 c FIN_WAIT2 held\ntrace 50 c ESTABLISHED FIN_WAIT1\n",
	 "state.0 state.0 "},
};

START_TEST(test_order)
{
	static const char *const words[HISTORY_WHATS] = {
		[HISTORY_STATE] = "state",
		[HISTORY_SENT] = "sent",
		[HISTORY_ARRIVED] = "come",
		[HISTORY_CALL] = "call",
	};
	struct told t = told_new();
	struct history *history;
	const struct history_item *items;
	SCOPED_STR struct str got = {0};
	size_t n;
	size_t next = 0;

	told_story(&t, orders[_i].told);
	history = history_new(t.tl);
	items = history_items(history, &n);
	for (size_t i = 0; i < n; i++) {
		str_addf(&got, "%s.%d ", words[items[i].what], items[i].end);
		if (items[i].what == HISTORY_STATE && n < 4)
			ck_assert_uint_eq(items[i].index % 65536, next++);
	}
	ck_assert_msg(strcmp(str_text(&got), orders[_i].items) == 0, "%s: %s",
		      orders[_i].name, str_text(&got));
	history_free(history);
	timeline_free(t.tl);
}
END_TEST

START_TEST(test_segments_of_another_are_not_taken)
{
	struct told t = told_new();
	struct history *history;
	const struct history_connection *c;
	size_t n;

	told_story(&t, "seg 10 20 c SYN 0 0 0\n"
		       "seg 20 30 s RST,ACK 0 1 0\n"
		       "again\n"
		       "seg 1010 1020 c SYN 0 0 0\n"
		       "seg 1020 1030 s SYN,ACK 0 1 0\n"
		       "ports 4001 80\n"
		       "seg 1011 1021 c SYN 0 0 0\n");
	history = history_new(t.tl);
	c = history_connections(history, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert_uint_eq(c[0].n_segments, 2);
	ck_assert_uint_eq(c[1].n_segments, 2);
	ck_assert_uint_eq(c[2].n_segments, 1);
	ck_assert_uint_eq(c[2].ends[0].local.port, 4001);
	history_free(history);
	timeline_free(t.tl);
}
END_TEST

START_TEST(test_journals_of_other_tests)
{
	static const char *const names[] = {
		"gone-first", "listeners",	    "never-seen", "one-life",
		"same-pair",  "same-pair-accepted", "the-rest",
	};
	struct journal *journal = folded_load(names[_i]);
	struct timeline *tl = folded_until(journal, INT64_MAX);

	check_history(tl, true, false);
	timeline_free(tl);
	journal_free(journal);
}
END_TEST

/* Words in any order make no sense, but a history all the same */
static void tell_nonsense(struct told *t, struct dice *dice)
{
	static const char *const flags[] = {"SYN",     "SYN,ACK", "ACK",
					    "FIN,ACK", "RST",	  "RST,ACK",
					    "PSH,ACK"};
	double at = roll(dice, 200) / 10.0;
	double to = roll(dice, 200) / 10.0;
	bool client = roll(dice, 2);
	char line[64];

	t->connection = 1 + roll(dice, 3);
	t->ports[0] = 4000 + roll(dice, 2);
	t->ports[1] = roll(dice, 8) ? 80 : 4000;
	switch (roll(dice, 5)) {
	case 0:
	case 1:
		told_segment(t, client, roll(dice, 8) ? at : -1,
			     roll(dice, 8) ? to : -1, flags[roll(dice, 7)],
			     roll(dice, 4), roll(dice, 4), roll(dice, 3));
		return;
	case 2:
		told_row(t, client, at, to,
			 roll(dice, 5) ? tcp_state_names[roll(dice, TCP_STATES)]
				       : "gone",
			 roll(dice, 2) ? "mini" : "held");
		return;
	case 3:
		(void)snprintf(line, sizeof(line), "trace %g %c %s %s", at,
			       client ? 'c' : 's',
			       tcp_state_names[roll(dice, TCP_STATES)],
			       tcp_state_names[roll(dice, TCP_STATES)]);
		break;
	default:
		(void)snprintf(line, sizeof(line), "call %g %g %c %s", at, to,
			       client ? 'c' : 's',
			       roll(dice, 2) ? "connect" : "close");
		break;
	}
	told_line(t, line);
}

START_TEST(test_nonsense)
{
	struct dice dice = {.state = (uint64_t)_i + 1};
	struct told t = told_new();

	for (uint32_t n = roll(&dice, 80); n > 0; n--)
		tell_nonsense(&t, &dice);
	if (roll(&dice, 2))
		told_story(&t, "end");
	{
		struct history *history = history_new(t.tl);
		size_t n;
		const struct history_connection *c =
			history_connections(history, &n);

		for (size_t i = 0; i < n; i++) {
			check_path(&c[i].ends[0], false);
			check_path(&c[i].ends[1], false);
		}
		check_segments(t.tl, history);
		history_free(history);
	}
	timeline_free(t.tl);
}
END_TEST

/** MANY - segments, of a thousand connections and of one */
#define MANY 100000

START_TEST(test_many_segments)
{
	struct told t = told_new();
	struct dice dice = {.state = 3};
	struct timespec begin;
	struct timespec end;
	struct history *history;
	size_t n;

	for (unsigned int i = 0; i < MANY / 2 / 9; i++) {
		t.ports[0] = 1024 + i % 5000;
		t.connection++;
		tell_connection(&t, &dice, i);
	}
	t.ports[0] = 99;
	t.connection++;
	for (unsigned int i = 0; i < MANY / 2; i++)
		told_segment(&t, i % 2, i, i + 1, "PSH,ACK", 1 + i, 1 + i, 1);
	ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin), 0);
	history = history_new(t.tl);
	ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end), 0);
	(void)history_items(history, &n);
	ck_assert_uint_gt(n, 2 * MANY);
	/* takes a quarter of a second; anything quadratic takes minutes */
	ck_assert_int_lt(end.tv_sec - begin.tv_sec, 20);
	history_free(history);
	timeline_free(t.tl);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("history-order");
	TCase *tc = tcase_create("history-order");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, test_random_connections, 0, 200);
	tcase_add_loop_test(tc, test_another_connection_moves_nothing, 0, 50);
	tcase_add_loop_test(tc, test_time_is_the_order, 0, 20);
	tcase_add_loop_test(tc, test_order, 0,
			    sizeof(orders) / sizeof(*orders));
	tcase_add_test(tc, test_segments_of_another_are_not_taken);
	tcase_add_loop_test(tc, test_journals_of_other_tests, 0, 7);
	tcase_add_loop_test(tc, test_nonsense, 0, 3000);
	tcase_add_test(tc, test_many_segments);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
