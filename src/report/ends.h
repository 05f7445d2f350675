/*
 * ends.h - every socket of a journal, its path through the states, its peer
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "tcp/sock.h"

struct event;

/** struct end_change - a socket was first seen in a state */
struct end_change {
	int64_t t_ns; /* when the dump was over */
	uint64_t event; /* its number */
	enum tcp_state state; /* CLOSED once no dump shows the socket */
};

/**
 * struct end - one socket, as successive dumps of its host showed it
 *
 * Strings are borrowed from the events.
 */
struct end {
	const char *host;
	const char *name; /* in the scenario; NULL if none was given */
	struct endpoint local;
	struct endpoint remote;
	uint64_t cookie; /* 0 if not known */
	uint64_t inode; /* last seen that was not 0 */
	VEC(struct end_change) path;
	size_t peer; /* index of the other end; ENDS_NONE */
	bool gone;
};

/** ENDS_NONE - no such end */
#define ENDS_NONE SIZE_MAX

/** struct ends - all sockets of a journal, by first sight */
struct ends {
	VEC(struct end) all;
};

/**
 * ends_read - follow every socket through a journal's events
 * @ends: filled; release with ends_done(), before the events
 * @events: in the order of the journal, @n of them
 * @n: how many
 *
 * A connection is one end from request socket to TIME_WAIT, since Linux hands
 * the cookie on (net/ipv4/inet_connection_sock.c, inet_timewait_sock.c).
 * Two ends are peers if each names the other's address, on another host or,
 * for a host that talks to itself, on the same.
 */
void ends_read(struct ends *ends, const struct event *events, size_t n);

/** ends_done - release what ends_read() made */
void ends_done(struct ends *ends);
