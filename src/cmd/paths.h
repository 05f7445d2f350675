/*
 * paths.h - from paths on the command line to loaded scenarios
 */
#pragma once

#include <stddef.h>

struct err;
struct scenario;
struct spec_errors;

/**
 * struct paths - the scenarios that were named
 * @v: in the order of the arguments, a folder's sorted by name; owned
 * @n: how many
 * @cap: of @v
 * @topologies: files that turned out to be topologies, and were good
 */
struct paths {
	struct scenario **v;
	size_t n;
	size_t cap;
	size_t topologies;
};

/**
 * paths_load - load every scenario under the given paths
 * @args: files and folders, NULL-terminated; a folder is walked for *.yaml
 *	and *.yml, hidden entries left out. Two paths to one file load it once.
 * @paths: filled; release with paths_done() whatever is returned
 * @errors: every problem of every file is added
 *
 * A file with "hosts" or "links" at its top is a topology: it is checked and
 * counted, not kept.
 *
 * Return: 0; -EINVAL if anything was wrong (see @errors).
 */
int paths_load(char *const *args, struct paths *paths,
	       struct spec_errors *errors);

/** paths_done - release them */
void paths_done(struct paths *paths);
