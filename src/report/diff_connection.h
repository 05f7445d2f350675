/*
 * diff_connection.h - what went otherwise with one connection
 */
#pragma once

#include <stddef.h>

#include "report/diff.h"

struct diff_life;

/** diff_add - one more difference, to be filled; @connection: 0 if it is about
 * none */
struct diff_row *diff_add(struct diff_scenario *scenario, enum diff_what what,
			  size_t connection);

/**
 * diff_connection - compare two, and add their names and what differs
 * @scenario: added to
 * @tolerance: of times
 * @a: of the first run; NULL: it has none
 * @b: of the other, likewise
 */
void diff_connection(struct diff_scenario *scenario, double tolerance,
		     const struct diff_life *a, const struct diff_life *b);
