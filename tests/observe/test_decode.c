/*
 * test_decode.c - hand-built sock_diag messages come out as rows, or not at all
 */
#include "observe/decode.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/tcp.h>

#include "base/clock.h"
#include "tcp/sock.h"
#include "test.h"

/** struct message - room for a header, a body and attributes */
struct message {
	_Alignas(8) char buf[1024];
	size_t len;
};

static struct inet_diag_msg body(void)
{
	return (struct inet_diag_msg){
		.idiag_family = AF_INET,
		.idiag_state = 1,
		.idiag_retrans = 3,
		.id = {.idiag_sport = htons(7788),
		       .idiag_dport = htons(40000),
		       .idiag_src = {htonl(0x0a000001)},
		       .idiag_dst = {htonl(0x0a000002)},
		       .idiag_cookie = {0x11223344, 0x55667788}},
		.idiag_rqueue = 5,
		.idiag_wqueue = 6,
		.idiag_uid = 1000,
		.idiag_inode = 4242,
	};
}

static void message_put(struct message *m, const void *data, size_t len)
{
	ck_assert_uint_le(m->len + len, sizeof(m->buf));
	memcpy(m->buf + m->len, data, len);
	m->len += (len + 3) & ~(size_t)3;
}

static void message_end(struct message *m)
{
	((struct nlmsghdr *)m->buf)->nlmsg_len = (uint32_t)m->len;
}

static struct message message_of(const struct inet_diag_msg *msg)
{
	struct nlmsghdr nlh = {.nlmsg_type = 20};
	struct message m = {0};

	message_put(&m, &nlh, sizeof(nlh));
	message_put(&m, msg, sizeof(*msg));
	message_end(&m);
	return m;
}

static void attr_put(struct message *m, unsigned int type, const void *data,
		     size_t len)
{
	struct nlattr attr = {.nla_len = (uint16_t)(sizeof(attr) + len),
			      .nla_type = (uint16_t)type};

	message_put(m, &attr, sizeof(attr));
	message_put(m, data, len);
	message_end(m);
}

static int decode(const struct message *m, struct tcp_sock *out)
{
	return decode_diag((const struct nlmsghdr *)m->buf, m->len, out);
}

static struct tcp_sock decoded(const struct inet_diag_msg *msg)
{
	struct message m = message_of(msg);
	struct tcp_sock out;

	memset(&out, 0xff, sizeof(out));
	ck_assert_int_eq(decode(&m, &out), 0);
	return out;
}

START_TEST(every_field_of_the_body_arrives)
{
	const struct inet_diag_msg msg = body();
	struct tcp_sock out = decoded(&msg);
	char text[ENDPOINT_TEXT];

	ck_assert_str_eq(endpoint_print(&out.local, text), "10.0.0.1:7788");
	ck_assert_str_eq(endpoint_print(&out.remote, text), "10.0.0.2:40000");
	ck_assert_int_eq(out.state, TCP_STATE_ESTABLISHED);
	ck_assert_int_eq(out.timer, TCP_TIMER_OFF);
	ck_assert_int_eq(out.timer_ns, 0);
	ck_assert_uint_eq(out.retrans, 3);
	ck_assert_uint_eq(out.recv_q, 5);
	ck_assert_uint_eq(out.send_q, 6);
	ck_assert_uint_eq(out.uid, 1000);
	ck_assert_uint_eq(out.inode, 4242);
	ck_assert_uint_eq(out.cookie, UINT64_C(0x5566778811223344));
	ck_assert(!out.has_info);
}
END_TEST

static const struct {
	int kernel;
	int ours; /* -1: refused */
} states[] = {
	{0, -1},
	{1, TCP_STATE_ESTABLISHED},
	{2, TCP_STATE_SYN_SENT},
	{3, TCP_STATE_SYN_RECV},
	{4, TCP_STATE_FIN_WAIT1},
	{5, TCP_STATE_FIN_WAIT2},
	{6, TCP_STATE_TIME_WAIT},
	{7, TCP_STATE_CLOSED},
	{8, TCP_STATE_CLOSE_WAIT},
	{9, TCP_STATE_LAST_ACK},
	{10, TCP_STATE_LISTEN},
	{11, TCP_STATE_CLOSING},
	{12, TCP_STATE_SYN_RECV},
	{13, TCP_STATE_CLOSED},
	{14, -1},
	{255, -1},
};

START_TEST(states_are_ours)
{
	struct inet_diag_msg msg = body();
	struct tcp_sock out = {.uid = 77};
	struct message m;

	msg.idiag_state = (uint8_t)states[_i].kernel;
	m = message_of(&msg);
	if (states[_i].ours < 0) {
		ck_assert_int_eq(decode(&m, &out), -EPROTO);
		ck_assert_uint_eq(out.uid, 77);
		return;
	}
	ck_assert_int_eq(decode(&m, &out), 0);
	ck_assert_int_eq((int)out.state, states[_i].ours);
}
END_TEST

static const struct {
	int kernel;
	uint32_t expires_ms;
	int ours; /* -1: refused */
	int64_t ns;
} timers[] = {
	{0, 1234, TCP_TIMER_OFF, 0},
	{1, 200, TCP_TIMER_ON, 200 * NS_PER_MS},
	{2, 7200000, TCP_TIMER_KEEPALIVE, 7200 * NS_PER_S},
	{3, 60000, TCP_TIMER_TIMEWAIT, 60 * NS_PER_S},
	{4, 1, TCP_TIMER_PERSIST, NS_PER_MS},
	{1, 0, TCP_TIMER_ON, 0},
	/* overdue, as kernels before 5.4 told it */
	{3, UINT32_MAX - 9, TCP_TIMER_TIMEWAIT, 0},
	{5, 0, -1, 0},
};

START_TEST(timers_are_ours)
{
	struct inet_diag_msg msg = body();
	struct tcp_sock out = {0};
	struct message m;

	msg.idiag_timer = (uint8_t)timers[_i].kernel;
	msg.idiag_expires = timers[_i].expires_ms;
	m = message_of(&msg);
	ck_assert_int_eq(decode(&m, &out), timers[_i].ours < 0 ? -EPROTO : 0);
	if (timers[_i].ours < 0)
		return;
	ck_assert_int_eq((int)out.timer, timers[_i].ours);
	ck_assert_int_eq(out.timer_ns, timers[_i].ns);
}
END_TEST

static const struct {
	int family;
	const char *src, *dst; /* as IPv6 text, or IPv4 for AF_INET */
	const char *local, *remote; /* NULL: refused */
} addresses[] = {
	{AF_INET, "0.0.0.0", "0.0.0.0", "0.0.0.0:7788", "0.0.0.0:40000"},
	{AF_INET6, "fd7c::1", "fd7c::2", "[fd7c::1]:7788", "[fd7c::2]:40000"},
	{AF_INET6, "::", "::", "[::]:7788", "[::]:40000"},
	{AF_INET6, "::ffff:10.0.0.1", "::ffff:10.0.0.2", "10.0.0.1:7788",
	 "10.0.0.2:40000"},
	{AF_INET6, "::ffff:10.0.0.1", "::", "10.0.0.1:7788", "0.0.0.0:40000"},
	{AF_INET6, "::", "::ffff:10.0.0.2", "0.0.0.0:7788", "10.0.0.2:40000"},
	{AF_UNSPEC, "::", "::", NULL, NULL},
	{AF_UNIX, "::", "::", NULL, NULL},
};

START_TEST(addresses_of_both_families)
{
	struct inet_diag_msg msg = body();
	int family = addresses[_i].family;
	int text_family = family == AF_INET ? AF_INET : AF_INET6;
	char text[ENDPOINT_TEXT];
	struct tcp_sock out = {0};
	struct message m;

	msg.idiag_family = (uint8_t)family;
	ck_assert_int_eq(
		inet_pton(text_family, addresses[_i].src, msg.id.idiag_src), 1);
	ck_assert_int_eq(
		inet_pton(text_family, addresses[_i].dst, msg.id.idiag_dst), 1);
	m = message_of(&msg);
	if (!addresses[_i].local) {
		ck_assert_int_eq(decode(&m, &out), -EPROTO);
		return;
	}
	ck_assert_int_eq(decode(&m, &out), 0);
	ck_assert_str_eq(endpoint_print(&out.local, text), addresses[_i].local);
	ck_assert_str_eq(endpoint_print(&out.remote, text),
			 addresses[_i].remote);
}
END_TEST

static struct tcp_info info(void)
{
	return (struct tcp_info){.tcpi_rto = 204000,
				 .tcpi_rtt = 70,
				 .tcpi_snd_cwnd = 10,
				 .tcpi_unacked = 2,
				 .tcpi_total_retrans = 4};
}

/* the kernel's tcp_info grows; ours is what we were built against */
START_TEST(tcp_info_of_any_length)
{
	static const size_t lengths[] = {104, sizeof(struct tcp_info), 400};
	const struct inet_diag_msg msg = body();
	struct tcp_info in = info();
	char padded[400] = {0};
	struct message m = message_of(&msg);
	struct tcp_sock out = {0};

	memcpy(padded, &in, sizeof(in));
	attr_put(&m, INET_DIAG_SHUTDOWN, "x", 1);
	attr_put(&m, 999, "unknown", 7);
	attr_put(&m, INET_DIAG_INFO, padded, lengths[_i]);
	ck_assert_int_eq(decode(&m, &out), 0);
	ck_assert(out.has_info);
	ck_assert_uint_eq(out.rto_us, 204000);
	ck_assert_uint_eq(out.rtt_us, 70);
	ck_assert_uint_eq(out.snd_cwnd, 10);
	ck_assert_uint_eq(out.unacked, 2);
	ck_assert_uint_eq(out.total_retrans, 4);
}
END_TEST

START_TEST(tcp_info_that_is_no_use_is_not_used)
{
	struct inet_diag_msg msg = body();
	struct tcp_info in = info();
	struct message m = message_of(&msg);
	struct tcp_sock out = {0};

	attr_put(&m, INET_DIAG_INFO, &in, 100);
	ck_assert_int_eq(decode(&m, &out), 0);
	ck_assert(!out.has_info);
	msg.idiag_state = 10; /* LISTEN: only the queue's lengths */
	m = message_of(&msg);
	attr_put(&m, INET_DIAG_INFO, &in, sizeof(in));
	ck_assert_int_eq(decode(&m, &out), 0);
	ck_assert(!out.has_info);
}
END_TEST

START_TEST(attributes_that_lie_about_their_length_are_refused)
{
	static const uint16_t lengths[] = {0, 3, 13, 0xffff};
	const struct inet_diag_msg msg = body();
	struct message m = message_of(&msg);
	struct nlattr attr = {.nla_len = lengths[_i],
			      .nla_type = INET_DIAG_INFO};
	struct tcp_sock out = {.uid = 77};

	message_put(&m, &attr, sizeof(attr));
	message_put(&m, "12345678", 8);
	message_end(&m);
	ck_assert_int_eq(decode(&m, &out), -EBADMSG);
	ck_assert_uint_eq(out.uid, 77);
}
END_TEST

START_TEST(a_message_cut_anywhere_is_refused)
{
	const struct inet_diag_msg msg = body();
	struct message m = message_of(&msg);
	struct tcp_sock out = {.uid = 77};
	size_t whole = m.len;

	for (m.len = 0; m.len < whole; m.len++)
		ck_assert_int_eq(decode(&m, &out), -EBADMSG);
	/* and one whose own header says that it is short */
	((struct nlmsghdr *)m.buf)->nlmsg_len = (uint32_t)whole - 1;
	ck_assert_int_eq(decode(&m, &out), -EBADMSG);
	ck_assert_uint_eq(out.uid, 77);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("decode");
	TCase *tc = tcase_create("unit");

	tcase_add_test(tc, every_field_of_the_body_arrives);
	tcase_add_loop_test(tc, states_are_ours, 0,
			    sizeof(states) / sizeof(*states));
	tcase_add_loop_test(tc, timers_are_ours, 0,
			    sizeof(timers) / sizeof(*timers));
	tcase_add_loop_test(tc, addresses_of_both_families, 0,
			    sizeof(addresses) / sizeof(*addresses));
	tcase_add_loop_test(tc, tcp_info_of_any_length, 0, 3);
	tcase_add_test(tc, tcp_info_that_is_no_use_is_not_used);
	tcase_add_loop_test(
		tc, attributes_that_lie_about_their_length_are_refused, 0, 4);
	tcase_add_test(tc, a_message_cut_anywhere_is_refused);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return test_run(suite());
}
