/*
 * dpkg.h - which files a program of the distribution comes with
 */
#pragma once

#include <stdbool.h>

struct err;

/**
 * dpkg_owner - the package that a file is of
 * @path: absolute, without links
 * @essential: is it of those that every system has (Debian policy 3.8): its
 *	programs need no files but their libraries. May be NULL
 *
 * Reads dpkg's own lists, so that it works without dpkg-query.
 *
 * Return: its name; caller frees; NULL if no package has it, or nothing here
 * is known of packages.
 */
char *dpkg_owner(const char *path, bool *essential);

/**
 * dpkg_files - visit the files of a package and of all that it depends on
 * @package: as dpkg_owner() gave it
 * @visit: told each path, but those of documents and translations; negative
 *	errno ends it
 * @arg: for @visit
 *
 * Packages that every system has are left out: their libraries are found
 * otherwise (guest/programs.h).
 *
 * Return: 0, or what @visit returned.
 */
int dpkg_files(const char *package, int (*visit)(void *arg, const char *path),
	       void *arg);
