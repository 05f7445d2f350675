/*
 * test_diff_connection.c - what differs is told, and what chance decides is not
 */
#include "report/diff_connection.h"

#include "base/mem.h"
#include "base/str.h"
#include "report/diff_life.h"
#include "test.h"

/** MS - milliseconds in nanoseconds */
#define MS(x) ((int64_t)((x)*1e6))

/** MADE_MAX - segments or states of a run here */
#define MADE_MAX 8

/** struct made - a run's: up to an empty one */
struct made {
	struct diff_segment segments[MADE_MAX];
	struct diff_state states[MADE_MAX];
	bool virtual_time;
};

#define SEGMENTS(...)                       \
	{                                   \
		.segments = { __VA_ARGS__ } \
	}
#define STATES(in_virtual_time, ...)                                       \
	{                                                                  \
		.states = {__VA_ARGS__}, .virtual_time = (in_virtual_time) \
	}

/* what a segment says, here and in the other run; @end: that sent it */
#define SENT(end, text)                                              \
	{                                                            \
		.says = (char *)(text), .from = (end), .way_ns = -1, \
	}
#define WAY(end, text, ms)                                               \
	{                                                                \
		.says = (char *)(text), .from = (end), .way_ns = MS(ms), \
	}
#define AGAIN(text, ms)                                                    \
	{                                                                  \
		.says = (char *)(text), .timed = true, .since_ns = MS(ms), \
		.way_ns = -1,                                              \
	}

/* @rows: what differs, in order: kinds and places */
static const struct {
	const char *why;
	struct made runs[2];
	const char *rows;
} cases[] = {
	{"nothing", {SEGMENTS({0}), SEGMENTS({0})}, ""},
	{"one more",
	 {SEGMENTS(SENT(0, "c SYN")),
	  SEGMENTS(SENT(0, "c SYN"), SENT(0, "c ACK"))},
	 "segment;"},
	{"two hosts at once, in either order",
	 {SEGMENTS(SENT(0, "c FIN"), SENT(1, "s FIN")),
	  SEGMENTS(SENT(1, "s FIN"), SENT(0, "c FIN"))},
	 ""},
	{"one host, in another order",
	 {SEGMENTS(SENT(0, "c ACK"), SENT(0, "c FIN")),
	  SEGMENTS(SENT(0, "c FIN"), SENT(0, "c ACK"))},
	 "segment;segment;"},
	{"a link of the same delay, and one segment that was late",
	 {SEGMENTS(WAY(0, "c 1", 10), WAY(0, "c 2", 11), WAY(0, "c 3", 400)),
	  SEGMENTS(WAY(0, "c 1", 10), WAY(0, "c 2", 10), WAY(0, "c 3", 10))},
	 ""},
	{"a link of another delay, one way",
	 {SEGMENTS(WAY(0, "c 1", 10), WAY(1, "s 2", 11), WAY(0, "c 3", 10)),
	  SEGMENTS(WAY(0, "c 1", 90), WAY(1, "s 2", 10), WAY(0, "c 3", 90))},
	 "time on the way client > server;"},
	{"a timer that fired late",
	 {SEGMENTS(AGAIN("c 1", 1000)), SEGMENTS(AGAIN("c 1", 1140))},
	 ""},
	{"another timer",
	 {SEGMENTS(AGAIN("c 1", 1000)), SEGMENTS(AGAIN("c 1", 1200))},
	 "time before c 1;"},
	{"a short one: a tick more",
	 {SEGMENTS(AGAIN("c 1", 40)), SEGMENTS(AGAIN("c 1", 60))},
	 ""},
	{"in real time a program took its time",
	 {STATES(false, {TCP_STATE_ESTABLISHED, MS(20)}),
	  STATES(true, {TCP_STATE_ESTABLISHED, MS(700)})},
	 ""},
	{"in virtual time it takes none",
	 {STATES(true, {TCP_STATE_ESTABLISHED, MS(20)}),
	  STATES(true, {TCP_STATE_ESTABLISHED, MS(700)})},
	 "time client.c ESTABLISHED;"},
	{"another time in TIME_WAIT",
	 {STATES(false, {TCP_STATE_TIME_WAIT, MS(60000)}),
	  STATES(false, {TCP_STATE_TIME_WAIT, MS(30000)})},
	 "time client.c TIME_WAIT;"},
	{"not left in one run",
	 {STATES(false, {TCP_STATE_TIME_WAIT, MS(60000)}),
	  STATES(false, {TCP_STATE_TIME_WAIT, -1})},
	 ""},
	{"another path",
	 {STATES(false, {TCP_STATE_FIN_WAIT1, 0}, {TCP_STATE_FIN_WAIT2, 0}),
	  STATES(false, {TCP_STATE_FIN_WAIT1, 0}, {TCP_STATE_CLOSING, 0})},
	 "states client.c;"},
};

static struct diff_life make(const struct made *made)
{
	struct diff_life life = {0};

	life.names[0] = mem_strdup("client.c");
	life.names[1] = mem_strdup("server.s");
	life.hosts[0] = mem_strdup("client");
	life.hosts[1] = mem_strdup("server");
	for (size_t i = 0; i < MADE_MAX && made->segments[i].says; i++) {
		struct diff_segment new = made->segments[i];

		new.says = mem_strdup(new.says);
		vec_push(&life.segments, new);
	}
	for (size_t i = 0; i < MADE_MAX && made->states[i].state; i++)
		vec_push(&life.states[0], made->states[i]);
	return life;
}

static void told(const struct diff_scenario *scenario, struct str *out)
{
	vec_foreach(&scenario->rows, row) {
		str_addf(out, "%s%s%s;", diff_what_names[row->what],
			 row->where ? " " : "", row->where ? row->where : "");
	}
}

static void forget(struct diff_scenario *scenario)
{
	struct diff diff = {0};

	vec_push(&diff.scenarios, *scenario);
	diff_done(&diff);
}

START_TEST(what_differs_is_told_whichever_way_round)
{
	for (int way = 0; way < 2; way++) {
		const struct made *a = &cases[_i].runs[way];
		const struct made *b = &cases[_i].runs[!way];
		struct diff_scenario scenario = {
			.real_time = !a->virtual_time || !b->virtual_time};
		struct diff_lives lives = {0};
		SCOPED_STR struct str got = {0};

		vec_push(&lives.all, make(a));
		vec_push(&lives.all, make(b));
		diff_connection(&scenario, 0.125, &lives.all.v[0],
				&lives.all.v[1]);
		told(&scenario, &got);
		ck_assert_msg(strcmp(str_text(&got), cases[_i].rows) == 0,
			      "%s: %s, not %s", cases[_i].why, str_text(&got),
			      cases[_i].rows);
		ck_assert_str_eq(scenario.connections.v[0],
				 "client.c > server.s");
		forget(&scenario);
		diff_lives_done(&lives);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("diff-connection");
	TCase *tcase = tcase_create("diff-connection");

	tcase_add_loop_test(tcase, what_differs_is_told_whichever_way_round, 0,
			    sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
