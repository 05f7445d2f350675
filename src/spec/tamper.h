/*
 * tamper.h - see that the links that a scenario touches are the relay's
 *
 * Faults, injections and changes are the work of the lab's own relay. A link
 * that says "wire: pass" or "wire: netem" has none.
 */
#pragma once

#include <stdbool.h>

struct node;
struct story;

/**
 * tamper_link - the link between two hosts
 * @story: where errors go
 * @at: the node for an error
 * @a: a host or switch, named in any order
 * @b: the other
 *
 * Return: its index; -1 if there is none, which is an error told, or if the
 * topology could not be read.
 */
int tamper_link(const struct story *story, const struct node *at, const char *a,
		const char *b);

/**
 * tamper_link_read - read the ends of a link: [client, server]
 * @story: where errors go
 * @node: the list
 * @a: caller frees, also after errors; untouched if @node is no such list
 * @b: likewise
 *
 * Return: true if there is such a link, and it may be touched.
 */
bool tamper_link_read(const struct story *story, const struct node *node,
		      char **a, char **b);

/** tamper_link_check - see that a link is the relay's; @link is its index */
bool tamper_link_check(const struct story *story, const struct node *at,
		       int link);

/**
 * tamper_host_check - see that each link is the relay's that a host sends on
 * @story: where errors go
 * @at: the node for an error
 * @host: NULL: of any host or router
 */
bool tamper_host_check(const struct story *story, const struct node *at,
		       const char *host);
