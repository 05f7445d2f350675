/*
 * inject.h - the numbers of a segment that nobody sent
 */
#pragma once

#include <stdint.h>

#include "wire/forge.h"

struct err;
struct flow_conn;
struct inject_spec;

/**
 * inject_resolve - what an injection says, in absolute numbers
 * @spec: borrowed
 * @conn: where the connection stands, the end that it pretends to come from
 *	first; NULL if nothing was seen of it
 * @forge: gets all but addresses; @forge->payload borrows from @spec
 * @err: says what cannot be known
 *
 * Of an end that sent nothing here, what the other end acknowledged is taken
 * for what it sends next. Timestamps are those that this end sent last, plus
 * what is asked, and echo the other end's last.
 *
 * Return: 0; -ENOTCONN if a number counts from what was not seen; -EINVAL for a
 * timestamp in a connection without.
 */
int inject_resolve(const struct inject_spec *spec, const struct flow_conn *conn,
		   struct forge *forge, struct err *err);
