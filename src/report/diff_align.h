/*
 * diff_align.h - two sequences of words laid beside one another
 */
#pragma once

#include <stddef.h>

/** DIFF_NONE - there is none beside it */
#define DIFF_NONE ((size_t)-1)

/** struct diff_pair - indices; DIFF_NONE: only the other sequence has it */
struct diff_pair {
	size_t a;
	size_t b;
};

/**
 * diff_align - lay them so that as many as can be are beside their like
 * @a: words, @n_a of them
 * @n_a: their number
 * @b: others, @n_b of them
 * @n_b: their number
 * @n: how many pairs
 *
 * A longest common subsequence; where what differs is too long for the table
 * of it (thousands each), word after word.
 *
 * Return: in order; caller frees; NULL if there are none.
 */
struct diff_pair *diff_align(const char *const *a, size_t n_a,
			     const char *const *b, size_t n_b, size_t *n);
