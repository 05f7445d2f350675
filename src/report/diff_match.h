/*
 * diff_match.h - which connection of one run is which of the other
 */
#pragma once

#include <stddef.h>

struct diff_lives;
struct diff_pair;

/**
 * diff_match - lay the connections of two runs beside one another
 * @a: of the one run
 * @b: of the other; one that the other end opened in that run, of two SYNs that
 *	crossed, has its ends exchanged
 * @n: how many pairs
 *
 * The order in which they began is chance, and so is a port that the kernel
 * chose. So those are the same that have the same names at both ends, then at
 * one; of those without a name the same hosts and server's port, and of several
 * the ones of which the same can be told, then in order.
 *
 * Return: in the order of @a, then what only @b has; caller frees; NULL if
 * there are none.
 */
struct diff_pair *diff_match(const struct diff_lives *a, struct diff_lives *b,
			     size_t *n);
