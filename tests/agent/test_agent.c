/*
 * test_agent.c - an agent does each verb on the loopback, and tells it all
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "drive.h"
#include "test.h"

static struct drive d;

static void setup(void)
{
	drive_start(&d);
}

static void teardown(void)
{
	ck_assert_int_eq(drive_stop(&d), 0);
}

START_TEST(connection_from_birth_to_end)
{
	struct endpoint at = drive_listen(&d, "L");
	char calls[200];
	struct agent_msg c, s, end;

	ck_assert_str_eq(drive_calls(&d, d.op, calls, sizeof(calls)),
			 "socket bind listen");
	c = drive_connect(&d, "c", &at);
	ck_assert_int_eq(c.error, 0);
	ck_assert(endpoint_equal(&c.remote, &at));
	ck_assert_str_eq(drive_calls(&d, d.op, calls, sizeof(calls)),
			 "socket connect");
	s = drive_accept(&d, "s", "L");
	ck_assert_int_eq(s.error, 0);
	ck_assert(endpoint_equal(&s.local, &at));
	ck_assert(endpoint_equal(&s.remote, &c.local));
	ck_assert_uint_ne(c.inode, 0);
	ck_assert_uint_ne(s.inode, 0);
	ck_assert_uint_ne(s.inode, c.inode);
	end = drive_send(&d, "c", "hello");
	ck_assert_int_eq(end.bytes, 5);
	ck_assert_uint_eq(end.inode, c.inode);
	end = drive_on(&d, VERB_RECV, "s");
	ck_assert_int_eq(end.bytes, 5);
	ck_assert(!end.eof);
	end = drive_on(&d, VERB_CLOSE, "c");
	ck_assert_int_eq(end.error, 0);
	ck_assert_uint_eq(end.inode, c.inode);
	ck_assert(endpoint_equal(&end.local, &c.local));
	ck_assert(endpoint_equal(&end.remote, &at));
	end = drive_on(&d, VERB_RECV, "s");
	ck_assert(end.eof);
	ck_assert_int_eq(end.bytes, 0);
	ck_assert_int_eq(drive_on(&d, VERB_CLOSE, "s").error, 0);
}
END_TEST

START_TEST(call_tells_socket_and_inode)
{
	struct endpoint at = drive_listen(&d, "L");
	struct agent_msg c = drive_connect(&d, "c", &at), s, call;

	call = drive_wait(&d, AGENT_MSG_CALL, c.op);
	ck_assert_str_eq(call.call, "socket");
	ck_assert_str_eq(call.socket, "c");
	ck_assert_uint_eq(call.inode, c.inode);
	ck_assert_int_eq(call.pid, d.agent.pid);
	call = drive_wait(&d, AGENT_MSG_CALL, c.op);
	ck_assert_str_eq(call.call, "connect");
	ck_assert_int_ge(call.began_ns, c.began_ns);
	ck_assert_int_le(call.ended_ns, c.ended_ns);
	s = drive_accept(&d, "s", "L");
	call = drive_wait(&d, AGENT_MSG_CALL, s.op);
	ck_assert_str_eq(call.call, "accept4");
	ck_assert_str_eq(call.args, "L, SOCK_CLOEXEC");
	ck_assert_str_eq(call.socket, "s");
	ck_assert_uint_eq(call.inode, s.inode);
}
END_TEST

START_TEST(refused_connect_closes_what_it_made)
{
	struct endpoint at = drive_listen(&d, "L");
	struct agent_msg end;
	char calls[200];

	ck_assert_int_eq(drive_on(&d, VERB_CLOSE, "L").error, 0);
	end = drive_connect(&d, "c", &at);
	ck_assert_int_eq(end.result, -1);
	ck_assert_int_eq(end.error, ECONNREFUSED);
	ck_assert_str_eq(end.call, "connect");
	ck_assert_str_eq(drive_calls(&d, end.op, calls, sizeof(calls)),
			 "socket connect! close");
	ck_assert_uint_ne(end.inode, 0);
	ck_assert_int_eq(drive_on(&d, VERB_CLOSE, "c").error, EBADF);
}
END_TEST

START_TEST(busy_port_fails_in_bind)
{
	struct endpoint at = drive_listen(&d, "L");
	struct act act = drive_act_making(VERB_LISTEN, "M");
	struct agent_msg end = drive_do(&d, &act, &at);
	char calls[200];

	ck_assert_int_eq(end.error, EADDRINUSE);
	ck_assert_str_eq(end.call, "bind");
	ck_assert_str_eq(drive_calls(&d, end.op, calls, sizeof(calls)),
			 "socket bind! close");
	act.reuseaddr = true;
	end = drive_do(&d, &act, &at);
	ck_assert_int_eq(end.error, EADDRINUSE);
	ck_assert_str_eq(drive_calls(&d, end.op, calls, sizeof(calls)),
			 "socket setsockopt bind! close");
}
END_TEST

START_TEST(reuseport_on_both_shares_a_port)
{
	struct act act = drive_act_making(VERB_LISTEN, "L");
	struct endpoint at = drive_loopback(0);
	struct agent_msg end;

	act.reuseport = true;
	end = drive_do(&d, &act, &at);
	ck_assert_int_eq(end.error, 0);
	act.socket = drive_text("M");
	ck_assert_int_eq(drive_do(&d, &act, &end.local).error, 0);
}
END_TEST

START_TEST(name_in_use_is_refused_without_a_call)
{
	struct endpoint at = drive_pair(&d);
	struct agent_msg end = drive_connect(&d, "c", &at);
	char calls[200];

	ck_assert_int_eq(end.error, EEXIST);
	ck_assert_str_eq(end.call, "");
	ck_assert_str_eq(drive_calls(&d, end.op, calls, sizeof(calls)), "");
}
END_TEST

START_TEST(socket_bind_listen_one_by_one)
{
	struct endpoint any = drive_loopback(0);
	struct act act = drive_act_making(VERB_SOCKET, "L");
	struct agent_msg end;

	ck_assert_int_eq(drive_do(&d, &act, NULL).error, 0);
	act = drive_act_on(VERB_BIND, "L");
	end = drive_do(&d, &act, &any);
	ck_assert_int_eq(end.error, 0);
	ck_assert_int_eq(drive_on(&d, VERB_LISTEN, "L").error, 0);
	ck_assert_int_eq(drive_connect(&d, "c", &end.local).error, 0);
}
END_TEST

START_TEST(connect_binds_where_it_comes_from)
{
	struct endpoint at = drive_listen(&d, "L");
	struct act act = drive_act_making(VERB_CONNECT, "c");
	struct endpoint from = drive_loopback(0);
	struct agent_msg end;
	char calls[200];

	from.ip.v4.s_addr = htonl(INADDR_LOOPBACK + 1);
	ck_assert_int_eq(agent_do(&d.agent, ++d.op, &act, &at, &from, NULL), 0);
	end = drive_wait(&d, AGENT_MSG_OP_END, d.op);
	ck_assert_int_eq(end.error, 0);
	ck_assert_int_eq((int)end.local.ip.v4.s_addr, (int)from.ip.v4.s_addr);
	ck_assert_str_eq(drive_calls(&d, end.op, calls, sizeof(calls)),
			 "socket bind connect");
}
END_TEST

START_TEST(ipv6_by_family_and_by_address)
{
	struct act act = drive_act_making(VERB_SOCKET, "L6");
	struct agent_msg end;

	act.family = ACT_FAMILY_V6;
	act.v6only = true;
	end = drive_do(&d, &act, NULL);
	ck_assert_int_eq(end.error, 0);
	ck_assert_int_eq(end.local.family, AF_INET6);
	act = drive_act_on(VERB_GETSOCKOPT, "L6");
	act.option = drive_text("IPV6_V6ONLY");
	ck_assert_str_eq(drive_do(&d, &act, NULL).value, "1");
}
END_TEST

START_TEST(sending_after_shutdown_is_epipe)
{
	struct act act = drive_act_on(VERB_SHUTDOWN, "c");
	struct agent_msg end;

	(void)drive_pair(&d);
	act.how = SHUT_HOW_WR;
	ck_assert_int_eq(drive_do(&d, &act, NULL).error, 0);
	end = drive_send(&d, "c", "x");
	ck_assert_int_eq(end.error, EPIPE);
	ck_assert_str_eq(end.call, "send");
	ck_assert_int_eq(end.bytes, 0);
	/* the other direction still flows */
	ck_assert_int_eq(drive_send(&d, "s", "y").error, 0);
	ck_assert_int_eq(drive_on(&d, VERB_RECV, "c").bytes, 1);
}
END_TEST

START_TEST(abort_resets_the_peer)
{
	struct agent_msg end;
	char calls[200];

	(void)drive_pair(&d);
	end = drive_on(&d, VERB_ABORT, "c");
	ck_assert_int_eq(end.error, 0);
	ck_assert_uint_ne(end.inode, 0);
	ck_assert_uint_ne(end.remote.port, 0);
	ck_assert_str_eq(drive_calls(&d, end.op, calls, sizeof(calls)),
			 "setsockopt close");
	end = drive_on(&d, VERB_RECV, "s");
	ck_assert_int_eq(end.error, ECONNRESET);
	ck_assert_str_eq(end.call, "recv");
}
END_TEST

START_TEST(unconnected_socket_cannot_be_shut_down)
{
	struct act act = drive_act_making(VERB_SOCKET, "c");

	ck_assert_int_eq(drive_do(&d, &act, NULL).error, 0);
	ck_assert_int_eq(drive_on(&d, VERB_SHUTDOWN, "c").error, ENOTCONN);
}
END_TEST

/** struct option_row - @value is set; @reads is what the kernel then says */
struct option_row {
	const char *option;
	const char *value;
	const char *reads;
};

static const struct option_row option_rows[] = {
	{"TCP_NODELAY", "on", "1"},
	{"SO_LINGER", "5s", "5s"},
	{"SO_LINGER", "off", "off"},
	{"SO_RCVTIMEO", "2s", "2s"},
	{"TCP_USER_TIMEOUT", "3000", "3000"},
	{"TCP_CONGESTION", "reno", "reno"},
};

START_TEST(option_reads_as_it_was_set)
{
	const struct option_row *row = &option_rows[_i];
	struct act act = drive_act_on(VERB_SETSOCKOPT, "c");
	struct agent_msg end;

	(void)drive_pair(&d);
	act.option = drive_text(row->option);
	act.value = drive_text(row->value);
	ck_assert_int_eq(drive_do(&d, &act, NULL).error, 0);
	act.verb = VERB_GETSOCKOPT;
	act.returns = drive_text(row->reads);
	end = drive_do(&d, &act, NULL);
	ck_assert_int_eq(end.error, 0);
	ck_assert_str_eq(end.value, row->reads);
	ck_assert(end.match);
	act.returns = drive_text("something else");
	ck_assert(!drive_do(&d, &act, NULL).match);
}
END_TEST

START_TEST(option_that_the_kernel_refuses)
{
	struct act act = drive_act_on(VERB_SETSOCKOPT, "c");
	struct agent_msg end;

	(void)drive_pair(&d);
	act.option = drive_text("TCP_MAXSEG");
	act.value = drive_text("1");
	end = drive_do(&d, &act, NULL);
	ck_assert_int_eq(end.error, EINVAL);
	ck_assert_str_eq(end.call, "setsockopt");
	act.value = drive_text("many");
	end = drive_do(&d, &act, NULL);
	ck_assert_int_eq(end.error, EINVAL);
	ck_assert_str_eq(end.call, "");
	act.verb = VERB_GETSOCKOPT;
	act.option = drive_text("SO_ACCEPTCONN");
	act.socket = drive_text("L");
	ck_assert_str_eq(drive_do(&d, &act, NULL).value, "1");
}
END_TEST

START_TEST(verb_of_the_runner_is_refused)
{
	ck_assert_int_eq(drive_on(&d, VERB_RESTART, NULL).error, ENOSYS);
}
END_TEST

START_TEST(agent_leaves_when_the_runner_is_gone)
{
	struct act act = drive_act_making(VERB_ACCEPT, "s");
	struct pollfd fd;
	int status = -1, signal = -1;

	(void)drive_listen(&d, "L");
	act.on = drive_text("L");
	(void)drive_act(&d, &act, NULL);
	drive_until_in_call(&d, __NR_accept4);
	(void)close(d.agent.fd);
	d.agent.fd = -1;
	fd = (struct pollfd){.fd = d.agent.pidfd, .events = POLLIN};
	ck_assert_int_eq(poll(&fd, 1, DRIVE_WAIT_MS), 1);
	ck_assert_int_eq(launch_reap(d.agent.pidfd, &status, &signal), 1);
	ck_assert_int_eq(status, 0);
	drive_release(&d);
	drive_start(&d); /* for teardown */
}
END_TEST

START_TEST(gone_agent_is_epipe_both_ways)
{
	struct act act = drive_act_making(VERB_SOCKET, "c");
	struct agent_msg msg;
	struct drive other;
	int fd;

	drive_start(&other);
	fd = dup(other.agent.fd);
	ck_assert_int_eq(drive_stop(&other), 0);
	other.agent = AGENT_NONE;
	other.agent.fd = fd;
	ck_assert_int_eq(agent_receive(&other.agent, &msg), -EPIPE);
	ck_assert_int_eq(agent_do(&other.agent, 1, &act, NULL, NULL, NULL),
			 -EPIPE);
	drive_release(&other);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("agent");
	TCase *tc = tcase_create("agent");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, connection_from_birth_to_end);
	tcase_add_test(tc, call_tells_socket_and_inode);
	tcase_add_test(tc, refused_connect_closes_what_it_made);
	tcase_add_test(tc, busy_port_fails_in_bind);
	tcase_add_test(tc, reuseport_on_both_shares_a_port);
	tcase_add_test(tc, name_in_use_is_refused_without_a_call);
	tcase_add_test(tc, socket_bind_listen_one_by_one);
	tcase_add_test(tc, connect_binds_where_it_comes_from);
	tcase_add_test(tc, ipv6_by_family_and_by_address);
	tcase_add_test(tc, sending_after_shutdown_is_epipe);
	tcase_add_test(tc, abort_resets_the_peer);
	tcase_add_test(tc, unconnected_socket_cannot_be_shut_down);
	tcase_add_loop_test(tc, option_reads_as_it_was_set, 0,
			    sizeof(option_rows) / sizeof(option_rows[0]));
	tcase_add_test(tc, option_that_the_kernel_refuses);
	tcase_add_test(tc, verb_of_the_runner_is_refused);
	tcase_add_test(tc, agent_leaves_when_the_runner_is_gone);
	tcase_add_test(tc, gone_agent_is_epipe_both_ways);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
