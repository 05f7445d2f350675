/*
 * arena.h - strings that live and die together
 */
#pragma once

#include <stddef.h>

/**
 * struct arena - a chain of blocks; start with {0}
 * @last: the block that is being filled; owned
 * @used: bytes taken of it
 * @size: bytes that it has
 */
struct arena {
	struct arena_block *last;
	size_t used;
	size_t size;
};

/**
 * arena_text - keep a copy of @n bytes of @s, and a NUL behind them
 *
 * Return: the copy, borrowed until arena_done(); NULL if @s is NULL.
 */
const char *arena_text(struct arena *arena, const char *s, size_t n);

/** arena_str - keep a copy of a string; NULL stays NULL */
const char *arena_str(struct arena *arena, const char *s);

/** arena_done - release every string */
void arena_done(struct arena *arena);
