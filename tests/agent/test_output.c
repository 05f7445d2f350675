/*
 * test_output.c - whatever a program writes becomes UTF-8
 */
#include "agent/output.h"
#include "base/str.h"
#include "test.h"

#define R "\xef\xbf\xbd"

/** struct row - @bytes become @text, of which @taken are taken */
struct row {
	const char *bytes;
	size_t len;
	const char *text;
	size_t taken;
};

#define ROW(bytes, text, taken)                       \
	{                                             \
		bytes, sizeof(bytes) - 1, text, taken \
	}

static const struct row rows[] = {
	ROW("", "", 0),
	ROW("plain\n", "plain\n", 6),
	ROW("h\xc3\xa9!", "h\xc3\xa9!", 4),
	ROW("\xe2\x82\xac", "\xe2\x82\xac", 3),
	ROW("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", 4),
	ROW("a\0b", "a" R "b", 3), /* NUL would end the journal's string */
	ROW("\xff\xfe", R R, 2),
	ROW("\x80", R, 1), /* a continuation of nothing */
	ROW("\xc0\xaf", R R, 2), /* overlong '/' */
	ROW("\xe0\x80\xaf", R R R, 3), /* overlong */
	ROW("\xed\xa0\x80", R R R, 3), /* a surrogate */
	ROW("\xf4\x90\x80\x80", R R R R, 4), /* past U+10FFFF */
	ROW("\xc3(", R "(", 2), /* cut short by another character */
	ROW("ab\xe2\x82", "ab", 2), /* the rest may come with the next read */
	ROW("ab\xf0", "ab", 2),
	ROW("\xe2\xff", R R, 2),
};

START_TEST(bytes_become_text)
{
	const struct row *row = &rows[_i];
	SCOPED_STR struct str out = {0};

	ck_assert_uint_eq(output_text(&out, row->bytes, row->len), row->taken);
	ck_assert_str_eq(str_text(&out), row->text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("agent output");
	TCase *tc = tcase_create("output");

	tcase_add_loop_test(tc, bytes_become_text, 0,
			    sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
