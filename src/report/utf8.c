/*
 * utf8.c - text of unknown origin, made safe for a terminal, XML and JSON
 */
#include "report/utf8.h"

#include "base/str.h"

/* How many bytes follow a first byte; -1 if it cannot be one. 0xC0, 0xC1
 * and 0xF5 up could only begin overlong forms or what lies past U+10FFFF. */
static int following(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xC2 && first <= 0xDF)
		return 1;
	if (first >= 0xE0 && first <= 0xEF)
		return 2;
	if (first >= 0xF0 && first <= 0xF4)
		return 3;
	return -1;
}

static int is_character(uint32_t c, int more)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};

	return c >= least[more] && c <= 0x10FFFF &&
	       !(c >= 0xD800 && c <= 0xDFFF);
}

uint32_t utf8_next(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	int more = following(*p);
	uint32_t c;

	if (*p == '\0')
		return 0;
	*s += 1;
	if (more < 0)
		return UTF8_BAD;
	if (more == 0)
		return *p;
	c = *p & (0x3FU >> more);
	for (int i = 1; i <= more; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return UTF8_BAD;
		c = c << 6 | (p[i] & 0x3FU);
	}
	if (!is_character(c, more))
		return UTF8_BAD;
	*s += more;
	return c;
}

void utf8_add(struct str *out, uint32_t c)
{
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = UTF8_BAD;
	if (c < 0x80) {
		str_addc(out, (char)c, 1);
		return;
	}
	if (c < 0x800) {
		str_addc(out, (char)(0xC0 | c >> 6), 1);
	} else {
		if (c < 0x10000) {
			str_addc(out, (char)(0xE0 | c >> 12), 1);
		} else {
			str_addc(out, (char)(0xF0 | c >> 18), 1);
			str_addc(out, (char)(0x80 | (c >> 12 & 0x3F)), 1);
		}
		str_addc(out, (char)(0x80 | (c >> 6 & 0x3F)), 1);
	}
	str_addc(out, (char)(0x80 | (c & 0x3F)), 1);
}

int utf8_is_control(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n') ||
	       (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF;
}

void utf8_clean(struct str *out, const char *text)
{
	uint32_t c;

	while ((c = utf8_next(&text)))
		if (c != '\r')
			utf8_add(out, utf8_is_control(c) ? UTF8_BAD : c);
}

size_t utf8_width(const char *text)
{
	size_t n = 0;

	while (utf8_next(&text))
		n++;
	return n;
}
