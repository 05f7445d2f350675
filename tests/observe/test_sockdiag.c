/*
 * test_sockdiag.c - sockets of the real kernel come out as they are
 */
#include "observe/sockdiag.h"

#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/scope.h"
#include "observe/own_ns.h"
#include "observe/sock_table.h"
#include "test.h"

static int ns = -1;

/* the row on this local port in this state, or NULL */
static const struct tcp_sock *row_of(const struct sock_table *table, int port,
				     enum tcp_state state)
{
	for (size_t i = 0; i < table->n; i++)
		if (table->v[i].local.port == port &&
		    table->v[i].state == state)
			return &table->v[i];
	return NULL;
}

static void dump(struct sock_table *table)
{
	SCOPED_SOCKDIAG struct sockdiag *diag = NULL;
	struct err err = {0};

	ck_assert_msg(sockdiag_open(ns, &diag, &err) == 0, "%s", err.text);
	ck_assert_msg(sockdiag_dump(diag, table, &err) == 0, "%s", err.text);
}

/* polls until the row is there; the deadline only ends a broken kernel */
static struct tcp_sock wait_row(int port, enum tcp_state state)
{
	int64_t deadline_ns = clock_now_ns() + 5 * NS_PER_S;

	for (;;) {
		SCOPED_SOCK_TABLE struct sock_table table = {0};
		const struct tcp_sock *row;

		dump(&table);
		row = row_of(&table, port, state);
		if (row)
			return *row;
		ck_assert_msg(clock_now_ns() < deadline_ns,
			      "port %d never became %s", port,
			      tcp_state_names[state]);
		own_ns_pass();
	}
}

static uint64_t inode_of(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

static bool kernel_since(int major, int minor)
{
	struct utsname name;
	int a = 0, b = 0;

	ck_assert_int_eq(uname(&name), 0);
	ck_assert_int_eq(sscanf(name.release, "%d.%d", &a, &b), 2);
	return a > major || (a == major && b >= minor);
}

START_TEST(a_listener_shows_its_queue_and_backlog)
{
	int listener = own_ns_listen(7001, true);
	int client = own_ns_connect(7001);
	struct tcp_sock row = wait_row(7001, TCP_STATE_LISTEN);

	ck_assert_int_ge(client, 0);
	ck_assert_uint_eq(row.inode, inode_of(listener));
	ck_assert_uint_eq(row.uid, geteuid());
	ck_assert_uint_eq(row.recv_q, 1);
	ck_assert_uint_eq(row.send_q, 4096);
	ck_assert(!row.has_info);
	ck_assert_int_eq(row.timer, TCP_TIMER_OFF);
	close(client);
	close(listener);
}
END_TEST

START_TEST(an_unaccepted_connection_has_no_inode)
{
	int listener = own_ns_listen(7002, true);
	int client = own_ns_connect(7002);
	struct tcp_sock row = wait_row(7002, TCP_STATE_ESTABLISHED);
	struct tcp_sock peer =
		wait_row(own_ns_port(client), TCP_STATE_ESTABLISHED);
	int server;

	ck_assert_uint_eq(row.inode, 0);
	ck_assert_uint_eq(peer.inode, inode_of(client));
	ck_assert(endpoint_equal(&row.remote, &peer.local));
	ck_assert(endpoint_equal(&row.local, &peer.remote));
	ck_assert(peer.has_info);
	ck_assert_uint_gt(peer.rto_us, 0);
	ck_assert_uint_gt(peer.snd_cwnd, 0);
	server = accept(listener, NULL, NULL);
	ck_assert_uint_eq(wait_row(7002, TCP_STATE_ESTABLISHED).inode,
			  inode_of(server));
	close(server);
	close(client);
	close(listener);
}
END_TEST

/* with TCP_DEFER_ACCEPT the handshake's last ACK leaves the request where it
 * is (tcp(7)) */
START_TEST(a_request_socket_shows_as_syn_recv)
{
	int listener = own_ns_listen(7003, true), seconds = 10, client;
	struct tcp_sock row;

	ck_assert_int_eq(setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT,
				    &seconds, sizeof(seconds)),
			 0);
	client = own_ns_connect(7003);
	row = wait_row(7003, TCP_STATE_SYN_RECV);
	ck_assert_uint_eq(row.inode, 0);
	ck_assert_int_eq(row.remote.port, own_ns_port(client));
	ck_assert_int_eq(row.timer, TCP_TIMER_ON);
	close(client);
	close(listener);
}
END_TEST

START_TEST(the_states_of_a_close)
{
	int listener = own_ns_listen(7004, true);
	int client = own_ns_connect(7004), port = own_ns_port(client);
	int server = accept(listener, NULL, NULL);
	struct tcp_sock row;
	char c;

	ck_assert_int_eq(shutdown(client, SHUT_WR), 0);
	row = wait_row(port, TCP_STATE_FIN_WAIT2);
	ck_assert_uint_eq(row.inode, inode_of(client));
	ck_assert_int_eq(row.timer, TCP_TIMER_OFF);
	row = wait_row(7004, TCP_STATE_CLOSE_WAIT);
	ck_assert_uint_eq(row.inode, inode_of(server));
	ck_assert_int_eq(read(server, &c, 1), 0);
	close(client);
	row = wait_row(port, TCP_STATE_FIN_WAIT2);
	ck_assert_uint_eq(row.inode, 0);
	ck_assert_int_eq(row.timer, TCP_TIMER_TIMEWAIT);
	close(server);
	row = wait_row(port, TCP_STATE_TIME_WAIT);
	ck_assert_uint_eq(row.inode, 0);
	ck_assert_int_eq(row.timer, TCP_TIMER_TIMEWAIT);
	ck_assert_int_gt(row.timer_ns, 55 * NS_PER_S);
	ck_assert_int_le(row.timer_ns, 60 * NS_PER_S);
	close(listener);
}
END_TEST

START_TEST(unread_and_unacknowledged_bytes_are_queued)
{
	int listener = own_ns_listen(7005, true);
	int client = own_ns_connect(7005);
	int server = accept(listener, NULL, NULL);

	ck_assert_int_eq(write(client, "hello", 5), 5);
	ck_assert_uint_eq(wait_row(7005, TCP_STATE_ESTABLISHED).recv_q, 5);
	close(client);
	close(server);
	close(listener);
}
END_TEST

START_TEST(a_bound_socket_shows_as_closed_where_the_kernel_tells)
{
	SCOPED_SOCK_TABLE struct sock_table table = {0};
	int fd = own_ns_bind(7006, true);

	dump(&table);
	ck_assert_int_eq(row_of(&table, 7006, TCP_STATE_CLOSED) != NULL,
			 kernel_since(6, 8));
	close(fd);
}
END_TEST

START_TEST(ipv4_through_an_ipv6_socket_is_ipv4)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6,
				   .sin6_port = htons(7007)};
	int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int client, server;

	if (listener < 0)
		return; /* a kernel without IPv6 */
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&any, sizeof(any)),
			 0);
	ck_assert_int_eq(listen(listener, 5), 0);
	client = own_ns_connect(7007);
	server = accept(listener, NULL, NULL);
	ck_assert_int_eq(wait_row(7007, TCP_STATE_LISTEN).local.family,
			 AF_INET6);
	ck_assert_int_eq(wait_row(7007, TCP_STATE_ESTABLISHED).local.family,
			 AF_INET);
	/* the server closes first: its timewait socket is of an IPv6 one */
	close(server);
	close(client);
	ck_assert_int_eq(wait_row(7007, TCP_STATE_TIME_WAIT).remote.family,
			 AF_INET);
	close(listener);
}
END_TEST

/* the kernel's own count: a busy machine handles the last FIN a little after
 * close(2) has returned */
static int time_waits(void)
{
	SCOPED_FILE FILE *file = fopen("/proc/thread-self/net/sockstat", "re");
	char line[256];
	int n = -1;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "TCP: inuse %*d orphan %*d tw %d", &n) == 1)
			break;
	return n;
}

START_TEST(twenty_thousand_time_waits_come_out_complete)
{
	int64_t deadline_ns = clock_now_ns() + 10 * NS_PER_S;
	SCOPED_SOCK_TABLE struct sock_table table = {0};
	int before = time_waits(); /* of other tests; they last a minute */
	size_t found = 0;

	ck_assert_int_ge(before, 0);
	ck_assert(own_ns_time_waits(20000));
	while (time_waits() < before + 20000) {
		ck_assert_msg(clock_now_ns() < deadline_ns, "%d of %d",
			      time_waits(), before + 20000);
		own_ns_pass();
	}
	dump(&table);
	for (size_t i = 0; i < table.n; i++)
		found += table.v[i].state == TCP_STATE_TIME_WAIT &&
			 (table.v[i].remote.port == 1000 ||
			  table.v[i].local.port == 1000);
	ck_assert_uint_eq(found, 20000);
}
END_TEST

START_TEST(a_closed_namespace_descriptor_is_refused_in_words)
{
	struct sockdiag *diag = NULL;
	struct err err = {0};

	ck_assert_int_eq(sockdiag_open(-1, &diag, &err), -EBADF);
	ck_assert_ptr_null(diag);
	ck_assert_str_ne(err.text, "");
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("sockdiag");
	TCase *tc = tcase_create("live");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_listener_shows_its_queue_and_backlog);
	tcase_add_test(tc, an_unaccepted_connection_has_no_inode);
	tcase_add_test(tc, a_request_socket_shows_as_syn_recv);
	tcase_add_test(tc, the_states_of_a_close);
	tcase_add_test(tc, unread_and_unacknowledged_bytes_are_queued);
	tcase_add_test(tc,
		       a_bound_socket_shows_as_closed_where_the_kernel_tells);
	tcase_add_test(tc, ipv4_through_an_ipv6_socket_is_ipv4);
	tcase_add_test(tc, twenty_thousand_time_waits_come_out_complete);
	tcase_add_test(tc, a_closed_namespace_descriptor_is_refused_in_words);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	ns = own_ns_enter();
	if (ns < 0)
		test_skip("needs a network namespace of its own");
	return test_run(suite());
}
