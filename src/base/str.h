/*
 * str.h - strings that grow while they are written
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "base/scope.h"

/**
 * struct str - a growing string
 * @s: the text, always NUL-terminated once something was added; NULL before
 * @len: bytes without the NUL
 * @cap: bytes allocated
 */
struct str {
	char *s;
	size_t len;
	size_t cap;
};

/** SCOPED_STR - a struct str released at scope end; initialise with {0} */
#define SCOPED_STR SCOPED(str_done)

/** str_add - append a string */
void str_add(struct str *str, const char *s);

/** str_addn - append @n bytes */
void str_addn(struct str *str, const char *s, size_t n);

/** str_addf - append formatted text */
void str_addf(struct str *str, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** str_addc - append @n copies of a character */
void str_addc(struct str *str, char c, size_t n);

/** str_steal - take the text (never NULL) and leave @str empty; caller frees */
char *str_steal(struct str *str);

/** str_text - the text so far, "" if none; borrowed until the next change */
const char *str_text(const struct str *str);

/** str_done - release the text */
void str_done(struct str *str);
