/*
 * str.c - strings that grow while they are written
 */
#include "base/str.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static void reserve(struct str *str, size_t more)
{
	size_t need = str->len + more + 1;

	if (need <= str->cap)
		return;
	str->cap = need < 64 ? 64 : need * 2;
	str->s = mem_resize(str->s, str->cap, 1);
}

void str_addn(struct str *str, const char *s, size_t n)
{
	reserve(str, n);
	if (n)
		memcpy(str->s + str->len, s, n);
	str->len += n;
	str->s[str->len] = '\0';
}

void str_add(struct str *str, const char *s)
{
	str_addn(str, s, strlen(s));
}

void str_addc(struct str *str, char c, size_t n)
{
	reserve(str, n);
	memset(str->s + str->len, c, n);
	str->len += n;
	str->s[str->len] = '\0';
}

void str_addf(struct str *str, const char *fmt, ...)
{
	SCOPED_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	str_add(str, text);
}

char *str_steal(struct str *str)
{
	char *s = str->s ? str->s : mem_strdup("");

	*str = (struct str){0};
	return s;
}

const char *str_text(const struct str *str)
{
	return str->s ? str->s : "";
}

void str_done(struct str *str)
{
	free(str->s);
	*str = (struct str){0};
}
