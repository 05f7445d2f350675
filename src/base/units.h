/*
 * units.h - durations and sizes as people write them
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** UNITS_TEXT - bytes that duration_print() and size_print() need */
#define UNITS_TEXT 32

/**
 * duration_parse - read "20ms", "1.5s", "66s", "2h" (ns us ms s m h)
 * @text: the number and its unit, no spaces; a bare number is refused
 * @ns: the duration; untouched on failure
 *
 * Return: 0; -EINVAL if it is no duration; -ERANGE past 292 years.
 */
int duration_parse(const char *text, int64_t *ns);

/**
 * duration_print - write a duration for a reader: "60.2 s", "1.25 ms", "0 s"
 * @ns: may be negative
 * @buf: at least UNITS_TEXT bytes
 *
 * Return: @buf.
 */
const char *duration_print(int64_t ns, char buf[UNITS_TEXT]);

/**
 * size_parse - read "1000B", "64kB", "1MB", "16KiB" (B, kB, MB, GB, KiB, MiB,
 * GiB)
 * @text: the number and its unit; a bare number is refused
 * @bytes: untouched on failure
 *
 * Return: 0; -EINVAL if it is no size; -ERANGE if it does not fit.
 */
int size_parse(const char *text, int64_t *bytes);
