/*
 * graph.c - which hosts a topology's links put next to each other
 */
#include "spec/graph.h"

#include "base/mem.h"
#include "base/scope.h"
#include "spec/topology.h"

void graph_init(struct graph *graph, const struct topology *topology)
{
	graph->topology = topology;
	graph->group = mem_new(size_t, topology->n_hosts + 1);
	for (size_t i = 0; i < topology->n_hosts; i++)
		graph->group[i] = i;
}

/* union-find with path halving: the group's representative */
static size_t root(struct graph *graph, size_t i)
{
	while (graph->group[i] != i) {
		graph->group[i] = graph->group[graph->group[i]];
		i = graph->group[i];
	}
	return i;
}

static bool is_switch(const struct topology *topology, size_t i)
{
	return topology->hosts[i].kind == HOST_KIND_SWITCH;
}

bool graph_join(struct graph *graph, size_t a, size_t b)
{
	if (!is_switch(graph->topology, a) || !is_switch(graph->topology, b))
		return true;
	a = root(graph, a);
	b = root(graph, b);
	graph->group[a] = b;
	return a != b;
}

void graph_done(struct graph *graph)
{
	free(graph->group);
	graph->group = NULL;
}

/* mark the groups of switches that a host is plugged into */
static void mark(struct graph *graph, size_t host, bool *marks)
{
	const struct topology *t = graph->topology;

	if (is_switch(t, host))
		marks[root(graph, host)] = true;
	for (size_t i = 0; i < t->n_links; i++) {
		size_t a = t->links[i].a;
		size_t b = t->links[i].b;

		if (a == host && is_switch(t, b))
			marks[root(graph, b)] = true;
		if (b == host && is_switch(t, a))
			marks[root(graph, a)] = true;
	}
}

bool graph_are_neighbours(const struct topology *topology, size_t a, size_t b)
{
	SCOPED_FREE bool *of_a = mem_new(bool, topology->n_hosts + 1);
	SCOPED_FREE bool *of_b = mem_new(bool, topology->n_hosts + 1);
	struct graph graph;
	bool found = false;

	graph_init(&graph, topology);
	for (size_t i = 0; i < topology->n_links; i++) {
		const struct link_spec *l = &topology->links[i];

		found = found || (l->a == a && l->b == b) ||
			(l->a == b && l->b == a);
		(void)graph_join(&graph, l->a, l->b); /* loops are no matter */
	}
	mark(&graph, a, of_a);
	mark(&graph, b, of_b);
	for (size_t i = 0; i < topology->n_hosts; i++)
		found = found || (of_a[i] && of_b[i]);
	graph_done(&graph);
	return found;
}

/* does a host pass on what is not for it */
static bool forwards(const struct topology *topology, size_t i)
{
	return topology->hosts[i].kind != HOST_KIND_HOST;
}

bool graph_are_joined(const struct topology *topology, size_t a, size_t b)
{
	SCOPED_FREE bool *reached = mem_new(bool, topology->n_hosts + 1);
	bool more = true;

	reached[a] = true;
	while (more && !reached[b]) {
		more = false;
		for (size_t i = 0; i < topology->n_links; i++) {
			size_t l_a = topology->links[i].a;
			size_t l_b = topology->links[i].b;
			size_t from = reached[l_a] ? l_a : l_b;
			size_t to = reached[l_a] ? l_b : l_a;

			if (reached[l_a] == reached[l_b])
				continue;
			if (from != a && !forwards(topology, from))
				continue;
			reached[to] = true;
			more = true;
		}
	}
	return reached[b];
}
