/*
 * tables.h - hosts with hash tables of their own for their connections
 *
 * DOC: Theory of operation
 *
 * The connections of all namespaces are in one hash table, a quarter of a
 * million buckets on a machine of 24 GB, and each sock_diag dump of a host
 * walks all of it. Since Linux 6.1 a namespace gets a table of its own if the
 * one that it is made from says so (net/ipv4/inet_hashtables.c,
 * inet_pernet_hashinfo_alloc; ip-sysctl, tcp_child_ehash_entries). A dump then
 * takes microseconds instead of half a millisecond.
 *
 * Two sysctls follow the table's size (net/ipv4/tcp_ipv4.c, tcp_set_hashinfo):
 * hosts get those back that they would have had.
 */
#pragma once

struct err;

/** TABLES_FOLLOW - sysctls whose default follows the table's size */
#define TABLES_FOLLOW 2

/** struct tables - what hosts would have had of TABLES_FOLLOW; NULL if they do
 * have it, as they share the table */
struct tables {
	char *values[TABLES_FOLLOW];
};

/**
 * tables_ask - namespaces made from the calling thread's get their own table
 * @tables: tables_done(); {0} where the kernel cannot do it
 *
 * To be called in a namespace that is the caller's own to change.
 */
void tables_ask(struct tables *tables);

/**
 * tables_restore - give a new namespace the defaults of the machine
 * @tables: of tables_ask()
 * @netns_fd: borrowed
 * @err: says which could not be written
 *
 * Return: 0; errnos of sysctl_write().
 */
int tables_restore(const struct tables *tables, int netns_fd, struct err *err);

/** tables_done - release what was read */
void tables_done(struct tables *tables);
