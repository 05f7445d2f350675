/*
 * units.h - durations, sizes, shares and rates as people write them
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

/**
 * share_parse - read "1%", "0.1%", "100%"
 * @text: the number and its sign, no spaces; a bare number is refused
 * @share: 0 to 1; untouched on failure
 *
 * Return: 0; -EINVAL if it is no share; -ERANGE if it is more than the whole.
 */
int share_parse(const char *text, double *share);

/**
 * share_print - write a share as share_parse() reads it: "0.1%"
 * @share: 0 to 1
 * @buf: at least UNITS_TEXT bytes
 *
 * Return: @buf.
 */
const char *share_print(double share, char buf[UNITS_TEXT]);

/**
 * rate_parse - read "10mbit", "1.5gbit", "64kbps", in the units of tc(8)
 * @text: the number and its unit in any case, no spaces; a bare number is
 *	refused, though tc takes it for bits: few know that
 * @bps: bits a second: "bit" is one, "bps" is a byte and so eight; k, m, g and
 *	t are powers of 1000, ki, mi, gi and ti of 1024; untouched on failure
 *
 * Return: 0; -EINVAL if it is no rate; -ERANGE if it does not fit.
 */
int rate_parse(const char *text, int64_t *bps);

/**
 * rate_print - write a rate as rate_parse() reads it: "10mbit"
 * @bps: bits a second
 * @buf: at least UNITS_TEXT bytes
 *
 * Return: @buf; the rate is exact.
 */
const char *rate_print(uint64_t bps, char buf[UNITS_TEXT]);
