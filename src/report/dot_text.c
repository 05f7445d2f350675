/*
 * dot_text.c - text in the dot language
 */
#include "report/dot_text.h"

#include "base/str.h"
#include "report/utf8.h"

/* only '"' needs a backslash, and one that is there already must not become the
 * beginning of an escape */
void dot_quote(struct str *out, const char *text)
{
	SCOPED_STR struct str clean = {0};

	utf8_clean(&clean, text);
	str_addc(out, '"', 1);
	for (const char *p = str_text(&clean); *p; p++) {
		if (*p == '"' || *p == '\\')
			str_addc(out, '\\', 1);
		str_addn(out, *p == '\n' ? " " : p, 1);
	}
	str_addc(out, '"', 1);
}
