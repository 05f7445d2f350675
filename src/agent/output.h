/*
 * output.h - what a program wrote, as text that a journal can hold
 */
#pragma once

#include <stddef.h>

struct str;

/**
 * output_text - append bytes as UTF-8
 * @out: appended to
 * @bytes: any; @len of them
 * @len: their number
 *
 * Every byte that is no part of a well-formed sequence (RFC 3629 section 4),
 * and NUL, becomes U+FFFD. A sequence that the next read may complete is not
 * taken.
 *
 * Return: how many of the bytes were taken: @len less up to 3.
 */
size_t output_text(struct str *out, const char *bytes, size_t len);
