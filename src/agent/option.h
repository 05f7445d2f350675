/*
 * option.h - values of socket options, as words and as the kernel has them
 */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "tcp/words.h"

/** OPTION_TEXT - bytes for a value in words */
#define OPTION_TEXT 64

/**
 * struct option_value - what get/setsockopt(2) take
 * @len: bytes of the union that count
 */
struct option_value {
	union {
		int number;
		struct linger linger;
		struct timeval time;
		char text[OPTION_TEXT];
	} as;
	socklen_t len;
};

/**
 * option_parse - read a value
 * @option: its shape
 * @text: a number or true, false, on, off (SO_ERROR: an errno's name too);
 *	"off" or a duration of whole seconds for a linger; a duration for a
 *	timeval; any text
 * @value: untouched on failure
 *
 * Return: 0; -EINVAL; -ERANGE if it does not fit.
 */
int option_parse(const struct sockopt *option, const char *text,
		 struct option_value *value);

/**
 * option_print - write a value so that option_parse() reads it
 * @option: its shape
 * @value: as getsockopt(2) gave it
 * @buf: returned
 */
const char *option_print(const struct sockopt *option,
			 const struct option_value *value,
			 char buf[OPTION_TEXT]);

/**
 * option_equal - do these words and the other ones mean the same value
 * @option: its shape
 * @a: words; if either cannot be parsed they are compared as text
 * @b: words
 */
bool option_equal(const struct sockopt *option, const char *a, const char *b);
