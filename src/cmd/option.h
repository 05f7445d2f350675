/*
 * option.h - what is wrong with an option, in one message
 */
#pragma once

#include <getopt.h>

struct err;

/**
 * option_refused - why getopt_long() returned '?'
 * @argv: as it was called with; opterr must have been 0, or it has already said
 *	something itself
 * @options: likewise
 * @err: "unknown option '--fromat': did you mean '--format'?"
 *
 * Return: -EINVAL.
 */
int option_refused(char *const *argv, const struct option *options,
		   struct err *err);
