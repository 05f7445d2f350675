/*
 * output.c - what a program wrote, as text that a journal can hold
 */
#include "agent/output.h"

#include "base/str.h"

/* RFC 3629 section 4: the first byte tells the length and, for four of its
 * values, narrows the second, which is what forbids overlong forms,
 * surrogates and what lies past U+10FFFF */
static size_t sequence_length(unsigned char first, unsigned char *low,
			      unsigned char *high)
{
	*low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	*high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* bytes of the sequence at @s; 0: none starts here; @n + 1 or more: it may
 * yet become one */
static size_t sequence_at(const unsigned char *s, size_t n)
{
	unsigned char low, high;
	size_t len;

	if (s[0] < 0x80)
		return s[0] ? 1 : 0;
	len = sequence_length(s[0], &low, &high);
	for (size_t i = 1; i < len && i < n; i++) {
		if (s[i] < low || s[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return len;
}

size_t output_text(struct str *out, const char *bytes, size_t len)
{
	const unsigned char *s = (const unsigned char *)bytes;
	size_t at = 0;

	while (at < len) {
		size_t n = sequence_at(s + at, len - at);

		if (n > len - at)
			break;
		if (n)
			str_addn(out, bytes + at, n);
		else
			str_add(out, "\xef\xbf\xbd");
		at += n ? n : 1;
	}
	return at;
}
