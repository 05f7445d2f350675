/*
 * test_kernel_config.c - fragments are read, and held against a .config
 */
#include "guest/kernel_config.h"

#include <errno.h>

#include "base/err.h"
#include "base/str.h"
#include "test.h"

static const struct {
	const char *text;
	int code;
	const char *says; /* the options read, or the error */
} fragments[] = {
	{"", 0, ""},
	{"CONFIG_A=y\n", 0, "CONFIG_A=y\n"},
	{"CONFIG_A=y", 0, "CONFIG_A=y\n"},
	{"# a comment\n\n  \t\nCONFIG_HZ=100\n", 0, "CONFIG_HZ=100\n"},
	{"# CONFIG_A is not set\n", 0, "# CONFIG_A is not set\n"},
	{"CONFIG_A=n\n", 0, "# CONFIG_A is not set\n"},
	{"# CONFIG_A is what we want\n", 0, ""},
	{"CONFIG_A=y # optional: since 6.9\n", 0, "CONFIG_A=y\n"},
	{"CONFIG_S=\"a # \\\"b\\\"\" # why\n", 0,
	 "CONFIG_S=\"a # \\\"b\\\"\"\n"},
	{"CONFIG_B=y\nCONFIG_A=y\n", 0, "CONFIG_B=y\nCONFIG_A=y\n"},
	{"CONFIG_A=y\nCONFIG_A=n\n", -EBADMSG, "f:2: CONFIG_A stands twice"},
	{"VETH=y\n", -EBADMSG,
	 "f:1: neither an option nor a comment: 'VETH=y'"},
	{"\nCONFIG_A=\n", -EBADMSG, "f:2: no value of an option: 'CONFIG_A='"},
	{"CONFIG_A=y z\n", -EBADMSG,
	 "f:1: no value of an option: 'CONFIG_A=y z'"},
	{"CONFIG_A\n", -EBADMSG,
	 "f:1: neither an option nor a comment: 'CONFIG_A'"},
};

START_TEST(fragment)
{
	struct kernel_config config = {0};
	SCOPED_STR struct str out = {0};
	struct err err = {0};
	int rc = kernel_config_parse(fragments[_i].text, "f", &config, &err);

	ck_assert_int_eq(rc, fragments[_i].code);
	if (rc == 0) {
		kernel_config_print(&config, &out);
		ck_assert_str_eq(str_text(&out), fragments[_i].says);
	} else {
		ck_assert_str_eq(err.text, fragments[_i].says);
		ck_assert_ptr_null(config.v);
	}
	kernel_config_done(&config);
}
END_TEST

static const char dotconfig[] = "#\n"
				"# Linux/um 6.12.43 Kernel Configuration\n"
				"#\n"
				"CONFIG_CC=\"gcc (\\\"x\\\") 12\"\n"
				"CONFIG_HZ=100\n"
				"CONFIG_NET=y\n"
				"CONFIG_NETDEVICES=y\n"
				"# CONFIG_VETH is not set\n";

static const struct {
	const char *want;
	size_t n;
	const char *missing;
	const char *optional;
} checks[] = {
	{"CONFIG_NET=y\n", 0, "", ""},
	/* a prefix of a name is another option */
	{"CONFIG_NETDEV=y\n", 1, "CONFIG_NETDEV", ""},
	{"CONFIG_VETH=y\nCONFIG_NET=y\nCONFIG_TIME_NS=y\n", 2,
	 "CONFIG_VETH CONFIG_TIME_NS", ""},
	{"CONFIG_VETH=y # optional\n", 0, "", "CONFIG_VETH"},
	{"CONFIG_NET=m\n", 1, "CONFIG_NET", ""},
	{"CONFIG_HZ=1000\n", 1, "CONFIG_HZ", ""},
	{"CONFIG_HZ=100\n", 0, "", ""},
	/* neither what is off nor what is unknown is set */
	{"CONFIG_VETH=n\n# CONFIG_UNKNOWN is not set\n", 0, "", ""},
	{"# CONFIG_NET is not set\n", 1, "CONFIG_NET", ""},
};

START_TEST(check)
{
	struct kernel_config config = {0};
	SCOPED_STR struct str missing = {0};
	SCOPED_STR struct str optional = {0};

	ck_assert_int_eq(
		kernel_config_parse(checks[_i].want, "f", &config, NULL), 0);
	ck_assert_uint_eq(
		kernel_config_missing(&config, dotconfig, &missing, &optional),
		checks[_i].n);
	ck_assert_str_eq(str_text(&missing), checks[_i].missing);
	ck_assert_str_eq(str_text(&optional), checks[_i].optional);
	kernel_config_done(&config);
}
END_TEST

START_TEST(value_keeps_its_quotes)
{
	SCOPED_FREE char *text = kernel_config_value(dotconfig, "CONFIG_CC");

	ck_assert_str_eq(text, "\"gcc (\\\"x\\\") 12\"");
	ck_assert_ptr_null(kernel_config_value(dotconfig, "CONFIG_C"));
}
END_TEST

/* what the rest of tcplab leans on */
START_TEST(ours_has_what_labs_need)
{
	static const char *const needed[] = {
		"CONFIG_UML_TIME_TRAVEL_SUPPORT",
		"CONFIG_HOSTFS",
		"CONFIG_VETH",
		"CONFIG_NET_SCH_NETEM",
		"CONFIG_NF_NAT",
		"CONFIG_INET_DIAG_DESTROY",
		"CONFIG_ENABLE_DEFAULT_TRACERS",
		"CONFIG_PACKET",
	};
	struct kernel_config config = {0};
	SCOPED_STR struct str out = {0};
	struct err err = {0};

	ck_assert_msg(kernel_config_parse(kernel_config_ours, "uml.config",
					  &config, &err) == 0,
		      "%s", err.text);
	kernel_config_print(&config, &out);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		SCOPED_FREE char *is =
			kernel_config_value(str_text(&out), needed[i]);

		ck_assert_msg(is && strcmp(is, "y") == 0, "%s", needed[i]);
	}
	kernel_config_done(&config);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel_config");
	TCase *tests = tcase_create("kernel_config");

	tcase_add_loop_test(tests, fragment, 0,
			    sizeof(fragments) / sizeof(fragments[0]));
	tcase_add_loop_test(tests, check, 0,
			    sizeof(checks) / sizeof(checks[0]));
	tcase_add_test(tests, value_keeps_its_quotes);
	tcase_add_test(tests, ours_has_what_labs_need);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
