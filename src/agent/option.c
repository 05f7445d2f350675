/*
 * option.c - values of socket options, as words and as the kernel has them
 */
#include "agent/option.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"

static bool is_errno(const struct sockopt *option)
{
	return option->level == SOL_SOCKET && option->number == SO_ERROR;
}

static int parse_int(const struct sockopt *option, const char *text,
		     int *number)
{
	static const struct {
		const char *word;
		int number;
	} words[] = {{"true", 1}, {"on", 1}, {"false", 0}, {"off", 0}};
	char *end;
	long n;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i].word) == 0) {
			*number = words[i].number;
			return 0;
		}
	if (is_errno(option) && errno_from_name(text) > 0) {
		*number = errno_from_name(text);
		return 0;
	}
	errno = 0;
	n = strtol(text, &end, 10);
	if (end == text || *end)
		return -EINVAL;
	if (errno || n < INT_MIN || n > INT_MAX)
		return -ERANGE;
	*number = (int)n;
	return 0;
}

static int parse_linger(const char *text, struct linger *linger)
{
	int64_t ns;
	int rc;

	if (strcmp(text, "off") == 0 || strcmp(text, "false") == 0) {
		*linger = (struct linger){0};
		return 0;
	}
	rc = duration_parse(text, &ns);
	if (rc)
		return rc;
	if (ns < 0 || ns % NS_PER_S)
		return -EINVAL;
	if (ns / NS_PER_S > INT_MAX)
		return -ERANGE;
	*linger =
		(struct linger){.l_onoff = 1, .l_linger = (int)(ns / NS_PER_S)};
	return 0;
}

static int parse_time(const char *text, struct timeval *time)
{
	int64_t ns;
	int rc = duration_parse(text, &ns);

	if (rc)
		return rc;
	if (ns < 0 || ns % NS_PER_US)
		return -EINVAL;
	*time = (struct timeval){
		.tv_sec = ns / NS_PER_S,
		.tv_usec = ns % NS_PER_S / NS_PER_US,
	};
	return 0;
}

int option_parse(const struct sockopt *option, const char *text,
		 struct option_value *value)
{
	struct option_value v = {0};
	int rc = 0;

	switch (option->type) {
	case SOCKOPT_INT:
		rc = parse_int(option, text, &v.as.number);
		v.len = sizeof(v.as.number);
		break;
	case SOCKOPT_LINGER:
		rc = parse_linger(text, &v.as.linger);
		v.len = sizeof(v.as.linger);
		break;
	case SOCKOPT_TIMEVAL:
		rc = parse_time(text, &v.as.time);
		v.len = sizeof(v.as.time);
		break;
	case SOCKOPT_TEXT:
		if (strlen(text) >= sizeof(v.as.text))
			return -ERANGE;
		v.len = (socklen_t)strlen(text);
		memcpy(v.as.text, text, v.len);
		break;
	case SOCKOPT_TYPES:
		rc = -EINVAL;
		break;
	}
	if (!rc)
		*value = v;
	return rc;
}

/* the largest unit that says it without a fraction */
static void print_time(const struct timeval *time, char buf[OPTION_TEXT])
{
	int64_t us = time->tv_sec * 1000000 + time->tv_usec;

	if (us % 1000000 == 0)
		(void)snprintf(buf, OPTION_TEXT, "%" PRId64 "s", us / 1000000);
	else if (us % 1000 == 0)
		(void)snprintf(buf, OPTION_TEXT, "%" PRId64 "ms", us / 1000);
	else
		(void)snprintf(buf, OPTION_TEXT, "%" PRId64 "us", us);
}

const char *option_print(const struct sockopt *option,
			 const struct option_value *value,
			 char buf[OPTION_TEXT])
{
	buf[0] = '\0';
	switch (option->type) {
	case SOCKOPT_INT:
		if (is_errno(option) && value->as.number)
			(void)snprintf(buf, OPTION_TEXT, "%s",
				       errno_name(value->as.number));
		else
			(void)snprintf(buf, OPTION_TEXT, "%d",
				       value->as.number);
		break;
	case SOCKOPT_LINGER:
		if (value->as.linger.l_onoff)
			(void)snprintf(buf, OPTION_TEXT, "%ds",
				       value->as.linger.l_linger);
		else
			(void)snprintf(buf, OPTION_TEXT, "off");
		break;
	case SOCKOPT_TIMEVAL:
		print_time(&value->as.time, buf);
		break;
	case SOCKOPT_TEXT:
		(void)snprintf(buf, OPTION_TEXT, "%.*s",
			       (int)strnlen(value->as.text, value->len),
			       value->as.text);
		break;
	case SOCKOPT_TYPES:
		break;
	}
	return buf;
}

bool option_equal(const struct sockopt *option, const char *a, const char *b)
{
	struct option_value va, vb;
	char ta[OPTION_TEXT], tb[OPTION_TEXT];

	if (option_parse(option, a, &va) || option_parse(option, b, &vb))
		return strcmp(a, b) == 0;
	return strcmp(option_print(option, &va, ta),
		      option_print(option, &vb, tb)) == 0;
}
