/*
 * test_trace_format.c - records of several kernels' tracepoints, and what is
 * asked of each
 */
#include "observe/trace_format.h"

#include <arpa/inet.h>
#include <errno.h>

#include "base/scope.h"
#include "observe/trace_filter.h"
#include "test.h"

#define COMMON                                                                 \
	"format:\n"                                                            \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;"      \
	"\tsigned:0;\n"                                                        \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

/* Linux 6.1 */
static const char send_reset_old[] =
	"name: tcp_send_reset\nID: 294\n" COMMON
	"\tfield:const void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:const void * skaddr;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:int state;\toffset:24;\tsize:4;\tsigned:1;\n"
	"\tfield:__u16 sport;\toffset:28;\tsize:2;\tsigned:0;\n"
	"\tfield:__u16 dport;\toffset:30;\tsize:2;\tsigned:0;\n"
	"\tfield:__u16 family;\toffset:32;\tsize:2;\tsigned:0;\n"
	"\tfield:__u8 saddr[4];\toffset:34;\tsize:4;\tsigned:0;\n"
	"\tfield:__u8 daddr[4];\toffset:38;\tsize:4;\tsigned:0;\n"
	"\tfield:__u8 saddr_v6[16];\toffset:42;\tsize:16;\tsigned:0;\n"
	"\tfield:__u8 daddr_v6[16];\toffset:58;\tsize:16;\tsigned:0;\n\n"
	"print fmt: \"family=%s\", __print_symbolic(REC->family, { 2, "
	"\"AF_INET\" }, { 10, \"AF_INET6\" })\n";

/* Linux 6.18 */
static const char send_reset_new[] =
	"name: tcp_send_reset\nID: 2280\n" COMMON
	"\tfield:const void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:const void * skaddr;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:int state;\toffset:24;\tsize:4;\tsigned:1;\n"
	"\tfield:enum sk_rst_reason reason;\toffset:28;\tsize:4;\tsigned:0;\n"
	"\tfield:__u8 saddr[28];\toffset:32;\tsize:28;\tsigned:0;\n"
	"\tfield:__u8 daddr[28];\toffset:60;\tsize:28;\tsigned:0;\n\n"
	"print fmt: \"src=%pISpc dest=%pISpc state=%s reason=%s\", "
	"REC->saddr, REC->daddr, REC->state ? __print_symbolic(REC->state, "
	"{ TCP_ESTABLISHED, \"TCP_ESTABLISHED\" }) : \"UNKNOWN\", "
	"__print_symbolic(REC->reason, { 0, \"NOT_SPECIFIED\" }, "
	"{ 1, \"NO_SOCKET\" }, { 14, \"TCP_STATE\" })\n";

/* Linux 6.1, which does not tell whose socket it was for */
static const char drop_old[] =
	"name: kfree_skb\nID: 320\n" COMMON
	"\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:void * location;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned short protocol;\toffset:24;\tsize:2;\tsigned:0;\n"
	"\tfield:enum skb_drop_reason reason;\toffset:28;\tsize:4;"
	"\tsigned:0;\n\n"
	"print fmt: \"reason: %s\", __print_symbolic(REC->reason, "
	"{ 1, \"NOT_SPECIFIED\" }, { 2, \"NO_SOCKET\" })\n";

/* Linux 6.18 */
static const char drop_new[] =
	"name: kfree_skb\nID: 2310\n" COMMON
	"\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:void * location;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:void * rx_sk;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned short protocol;\toffset:32;\tsize:2;\tsigned:0;\n"
	"\tfield:enum skb_drop_reason reason;\toffset:36;\tsize:4;"
	"\tsigned:0;\n\n"
	"print fmt: \"location=%pS reason: %s\", REC->location, "
	"__print_symbolic(REC->reason, { 2, \"NOT_SPECIFIED\" }, "
	"{ 33, \"TCP_OLD_DATA\" })\n";

static struct trace_format parse(enum trace_point point, const char *text)
{
	struct trace_format format = {0};

	ck_assert_int_eq(
		trace_format_parse(point, text, strlen(text), &format, NULL),
		0);
	return format;
}

static void put(uint8_t *record, size_t offset, const void *value, size_t len)
{
	memcpy(record + offset, value, len);
}

START_TEST(a_reset_is_read_as_older_kernels_tell_it)
{
	struct trace_format f = parse(TRACE_POINT_SEND_RESET, send_reset_old);
	const uint16_t ports[] = {7788, 40000, AF_INET};
	const int32_t state = 7; /* TCP_CLOSE */
	uint8_t record[76] = {0};
	struct trace_record r = {.t_ns = 5};
	char text[ENDPOINT_TEXT];

	put(record, 24, &state, sizeof(state));
	put(record, 28, ports, sizeof(ports));
	put(record, 34, "\x0a\x00\x00\x01\x0a\x00\x00\x02", 8);
	ck_assert_int_eq(f.id, 294);
	ck_assert(trace_format_read(&f, record, sizeof(record), &r));
	ck_assert_int_eq(r.t_ns, 5);
	ck_assert_str_eq(endpoint_print(&r.local, text), "10.0.0.1:7788");
	ck_assert_str_eq(endpoint_print(&r.remote, text), "10.0.0.2:40000");
	ck_assert(r.has_state && r.state == TCP_STATE_CLOSED && !r.reason);
	ck_assert(!trace_format_read(&f, record, 60, &r)); /* cut */
	trace_format_done(&f);
}
END_TEST

START_TEST(a_reset_is_read_as_newer_kernels_tell_it)
{
	struct trace_format f = parse(TRACE_POINT_SEND_RESET, send_reset_new);
	struct sockaddr_in from = {.sin_family = AF_INET,
				   .sin_port = htons(99),
				   .sin_addr = {htonl(0x0a000001)}};
	struct sockaddr_in6 to = {.sin6_family = AF_INET6,
				  .sin6_port = htons(98),
				  .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	const int32_t reason = 14;
	uint8_t record[88] = {0};
	struct trace_record r = {0};
	char text[ENDPOINT_TEXT];

	put(record, 28, &reason, sizeof(reason));
	put(record, 32, &from, sizeof(from));
	put(record, 60, &to, sizeof(to));
	ck_assert(trace_format_read(&f, record, sizeof(record), &r));
	ck_assert_str_eq(endpoint_print(&r.local, text), "10.0.0.1:99");
	ck_assert_str_eq(endpoint_print(&r.remote, text), "[::1]:98");
	ck_assert(!r.has_state); /* there was no socket */
	ck_assert_str_eq(r.reason, "TCP_STATE");
	ck_assert_ptr_null(trace_filter(&f, (struct in_addr){0}, 20));
	trace_format_done(&f);
}
END_TEST

START_TEST(a_drop_is_of_use_where_its_socket_is_told)
{
	struct trace_format old = {0};
	struct trace_format f = parse(TRACE_POINT_DROP, drop_new);
	const uint64_t sock = 0xffff888012345678;
	const uint32_t reason = 33;
	uint8_t record[40] = {0};
	struct trace_record r = {0};
	SCOPED_FREE char *filter = trace_filter(&f, (struct in_addr){0}, 20);

	ck_assert_int_eq(trace_format_parse(TRACE_POINT_DROP, drop_old,
					    strlen(drop_old), &old, NULL),
			 -EPROTO);
	put(record, 24, &sock, sizeof(sock));
	put(record, 36, &reason, sizeof(reason));
	ck_assert(trace_format_read(&f, record, sizeof(record), &r));
	ck_assert(r.sock == sock);
	ck_assert_str_eq(r.reason, "TCP_OLD_DATA");
	ck_assert_ptr_nonnull(strstr(filter, "rx_sk != 0"));
	ck_assert_ptr_nonnull(strstr(filter, "reason != 2"));
	trace_format_done(&old);
	trace_format_done(&f);
}
END_TEST

START_TEST(what_is_no_format_is_refused)
{
	static const char *const texts[] = {"", "name: tcp_send_reset\n",
					    "\xff\xfe", drop_new};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct trace_format f = {0};

		ck_assert_int_eq(trace_format_parse(TRACE_POINT_SEND_RESET,
						    texts[i], strlen(texts[i]),
						    &f, NULL),
				 -EPROTO);
		trace_format_done(&f);
	}
}
END_TEST

/* as the kernel does: a field is a number of its own byte order */
static bool passes(const char *filter, const char *address)
{
	uint32_t saddr = inet_addr(address);
	const char *at = strstr(filter, "!(saddr & ");
	bool none = !(saddr & strtoul(at + strlen("!(saddr & "), NULL, 0));

	for (at++; (at = strstr(at, "&& (saddr & ")); at++)
		none = none &&
		       (saddr & strtoul(at + strlen("&& (saddr & "), NULL, 0));
	return none;
}

START_TEST(a_network_is_told_bit_by_bit)
{
	struct trace_format f = parse(TRACE_POINT_SEND_RESET, send_reset_old);
	const struct in_addr network = {htonl(0x0a5a7000)};
	SCOPED_FREE char *filter = trace_filter(&f, network, 20);

	ck_assert(passes(filter, "10.90.112.1"));
	ck_assert(passes(filter, "10.90.127.255"));
	ck_assert(!passes(filter, "10.90.128.0"));
	ck_assert(!passes(filter, "10.90.96.1"));
	ck_assert(!passes(filter, "10.91.112.1"));
	ck_assert(!passes(filter, "11.90.112.1"));
	ck_assert(!passes(filter, "0.0.0.0"));
	trace_format_done(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("trace-format");
	TCase *tc = tcase_create("formats");

	tcase_add_test(tc, a_reset_is_read_as_older_kernels_tell_it);
	tcase_add_test(tc, a_reset_is_read_as_newer_kernels_tell_it);
	tcase_add_test(tc, a_drop_is_of_use_where_its_socket_is_told);
	tcase_add_test(tc, what_is_no_format_is_refused);
	tcase_add_test(tc, a_network_is_told_bit_by_bit);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
