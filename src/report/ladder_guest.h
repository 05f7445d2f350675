/*
 * ladder_guest.h - what happened at a host but is of no connection
 *
 * A bind(2), a listen(2), a program that dies: it stands on the lifeline of its
 * host, on the ladder of one connection.
 */
#pragma once

#include <stddef.h>

struct event;
struct history_connection;
struct ladder_of;

/** LADDER_NO_HOME - of no ladder */
#define LADDER_NO_HOME SIZE_MAX

/**
 * ladder_guests - find each a ladder
 * @of: @connection and @index are not looked at
 * @connections: all; of which a segment was seen, has a ladder
 * @n: their number
 *
 * What concerns a port is for a connection that has it; of several it is for
 * the one under way then, else for the next one, else for the last one before.
 *
 * Return: for each item of @of the number of a connection, @n if none has a
 * ladder, or LADDER_NO_HOME; caller frees.
 */
size_t *ladder_guests(const struct ladder_of *of,
		      const struct history_connection *connections, size_t n);

/** ladder_guest_text - "bind(L, 0.0.0.0:7788) = EADDRINUSE"; caller frees; NULL
 * if it is not worth a line */
char *ladder_guest_text(const struct event *event);
