/*
 * sock_table.h - every TCP socket of one host at one moment
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "tcp/sock.h"

/**
 * struct sock_table - the rows of one dump, in the kernel's order
 * @v: the rows; owned
 * @n: how many
 * @cap: how many fit; storage is kept from dump to dump
 *
 * Start with {0}. A socket that moved between two hash tables while it was
 * dumped may be in here twice, with one cookie: the later row is the later
 * truth (diff.h folds them).
 */
struct sock_table {
	struct tcp_sock *v;
	size_t n;
	size_t cap;
};

/** SCOPED_SOCK_TABLE - a table released at scope end; initialise with {0} */
#define SCOPED_SOCK_TABLE SCOPED(sock_table_done)

/**
 * sock_table_grow - room for one more row at the end, not yet counted in @n
 * @table: storage may move
 *
 * The row's content is whatever was there before: write it, then n++.
 *
 * Return: the row, borrowed until the table changes.
 */
struct tcp_sock *sock_table_grow(struct sock_table *table);

/**
 * sock_table_find - the row of a cookie, by linear search; for tests and for
 * the odd look-up
 * @table: searched from the end, so that the latest row wins
 * @cookie: identity of the socket
 *
 * Return: the row, borrowed until the table changes; NULL if there is none.
 */
const struct tcp_sock *sock_table_find(const struct sock_table *table,
				       uint64_t cookie);

/** sock_table_done - release the rows; the table may be used again */
void sock_table_done(struct sock_table *table);
