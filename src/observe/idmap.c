/*
 * idmap.c - find an array's index by a 64-bit identity
 */
#include "observe/idmap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SLOTS_MIN ((size_t)16)

/*
 * Fibonacci hashing (the high bits of a product with 2^64 / phi), of four
 * neighbours to one cache line: the kernel numbers sockets when somebody asks,
 * so that a dump's cookies come in ascending runs.
 */
static size_t first_slot(const struct idmap *map, uint64_t id)
{
	uint64_t line = (id >> 2) * UINT64_C(0x9e3779b97f4a7c15) >> 32;

	return (size_t)(line << 2 | (id & 3)) & map->mask;
}

static size_t slots_for(size_t n)
{
	size_t slots = SLOTS_MIN;

	while (slots / 4 * 3 < n)
		slots *= 2;
	return slots;
}

static struct idmap_slot *find_slot(const struct idmap *map, uint64_t id)
{
	size_t i = first_slot(map, id);

	while (map->slots[i].next && map->slots[i].id != id)
		i = (i + 1) & map->mask;
	return &map->slots[i];
}

static void grow(struct idmap *map)
{
	struct idmap old = *map;
	size_t slots;

	if (old.slots && old.n < (old.mask + 1) / 4 * 3)
		return;
	slots = slots_for(old.n + 1);
	map->slots = mem_new(struct idmap_slot, slots);
	map->mask = slots - 1;
	for (size_t i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i].next)
			*find_slot(map, old.slots[i].id) = old.slots[i];
	free(old.slots);
}

void idmap_clear(struct idmap *map, size_t n)
{
	size_t slots = slots_for(n);

	map->n = 0;
	/* one that is far too large would cost its clearing for ever */
	if (map->slots && slots <= map->mask + 1 && slots > map->mask / 8) {
		memset(map->slots, 0, (map->mask + 1) * sizeof(*map->slots));
		return;
	}
	free(map->slots);
	map->slots = mem_new(struct idmap_slot, slots);
	map->mask = slots - 1;
}

uint32_t idmap_put(struct idmap *map, uint64_t id, uint32_t index)
{
	struct idmap_slot *slot;

	assert(index != IDMAP_NONE);
	grow(map);
	slot = find_slot(map, id);
	if (slot->next)
		return slot->next - 1;
	slot->id = id;
	slot->next = index + 1;
	map->n++;
	return index;
}

uint32_t idmap_get(const struct idmap *map, uint64_t id)
{
	const struct idmap_slot *slot;

	if (!map->slots)
		return IDMAP_NONE;
	slot = find_slot(map, id);
	return slot->next ? slot->next - 1 : IDMAP_NONE;
}

void idmap_done(struct idmap *map)
{
	free(map->slots);
	*map = (struct idmap){0};
}
