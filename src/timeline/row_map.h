/*
 * row_map.h - numbers of rows under keys, first in first out; private to
 * timeline/
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "tcp/endpoint.h"

/** struct row_map_entry - one row under one key */
struct row_map_entry {
	uint64_t key;
	size_t row; /* SIZE_MAX: taken */
	size_t next; /* entry behind it in its bucket; from 1, 0: none */
};

/** struct row_map_bucket - entries whose keys fall together; from 1, 0: none */
struct row_map_bucket {
	size_t first;
	size_t last;
};

/** struct row_map - a hash table; start with {0} */
struct row_map {
	VEC(struct row_map_entry) entries;
	struct row_map_bucket *buckets;
	size_t n_buckets;
};

/** ROW_HASH - of no bytes; FNV-1a, 64 bits */
#define ROW_HASH UINT64_C(0xcbf29ce484222325)

/** row_hash - mix @len bytes into a hash */
uint64_t row_hash(uint64_t hash, const void *data, size_t len);

/** row_hash_address - mix in an address without its port */
uint64_t row_hash_address(uint64_t hash, const struct endpoint *e);

/** row_map_add - put a row behind those that are there under @key */
void row_map_add(struct row_map *map, uint64_t key, size_t row);

/**
 * row_map_find - the first row under a key that will do
 * @map: the table
 * @key: hash, so others may be among them
 * @fits: says whether a row will do
 * @arg: passed to @fits
 * @take: it is there no longer
 *
 * Return: SIZE_MAX if there is none.
 */
size_t row_map_find(struct row_map *map, uint64_t key,
		    bool (*fits)(const void *arg, size_t row), const void *arg,
		    bool take);

/** row_map_done - release the table */
void row_map_done(struct row_map *map);
