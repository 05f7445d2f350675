/*
 * life_index.h - find lives by cookie, inode or address pair
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "tcp/endpoint.h"

struct life;

/** struct life_index_entry - one life under one key */
struct life_index_entry {
	uint64_t key;
	struct life *life; /* borrowed */
	size_t next; /* entry before it under the same head; from 1, 0: none */
};

/**
 * struct life_index - a hash table that never forgets: a life that has got
 * another cookie is still found under the old one, so a finder checks
 */
struct life_index {
	VEC(struct life_index_entry) entries;
	size_t *heads;
	size_t n_heads;
};

/** life_index_number - key of a cookie or inode of a host; @salt tells which
 * of the two */
uint64_t life_index_number(const char *host, char salt, uint64_t number);

/** life_index_pair - key of an address pair of a host */
uint64_t life_index_pair(const char *host, const struct endpoint *local,
			 const struct endpoint *remote);

/** life_index_add - put a life under a key; adding it twice does no harm */
void life_index_add(struct life_index *index, uint64_t key, struct life *life);

/**
 * life_index_next - the lives under a key, newest first
 * @index: the table
 * @key: hash, so others may be among them
 * @i: start with 0
 *
 * Return: NULL after the last.
 */
struct life *life_index_next(const struct life_index *index, uint64_t key,
			     size_t *i);

/** life_index_done - release the table */
void life_index_done(struct life_index *index);
