/*
 * census.h - who still refers to a network namespace
 */
#pragma once

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scope.h"

static inline bool census_link_is(const char *path, uint64_t inode)
{
	char wanted[40];
	char target[64];
	ssize_t len = readlink(path, target, sizeof(target) - 1);

	if (len < 0)
		return false;
	target[len] = '\0';
	(void)snprintf(wanted, sizeof(wanted), "net:[%llu]",
		       (unsigned long long)inode);
	return strcmp(target, wanted) == 0;
}

static inline bool census_holds(const char *pid, uint64_t inode)
{
	char path[560];
	SCOPED_DIR DIR *fds = NULL;
	struct dirent *entry;

	(void)snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	if (census_link_is(path, inode))
		return true;
	(void)snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	fds = opendir(path);
	while (fds && (entry = readdir(fds))) {
		(void)snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid,
			       entry->d_name);
		if (census_link_is(path, inode))
			return true;
	}
	return false;
}

/** census_finds - a process is in this namespace or holds a descriptor of it;
 * as far as we may look */
static inline bool census_finds(uint64_t inode)
{
	SCOPED_DIR DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    census_holds(entry->d_name, inode))
			return true;
	}
	return false;
}
