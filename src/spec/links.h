/*
 * links.h - read a topology's links between the hosts that it has
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct node;
struct reader;
struct topology;

/**
 * struct group - what one name in a topology stands for
 * @name: borrowed
 * @first: index of its first host
 * @n: how many; 0 if the name's own errors were told already
 * @counted: written with "count:", so that its hosts are @name1, @name2 …
 */
struct group {
	const char *name;
	size_t first;
	size_t n;
	bool counted;
};

/**
 * links_read - read the list of links into a topology that has its hosts
 * @r: where errors go
 * @node: the list
 * @groups: every name under "hosts", @n_groups
 * @n_groups: how many
 * @topology: gets the links
 */
void links_read(const struct reader *r, const struct node *node,
		const struct group *groups, size_t n_groups,
		struct topology *topology);
