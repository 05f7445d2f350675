/*
 * sock_table.c - every TCP socket of one host at one moment
 */
#include "observe/sock_table.h"

#include "base/mem.h"

struct tcp_sock *sock_table_grow(struct sock_table *table)
{
	if (table->n == table->cap) {
		table->cap = table->cap ? 2 * table->cap : 32;
		table->v = mem_resize(table->v, table->cap, sizeof(*table->v));
	}
	return &table->v[table->n];
}

const struct tcp_sock *sock_table_find(const struct sock_table *table,
				       uint64_t cookie)
{
	for (size_t i = table->n; i > 0; i--)
		if (table->v[i - 1].cookie == cookie)
			return &table->v[i - 1];
	return NULL;
}

void sock_table_done(struct sock_table *table)
{
	free(table->v);
	*table = (struct sock_table){0};
}
