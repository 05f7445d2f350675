/*
 * links.c - read a topology's links between the hosts that it has
 */
#include "spec/links.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/graph.h"
#include "spec/impairment_read.h"
#include "spec/node.h"
#include "spec/topology.h"
#include "spec/topology_read.h"

/** struct links - the list while it is read */
struct links {
	const struct reader *r;
	const struct group *groups;
	size_t n_groups;
	struct topology *topology;
	struct graph graph;
	struct seen {
		size_t low, high;
		struct spec_pos pos;
	} * seen; /* sorted by hosts, once all are read */
	size_t n_seen;
	size_t cap;
};

/* the hosts that a link's end names */
static bool end_read(const struct links *links, const struct node *node,
		     struct group *end)
{
	const char *names[64] = {0};
	const struct topology *t = links->topology;
	int host;

	if (node->kind != NODE_KIND_SCALAR) {
		reader_error(links->r, node, "a link's end is a host's name");
		return false;
	}
	for (size_t i = 0; i < links->n_groups; i++) {
		if (strcmp(links->groups[i].name, node->text) == 0) {
			*end = links->groups[i];
			return end->n > 0;
		}
	}
	host = topology_host(t, node->text);
	if (host >= 0) {
		*end = (struct group){node->text, (size_t)host, 1, false};
		return true;
	}
	for (size_t i = 0; i < links->n_groups && i < 64; i++)
		names[i] = links->groups[i].name;
	reader_unknown(links->r, node, "host",
		       names_nearest(names, 64, node->text));
	return false;
}

static void link_add(struct links *links, const struct node *at,
		     const struct link_spec *link)
{
	const size_t a = link->a;
	const size_t b = link->b;
	struct topology *t = links->topology;
	size_t n = t->n_links;

	if (n == links->cap) {
		links->cap = links->cap ? 2 * links->cap : 16;
		t->links = mem_resize(t->links, links->cap, sizeof(*t->links));
		links->seen = mem_resize(links->seen, links->cap,
					 sizeof(*links->seen));
	}
	t->links[n] = *link;
	links->seen[n] = (struct seen){a < b ? a : b, a < b ? b : a, at->pos};
	t->n_links = n + 1;
	if (!graph_join(&links->graph, a, b))
		reader_error(links->r, at,
			     "this link closes a loop of switches: frames "
			     "would go round for ever");
}

/* @link: what it does to frames; its hosts are not known yet */
static void ends_read(struct links *links, const struct node *ends,
		      struct link_spec link)
{
	struct group a, b;
	bool ok;

	if (ends->kind != NODE_KIND_SEQUENCE || ends->n != 2) {
		reader_error(links->r, ends,
			     "a link has two ends: [client, server]");
		return;
	}
	ok = end_read(links, ends->items[0], &a);
	if (!end_read(links, ends->items[1], &b) || !ok)
		return;
	if (a.first == b.first) {
		reader_error(links->r, ends->items[1],
			     "a host cannot be linked to itself");
		return;
	}
	if (a.counted && b.counted) {
		reader_error(links->r, ends,
			     "only one end of a link may stand for several "
			     "hosts");
		return;
	}
	if (links->topology->n_links + a.n * b.n > TOPOLOGY_LINKS_MAX) {
		reader_error(links->r, ends, "more than %d links",
			     TOPOLOGY_LINKS_MAX);
		return;
	}
	for (size_t i = 0; i < a.n; i++)
		for (size_t j = 0; j < b.n; j++) {
			link.a = a.first + i;
			link.b = b.first + j;
			link_add(links, ends, &link);
		}
}

static void link_read(struct links *links, const struct node *node)
{
	const struct node *ends = node;
	struct link_spec link = {0};

	if (node->kind == NODE_KIND_MAPPING)
		ends = impairment_read(links->r, node, &link);
	if (ends)
		ends_read(links, ends, link);
}

static int seen_compare(const void *a, const void *b)
{
	const struct seen *x = a;
	const struct seen *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	if (x->pos.line != y->pos.line)
		return x->pos.line < y->pos.line ? -1 : 1;
	return x->pos.col - y->pos.col;
}

/* two links between the same hosts would need two subnets and a choice */
static void duplicates_check(struct links *links)
{
	const struct topology *t = links->topology;

	if (t->n_links)
		qsort(links->seen, t->n_links, sizeof(*links->seen),
		      seen_compare);
	for (size_t i = 1; i < t->n_links; i++) {
		const struct seen *a = &links->seen[i - 1];
		const struct seen *b = &links->seen[i];
		struct node at = {.pos = b->pos};

		if (a->low == b->low && a->high == b->high)
			reader_error(links->r, &at,
				     "%s and %s are linked already in line %d",
				     t->hosts[b->low].name,
				     t->hosts[b->high].name, a->pos.line);
	}
}

void links_read(const struct reader *r, const struct node *node,
		const struct group *groups, size_t n_groups,
		struct topology *topology)
{
	struct links links = {
		.r = r,
		.groups = groups,
		.n_groups = n_groups,
		.topology = topology,
	};

	if (node->kind == NODE_KIND_NULL ||
	    !reader_is(r, node, NODE_KIND_SEQUENCE, "'links'"))
		return;
	graph_init(&links.graph, topology);
	for (size_t i = 0; i < node->n; i++)
		link_read(&links, node->items[i]);
	duplicates_check(&links);
	graph_done(&links.graph);
	free(links.seen);
}
