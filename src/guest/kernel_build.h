/*
 * kernel_build.h - build a User-Mode Linux kernel into the cache
 */
#pragma once

#include <stdbool.h>

struct err;
struct kernel;

/**
 * struct kernel_request - what to build; strings are borrowed
 * @source: tarball or source tree; NULL: the distribution's package
 * @version: of that package: "6.12"; NULL for the default
 * @config: a fragment's file instead of ours; NULL: ours
 * @cache: kernel_cache_dir()'s; NULL: ask it
 * @jobs: compilers at once; 0: as many as there are CPUs for us
 * @force: build also if it is there
 * @stop_fd: the build is broken off when it becomes readable; -1: never
 * @phase: is told, once each, what is done now: "compiling, 2 at once"
 * @line: is told every line that the tools print
 * @arg: for both
 */
struct kernel_request {
	const char *source;
	const char *version;
	const char *config;
	const char *cache;
	unsigned int jobs;
	bool force;
	int stop_fd;
	void (*phase)(void *arg, const char *text);
	void (*line)(void *arg, const char *text);
	void *arg;
};

/**
 * kernel_build - build a kernel unless it is there
 * @request: which
 * @out: the kernel; released by kernel_done(); untouched on failure
 * @fresh: was it built, or was it there? may be NULL
 * @log: on failure of a tool: the path of what the tools printed; else left;
 *	caller frees; may be NULL
 * @err: says what was missing or went wrong, and the remedy
 *
 * Takes minutes. Forks; writes into the cache only, never into a source tree.
 * Needs no privilege: one who has it drops it first, so that what is built
 * belongs to the user.
 *
 * Return: 0; what kernel_source_open() returns; -ENOPKG if build tools are
 * missing; -ENODATA if the kernel cannot be configured as asked; -EPROTO if a
 * tool failed; -EINTR if @stop_fd spoke; negative errno of the cache's files.
 */
int kernel_build(const struct kernel_request *request, struct kernel *out,
		 bool *fresh, char **log, struct err *err);
