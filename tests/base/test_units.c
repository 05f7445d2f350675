/*
 * test_units.c - durations, sizes, shares and rates as people write them
 */
#include <errno.h>

#include "base/units.h"
#include "test.h"

#define S INT64_C(1000000000)

struct reading {
	const char *text;
	int rc;
	int64_t value;
};

static const struct reading durations[] = {
	{"0s", 0, 0},
	{"1ns", 0, 1},
	{"1us", 0, 1000},
	{"20ms", 0, 20000000},
	{"1.5s", 0, 1500000000},
	{"0.000000001s", 0, 1},
	{"66s", 0, 66 * S},
	{"2m", 0, 120 * S},
	{"2h", 0, 7200 * S},
	{"1.5h", 0, 5400 * S},
	{"1.5ns", 0, 2},
	/* past 2^53, where a double cannot count */
	{"9007199254740993ns", 0, INT64_C(9007199254740993)},
	{"9223372036854775807ns", 0, INT64_MAX},
	{"9223372036854775808ns", -ERANGE, 0},
	{"9223372036.854775807s", 0, INT64_MAX},
	{"9223372037s", -ERANGE, 0},
	{"2562048h", -ERANGE, 0},
	{"99999999999999999999999999999h", -ERANGE, 0},
	{"1.99999999999999999999s", 0, 2 * S},
	/* a bare number means nothing */
	{"20", -EINVAL, 0},
	{"0", -EINVAL, 0},
	{"", -EINVAL, 0},
	{"s", -EINVAL, 0},
	{"20 ms", -EINVAL, 0},
	{" 20ms", -EINVAL, 0},
	{"20ms ", -EINVAL, 0},
	{"20sec", -EINVAL, 0},
	{"20S", -EINVAL, 0},
	{"-1s", -EINVAL, 0},
	{"+1s", -EINVAL, 0},
	{".5s", -EINVAL, 0},
	{"1.s", -EINVAL, 0},
	{"1..5s", -EINVAL, 0},
	{"1e3s", -EINVAL, 0},
	{"0x10s", -EINVAL, 0},
	{"infs", -EINVAL, 0},
	{"nans", -EINVAL, 0},
	{"1kB", -EINVAL, 0},
};

static const struct reading sizes[] = {
	{"0B", 0, 0},
	{"1000B", 0, 1000},
	{"64kB", 0, 64000},
	{"1MB", 0, 1000000},
	{"1.5GB", 0, 1500000000},
	{"16KiB", 0, 16384},
	{"1MiB", 0, 1048576},
	{"1GiB", 0, 1073741824},
	{"0.5KiB", 0, 512},
	{"9223372036854775807B", 0, INT64_MAX},
	{"8589934592GiB", -ERANGE, 0},
	{"1000", -EINVAL, 0},
	{"64KB", -EINVAL, 0},
	{"64kb", -EINVAL, 0},
	{"64kib", -EINVAL, 0},
	{"1s", -EINVAL, 0},
};

static const struct reading rates[] = {
	{"0bit", 0, 0},
	{"1bit", 0, 1},
	{"64kbit", 0, 64000},
	{"10mbit", 0, 10000000},
	{"10Mbit", 0, 10000000},
	{"1.5gbit", 0, 1500000000},
	{"1tbit", 0, 1000 * S},
	{"64kibit", 0, 65536},
	{"1gibit", 0, 1073741824},
	{"1bps", 0, 8},
	{"10mbps", 0, 80000000},
	{"1KiBps", 0, 8192},
	{"9223372036854775807bit", 0, INT64_MAX},
	{"9223372036854775807bps", -ERANGE, 0},
	/* tc takes this for bits */
	{"10", -EINVAL, 0},
	{"10m", -EINVAL, 0},
	{"10 mbit", -EINVAL, 0},
	{"-1mbit", -EINVAL, 0},
	{"10MB", -EINVAL, 0},
	{"10mbit/s", -EINVAL, 0},
	{"0000000000000000000000000000000000000001bit", -EINVAL, 0},
};

static const struct {
	uint64_t bps;
	const char *text;
} rate_printings[] = {
	{0, "0bit"},
	{1, "1bit"},
	{64000, "64kbit"},
	{65536, "65536bit"},
	{10000000, "10mbit"},
	{1500000000, "1500mbit"},
	{1000000000000, "1tbit"},
	{UINT64_MAX, "18446744073709551615bit"},
};

static const struct {
	const char *text;
	int rc;
	double value;
	const char *printed;
} shares[] = {
	{"0%", 0, 0, "0%"},
	{"1%", 0, 0.01, "1%"},
	{"0.1%", 0, 0.001, "0.1%"},
	{"33.3%", 0, 0.333, "33.3%"},
	{"0.000001%", 0, 1e-8, "0.000001%"},
	{"100%", 0, 1, "100%"},
	{"100.1%", -ERANGE, 0, NULL},
	{"99999999999999999999999%", -ERANGE, 0, NULL},
	{"1", -EINVAL, 0, NULL},
	{"0.01", -EINVAL, 0, NULL},
	{"", -EINVAL, 0, NULL},
	{"%", -EINVAL, 0, NULL},
	{"1 %", -EINVAL, 0, NULL},
	{"-1%", -EINVAL, 0, NULL},
	{"1e1%", -EINVAL, 0, NULL},
	{"1%%", -EINVAL, 0, NULL},
	{"nan%", -EINVAL, 0, NULL},
};

struct printing {
	int64_t ns;
	const char *text;
};

static const struct printing printings[] = {
	{0, "0 s"},
	{1, "1 ns"},
	{-1, "-1 ns"},
	{999, "999 ns"},
	{1000, "1 us"},
	{1250, "1.25 us"},
	{999499, "999 us"},
	/* never "1e+03 us" */
	{999500, "1 ms"},
	{999999, "1 ms"},
	{1250000, "1.25 ms"},
	{20400000, "20.4 ms"},
	{999999999, "1 s"},
	{1500000000, "1.5 s"},
	{60200000000, "60.2 s"},
	{-60200000000, "-60.2 s"},
	{99999000000, "100 s"},
	{100000000000, "100.0 s"},
	{INT64_MAX, "9223372036.9 s"},
	{INT64_MIN, "-9223372036.9 s"},
};

#define N(table) (int)(sizeof(table) / sizeof((table)[0]))

START_TEST(durations_need_a_unit_and_keep_every_nanosecond)
{
	const struct reading *r = &durations[_i];
	int64_t value = -7;

	ck_assert_msg(duration_parse(r->text, &value) == r->rc, "%s", r->text);
	ck_assert_msg(value == (r->rc ? -7 : r->value), "%s: %lld", r->text,
		      (long long)value);
}
END_TEST

START_TEST(sizes_need_a_unit)
{
	const struct reading *r = &sizes[_i];
	int64_t value = -7;

	ck_assert_msg(size_parse(r->text, &value) == r->rc, "%s", r->text);
	ck_assert_msg(value == (r->rc ? -7 : r->value), "%s: %lld", r->text,
		      (long long)value);
}
END_TEST

START_TEST(rates_are_in_the_units_of_tc)
{
	const struct reading *r = &rates[_i];
	int64_t value = -7;

	ck_assert_msg(rate_parse(r->text, &value) == r->rc, "%s", r->text);
	ck_assert_msg(value == (r->rc ? -7 : r->value), "%s: %lld", r->text,
		      (long long)value);
}
END_TEST

START_TEST(rates_print_as_they_are_read)
{
	char buf[UNITS_TEXT];

	ck_assert_str_eq(rate_print(rate_printings[_i].bps, buf),
			 rate_printings[_i].text);
}
END_TEST

START_TEST(shares_need_their_sign)
{
	char buf[UNITS_TEXT];
	double value = -7;

	ck_assert_msg(share_parse(shares[_i].text, &value) == shares[_i].rc,
		      "%s", shares[_i].text);
	ck_assert_double_eq_tol(value, shares[_i].rc ? -7 : shares[_i].value,
				1e-12);
	if (shares[_i].printed)
		ck_assert_str_eq(share_print(value, buf), shares[_i].printed);
}
END_TEST

START_TEST(durations_print_as_people_say_them)
{
	char buf[UNITS_TEXT];

	ck_assert_str_eq(duration_print(printings[_i].ns, buf),
			 printings[_i].text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("units");
	TCase *tcase = tcase_create("units");

	tcase_add_loop_test(tcase,
			    durations_need_a_unit_and_keep_every_nanosecond, 0,
			    N(durations));
	tcase_add_loop_test(tcase, sizes_need_a_unit, 0, N(sizes));
	tcase_add_loop_test(tcase, rates_are_in_the_units_of_tc, 0, N(rates));
	tcase_add_loop_test(tcase, rates_print_as_they_are_read, 0,
			    N(rate_printings));
	tcase_add_loop_test(tcase, shares_need_their_sign, 0, N(shares));
	tcase_add_loop_test(tcase, durations_print_as_people_say_them, 0,
			    N(printings));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
