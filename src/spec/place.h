/*
 * place.h - what a scenario's place in the file system says about it
 */
#pragma once

struct node;
struct reader;

/**
 * place_name - the scenario's name by its path
 * @path: "some/where/lab/close/client-first.yaml"
 *
 * Return: what follows the last folder named "lab", else the folder's and
 * the file's name, without ".yaml"; caller frees.
 */
char *place_name(const char *path);

/**
 * place_topology - find the topology file that a scenario names
 * @r: where errors go
 * @node: NAME, looked for as topologies/NAME.yaml in the scenario's folder,
 *	in each folder above it, in the working directory, and where tcplab
 *	is installed; or a path ending in .yaml, from the scenario's folder
 * @scenario: the scenario's path
 *
 * Return: the path, caller frees; NULL if it cannot be found.
 */
char *place_topology(const struct reader *r, const struct node *node,
		     const char *scenario);
