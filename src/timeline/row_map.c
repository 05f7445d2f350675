/*
 * row_map.c - numbers of rows under keys, first in first out
 */
#include "timeline/row_map.h"

#include <string.h>

/** BUCKETS_FIRST - doubled whenever there are more entries than buckets */
#define BUCKETS_FIRST 64

uint64_t row_hash(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t row_hash_address(uint64_t hash, const struct endpoint *e)
{
	if (e->family == AF_INET6)
		return row_hash(hash, &e->ip.v6, sizeof(e->ip.v6));
	return row_hash(hash, &e->ip.v4, sizeof(e->ip.v4));
}

static void link_entry(struct row_map *map, size_t i)
{
	struct row_map_bucket *bucket =
		&map->buckets[map->entries.v[i].key % map->n_buckets];

	map->entries.v[i].next = 0;
	if (bucket->last)
		map->entries.v[bucket->last - 1].next = i + 1;
	else
		bucket->first = i + 1;
	bucket->last = i + 1;
}

/* Drop what was taken, which is most of it where all that is sent arrives; and
 * grow if it is not */
static void rehash(struct row_map *map)
{
	size_t n = 0;

	for (size_t i = 0; i < map->entries.n; i++)
		if (map->entries.v[i].row != SIZE_MAX)
			map->entries.v[n++] = map->entries.v[i];
	map->entries.n = n;
	if (!map->n_buckets)
		map->n_buckets = BUCKETS_FIRST;
	else if (2 * n >= map->n_buckets)
		map->n_buckets *= 2;
	map->buckets =
		mem_resize(map->buckets, map->n_buckets, sizeof(*map->buckets));
	memset(map->buckets, 0, map->n_buckets * sizeof(*map->buckets));
	/* in order, so that the oldest stays first in its bucket */
	for (size_t i = 0; i < n; i++)
		link_entry(map, i);
}

void row_map_add(struct row_map *map, uint64_t key, size_t row)
{
	struct row_map_entry entry = {.key = key, .row = row};

	if (map->entries.n >= map->n_buckets)
		rehash(map);
	vec_push(&map->entries, entry);
	link_entry(map, map->entries.n - 1);
}

static void unlink_entry(struct row_map *map, struct row_map_bucket *bucket,
			 size_t before, size_t at)
{
	struct row_map_entry *entry = &map->entries.v[at - 1];

	if (before)
		map->entries.v[before - 1].next = entry->next;
	else
		bucket->first = entry->next;
	if (bucket->last == at)
		bucket->last = before;
	entry->row = SIZE_MAX;
}

size_t row_map_find(struct row_map *map, uint64_t key,
		    bool (*fits)(const void *arg, size_t row), const void *arg,
		    bool take)
{
	struct row_map_bucket *bucket;
	size_t before = 0;
	size_t row;

	if (!map->n_buckets)
		return SIZE_MAX;
	bucket = &map->buckets[key % map->n_buckets];
	for (size_t at = bucket->first; at; at = map->entries.v[at - 1].next) {
		row = map->entries.v[at - 1].row;
		if (map->entries.v[at - 1].key == key && fits(arg, row)) {
			if (take)
				unlink_entry(map, bucket, before, at);
			return row;
		}
		before = at;
	}
	return SIZE_MAX;
}

void row_map_done(struct row_map *map)
{
	vec_done(&map->entries);
	free(map->buckets);
	*map = (struct row_map){0};
}
