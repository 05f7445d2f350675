/*
 * idmap.h - find an array's index by a 64-bit identity
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"

/** IDMAP_NONE - no index: what idmap_get() says of an unknown identity */
#define IDMAP_NONE UINT32_MAX

/** struct idmap_slot - @id has index @next - 1; a free slot has @next 0 */
struct idmap_slot {
	uint64_t id;
	uint32_t next;
};

/**
 * struct idmap - open addressing, linear probing, at most 3/4 full
 * @slots: @mask + 1 of them, a power of two; owned; NULL while empty
 *
 * Start with {0}. Made for socket cookies and inodes: numbers from a kernel's
 * counter, not from an adversary.
 */
struct idmap {
	struct idmap_slot *slots;
	size_t mask;
	size_t n;
};

/** SCOPED_IDMAP - released at scope end; initialise with {0} */
#define SCOPED_IDMAP SCOPED(idmap_done)

/** idmap_clear - forget all, and make room for @n identities at once */
void idmap_clear(struct idmap *map, size_t n);

/**
 * idmap_put - give an identity an index, unless it has one
 * @map: grows as needed
 * @id: any number
 * @index: below IDMAP_NONE
 *
 * Return: the index it has now: @index, or an earlier one.
 */
uint32_t idmap_put(struct idmap *map, uint64_t id, uint32_t index);

/** idmap_get - the index of an identity, or IDMAP_NONE */
uint32_t idmap_get(const struct idmap *map, uint64_t id);

/** idmap_done - release it; it may be used again */
void idmap_done(struct idmap *map);
