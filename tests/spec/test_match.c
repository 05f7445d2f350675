/*
 * test_match.c - what was seen is held against what was asked
 */
#include <arpa/inet.h>

#include "spec/scenario.h"
#include "test.h"

static const struct {
	enum compare_op op;
	bool holds[3]; /* of 2, 3 and 4, asked about 3 */
} compares[COMPARES] = {
	[COMPARE_EQ] = {COMPARE_EQ, {false, true, false}},
	[COMPARE_NE] = {COMPARE_NE, {true, false, true}},
	[COMPARE_LT] = {COMPARE_LT, {true, false, false}},
	[COMPARE_LE] = {COMPARE_LE, {true, true, false}},
	[COMPARE_GT] = {COMPARE_GT, {false, false, true}},
	[COMPARE_GE] = {COMPARE_GE, {false, true, true}},
};

START_TEST(each_comparison_holds_where_it_should)
{
	struct compare c = {.set = true, .op = compares[_i].op, .value = 3};

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(compare_holds(&c, 2 + i),
				 compares[_i].holds[i]);
	c.set = false;
	for (int i = 0; i < 3; i++)
		ck_assert(compare_holds(&c, 2 + i));
}
END_TEST

#define BIT(s) TCP_STATE_BIT(TCP_STATE_##s)
#define IS(o, v)                                             \
	{                                                    \
		.set = true, .op = COMPARE_##o, .value = (v) \
	}

static const struct tcp_sock waits = {
	.state = TCP_STATE_TIME_WAIT,
	.timer = TCP_TIMER_TIMEWAIT,
	.recv_q = 1,
	.send_q = 2,
};
static const struct tcp_sock closed = {.state = TCP_STATE_CLOSED};

static const struct {
	struct expect_sock want;
	const struct tcp_sock *sock;
	bool matches;
} socks[] = {
	{{.states = BIT(TIME_WAIT)}, &waits, true},
	{{.states = BIT(TIME_WAIT) | BIT(CLOSED)}, &waits, true},
	{{.states = BIT(FIN_WAIT2)}, &waits, false},
	{{.states = BIT(CLOSED)}, &waits, false},
	{{.states = BIT(CLOSED)}, NULL, true},
	{{.states = BIT(CLOSED)}, &closed, true},
	{{.states = BIT(TIME_WAIT) | BIT(CLOSED)}, NULL, true},
	{{.states = BIT(TIME_WAIT)}, NULL, false},
	{{.has_timer = true, .timer = TCP_TIMER_TIMEWAIT}, &waits, true},
	{{.has_timer = true, .timer = TCP_TIMER_OFF}, &waits, false},
	{{.has_timer = true, .timer = TCP_TIMER_OFF}, NULL, false},
	{{.recv_q = IS(EQ, 1), .send_q = IS(GE, 2)}, &waits, true},
	{{.recv_q = IS(EQ, 0)}, &waits, false},
	{{.send_q = IS(EQ, 0)}, &waits, false},
	{{.recv_q = IS(EQ, 0)}, NULL, false}, /* nothing has no queue */
	{{.states = BIT(TIME_WAIT), .recv_q = IS(EQ, 9)}, &waits, false},
};

START_TEST(a_socket_matches_in_every_respect_or_not)
{
	ck_assert_int_eq(expect_sock_matches(&socks[_i].want, socks[_i].sock),
			 socks[_i].matches);
}
END_TEST

static const struct {
	struct expect_count want;
	bool matches;
} counts[] = {
	{{.port = 0, .states = 0}, true},
	{{.port = 80, .states = 0}, true},
	{{.port = 81, .states = 0}, false},
	{{.port = 80, .states = BIT(LISTEN)}, true},
	{{.port = 80, .states = BIT(TIME_WAIT)}, false},
	{{.port = 0, .states = BIT(TIME_WAIT) | BIT(LISTEN)}, true},
};

START_TEST(sockets_are_counted_by_local_port_and_state)
{
	const struct tcp_sock sock = {
		.local = {.family = AF_INET, .port = 80},
		.remote = {.family = AF_INET, .port = 81},
		.state = TCP_STATE_LISTEN,
	};

	ck_assert_int_eq(expect_count_matches(&counts[_i].want, &sock),
			 counts[_i].matches);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("matching");
	TCase *tcase = tcase_create("all");

	tcase_add_loop_test(tcase, each_comparison_holds_where_it_should, 0,
			    COMPARES);
	tcase_add_loop_test(tcase, a_socket_matches_in_every_respect_or_not, 0,
			    (int)(sizeof(socks) / sizeof(socks[0])));
	tcase_add_loop_test(tcase, sockets_are_counted_by_local_port_and_state,
			    0, (int)(sizeof(counts) / sizeof(counts[0])));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
