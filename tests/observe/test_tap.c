/*
 * test_tap.c - frames come out as they went by, and lost ones are counted
 */
#include "observe/tap.h"

#include <net/ethernet.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/scope.h"
#include "observe/own_ns.h"
#include "test.h"

#define PORT 7788

static int ns = -1;

static void release(struct tap **tap)
{
	tap_close(*tap);
}

static struct tap *open_tap(unsigned int frames)
{
	struct tap *tap = NULL;
	struct err err = {0};

	ck_assert_msg(tap_open(ns, (int)if_nametoindex("lo"), frames, &tap,
			       &err) == 0,
		      "%s", err.text);
	return tap;
}

/* one datagram of @n bytes to ourselves: two frames, sent and arrived */
static void send_datagram(size_t n)
{
	static const char bytes[1400];
	struct sockaddr_in to = own_ns_loopback(PORT);
	SCOPED_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq((int)sendto(fd, bytes, n, 0, (struct sockaddr *)&to,
				     sizeof(to)),
			 (int)n);
}

START_TEST(test_both_ways)
{
	/* Ethernet, IPv4, UDP; nobody listens, so ICMP comes back */
	const uint32_t len = ETHER_HDR_LEN + 20 + 8 + 100;
	SCOPED(release) struct tap *tap = open_tap(64);
	int64_t before_ns = clock_wall_ns();
	struct tap_frame sent;
	struct tap_frame arrived;

	ck_assert(!tap_peek(tap, &sent));
	send_datagram(100);
	ck_assert(tap_peek(tap, &sent));
	ck_assert(sent.out);
	ck_assert_uint_eq(sent.len, len);
	ck_assert_uint_eq(sent.whole_len, len);
	ck_assert_int_ge(sent.wall_ns, before_ns);
	ck_assert_int_le(sent.wall_ns, clock_wall_ns());
	ck_assert_uint_eq(sent.bytes[ETHER_HDR_LEN] >> 4, 4);
	tap_next(tap);
	ck_assert(tap_peek(tap, &arrived));
	ck_assert(!arrived.out);
	ck_assert_uint_eq(arrived.len, len);
	ck_assert_int_ge(arrived.wall_ns, sent.wall_ns);
}
END_TEST

/* many rounds of the ring, in order, none lost */
START_TEST(test_round_and_round)
{
	SCOPED(release) struct tap *tap = open_tap(32);
	struct tap_count count;
	struct tap_frame frame;
	unsigned int seen = 0;

	for (size_t i = 0; i < 200; i++) {
		send_datagram(i + 1);
		while (tap_peek(tap, &frame)) {
			bool udp =
				frame.bytes[ETHER_HDR_LEN + 9] == IPPROTO_UDP;

			if (udp)
				ck_assert_uint_eq(frame.len,
						  ETHER_HDR_LEN + 28 + i + 1);
			seen++;
			tap_next(tap);
		}
	}
	ck_assert_int_eq(tap_count(tap, &count), 0);
	ck_assert_uint_eq(count.frames, seen);
	ck_assert_uint_eq(count.dropped, 0);
}
END_TEST

START_TEST(test_overrun)
{
	SCOPED(release) struct tap *tap = open_tap(32);
	struct tap_count count;
	struct tap_frame frame;
	uint64_t kept = 0;

	for (int i = 0; i < 100; i++)
		send_datagram(1);
	for (; tap_peek(tap, &frame); tap_next(tap))
		kept++;
	ck_assert_int_eq(tap_count(tap, &count), 0);
	ck_assert_uint_eq(kept, 32);
	ck_assert_uint_ge(count.dropped, 200 - 32);
	ck_assert_uint_eq(count.frames, kept + count.dropped);
	/* and it goes on from there */
	send_datagram(7);
	ck_assert(tap_peek(tap, &frame));
	ck_assert_uint_eq(frame.len, ETHER_HDR_LEN + 28 + 7);
}
END_TEST

START_TEST(test_no_such_interface)
{
	struct tap *tap = NULL;
	struct err err = {0};

	ck_assert_int_eq(tap_open(ns, 4711, 32, &tap, &err), -ENODEV);
	ck_assert_ptr_null(tap);
	ck_assert_str_eq(err.text, "listen to interface 4711: No such device");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tap");
	TCase *tcase = tcase_create("live");

	ns = own_ns_enter();
	if (ns < 0)
		test_skip("no network namespace of our own");
	tcase_add_test(tcase, test_both_ways);
	tcase_add_test(tcase, test_round_and_round);
	tcase_add_test(tcase, test_overrun);
	tcase_add_test(tcase, test_no_such_interface);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
