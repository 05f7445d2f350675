/*
 * utf8.h - text of unknown origin, made safe for a terminal, XML and JSON
 *
 * Titles come from files, output from programs: both may hold any byte. An
 * escape sequence would repaint the reader's terminal, a NUL or a lone
 * surrogate would make a report that no parser takes.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct str;

/** UTF8_BAD - U+FFFD, what every malformed byte is read as */
#define UTF8_BAD UINT32_C(0xFFFD)

/**
 * utf8_next - read one character (RFC 3629: no overlong forms, no surrogates)
 * @s: moved behind it: by one byte if that is malformed; not at its NUL
 *
 * Return: the code point; UTF8_BAD for a malformed byte; 0 at the end.
 */
uint32_t utf8_next(const char **s);

/** utf8_add - append one code point; what is none is appended as UTF8_BAD */
void utf8_add(struct str *out, uint32_t c);

/**
 * utf8_is_control - C0 but tab and newline, DEL, C1: what a terminal obeys
 * and XML 1.0 forbids or frowns upon, and the two non-characters U+FFFE and
 * U+FFFF (XML 1.0, 2.2)
 */
int utf8_is_control(uint32_t c);

/**
 * utf8_clean - append @text with malformed bytes and control characters
 * replaced by U+FFFD; a carriage return is dropped
 */
void utf8_clean(struct str *out, const char *text);

/** utf8_width - columns that @text takes, one a character */
size_t utf8_width(const char *text);
