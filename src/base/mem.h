/*
 * mem.h - heap blocks that are always there: out of memory aborts
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

/** mem_new - allocate @n zeroed objects of type @T; caller frees */
#define mem_new(T, n) ((T *)mem_zalloc((n), sizeof(T)))

/** mem_zalloc - allocate @n zeroed elements of @size bytes; caller frees */
void *mem_zalloc(size_t n, size_t size);

/** mem_resize - realloc to @n elements of @size bytes; never NULL */
void *mem_resize(void *block, size_t n, size_t size);

/** mem_strdup - copy a string; NULL stays NULL; caller frees */
char *mem_strdup(const char *s);

/** mem_strndup - copy at most @n bytes of @s and end them; caller frees */
char *mem_strndup(const char *s, size_t n);

/** mem_printf - format into a new string; caller frees */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** mem_vprintf - as mem_printf, from a va_list */
char *mem_vprintf(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0)));
