/*
 * graph.h - which hosts a topology's links put next to each other
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct topology;

/**
 * struct graph - the subnets of a topology; switches join their links to one
 * @group: of each host: switches with the same number are connected through
 *	switches only; a host's or router's own is of no use
 */
struct graph {
	const struct topology *topology;
	size_t *group;
};

/** graph_init - of a topology without any link yet; borrowed */
void graph_init(struct graph *graph, const struct topology *topology);

/**
 * graph_join - take a link into account
 *
 * Return: false if it closes a loop of switches.
 */
bool graph_join(struct graph *graph, size_t a, size_t b);

/** graph_done - release it */
void graph_done(struct graph *graph);

/**
 * graph_are_joined - is there a way between two hosts, through switches and
 * routers only: a host forwards nothing
 */
bool graph_are_joined(const struct topology *topology, size_t a, size_t b);

/** graph_are_neighbours - do two hosts share a link or a subnet */
bool graph_are_neighbours(const struct topology *topology, size_t a, size_t b);
