/*
 * encoding.c - a spec is UTF-8 without control characters
 */
#include "spec/encoding.h"

#include "spec/errors.h"

size_t encoding_length(const char *text, size_t left)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = 0;

	if (s[0] < 0x80)
		n = 1;
	else if (s[0] >= 0xc2 && s[0] < 0xe0)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] < 0xf0)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] < 0xf5)
		n = 4;
	if (n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates, and past U+10FFFF */
	if (n == 3 &&
	    ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)))
		return 0;
	if (n == 4 &&
	    ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)))
		return 0;
	return n;
}

static bool is_plain(unsigned char c)
{
	return (c >= ' ' && c != 0x7f) || c == '\n' || c == '\r' || c == '\t';
}

bool encoding_check(const char *path, const char *text, size_t len,
		    struct spec_errors *errors)
{
	struct spec_pos pos = {1, 1};
	size_t n = 0;

	for (size_t i = 0; i < len; i += n) {
		unsigned char c = (unsigned char)text[i];

		n = encoding_length(text + i, len - i);
		if (!n) {
			spec_errors_add(errors, path, pos,
					"byte 0x%02x is not UTF-8", c);
			return false;
		}
		if (!is_plain(c)) {
			spec_errors_add(errors, path, pos,
					"control character 0x%02x", c);
			return false;
		}
		pos.col++;
		if (c == '\n')
			pos = (struct spec_pos){pos.line + 1, 1};
	}
	return true;
}
