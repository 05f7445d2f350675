/*
 * kernel_aside.h - folders in which kernels are built, aside of the cache's
 */
#pragma once

struct err;

/**
 * kernel_aside_try - lock a folder of the cache for a build, if nobody has
 * @dir: the cache; is there
 * @name: the folder's name; made
 * @fd: a descriptor of the folder that holds the lock (flock(2)); owned by the
 *	caller; untouched on failure
 * @err: says what was refused
 *
 * Return: 0; -EWOULDBLOCK if a build has it; -EACCES ...
 */
int kernel_aside_try(const char *dir, const char *name, int *fd,
		     struct err *err);

/**
 * kernel_aside_remove - remove a folder and all in it, following no link
 * @path: the folder; no such folder is no error
 * @err: says what was refused
 *
 * Return: 0; -EACCES ...
 */
int kernel_aside_remove(const char *path, struct err *err);

/**
 * kernel_aside_sweep - remove what killed builds have left in a cache
 * @dir: the cache
 * @prefix: of the names of folders that are of no use without their build
 *
 * Folders in which somebody builds are left. What cannot be removed stays: it
 * takes space but claims nothing.
 */
void kernel_aside_sweep(const char *dir, const char *prefix);
