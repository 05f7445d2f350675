/*
 * units.c - durations and sizes as people write them
 */
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
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

static int parse(const char *text, const struct unit *units, size_t n,
		 int64_t *out)
{
	const char *p = text;
	double value;

	/* strtod would take "inf", "0x1p3", signs and spaces: we do not */
	while (isdigit((unsigned char)*p))
		p++;
	if (p == text)
		return -EINVAL;
	if (*p == '.') {
		if (!isdigit((unsigned char)p[1]))
			return -EINVAL;
		for (p++; isdigit((unsigned char)*p);)
			p++;
	}
	for (size_t i = 0; i < n; i++) {
		if (strcmp(p, units[i].name) != 0)
			continue;
		value = strtod(text, NULL) * (double)units[i].factor;
		if (!(value < 9.2e18))
			return -ERANGE;
		*out = (int64_t)llround(value);
		return 0;
	}
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

const char *duration_print(int64_t ns, char buf[UNITS_TEXT])
{
	double v = (double)ns;
	double a = fabs(v);

	if (ns == 0)
		(void)snprintf(buf, UNITS_TEXT, "0 s");
	else if (a < 1e3)
		(void)snprintf(buf, UNITS_TEXT, "%.0f ns", v);
	else if (a < 1e6)
		(void)snprintf(buf, UNITS_TEXT, "%.3g us", v / 1e3);
	else if (a < 1e9)
		(void)snprintf(buf, UNITS_TEXT, "%.3g ms", v / 1e6);
	else if (a < 100e9)
		(void)snprintf(buf, UNITS_TEXT, "%.4g s", v / 1e9);
	else
		(void)snprintf(buf, UNITS_TEXT, "%.1f s", v / 1e9);
	return buf;
}
