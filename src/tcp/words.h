/*
 * words.h - names of errnos, signals and socket options, both ways
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** errno_from_name - "EADDRINUSE" to its number; -1 if there is none */
int errno_from_name(const char *name);

/** errno_name - number to "EADDRINUSE"; "E?" if it has none */
const char *errno_name(int number);

/** errno_nearest - the errno name that a typo may have meant, or NULL */
const char *errno_nearest(const char *name);

/** signal_from_name - "SIGTERM" or "TERM" to its number; -1 if there is none */
int signal_from_name(const char *name);

/** signal_name - number to "SIGTERM"; "SIG?" if it has none; borrowed until
 * the next call */
const char *signal_name(int number);

/** enum sockopt_type - the shape of a socket option's value */
enum sockopt_type {
	SOCKOPT_INT, /* int, also used for booleans */
	SOCKOPT_LINGER, /* struct linger */
	SOCKOPT_TIMEVAL, /* struct timeval */
	SOCKOPT_TEXT, /* a name: SO_BINDTODEVICE, TCP_CONGESTION */
	SOCKOPT_TYPES
};

/**
 * struct sockopt - one socket option that a scenario may name: socket(7),
 * tcp(7), ip(7), ipv6(7)
 */
struct sockopt {
	const char *name;
	int level;
	int number;
	enum sockopt_type type;
};

/** sockopt_find - by name; NULL if unknown */
const struct sockopt *sockopt_find(const char *name);

/** sockopt_nearest - the option name that a typo may have meant, or NULL */
const char *sockopt_nearest(const char *name);

/** sockopts - all known, for listings; @n: their number */
const struct sockopt *sockopts(size_t *n);
