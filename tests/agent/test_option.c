/*
 * test_option.c - option values: words to what the kernel takes, and back
 */
#include <errno.h>

#include "agent/option.h"
#include "test.h"

/** struct row - @text is read (or refused), and printed as @printed */
struct row {
	const char *option;
	const char *text;
	int rc;
	const char *printed;
};

static const struct row rows[] = {
	{"SO_REUSEADDR", "true", 0, "1"},
	{"SO_REUSEADDR", "on", 0, "1"},
	{"SO_REUSEADDR", "off", 0, "0"},
	{"SO_REUSEADDR", "false", 0, "0"},
	{"SO_SNDBUF", "4096", 0, "4096"},
	{"TCP_LINGER2", "-1", 0, "-1"},
	{"SO_SNDBUF", "", -EINVAL, NULL},
	{"SO_SNDBUF", "4k", -EINVAL, NULL},
	{"SO_SNDBUF", "yes", -EINVAL, NULL},
	{"SO_SNDBUF", "3000000000", -ERANGE, NULL},
	{"SO_SNDBUF", "99999999999999999999", -ERANGE, NULL},
	{"SO_ERROR", "0", 0, "0"},
	{"SO_ERROR", "ECONNRESET", 0, "ECONNRESET"},
	{"SO_ERROR", "104", 0, "ECONNRESET"},
	{"SO_ERROR", "EWHAT", -EINVAL, NULL},
	{"SO_LINGER", "off", 0, "off"},
	{"SO_LINGER", "false", 0, "off"},
	{"SO_LINGER", "0s", 0, "0s"},
	{"SO_LINGER", "5s", 0, "5s"},
	{"SO_LINGER", "1m", 0, "60s"},
	{"SO_LINGER", "5", -EINVAL, NULL},
	{"SO_LINGER", "1500ms", -EINVAL, NULL},
	{"SO_LINGER", "2000000h", -ERANGE, NULL},
	{"SO_RCVTIMEO", "0s", 0, "0s"},
	{"SO_RCVTIMEO", "1.5s", 0, "1500ms"},
	{"SO_RCVTIMEO", "2s", 0, "2s"},
	{"SO_RCVTIMEO", "250us", 0, "250us"},
	{"SO_RCVTIMEO", "5ns", -EINVAL, NULL},
	{"SO_RCVTIMEO", "1", -EINVAL, NULL},
	{"TCP_CONGESTION", "cubic", 0, "cubic"},
	{"TCP_CONGESTION", "", 0, ""},
};

START_TEST(value_is_read_and_printed)
{
	const struct row *row = &rows[_i];
	const struct sockopt *option = sockopt_find(row->option);
	struct option_value value = {.len = 12345}, again;
	char text[OPTION_TEXT];

	ck_assert_ptr_nonnull(option);
	ck_assert_msg(option_parse(option, row->text, &value) == row->rc,
		      "%s: %s", row->option, row->text);
	if (row->rc) {
		ck_assert_uint_eq(value.len, 12345);
		return;
	}
	ck_assert_str_eq(option_print(option, &value, text), row->printed);
	ck_assert_int_eq(option_parse(option, text, &again), 0);
	ck_assert_mem_eq(&again, &value, sizeof(value));
}
END_TEST

START_TEST(other_words_for_the_same_value_are_equal)
{
	const struct sockopt *linger = sockopt_find("SO_LINGER");
	const struct sockopt *nodelay = sockopt_find("TCP_NODELAY");
	const struct sockopt *timeo = sockopt_find("SO_SNDTIMEO");

	ck_assert(option_equal(nodelay, "on", "1"));
	ck_assert(!option_equal(nodelay, "on", "0"));
	ck_assert(option_equal(linger, "1m", "60s"));
	ck_assert(!option_equal(linger, "off", "0s"));
	ck_assert(option_equal(timeo, "1.5s", "1500ms"));
	ck_assert(option_equal(timeo, "nonsense", "nonsense"));
	ck_assert(!option_equal(timeo, "nonsense", "1s"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("agent option");
	TCase *tc = tcase_create("option");

	tcase_add_loop_test(tc, value_is_read_and_printed, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, other_words_for_the_same_value_are_equal);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
