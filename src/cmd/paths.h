/*
 * paths.h - from paths on the command line to loaded scenarios
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct err;
struct scenario;
struct spec_errors;

/**
 * struct paths - the scenarios that were named
 * @v: in the order of the arguments, a folder's sorted by name; owned
 * @n: how many
 * @cap: of @v
 * @named: those of @v whose file was an argument itself
 * @topologies: files that turned out to be topologies, and were good
 */
struct paths {
	struct scenario **v;
	size_t n;
	size_t cap;
	VEC(const struct scenario *) named;
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

/** paths_named - was a scenario's file an argument itself, and not found in a
 * folder */
bool paths_named(const struct paths *paths, const struct scenario *scenario);

/** paths_done - release them */
void paths_done(struct paths *paths);
