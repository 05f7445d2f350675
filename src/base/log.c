/*
 * log.c - say on stderr what we are doing
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static enum log_level log_level = LOG_LEVEL_WARN;

void log_set_level(enum log_level level)
{
	log_level = level;
}

void log_line(enum log_level level, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	if (level > log_level)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap); /* may cut */
	va_end(ap);
	/* one write, so that lines of several processes do not mix */
	(void)fprintf(stderr, "tcplab: %s\n", line);
}
