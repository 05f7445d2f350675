/*
 * test_utf8.c - text of unknown origin is read, cleaned and wrapped
 */
#include "base/str.h"
#include "report/page.h"
#include "report/utf8.h"
#include "test.h"

#define BAD "\xef\xbf\xbd"

struct cleaning {
	const char *text;
	const char *clean;
	size_t width;
};

static const struct cleaning cleanings[] = {
	{"", "", 0},
	{"plain\ttext\n", "plain\ttext\n", 11},
	{"caf\xc3\xa9", "caf\xc3\xa9", 4},
	{"\xe2\x82\xac \xf0\x9f\x90\xa7", "\xe2\x82\xac \xf0\x9f\x90\xa7", 3},
	{"a\r\nb", "a\nb", 4},
	{"\033[31m", BAD "[31m", 5},
	{"\x01\x7f", BAD BAD, 2},
	{"\xc2\x9b", BAD, 1}, /* CSI, the eight-bit escape */
	{"\xff", BAD, 1},
	{"\xc0\x80", BAD BAD, 2}, /* overlong NUL */
	{"\xe0\x80\xaf", BAD BAD BAD, 3}, /* overlong / */
	{"\xed\xa0\x80", BAD BAD BAD, 3}, /* surrogate */
	{"\xf4\x90\x80\x80", BAD BAD BAD BAD, 4}, /* past U+10FFFF */
	{"\xef\xbf\xbf", BAD, 1}, /* non-character */
	{"\xe2\x82", BAD BAD, 2}, /* cut short by the end */
	{"\xc3(", BAD "(", 2},
};

START_TEST(what_no_reader_should_get_is_replaced)
{
	const struct cleaning *c = &cleanings[_i];
	SCOPED_STR struct str out = {0};

	utf8_clean(&out, c->text);
	ck_assert_str_eq(str_text(&out), c->clean);
	ck_assert_uint_eq(utf8_width(c->text), c->width);
}
END_TEST

START_TEST(every_code_point_survives_a_round_trip)
{
	for (uint32_t c = 1; c <= 0x110000; c++) {
		SCOPED_STR struct str out = {0};
		bool is = c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
		const char *p;

		utf8_add(&out, c);
		p = str_text(&out);
		ck_assert_uint_eq(utf8_next(&p), is ? c : UTF8_BAD);
		ck_assert_int_eq(*p, '\0');
	}
}
END_TEST

struct wrapping {
	size_t indent;
	const char *text;
	const char *page;
};

#define TEN	"123456789 "
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static const struct wrapping wrappings[] = {
	{2, "", "\n"},
	{2, "one", "one\n"},
	{2, "one\ntwo\n", "one\n  two\n"},
	{2, "one\n\ntwo", "one\n  \n  two\n"},
	{2, SEVENTY "1234567890", SEVENTY "1234567890\n"},
	{2, SEVENTY "12345678901", SEVENTY "\b\n  12345678901\n"},
	/* a path is not broken */
	{1, "in " SEVENTY "/a/very/long/path", NULL},
	{0, "two  spaces", "two  spaces\n"},
};

START_TEST(paragraphs_wrap_between_words)
{
	const struct wrapping *w = &wrappings[_i];
	SCOPED_STR struct str want = {0};
	SCOPED_STR struct str out = {0};
	struct page page = {.out = &out};

	page_para(&page, w->indent, 0, INK_PLAIN, w->text);
	if (!w->page) {
		ck_assert_ptr_nonnull(strstr(out.s, "\n /a/very/long/path\n"));
		return;
	}
	/* in the table \b takes back the space before the break */
	for (const char *p = w->page; *p; p++) {
		if (*p == '\b')
			want.s[--want.len] = '\0';
		else
			str_addc(&want, *p, 1);
	}
	ck_assert_str_eq(str_text(&out), str_text(&want));
}
END_TEST

START_TEST(colour_is_only_where_asked)
{
	SCOPED_STR struct str plain = {0};
	SCOPED_STR struct str coloured = {0};
	struct page page = {.out = &plain};

	page_ink(&page, INK_BAD, "x");
	ck_assert_str_eq(str_text(&plain), "x");
	page = (struct page){.out = &coloured, .colour = true};
	page_ink(&page, INK_BAD, "x");
	page_ink(&page, INK_PLAIN, "y");
	ck_assert_str_eq(str_text(&coloured), "\033[1;31mx\033[0my");
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof((table)[0]))

int main(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tcase = tcase_create("utf8");

	tcase_add_loop_test(tcase, what_no_reader_should_get_is_replaced, 0,
			    N(cleanings));
	tcase_add_test(tcase, every_code_point_survives_a_round_trip);
	tcase_add_loop_test(tcase, paragraphs_wrap_between_words, 0,
			    N(wrappings));
	tcase_add_test(tcase, colour_is_only_where_asked);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
