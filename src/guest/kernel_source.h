/*
 * kernel_source.h - where a kernel's source is, and which one it is
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "guest/kernel.h"

struct err;
struct kernel_config;

/** KERNEL_DEFAULT_VERSION - what is built if nobody says which */
#define KERNEL_DEFAULT_VERSION "6.12"

/**
 * struct kernel_source - a tarball or a tree; strings owned, released by
 * kernel_source_done()
 * @path: absolute
 * @origin: what it is
 * @identity: says exactly which source: "sha256:...", "git:COMMIT" or
 *	"stat:..."
 * @mtime_ns: when the tarball was made; 0 for a tree
 */
struct kernel_source {
	char *path;
	char *identity;
	int64_t mtime_ns;
	enum kernel_origin origin;
};

/**
 * kernel_source_open - find a source and say which one it is
 * @given: a tarball, a tree, or NULL for the distribution's tarball
 *	/usr/src/linux-source-VERSION.tar.xz
 * @version: of that one; NULL for KERNEL_DEFAULT_VERSION
 * @source: released by kernel_source_done(); untouched on failure
 * @err: says what is wrong with it; for a package that is not installed the
 *	remedy is how to
 *
 * A tarball is known by its content. A tree of git's without changes is known
 * by its commit, so that a bisection finds a commit that it has built before;
 * any other tree by the names, sizes and times of its files.
 *
 * Reads the whole tarball, or runs git(1), or looks at each file of the tree:
 * about a second.
 *
 * Return: 0; -ENOENT; -EINVAL for a version that is none, or a directory that
 * is no kernel's source tree; -EBUSY for a tree in which a kernel was built:
 * kbuild wants it clean (Documentation/kbuild/kbuild.rst).
 */
int kernel_source_open(const char *given, const char *version,
		       struct kernel_source *source, struct err *err);

/** kernel_source_done - release it */
void kernel_source_done(struct kernel_source *source);

/**
 * kernel_source_id - the digits that end the key of the kernel built from it
 * @source: what it is built from
 * @config: what it is built with; comments do not count
 *
 * Return: KERNEL_ID_HEX digits; caller frees.
 */
char *kernel_source_id(const struct kernel_source *source,
		       const struct kernel_config *config);

/** kernel_source_is_tree - is this folder a kernel's source tree that has
 * User-Mode Linux? Also if a kernel was built in it */
bool kernel_source_is_tree(const char *dir);
