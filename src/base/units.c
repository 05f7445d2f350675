/*
 * units.c - durations, sizes, shares and rates as people write them
 */
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit durations[] = {
	{"ns", 1},
	{"us", 1000},
	{"ms", 1000000},
	{"s", 1000000000},
	{"m", INT64_C(60) * 1000000000},
	{"h", INT64_C(3600) * 1000000000},
};

static const struct unit sizes[] = {
	{"B", 1},
	{"kB", 1000},
	{"MB", 1000000},
	{"GB", 1000000000},
	{"KiB", 1024},
	{"MiB", 1048576},
	{"GiB", 1073741824},
};

/* the units of tc(8): powers of ten, then of two; bits, then bytes. Those that
 * rate_print() writes come first, the largest at the top. */
static const struct unit rates[] = {
	{"tbit", 1000000000000},
	{"gbit", 1000000000},
	{"mbit", 1000000},
	{"kbit", 1000},
	{"bit", 1},
	{"kibit", 1024},
	{"mibit", 1048576},
	{"gibit", 1073741824},
	{"tibit", 1099511627776},
	{"bps", 8},
	{"kbps", 8000},
	{"mbps", 8000000},
	{"gbps", 8000000000},
	{"tbps", 8000000000000},
	{"kibps", 8192},
	{"mibps", 8388608},
	{"gibps", 8589934592},
	{"tibps", 8796093022208},
};

static const struct unit percent[] = {{"%", 1}};

static const char *skip_digits(const char *p)
{
	while (isdigit((unsigned char)*p))
		p++;
	return p;
}

/* Whole units exactly, in integers: a double would round past 2^53. */
static int scale(const char *text, int64_t factor, int64_t *out)
{
	int64_t fraction = 0;
	int64_t value = 0;
	const char *p;

	for (p = text; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *p - '0', &value))
			return -ERANGE;
	if (*p == '.')
		fraction = llround(strtod(p, NULL) * (double)factor);
	if (__builtin_mul_overflow(value, factor, &value) ||
	    __builtin_add_overflow(value, fraction, &value))
		return -ERANGE;
	*out = value;
	return 0;
}

static int parse(const char *text, const struct unit *units, size_t n,
		 int64_t *out)
{
	const char *p = skip_digits(text);

	/* strtod would take "inf", "0x1p3", signs and spaces: we do not */
	if (p == text)
		return -EINVAL;
	if (*p == '.') {
		if (!isdigit((unsigned char)p[1]))
			return -EINVAL;
		p = skip_digits(p + 1);
	}
	for (size_t i = 0; i < n; i++)
		if (strcmp(p, units[i].name) == 0)
			return scale(text, units[i].factor, out);
	return -EINVAL;
}

int duration_parse(const char *text, int64_t *ns)
{
	return parse(text, durations, sizeof(durations) / sizeof(*durations),
		     ns);
}

int size_parse(const char *text, int64_t *bytes)
{
	return parse(text, sizes, sizeof(sizes) / sizeof(*sizes), bytes);
}

int share_parse(const char *text, double *share)
{
	int64_t whole;
	double value;
	int rc = parse(text, percent, 1, &whole);

	if (rc < 0)
		return rc;
	/* parse() has seen that it is digits and a point, and then the sign */
	value = strtod(text, NULL) / 100;
	if (value > 1)
		return -ERANGE;
	*share = value;
	return 0;
}

const char *share_print(double share, char buf[UNITS_TEXT])
{
	size_t n;

	/* never "1e-06%", and no zeros that nobody wrote */
	(void)snprintf(buf, UNITS_TEXT, "%.9f", share * 100);
	n = strlen(buf);
	while (buf[n - 1] == '0')
		n--;
	if (buf[n - 1] == '.')
		n--;
	(void)snprintf(buf + n, UNITS_TEXT - n, "%%");
	return buf;
}

int rate_parse(const char *text, int64_t *bps)
{
	char lower[UNITS_TEXT] = {0};
	size_t n = strlen(text);

	if (n >= sizeof(lower))
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		lower[i] = (char)tolower((unsigned char)text[i]);
	return parse(lower, rates, sizeof(rates) / sizeof(*rates), bps);
}

const char *rate_print(uint64_t bps, char buf[UNITS_TEXT])
{
	const struct unit *unit = rates;

	while (unit->factor > 1 &&
	       (bps == 0 || bps % (uint64_t)unit->factor != 0))
		unit++;
	(void)snprintf(buf, UNITS_TEXT, "%" PRIu64 "%s",
		       bps / (uint64_t)unit->factor, unit->name);
	return buf;
}

const char *duration_print(int64_t ns, char buf[UNITS_TEXT])
{
	double v = (double)ns;
	double a = fabs(v);

	if (ns == 0)
		(void)snprintf(buf, UNITS_TEXT, "0 s");
	else if (a < 1e3)
		(void)snprintf(buf, UNITS_TEXT, "%.0f ns", v);
	else if (a < 999.5e3) /* "%.3g" would round to 1e+03 */
		(void)snprintf(buf, UNITS_TEXT, "%.3g us", v / 1e3);
	else if (a < 999.5e6)
		(void)snprintf(buf, UNITS_TEXT, "%.3g ms", v / 1e6);
	else if (a < 100e9)
		(void)snprintf(buf, UNITS_TEXT, "%.4g s", v / 1e9);
	else
		(void)snprintf(buf, UNITS_TEXT, "%.1f s", v / 1e9);
	return buf;
}
