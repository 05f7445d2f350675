/*
 * place.h - what a scenario's place in the file system says about it
 */
#pragma once

struct node;
struct reader;

/**
 * place_name - the scenario's name by its path
 * @given: "some/where/lab/close/client-first.yaml"; its folder's real path
 *	counts, see realpath(3), wherever the working directory is
 *
 * Return: what follows the last folder named "lab", else the folder's and
 * the file's name, without ".yaml"; good as a path below a results folder: a
 * '.' at a component's begin and whatever is not of [A-Za-z0-9._-] is '-'.
 * Caller frees.
 */
char *place_name(const char *given);

/**
 * place_topology_named - find a topology file by the topology's name
 * @word: NAME of topologies/NAME.yaml
 * @folder: where to look first, see place_topology(); "": the working
 *	directory
 *
 * Return: the path, caller frees; NULL if it cannot be found.
 */
char *place_topology_named(const char *word, const char *folder);

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
