/*
 * arena.c - strings that live and die together
 */
#include "event/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/** BLOCK_BYTES - a block's room; a longer string gets a block of its own */
#define BLOCK_BYTES 65536

struct arena_block {
	struct arena_block *prev;
	char text[];
};

static char *grow(struct arena *arena, size_t need)
{
	size_t size = need > BLOCK_BYTES ? need : BLOCK_BYTES;
	struct arena_block *block;

	block = mem_resize(NULL, sizeof(*block) + size, 1);
	block->prev = arena->last;
	arena->last = block;
	arena->used = need;
	arena->size = size;
	return block->text;
}

const char *arena_text(struct arena *arena, const char *s, size_t n)
{
	char *copy;

	if (!s)
		return NULL;
	if (arena->size - arena->used > n) {
		copy = arena->last->text + arena->used;
		arena->used += n + 1;
	} else {
		copy = grow(arena, n + 1);
	}
	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

const char *arena_str(struct arena *arena, const char *s)
{
	return s ? arena_text(arena, s, strlen(s)) : NULL;
}

void arena_done(struct arena *arena)
{
	while (arena->last) {
		struct arena_block *block = arena->last;

		arena->last = block->prev;
		free(block);
	}
	*arena = (struct arena){0};
}
