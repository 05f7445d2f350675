/*
 * test_ends.c - sockets are followed through dumps, named and paired
 */
#include <arpa/inet.h>
#include <stdbool.h>

#include "base/mem.h"
#include "event/event.h"
#include "report/ends.h"
#include "test.h"

#define ROOM 16

/** struct log - events as they come; add_*() fill it */
struct log {
	struct event events[ROOM];
	size_t n;
};

static struct endpoint at(const char *text)
{
	struct endpoint e;

	ck_assert_int_eq(endpoint_parse(text, &e), 0);
	return e;
}

static struct event *add(struct log *log, enum event_kind kind,
			 const char *host)
{
	struct event *event = &log->events[log->n++];

	ck_assert_uint_le(log->n, ROOM);
	*event = (struct event){.n = log->n,
				.t_ns = (int64_t)log->n * 1000,
				.kind = kind,
				.host = host};
	return event;
}

static void add_sock(struct log *log, const char *host, enum sock_change how,
		     uint64_t cookie, enum tcp_state state, const char *local,
		     const char *remote)
{
	struct event *event = add(log, EVENT_SOCK, host);

	event->sock.change = how;
	event->sock.sock.cookie = cookie;
	event->sock.sock.inode = cookie ? cookie + 100 : 0;
	event->sock.sock.state = state;
	event->sock.sock.local = at(local);
	event->sock.sock.remote = at(remote);
}

#define C   "10.0.0.1:4000"
#define S   "10.0.0.2:7788"
#define ANY "0.0.0.0:0"

START_TEST(one_socket_is_one_end_through_all_its_states)
{
	struct log log = {0};
	struct ends ends;

	add_sock(&log, "c", SOCK_CHANGE_NEW, 1, TCP_STATE_SYN_SENT, C, S);
	add_sock(&log, "c", SOCK_CHANGE_CHANGED, 1, TCP_STATE_ESTABLISHED, C,
		 S);
	/* a queue changed, the state did not */
	add_sock(&log, "c", SOCK_CHANGE_CHANGED, 1, TCP_STATE_ESTABLISHED, C,
		 S);
	add_sock(&log, "c", SOCK_CHANGE_CHANGED, 1, TCP_STATE_TIME_WAIT, C, S);
	add_sock(&log, "c", SOCK_CHANGE_GONE, 1, TCP_STATE_TIME_WAIT, C, S);
	ends_read(&ends, log.events, log.n);
	ck_assert_uint_eq(ends.all.n, 1);
	ck_assert_uint_eq(ends.all.v[0].path.n, 4);
	ck_assert_int_eq(ends.all.v[0].path.v[1].state, TCP_STATE_ESTABLISHED);
	ck_assert_uint_eq(ends.all.v[0].path.v[1].event, 2);
	ck_assert_int_eq(ends.all.v[0].path.v[3].state, TCP_STATE_CLOSED);
	ck_assert(ends.all.v[0].gone);
	ck_assert_uint_eq(ends.all.v[0].peer, ENDS_NONE);
	ends_done(&ends);
}
END_TEST

START_TEST(the_same_addresses_again_are_another_end)
{
	struct log log = {0};
	struct ends ends;

	add_sock(&log, "c", SOCK_CHANGE_NEW, 0, TCP_STATE_TIME_WAIT, C, S);
	add_sock(&log, "c", SOCK_CHANGE_GONE, 0, TCP_STATE_TIME_WAIT, C, S);
	add_sock(&log, "c", SOCK_CHANGE_NEW, 0, TCP_STATE_SYN_SENT, C, S);
	ends_read(&ends, log.events, log.n);
	ck_assert_uint_eq(ends.all.n, 2);
	ck_assert_uint_eq(ends.all.v[1].path.n, 1);
	ends_done(&ends);
}
END_TEST

START_TEST(a_socket_that_one_dump_missed_is_the_same_end)
{
	struct log log = {0};
	struct ends ends;

	add_sock(&log, "c", SOCK_CHANGE_NEW, 1, TCP_STATE_FIN_WAIT2, C, S);
	add_sock(&log, "c", SOCK_CHANGE_GONE, 1, TCP_STATE_FIN_WAIT2, C, S);
	add_sock(&log, "c", SOCK_CHANGE_NEW, 1, TCP_STATE_TIME_WAIT, C, S);
	ends_read(&ends, log.events, log.n);
	ck_assert_uint_eq(ends.all.n, 1);
	ck_assert_uint_eq(ends.all.v[0].path.n, 3);
	ck_assert(!ends.all.v[0].gone);
	ends_done(&ends);
}
END_TEST

START_TEST(seventy_thousand_connections_take_no_time)
{
	enum {
		MANY = 70000
	};
	struct event *events = mem_new(struct event, 2 * MANY);
	struct ends ends;

	for (size_t i = 0; i < 2 * MANY; i++) {
		struct tcp_sock *sock = &events[i].sock.sock;
		uint16_t port = (uint16_t)(i / 2 % 60000 + 1);
		struct endpoint near = {.family = AF_INET, .port = port};
		struct endpoint far = {.family = AF_INET, .port = 80};

		far.ip.v4.s_addr = htonl((uint32_t)(i / 2 / 60000 + 1));
		events[i].kind = EVENT_SOCK;
		events[i].host = i % 2 ? "s" : "c";
		sock->cookie = i + 1;
		sock->state = TCP_STATE_TIME_WAIT;
		sock->local = i % 2 ? far : near;
		sock->remote = i % 2 ? near : far;
	}
	/* each with each would be 10^10 comparisons: meson's timeout */
	ends_read(&ends, events, 2 * MANY);
	ck_assert_uint_eq(ends.all.n, 2 * MANY);
	for (size_t i = 0; i < 2 * MANY; i++)
		ck_assert_uint_eq(ends.all.v[i].peer, i ^ 1);
	ends_done(&ends);
	free(events);
}
END_TEST

START_TEST(an_old_end_is_not_paired_with_a_new_one)
{
	struct log log = {0};
	struct ends ends;

	add_sock(&log, "c", SOCK_CHANGE_NEW, 1, TCP_STATE_SYN_SENT, C, S);
	add_sock(&log, "c", SOCK_CHANGE_GONE, 1, TCP_STATE_SYN_SENT, C, S);
	add_sock(&log, "c", SOCK_CHANGE_NEW, 2, TCP_STATE_ESTABLISHED, C, S);
	add_sock(&log, "s", SOCK_CHANGE_NEW, 3, TCP_STATE_ESTABLISHED, S, C);
	add_sock(&log, "s", SOCK_CHANGE_NEW, 4, TCP_STATE_LISTEN,
		 "0.0.0.0:7788", ANY);
	ends_read(&ends, log.events, log.n);
	ck_assert_uint_eq(ends.all.n, 4);
	ck_assert_uint_eq(ends.all.v[0].peer, ENDS_NONE);
	ck_assert_uint_eq(ends.all.v[1].peer, 2);
	ck_assert_uint_eq(ends.all.v[2].peer, 1);
	ck_assert_uint_eq(ends.all.v[3].peer, ENDS_NONE);
	ends_done(&ends);
}
END_TEST

START_TEST(an_end_is_named_by_inode_or_by_addresses)
{
	struct log log = {0};
	struct ends ends;
	struct event *op;

	add_sock(&log, "s", SOCK_CHANGE_NEW, 1, TCP_STATE_LISTEN,
		 "0.0.0.0:7788", ANY);
	add_sock(&log, "s", SOCK_CHANGE_NEW, 0, TCP_STATE_ESTABLISHED, S, C);
	add_sock(&log, "c", SOCK_CHANGE_NEW, 1, TCP_STATE_ESTABLISHED, C, S);
	op = add(&log, EVENT_OP_END, "s");
	op->op.socket = "L";
	op->op.inode = 101;
	op = add(&log, EVENT_OP_END, "s");
	op->op.socket = "s";
	op->op.inode = 777;
	op->op.local = at(S);
	op->op.remote = at(C);
	ends_read(&ends, log.events, log.n);
	ck_assert_uint_eq(ends.all.n, 3);
	ck_assert_str_eq(ends.all.v[0].name, "L");
	ck_assert_str_eq(ends.all.v[1].name, "s");
	/* the same inode number on another host is another socket */
	ck_assert_ptr_null(ends.all.v[2].name);
	ends_done(&ends);
}
END_TEST

START_TEST(no_events_make_no_ends)
{
	struct ends ends;

	ends_read(&ends, NULL, 0);
	ck_assert_uint_eq(ends.all.n, 0);
	ends_done(&ends);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ends");
	TCase *tcase = tcase_create("ends");

	tcase_add_test(tcase, one_socket_is_one_end_through_all_its_states);
	tcase_add_test(tcase, the_same_addresses_again_are_another_end);
	tcase_add_test(tcase, a_socket_that_one_dump_missed_is_the_same_end);
	tcase_add_test(tcase, seventy_thousand_connections_take_no_time);
	tcase_add_test(tcase, an_old_end_is_not_paired_with_a_new_one);
	tcase_add_test(tcase, an_end_is_named_by_inode_or_by_addresses);
	tcase_add_test(tcase, no_events_make_no_ends);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
