/*
 * shape.h - topologies for tests, drawn in a line
 */
#pragma once

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spec/topology.h"

/** struct shape - a topology, with its storage */
struct shape {
	struct topology topology;
	char *text; /* names point into it; owned */
};

static inline size_t shape_count(const char *text, char c)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

static inline size_t shape_host(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->topology.n_hosts; i++) {
		if (strcmp(shape->topology.hosts[i].name, name) == 0)
			return i;
	}
	abort();
}

static inline void shape_add_host(struct shape *shape, char *word)
{
	size_t len = strlen(word);
	struct host_spec host = {.name = word};

	if (word[len - 1] == '*')
		host.kind = HOST_KIND_ROUTER;
	else if (word[len - 1] == '#')
		host.kind = HOST_KIND_SWITCH;
	if (host.kind != HOST_KIND_HOST)
		word[len - 1] = '\0';
	shape->topology.hosts[shape->topology.n_hosts++] = host;
}

/**
 * shape_new - draw a topology: "client r* sw# server; client-r r-sw sw-server"
 * @drawing: hosts (* a router, # a switch), a semicolon, links
 * @families: IP_FAMILIES_*
 *
 * Return: the shape, release with shape_free().
 */
static inline struct shape *shape_new(const char *drawing,
				      enum ip_families families)
{
	struct shape *shape = mem_new(struct shape, 1);
	size_t words = shape_count(drawing, ' ') + 1;
	char *save = NULL;
	char *links;

	shape->text = mem_strdup(drawing);
	shape->topology = (struct topology){
		.name = (char *)"drawn",
		.families = families,
		.hosts = mem_new(struct host_spec, words),
		.links = mem_new(struct link_spec, words),
	};
	links = strchr(shape->text, ';');
	assert(links);
	*links++ = '\0';
	for (char *w = strtok_r(shape->text, " ", &save); w;
	     w = strtok_r(NULL, " ", &save))
		shape_add_host(shape, w);
	for (char *w = strtok_r(links, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		char *b = strchr(w, '-');

		assert(b);
		*b++ = '\0';
		shape->topology.links[shape->topology.n_links++] =
			(struct link_spec){
				.a = shape_host(shape, w),
				.b = shape_host(shape, b),
			};
	}
	return shape;
}

/** shape_star - one hub, host 0, and @n leaves, each on a link with it
 */
static inline struct shape *shape_star(size_t n, enum host_kind hub)
{
	struct shape *shape = mem_new(struct shape, 1);

	shape->text = mem_new(char, (n + 1) * 8);
	shape->topology = (struct topology){
		.name = (char *)"star",
		.families = IP_FAMILIES_BOTH,
		.hosts = mem_new(struct host_spec, n + 1),
		.links = mem_new(struct link_spec, n),
		.n_hosts = n + 1,
		.n_links = n,
	};
	for (size_t i = 0; i <= n; i++) {
		char *name = shape->text + i * 8;

		(void)snprintf(name, 8, "h%u", (unsigned int)(i % 100000));
		shape->topology.hosts[i].name = name;
		if (i)
			shape->topology.links[i - 1] =
				(struct link_spec){.a = 0, .b = i};
	}
	shape->topology.hosts[0].kind = hub;
	return shape;
}

/** shape_free - release it */
static inline void shape_free(struct shape *shape)
{
	if (!shape)
		return;
	free(shape->topology.hosts);
	free(shape->topology.links);
	free(shape->text);
	free(shape);
}

/** shape_done - shape_free() for SCOPED() */
static inline void shape_done(struct shape **shape)
{
	shape_free(*shape);
}
