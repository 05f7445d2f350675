/*
 * tamper.c - see that the links that a scenario touches are the relay's
 */
#include "spec/tamper.h"

#include <stdlib.h>
#include <string.h>

#include "spec/node.h"
#include "spec/reader.h"
#include "spec/story.h"
#include "spec/topology.h"

/* a switch is an end of links too, though it runs nothing */
static int end_find(const struct story *story, const struct node *at,
		    const char *name)
{
	int i = topology_host(story->topology, name);

	if (i < 0)
		(void)story_host(story, at, name);
	return i;
}

int tamper_link(const struct story *story, const struct node *at, const char *a,
		const char *b)
{
	const struct topology *t = story->topology;
	int x, y;

	if (!t)
		return -1;
	x = end_find(story, at, a);
	y = end_find(story, at, b);
	if (x < 0 || y < 0)
		return -1;
	for (size_t i = 0; i < t->n_links; i++) {
		const struct link_spec *link = &t->links[i];

		if ((link->a == (size_t)x && link->b == (size_t)y) ||
		    (link->a == (size_t)y && link->b == (size_t)x))
			return (int)i;
	}
	reader_error(story->r, at,
		     "there is no link between %s and %s in topology %s", a, b,
		     t->name);
	return -1;
}

bool tamper_link_check(const struct story *story, const struct node *at,
		       int link)
{
	const struct topology *t = story->topology;
	const struct link_spec *l = &t->links[link];

	if (l->backend == WIRE_BACKEND_AUTO || l->backend == WIRE_BACKEND_RELAY)
		return true;
	reader_error(story->r, at,
		     "the link between %s and %s has 'wire: %s': only the "
		     "relay can do this",
		     t->hosts[l->a].name, t->hosts[l->b].name,
		     wire_backend_names[l->backend]);
	return false;
}

bool tamper_link_read(const struct story *story, const struct node *node,
		      char **a, char **b)
{
	char *ends[2] = {NULL, NULL};
	int link;

	if (node->kind != NODE_KIND_SEQUENCE || node->n != 2) {
		reader_error(story->r, node,
			     "a link has two ends: [client, server]");
		return false;
	}
	if (!value_read(story->r, VALUE_HOST, node->items[0], &ends[0]) ||
	    !value_read(story->r, VALUE_HOST, node->items[1], &ends[1])) {
		free(ends[0]);
		return false;
	}
	*a = ends[0];
	*b = ends[1];
	link = tamper_link(story, node, *a, *b);
	return link >= 0 && tamper_link_check(story, node, link);
}

static bool sends_on(const struct topology *t, const struct link_spec *link,
		     const char *host)
{
	const struct host_spec *a = &t->hosts[link->a];
	const struct host_spec *b = &t->hosts[link->b];

	if (host)
		return strcmp(a->name, host) == 0 || strcmp(b->name, host) == 0;
	return a->kind != HOST_KIND_SWITCH || b->kind != HOST_KIND_SWITCH;
}

bool tamper_host_check(const struct story *story, const struct node *at,
		       const char *host)
{
	const struct topology *t = story->topology;

	for (size_t i = 0; t && i < t->n_links; i++)
		if (sends_on(t, &t->links[i], host) &&
		    !tamper_link_check(story, at, (int)i))
			return false;
	return true;
}
