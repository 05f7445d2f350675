/*
 * test_flow.c - every arrow of a connection is called by its name
 */
#include "tcp/flow.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/scope.h"
#include "base/str.h"
#include "tcp/segment.h"
#include "test.h"

#define ARROWS 16

/** struct arrow - a segment, and what it is in its connection */
struct arrow {
	const char *who; /* "c", "s"; NULL: no more */
	const char *flags; /* letters of SFRPA */
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
	uint32_t window;
	const char *meaning; /* connection, roles, "again", seq, ack */
};

static const struct {
	const char *name;
	struct arrow arrows[ARROWS];
} stories[] = {
	{"from the first arrow to the last",
	 {
		 {"c", "S", 100, 0, 0, 9, "1 handshake-1 0 0"},
		 {"s", "SA", 500, 101, 0, 9, "1 handshake-2 0 1"},
		 {"c", "A", 101, 501, 0, 9, "1 handshake-3 1 1"},
		 {"c", "PA", 101, 501, 5, 9, "1 data 1 1"},
		 {"s", "A", 501, 106, 0, 9, "1 ack 1 6"},
		 {"c", "FA", 106, 501, 0, 9, "1 wave-1 6 1"},
		 {"s", "A", 501, 107, 0, 9, "1 wave-2 1 7"},
		 {"s", "PA", 501, 107, 3, 9, "1 data 1 7"},
		 {"c", "A", 107, 504, 0, 9, "1 ack 7 4"},
		 {"s", "FA", 504, 107, 0, 9, "1 wave-3 4 7"},
		 {"c", "A", 107, 505, 0, 9, "1 wave-4 7 5"},
	 }},
	{"the server closes first, with its last bytes; waves 2 and 3 are one",
	 {
		 {"c", "S", 100, 0, 0, 9, "1 handshake-1 0 0"},
		 {"s", "SA", 500, 101, 0, 9, "1 handshake-2 0 1"},
		 {"c", "A", 101, 501, 0, 9, "1 handshake-3 1 1"},
		 {"s", "FPA", 501, 101, 4, 9, "1 wave-1,data 1 1"},
		 {"c", "FA", 101, 506, 0, 9, "1 wave-2,wave-3 1 6"},
		 {"s", "A", 506, 102, 0, 9, "1 wave-4 6 2"},
	 }},
	{"everything twice",
	 {
		 {"c", "S", 100, 0, 0, 9, "1 handshake-1 0 0"},
		 {"c", "S", 100, 0, 0, 9, "1 handshake-1 again 0 0"},
		 {"s", "SA", 500, 101, 0, 9, "1 handshake-2 0 1"},
		 {"s", "SA", 500, 101, 0, 9, "1 handshake-2 again 0 1"},
		 {"c", "A", 101, 501, 0, 9, "1 handshake-3 1 1"},
		 {"c", "A", 101, 501, 0, 9, "1 handshake-3 again 1 1"},
		 {"c", "PA", 101, 501, 5, 9, "1 data 1 1"},
		 {"c", "PA", 101, 501, 5, 9, "1 data again 1 1"},
		 {"s", "FA", 501, 106, 0, 9, "1 wave-1 1 6"},
		 {"s", "FA", 501, 106, 0, 9, "1 wave-1 again 1 6"},
		 {"c", "A", 106, 502, 0, 9, "1 wave-2 6 2"},
		 {"c", "FA", 106, 502, 0, 9, "1 wave-3 6 2"},
		 {"c", "FA", 106, 502, 0, 9, "1 wave-3 again 6 2"},
		 {"s", "A", 502, 107, 0, 9, "1 wave-4 2 7"},
		 {"s", "A", 502, 107, 0, 9, "1 wave-4 again 2 7"},
	 }},
	{"both open at once, both close at once",
	 {
		 {"c", "S", 100, 0, 0, 9, "1 handshake-1 0 0"},
		 {"s", "S", 500, 0, 0, 9, "1 handshake-1 0 0"},
		 {"c", "SA", 100, 501, 0, 9, "1 handshake-2 again 0 1"},
		 {"s", "SA", 500, 101, 0, 9, "1 handshake-2 again 0 1"},
		 {"c", "A", 101, 501, 0, 9, "1 handshake-3 1 1"},
		 {"s", "A", 501, 101, 0, 9, "1 handshake-3 1 1"},
		 {"s", "FA", 501, 101, 0, 9, "1 wave-1 1 1"},
		 {"c", "FA", 101, 501, 0, 9, "1 wave-3 1 1"},
		 {"c", "A", 102, 502, 0, 9, "1 wave-2 2 2"},
		 {"s", "A", 502, 102, 0, 9, "1 wave-4 2 2"},
	 }},
	{"the third arrow is lost, and data takes its place",
	 {
		 {"c", "S", 100, 0, 0, 9, "1 handshake-1 0 0"},
		 {"s", "SA", 500, 101, 0, 9, "1 handshake-2 0 1"},
		 {"c", "PA", 101, 501, 5, 9, "1 data 1 1"},
		 {"s", "A", 501, 106, 0, 9, "1 ack 1 6"},
	 }},
	{"refused, and once more from the same port",
	 {
		 {"c", "S", 100, 0, 0, 9, "1 handshake-1 0 0"},
		 {"s", "RA", 0, 101, 0, 0, "1 rst 0 1"},
		 {"c", "S", 900, 0, 0, 9, "2 handshake-1 0 0"},
		 {"s", "RA", 0, 901, 0, 0, "2 rst 0 1"},
		 {"c", "S", 950, 0, 0, 9, "3 handshake-1 0 0"},
		 {"s", "SA", 500, 951, 0, 9, "3 handshake-2 0 1"},
		 {"c", "A", 951, 501, 0, 9, "3 handshake-3 1 1"},
		 {"c", "R", 951, 0, 0, 0, "3 rst 1 0"},
	 }},
	{"a stray SYN is challenged, the connection goes on",
	 {
		 {"c", "S", 100, 0, 0, 9, "1 handshake-1 0 0"},
		 {"s", "SA", 500, 101, 0, 9, "1 handshake-2 0 1"},
		 {"c", "A", 101, 501, 0, 9, "1 handshake-3 1 1"},
		 {"c", "S", 7000, 0, 0, 9, "2 handshake-1 0 0"},
		 {"s", "A", 501, 101, 0, 9, "1 ack 1 1"},
		 {"c", "PA", 101, 501, 5, 9, "1 data 1 1"},
		 {"c", "S", 7000, 0, 0, 9, "2 handshake-1 again 0 0"},
		 {"s", "SA", 8000, 7001, 0, 9, "2 handshake-2 0 1"},
		 {"c", "A", 7001, 8001, 0, 9, "2 handshake-3 1 1"},
	 }},
	{"are you there, and have you room",
	 {
		 {"c", "S", 100, 0, 0, 9, "1 handshake-1 0 0"},
		 {"s", "SA", 500, 101, 0, 9, "1 handshake-2 0 1"},
		 {"c", "A", 101, 501, 0, 9, "1 handshake-3 1 1"},
		 {"c", "A", 100, 501, 0, 9, "1 keepalive 0 1"},
		 {"s", "A", 501, 101, 0, 9, "1 ack 1 1"},
		 {"c", "PA", 101, 501, 5, 9, "1 data 1 1"},
		 {"s", "A", 501, 106, 0, 0, "1 ack 1 6"},
		 {"c", "A", 105, 501, 0, 9, "1 window-probe 5 1"},
		 {"s", "A", 501, 106, 0, 9, "1 ack 1 6"},
		 {"c", "A", 105, 501, 0, 9, "1 keepalive 5 1"},
	 }},
	{"seen from the middle on; numbers run over the end",
	 {
		 {"c", "PA", 0xfffffffe, 7, 4, 9, "1 data 1 1 late"},
		 {"s", "A", 7, 2, 0, 9, "1 ack 1 5 late"},
		 {"c", "PA", 0xfffffffe, 7, 4, 9, "1 data again 1 1 late"},
		 {"s", "FA", 7, 2, 0, 9, "1 wave-1 1 5 late"},
		 {"c", "A", 2, 8, 0, 9, "1 wave-2 5 2 late"},
	 }},
};

#define N_STORIES (sizeof(stories) / sizeof(stories[0]))

static uint8_t flags_of(const char *letters)
{
	static const struct {
		char letter;
		enum tcp_flag flag;
	} all[] = {
		{'S', TCP_FLAG_SYN}, {'F', TCP_FLAG_FIN}, {'R', TCP_FLAG_RST},
		{'P', TCP_FLAG_PSH}, {'A', TCP_FLAG_ACK},
	};
	unsigned int flags = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strchr(letters, all[i].letter))
			flags |= TCP_FLAG_BIT(all[i].flag);
	return (uint8_t)flags;
}

static struct endpoint endpoint_of(const char *who, uint16_t port)
{
	struct endpoint e = {.family = AF_INET,
			     .port = *who == 'c' ? port : 80};

	e.ip.v4.s_addr = htonl(*who == 'c' ? 0x0a000001 : 0x0a000002);
	return e;
}

static struct segment segment_of(const struct arrow *a, uint16_t port)
{
	return (struct segment){
		.from = endpoint_of(a->who, port),
		.to = endpoint_of(*a->who == 'c' ? "s" : "c", port),
		.flags = flags_of(a->flags),
		.seq = a->seq,
		.ack = a->ack,
		.payload_len = a->len,
		.window = (uint16_t)a->window,
	};
}

static void tell(const struct flow_view *view, struct str *out)
{
	str_addf(out, "%llu ", (unsigned long long)view->connection);
	flow_print_roles(view->roles, out);
	str_addf(out, "%s %u %u%s", view->again ? " again" : "", view->seq,
		 view->ack, view->since_begin ? "" : " late");
}

static void release(struct flow_table **table)
{
	flow_table_free(*table);
}

START_TEST(test_stories)
{
	SCOPED(release) struct flow_table *table = flow_table_new();

	for (size_t i = 0; i < ARROWS && stories[_i].arrows[i].who; i++) {
		const struct arrow *a = &stories[_i].arrows[i];
		const struct segment s = segment_of(a, 40000);
		SCOPED_STR struct str told = {0};
		struct flow_view view;

		flow_see(table, &s, &view);
		tell(&view, &told);
		ck_assert_msg(strcmp(str_text(&told), a->meaning) == 0,
			      "%s, arrow %zu: '%s', not '%s'", stories[_i].name,
			      i + 1, str_text(&told), a->meaning);
	}
}
END_TEST

/* more connections than the table began with, all of them told apart */
START_TEST(test_many)
{
	const struct arrow syn = {.who = "c", .flags = "S", .seq = 100};
	const struct arrow answer = {
		.who = "s", .flags = "SA", .seq = 500, .ack = 101};
	SCOPED(release) struct flow_table *table = flow_table_new();
	struct flow_view view;

	for (uint16_t port = 1; port <= 5000; port++) {
		const struct segment s = segment_of(&syn, port);

		flow_see(table, &s, &view);
		ck_assert_uint_eq(view.connection, port);
	}
	for (uint16_t port = 1; port <= 5000; port++) {
		const struct segment s = segment_of(&answer, port);

		flow_see(table, &s, &view);
		ck_assert_uint_eq(view.connection, port);
		ck_assert_uint_eq(view.roles, FLOW_ROLE_BIT(FLOW_HANDSHAKE_2));
	}
}
END_TEST

static struct segment scaled(const struct arrow *a, uint32_t ts)
{
	struct segment s = segment_of(a, 40000);

	s.options.has_wscale = segment_has(&s, TCP_FLAG_BIT(TCP_FLAG_SYN));
	s.options.wscale = 3;
	s.options.has_timestamps = true;
	s.options.ts_val = ts;
	return s;
}

static const struct {
	struct arrow arrow;
	struct flow_end c; /* as they stand behind it */
	struct flow_end s;
} steps[] = {
	{{"c", "S", 100, 0, 0, 9, NULL},
	 {.known = true, .isn = 100, .next = 101, .has_ts = true, .ts = 1},
	 {0}},
	/* its window is not scaled yet */
	{{"s", "SA", 500, 101, 0, 9, NULL},
	 {.known = true,
	  .isn = 100,
	  .next = 101,
	  .has_edge = true,
	  .edge = 110,
	  .has_ts = true,
	  .ts = 1},
	 {.known = true,
	  .isn = 500,
	  .next = 501,
	  .acks = true,
	  .ack = 101,
	  .has_ts = true,
	  .ts = 2}},
	{{"c", "A", 101, 501, 0, 10, NULL},
	 {.known = true,
	  .isn = 100,
	  .next = 101,
	  .acks = true,
	  .ack = 501,
	  .has_edge = true,
	  .edge = 110,
	  .has_ts = true,
	  .ts = 3},
	 {.known = true,
	  .isn = 500,
	  .next = 501,
	  .acks = true,
	  .ack = 101,
	  .has_edge = true,
	  .edge = 581,
	  .has_ts = true,
	  .ts = 2}},
	{{"s", "A", 501, 101, 7, 0, NULL},
	 {.known = true,
	  .isn = 100,
	  .next = 101,
	  .acks = true,
	  .ack = 501,
	  .has_edge = true,
	  .edge = 110,
	  .has_ts = true,
	  .ts = 3},
	 {.known = true,
	  .isn = 500,
	  .next = 508,
	  .acks = true,
	  .ack = 101,
	  .has_edge = true,
	  .edge = 581,
	  .has_ts = true,
	  .ts = 4}},
};

static void assert_end(const struct flow_end *is, const struct flow_end *wanted)
{
	ck_assert_uint_eq(is->known, wanted->known);
	ck_assert_uint_eq(is->isn, wanted->isn);
	ck_assert_uint_eq(is->next, wanted->next);
	ck_assert_uint_eq(is->acks, wanted->acks);
	ck_assert_uint_eq(is->ack, wanted->ack);
	ck_assert_uint_eq(is->has_edge, wanted->has_edge);
	ck_assert_uint_eq(is->edge, wanted->edge);
	ck_assert_uint_eq(is->has_ts, wanted->has_ts);
	ck_assert_uint_eq(is->ts, wanted->ts);
}

/* numbers, windows and timestamps, from both sides */
START_TEST(test_find)
{
	SCOPED(release) struct flow_table *table = flow_table_new();
	const struct segment any = segment_of(&steps[0].arrow, 40000);
	struct flow_conn conn;
	struct flow_view view;

	ck_assert(!flow_find(table, &any.from, &any.to, &conn));
	for (uint32_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const struct segment s = scaled(&steps[i].arrow, i + 1);
		struct flow_view look;

		flow_look(table, &s, &look);
		flow_see(table, &s, &view);
		ck_assert_uint_eq(look.roles, view.roles);
		ck_assert_uint_eq(look.path, i ? 1 : 0);
		ck_assert(flow_find(table, &any.from, &any.to, &conn));
		assert_end(&conn.ends[0], &steps[i].c);
		assert_end(&conn.ends[1], &steps[i].s);
		ck_assert(flow_find(table, &any.to, &any.from, &conn));
		assert_end(&conn.ends[0], &steps[i].s);
	}
	ck_assert_uint_eq(view.path, 1);
	ck_assert(conn.since_begin);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flow");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, test_stories, 0, (int)N_STORIES);
	tcase_add_test(tcase, test_many);
	tcase_add_test(tcase, test_find);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
