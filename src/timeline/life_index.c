/*
 * life_index.c - find lives by cookie, inode or address pair
 */
#include "timeline/life_index.h"

#include <string.h>

/* FNV-1a, 64 bits: short keys, no adversary */
static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t mix_host(const char *host)
{
	return mix(UINT64_C(0xcbf29ce484222325), host, strlen(host));
}

static uint64_t mix_endpoint(uint64_t hash, const struct endpoint *e)
{
	hash = mix(hash, &e->port, sizeof(e->port));
	if (e->family == AF_INET)
		return mix(hash, &e->ip.v4, sizeof(e->ip.v4));
	return mix(hash, &e->ip.v6, sizeof(e->ip.v6));
}

uint64_t life_index_number(const char *host, char salt, uint64_t number)
{
	uint64_t hash = mix(mix_host(host), &salt, 1);

	return mix(hash, &number, sizeof(number));
}

uint64_t life_index_pair(const char *host, const struct endpoint *local,
			 const struct endpoint *remote)
{
	return mix_endpoint(mix_endpoint(mix_host(host), local), remote);
}

static void link_entry(struct life_index *index, size_t i)
{
	size_t *head = &index->heads[index->entries.v[i].key % index->n_heads];

	index->entries.v[i].next = *head;
	*head = i + 1;
}

static void rehash(struct life_index *index)
{
	index->n_heads = index->n_heads ? 2 * index->n_heads : 64;
	index->heads =
		mem_resize(index->heads, index->n_heads, sizeof(*index->heads));
	memset(index->heads, 0, index->n_heads * sizeof(*index->heads));
	/* in order, so that the newest stays first under its head */
	for (size_t i = 0; i < index->entries.n; i++)
		link_entry(index, i);
}

void life_index_add(struct life_index *index, uint64_t key, struct life *life)
{
	struct life_index_entry entry = {.key = key, .life = life};

	vec_push(&index->entries, entry);
	if (index->entries.n > index->n_heads)
		rehash(index);
	else
		link_entry(index, index->entries.n - 1);
}

struct life *life_index_next(const struct life_index *index, uint64_t key,
			     size_t *i)
{
	size_t at;

	if (!index->n_heads)
		return NULL;
	at = *i ? index->entries.v[*i - 1].next
		: index->heads[key % index->n_heads];
	while (at && index->entries.v[at - 1].key != key)
		at = index->entries.v[at - 1].next;
	/* stay on the last one, whose next is 0, so as not to start again */
	if (!at)
		return NULL;
	*i = at;
	return index->entries.v[at - 1].life;
}

void life_index_done(struct life_index *index)
{
	vec_done(&index->entries);
	free(index->heads);
	*index = (struct life_index){0};
}
