/*
 * names.h - tables of names indexed by an enum, and the nearest known word
 */
#pragma once

#include <assert.h>
#include <stddef.h>

/** TABLE_COVERS - fail the build if a designated table misses its last row */
#define TABLE_COVERS(table, count)                                           \
	static_assert(sizeof(table) / sizeof((table)[0]) == (size_t)(count), \
		      #table " does not cover every value")

/**
 * names_find - which index has this name
 * @names: table of @n strings; NULL entries are skipped
 * @n: entries
 * @word: looked for, exactly
 *
 * Return: the index, or -1.
 */
int names_find(const char *const *names, size_t n, const char *word);

/**
 * names_nearest - the known word that a typo may have meant
 * @names: table of @n strings; NULL entries are skipped
 * @n: entries
 * @word: what was written
 *
 * Damerau-Levenshtein distance without regard to case: at most 1 for a word
 * of up to three letters, 2 up to five, 3 beyond; a single letter is near to
 * nothing but itself.
 *
 * Return: the entry, borrowed from @names; NULL if none is near.
 */
const char *names_nearest(const char *const *names, size_t n, const char *word);
