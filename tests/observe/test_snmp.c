/*
 * test_snmp.c - the kernel's counter files are read, or refused
 */
#include "observe/snmp.h"

#include <errno.h>

#include "base/str.h"
#include "test.h"

typedef int parse_fn(const char *text, size_t len, struct counter_table *out);

/* "Tcp.InErrs=0 Tcp.OutRsts=2" */
static char *parsed(parse_fn *parse, const char *text, int *ret)
{
	struct counter_table table = {0};
	struct str str = {0};

	*ret = parse(text, strlen(text), &table);
	vec_foreach(&table.rows, row)
		str_addf(&str, "%s%.*s.%.*s=%lld", str.len ? " " : "",
			 (int)row->group_len, row->group, (int)row->name_len,
			 row->name, (long long)row->value);
	vec_done(&table.rows);
	return str_steal(&str);
}

static const struct {
	parse_fn *parse;
	const char *text;
	const char *rows; /* NULL: refused */
} cases[] = {
	{snmp_parse, "", ""},
	{snmp_parse, "Tcp: InErrs OutRsts\nTcp: 0 2\n",
	 "Tcp.InErrs=0 Tcp.OutRsts=2"},
	/* netstat ends its lines with a blank */
	{snmp_parse, "TcpExt: A B \nTcpExt: 1 2 \n", "TcpExt.A=1 TcpExt.B=2"},
	{snmp_parse, "Tcp: MaxConn\nTcp: -1\n", "Tcp.MaxConn=-1"},
	{snmp_parse, "Tcp: A\nTcp: 9223372036854775807\n",
	 "Tcp.A=9223372036854775807"},
	{snmp_parse, "IcmpMsg:\nIcmpMsg:\n", ""},
	{snmp_parse, "Ip: A\nIp: 1\nTcp: B\nTcp: 2\n", "Ip.A=1 Tcp.B=2"},
	/* values and names do not match */
	{snmp_parse, "Ip: A\nIp: 1\nTcp: A B\nTcp: 0\n", NULL},
	{snmp_parse, "Tcp: A\nTcp: 0 1\n", NULL},
	{snmp_parse, "Tcp: A\nUdp: 0\n", NULL},
	{snmp_parse, "Tcp: A\nTcpExt: 0\n", NULL},
	{snmp_parse, "Tcp: A\n", NULL},
	/* the file was cut short: 12 could be the head of 123 */
	{snmp_parse, "Tcp: A\nTcp: 12", NULL},
	{snmp_parse, "Tcp: A", NULL},
	{snmp_parse, "\n\n", NULL},
	{snmp_parse, "Tcp A\nTcp 1\n", NULL},
	{snmp_parse, ": A\n: 1\n", NULL},
	{snmp_parse, "Tcp: A\nTcp: x\n", NULL},
	{snmp_parse, "Tcp: A\nTcp: 1x\n", NULL},
	{snmp_parse, "Tcp: A\nTcp: -\n", NULL},
	{snmp_parse, "Tcp: A\nTcp: 9223372036854775808\n", NULL},
	{snmp6_parse, "", ""},
	{snmp6_parse, "Ip6InReceives   \t7\nIcmp6InMsgs \t1\n",
	 "Ip6.InReceives=7 Icmp6.InMsgs=1"},
	{snmp6_parse, "UdpLite6InErrors 1\n", "UdpLite6.InErrors=1"},
	{snmp6_parse, "Icmp6InType6 1\n", "Icmp6.InType6=1"},
	{snmp6_parse, "Ip6InReceives 7", NULL},
	{snmp6_parse, "Ip6InReceives\n", NULL},
	{snmp6_parse, "Ip6InReceives 7 8\n", NULL},
	{snmp6_parse, "IpInReceives 7\n", NULL},
	{snmp6_parse, "Ip6 7\n", NULL},
	{snmp6_parse, "\n", NULL},
};

START_TEST(files_are_read_or_refused)
{
	int ret;
	char *rows = parsed(cases[_i].parse, cases[_i].text, &ret);

	ck_assert_int_eq(ret, cases[_i].rows ? 0 : -EPROTO);
	ck_assert_str_eq(rows, cases[_i].rows ? cases[_i].rows : "");
	free(rows);
}
END_TEST

START_TEST(a_refused_file_leaves_the_rows_of_another)
{
	static const char good[] = "Ip: A\nIp: 1\n";
	static const char bad[] = "Tcp: A\nTcp: 1\nTcp: B\nTcp: x\n";
	struct counter_table table = {0};

	ck_assert_int_eq(snmp_parse(good, strlen(good), &table), 0);
	ck_assert_int_eq(snmp_parse(bad, strlen(bad), &table), -EPROTO);
	ck_assert_uint_eq(table.rows.n, 1);
	vec_done(&table.rows);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("snmp");
	TCase *tc = tcase_create("unit");

	tcase_add_loop_test(tc, files_are_read_or_refused, 0,
			    sizeof(cases) / sizeof(*cases));
	tcase_add_test(tc, a_refused_file_leaves_the_rows_of_another);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return test_run(suite());
}
