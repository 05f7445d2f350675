/*
 * test_life.c - the kernel's several objects of a connection are one life
 */
#include "folded.h"

/** LATER - after every event */
#define LATER INT64_MAX

struct step_of_life {
	enum tcp_state state; /* CLOSED: not present */
	int64_t lo_ns;
	int64_t hi_ns;
};

static const struct {
	const char *journal;
	const char *host;
	const char *name;
	struct step_of_life steps[8];
	size_t n;
} lives[] = {
	{"one-life",
	 "server",
	 "s",
	 {{TCP_STATE_SYN_RECV, 195, 300},
	  {TCP_STATE_ESTABLISHED, 295, 400},
	  {TCP_STATE_ESTABLISHED, 395, 500},
	  {TCP_STATE_FIN_WAIT1, 495, 600},
	  {TCP_STATE_FIN_WAIT2, 595, 700},
	  {TCP_STATE_TIME_WAIT, 695, 800},
	  {TCP_STATE_CLOSED, 60795, 60900}},
	 7},
	{"one-life", "server", "L", {{TCP_STATE_LISTEN, 0, 200}}, 1},
	{"gone-first",
	 "client",
	 "c",
	 {{TCP_STATE_SYN_SENT, 0, 200},
	  {TCP_STATE_ESTABLISHED, 195, 300},
	  {TCP_STATE_TIME_WAIT, 295, 400}},
	 3},
	{"same-pair",
	 "client",
	 "c",
	 {{TCP_STATE_ESTABLISHED, 0, 200},
	  {TCP_STATE_TIME_WAIT, 200, 300},
	  {TCP_STATE_CLOSED, 1000, 1200}},
	 3},
	{"same-pair",
	 "client",
	 "d",
	 {{TCP_STATE_ESTABLISHED, 1000, 1200},
	  {TCP_STATE_TIME_WAIT, 1200, 1300}},
	 2},
	{"same-pair-accepted",
	 "server",
	 "s",
	 {{TCP_STATE_ESTABLISHED, 100, 200},
	  {TCP_STATE_TIME_WAIT, 200, 300},
	  {TCP_STATE_CLOSED, 300, 400}},
	 3},
	{"same-pair-accepted",
	 "server",
	 "t",
	 {{TCP_STATE_SYN_RECV, 300, 400}, {TCP_STATE_ESTABLISHED, 400, 500}},
	 2},
	{"listeners",
	 "server",
	 "L",
	 {{TCP_STATE_LISTEN, 0, 200}, {TCP_STATE_CLOSED, 200, 300}},
	 2},
	{"listeners", "server", "M", {{TCP_STATE_LISTEN, 0, 200}}, 1},
	{"never-seen", "client", "c", {{0}}, 0},
};

START_TEST(test_life)
{
	struct journal *journal = folded_load(lives[_i].journal);
	struct timeline *tl = folded_until(journal, LATER);
	const struct sock_life *life =
		timeline_sock(tl, lives[_i].host, lives[_i].name);

	ck_assert_ptr_nonnull(life);
	ck_assert_str_eq(life->name, lives[_i].name);
	ck_assert(life->tied);
	ck_assert_uint_eq(life->n_spans, lives[_i].n);
	for (size_t i = 0; i < lives[_i].n; i++) {
		const struct sock_span *span = &life->spans[i];
		const struct step_of_life *want = &lives[_i].steps[i];

		ck_assert_int_eq(span->sock.state, want->state);
		ck_assert_int_eq(span->present,
				 want->state != TCP_STATE_CLOSED);
		ck_assert_int_eq(span->lo_ns, want->lo_ns);
		ck_assert_int_eq(span->hi_ns, want->hi_ns);
		ck_assert_uint_ne(span->n, 0);
	}
	timeline_free(tl);
	journal_free(journal);
}
END_TEST

/* Between the dumps of a journal nothing ever looks closed that is not */
START_TEST(test_no_closed_in_between)
{
	struct journal *journal = folded_load("one-life");

	for (size_t i = 0; i < journal->n; i++) {
		int64_t t_ns = journal->events[i].t_ns;
		struct timeline *tl = folded_until(journal, t_ns);
		const struct tcp_sock *s =
			timeline_sock_now(timeline_sock(tl, "server", "s"));

		if (t_ns >= 420 && t_ns < 60900)
			ck_assert_msg(s, "at %lld", (long long)t_ns);
		else if (t_ns >= 60900)
			ck_assert_ptr_null(s);
		timeline_free(tl);
	}
	journal_free(journal);
}
END_TEST

START_TEST(test_a_connect_in_progress_has_its_name)
{
	struct journal *journal = folded_load("gone-first");
	struct timeline *tl = folded_until(journal, 200);
	const struct tcp_sock *s =
		timeline_sock_now(timeline_sock(tl, "client", "c"));

	ck_assert_ptr_nonnull(s);
	ck_assert_int_eq(s->state, TCP_STATE_SYN_SENT);
	timeline_free(tl);
	journal_free(journal);
}
END_TEST

START_TEST(test_names_without_a_socket)
{
	struct journal *journal = folded_load("never-seen");
	struct timeline *tl = folded_until(journal, LATER);
	const struct sock_life *begun = timeline_sock(tl, "client", "d");

	ck_assert_ptr_null(timeline_sock(tl, "client", "x"));
	ck_assert_ptr_null(timeline_sock(tl, "server", "c"));
	ck_assert_ptr_null(timeline_sock_now(NULL));
	ck_assert_ptr_nonnull(begun);
	ck_assert(!begun->tied);
	timeline_free(tl);
	journal_free(journal);
}
END_TEST

START_TEST(test_failed_accept_does_not_name_the_listener)
{
	struct journal *journal = folded_load("listeners");
	struct timeline *tl = folded_until(journal, LATER);
	const struct sock_life *s = timeline_sock(tl, "server", "s");

	ck_assert_ptr_nonnull(s);
	ck_assert(!s->tied);
	ck_assert_uint_eq(s->n_spans, 0);
	timeline_free(tl);
	journal_free(journal);
}
END_TEST

static bool in_time_wait(const struct tcp_sock *sock, const void *arg)
{
	(void)arg; /* nothing else is asked */
	return sock->state == TCP_STATE_TIME_WAIT;
}

START_TEST(test_counting_then_and_now)
{
	static const struct {
		int64_t t_ns;
		int64_t count;
	} counts[] = {{299, 0},	 {300, 1},  {1199, 1},
		      {1200, 0}, {1300, 1}, {INT64_MAX, 1}};
	struct journal *journal = folded_load("same-pair");
	struct timeline *tl = folded_until(journal, LATER);

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		ck_assert_int_eq(timeline_sock_count(tl, "client",
						     counts[i].t_ns,
						     in_time_wait, NULL),
				 counts[i].count);
	ck_assert_int_eq(timeline_sock_count(tl, "server", INT64_MAX,
					     in_time_wait, NULL),
			 0);
	timeline_free(tl);
	journal_free(journal);
}
END_TEST

/* Rows of many connections do not mix, and finding them stays fast */
START_TEST(test_many_connections)
{
	struct timeline *tl = timeline_new();
	struct event e = {.kind = EVENT_SOCK, .step = -1, .host = "server"};
	const struct sock_life *life;
	size_t i = 0;
	int lives_n = 0;

	ck_assert_int_eq(endpoint_parse("10.0.0.1:7788", &e.sock.sock.local),
			 0);
	ck_assert_int_eq(endpoint_parse("10.0.0.2:1", &e.sock.sock.remote), 0);
	for (int round = 0; round < 3; round++) {
		for (uint16_t port = 1; port < 20000; port++) {
			e.n++;
			e.t_ns = round;
			e.sock.since_ns = round - 1;
			e.sock.sock.remote.port = port;
			e.sock.sock.cookie = (uint64_t)round << 32 | port;
			e.sock.sock.state =
				round < 2 ? TCP_STATE_SYN_RECV + (unsigned)round
					  : TCP_STATE_TIME_WAIT;
			timeline_feed(tl, &e);
		}
	}
	while ((life = timeline_sock_next(tl, &i))) {
		ck_assert_uint_eq(life->n_spans, 3);
		lives_n++;
	}
	ck_assert_int_eq(lives_n, 19999);
	timeline_free(tl);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("life");
	TCase *tc = tcase_create("life");

	tcase_add_loop_test(tc, test_life, 0, sizeof(lives) / sizeof(lives[0]));
	tcase_add_test(tc, test_no_closed_in_between);
	tcase_add_test(tc, test_a_connect_in_progress_has_its_name);
	tcase_add_test(tc, test_names_without_a_socket);
	tcase_add_test(tc, test_failed_accept_does_not_name_the_listener);
	tcase_add_test(tc, test_counting_then_and_now);
	tcase_add_test(tc, test_many_connections);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
