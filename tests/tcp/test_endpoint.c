/*
 * test_endpoint.c - addresses and ports, as text and as the kernel has them
 */
#include <errno.h>

#include "tcp/endpoint.h"
#include "test.h"

struct spelling {
	const char *text;
	int rc;
	const char *printed; /* NULL: as @text */
};

static const struct spelling spellings[] = {
	{"10.0.0.1:80", 0, NULL},
	{"0.0.0.0:0", 0, NULL},
	{"255.255.255.255:65535", 0, NULL},
	{"*:7788", 0, "0.0.0.0:7788"},
	{"[::]:80", 0, NULL},
	{"[fd7c::1]:7788", 0, NULL},
	{"[FD7C:0::1]:7788", 0, "[fd7c::1]:7788"},
	{"[::ffff:10.0.0.1]:1", 0, NULL},
	{"[2001:db8:1111:2222:3333:4444:5555:6666]:65535", 0, NULL},
	{"10.0.0.1", -EINVAL, NULL},
	{"10.0.0.1:", -EINVAL, NULL},
	{"10.0.0.1:65536", -EINVAL, NULL},
	{"10.0.0.1:99999999999999999999999", -EINVAL, NULL},
	{"10.0.0.1:-1", -EINVAL, NULL},
	{"10.0.0.1:+1", -EINVAL, NULL},
	{"10.0.0.1: 1", -EINVAL, NULL},
	{"10.0.0.1:1x", -EINVAL, NULL},
	{"10.0.0.256:1", -EINVAL, NULL},
	{"10.0.1:1", -EINVAL, NULL},
	{":80", -EINVAL, NULL},
	{"80", -EINVAL, NULL},
	{"", -EINVAL, NULL},
	{"fd7c::1:80", -EINVAL, NULL},
	{"[10.0.0.1]:80", -EINVAL, NULL},
	{"[fd7c::1:80", -EINVAL, NULL},
	{"[fd7c::1]80", -EINVAL, NULL},
	{"[]:80", -EINVAL, NULL},
	{"[fe80::1%lo]:80", -EINVAL, NULL},
	{"server:80", -EINVAL, NULL},
	{"[aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa]:80", -EINVAL,
	 NULL},
};

START_TEST(text_is_read_and_printed_again)
{
	const struct spelling *s = &spellings[_i];
	struct endpoint e = {.family = 77};
	char buf[ENDPOINT_TEXT];

	ck_assert_msg(endpoint_parse(s->text, &e) == s->rc, "%s", s->text);
	if (s->rc < 0)
		ck_assert_int_eq(e.family, 77);
	else
		ck_assert_str_eq(endpoint_print(&e, buf),
				 s->printed ? s->printed : s->text);
}
END_TEST

START_TEST(the_kernel_gives_back_what_it_was_given)
{
	const struct spelling *s = &spellings[_i];
	struct sockaddr_storage ss;
	struct endpoint before;
	struct endpoint after;

	if (s->rc < 0)
		return;
	ck_assert_int_eq(endpoint_parse(s->text, &before), 0);
	ck_assert_uint_eq(endpoint_to_sockaddr(&before, &ss),
			  before.family == AF_INET6
				  ? sizeof(struct sockaddr_in6)
				  : sizeof(struct sockaddr_in));
	endpoint_from_sockaddr(&after, &ss);
	endpoint_unmap(&before);
	ck_assert(endpoint_equal(&before, &after));
}
END_TEST

static struct endpoint parsed(const char *text)
{
	struct endpoint e;

	ck_assert_int_eq(endpoint_parse(text, &e), 0);
	return e;
}

START_TEST(equal_means_family_address_and_port)
{
	struct endpoint a = parsed("10.0.0.1:80");
	struct endpoint same = parsed("10.0.0.1:80");
	struct endpoint port = parsed("10.0.0.1:81");
	struct endpoint ip = parsed("10.0.0.2:80");
	struct endpoint mapped = parsed("[::ffff:10.0.0.1]:80");
	struct endpoint v6 = parsed("[::ffff:10.0.0.2]:80");

	/* bytes that an IPv4 address does not use do not count */
	memset((char *)&same.ip + sizeof(same.ip.v4), 0xAA,
	       sizeof(same.ip) - sizeof(same.ip.v4));
	ck_assert(endpoint_equal(&a, &same));
	ck_assert(!endpoint_equal(&a, &port));
	ck_assert(!endpoint_equal(&a, &ip));
	ck_assert(!endpoint_equal(&a, &mapped));
	ck_assert(!endpoint_equal(&mapped, &v6));
	endpoint_unmap(&mapped);
	ck_assert(endpoint_equal(&a, &mapped));
	ck_assert(endpoint_equal(&v6, &v6));
}
END_TEST

START_TEST(what_is_unknown_prints_as_a_dash_and_is_a_wildcard)
{
	struct sockaddr_storage local = {.ss_family = AF_UNIX};
	struct endpoint e = parsed("10.0.0.1:80");
	char buf[ENDPOINT_TEXT];

	ck_assert(!endpoint_is_wildcard(&e));
	endpoint_from_sockaddr(&e, &local);
	ck_assert_int_eq(e.family, AF_UNSPEC);
	ck_assert_str_eq(endpoint_print(&e, buf), "-");
	ck_assert(endpoint_is_wildcard(&e));
	e = parsed("*:80");
	ck_assert(endpoint_is_wildcard(&e));
	e = parsed("[::]:80");
	ck_assert(endpoint_is_wildcard(&e));
	e = parsed("[::1]:80");
	ck_assert(!endpoint_is_wildcard(&e));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("endpoint");
	TCase *tcase = tcase_create("endpoint");
	int n = (int)(sizeof(spellings) / sizeof(spellings[0]));

	tcase_add_loop_test(tcase, text_is_read_and_printed_again, 0, n);
	tcase_add_loop_test(tcase, the_kernel_gives_back_what_it_was_given, 0,
			    n);
	tcase_add_test(tcase, equal_means_family_address_and_port);
	tcase_add_test(tcase,
		       what_is_unknown_prints_as_a_dash_and_is_a_wildcard);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
