/*
 * test_ladder_guest.c - calls of no connection find a ladder, and are marked
 */
#include <errno.h>

#include "base/mem.h"
#include "base/scope.h"
#include "report/ladder_guest.h"
#include "scene.h"
#include "test.h"

static size_t cited(const struct scene *s)
{
	struct ladder_sheet sheet = ladder_sheet_new(&s->of);
	size_t n = 0;

	vec_foreach(&sheet.rows, row) {
		n += row->cited;
	}
	ladder_sheet_done(&sheet);
	return n;
}

/* what an action came to is evidence for the call in which it failed */
START_TEST(a_call_is_marked_by_its_action)
{
	static const struct {
		uint64_t op;
		const char *failed;
		size_t marked;
	} actions[] = {
		{7, "bind", 1}, {7, "listen", 0}, {8, "bind", 0}, {7, NULL, 2}};
	SCOPED_FREE struct scene *s = scene_new();
	struct event *end;
	uint64_t number;

	scene_call(s, 1, MS(1), "socket", 4, 0);
	scene_call(s, 1, MS(2), "bind", -1, EADDRINUSE);
	scene_call(s, 1, MS(3), "close", 0, 0);
	for (size_t i = 0; i < 3; i++)
		s->events[i].call.op = 7;
	end = &s->events[s->of.n_events++];
	number = s->of.n_events;
	*end = (struct event){.n = number, .kind = EVENT_OP_END};
	end->op.op = actions[_i].op;
	end->op.call = actions[_i].failed;
	s->of.cited = &number;
	s->of.n_cited = 1;
	ck_assert_uint_eq(cited(s), actions[_i].marked);
}
END_TEST

static struct history_connection server_at(uint16_t port, double from,
					   double until)
{
	return (struct history_connection){
		.ends = {{.host = "client", .local.port = 40000},
			 {.host = "server", .local.port = port}},
		.n_segments = 1,
		.begin_ns = MS(from),
		.end_ns = MS(until),
	};
}

/* a call of no connection is told with the connection whose port it is about,
 * else with the one under way, the next, or the last */
START_TEST(a_call_of_no_connection_finds_a_ladder)
{
	static const struct {
		double t;
		const char *call;
		const char *socket;
		const char *args;
		uint64_t op;
		int64_t error;
		size_t home;
	} calls[] = {
		{1, "bind", "L", "L, 0.0.0.0:7788", 1, 0, 0},
		{1, "listen", "L", "L, 128", 1, 0, 0},
		{12, "setsockopt", "R", "R, SO_REUSEADDR, 1", 2, 0, 1},
		{12, "bind", "R", "R, 0.0.0.0:7789", 2, 0, 1},
		{35, "bind", "M", "M, 0.0.0.0:7788", 3, EADDRINUSE, 0},
		{35, "close", "M", "M", 3, 0, LADDER_NO_HOME},
		{35, "bind", "N", "N, 0.0.0.0:9", 4, 0, 1},
		{25, "bind", "N", "N, 0.0.0.0:9", 5, 0, 1},
		{50, "bind", "N", "N, 0.0.0.0:9", 6, 0, 1},
		{36, "close", "L", "L", 7, 0, 0},
		{1, "socket", "L", "AF_INET, SOCK_STREAM", 1, 0,
		 LADDER_NO_HOME},
	};
	const struct history_connection connections[] = {
		server_at(7788, 10, 20), server_at(7789, 30, 40)};
	SCOPED_FREE struct scene *s = scene_new();
	SCOPED_FREE size_t *homes = NULL;
	SCOPED_FREE size_t *alone = NULL;
	size_t n = sizeof(calls) / sizeof(calls[0]);

	for (size_t i = 0; i < n; i++) {
		struct event *event = &s->events[i];

		scene_call(s, 1, MS(calls[i].t), calls[i].call, 0,
			   calls[i].error);
		s->items[i].connection = SIZE_MAX;
		event->call.socket = calls[i].socket;
		event->call.args = calls[i].args;
		event->call.op = calls[i].op;
	}
	homes = ladder_guests(&s->of, connections, 2);
	alone = ladder_guests(&s->of, NULL, 0);
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(homes[i] == calls[i].home, "%zu: %zu", i,
			      homes[i]);
		ck_assert_uint_eq(alone[i], calls[i].home == LADDER_NO_HOME
						    ? LADDER_NO_HOME
						    : 0);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ladder_guest");
	TCase *tcase = tcase_create("ladder_guest");

	tcase_add_loop_test(tcase, a_call_is_marked_by_its_action, 0, 4);
	tcase_add_test(tcase, a_call_of_no_connection_finds_a_ladder);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
