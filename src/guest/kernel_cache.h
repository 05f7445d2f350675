/*
 * kernel_cache.h - the kernels that were built: where they are, what they are
 */
#pragma once

#include <stddef.h>

struct err;
struct kernel;

/** KERNEL_ID_HEX - digits of a key that tell config and source apart */
#define KERNEL_ID_HEX 12

/**
 * struct kernel_list - the cache's kernels, owned; the best comes first
 * @v: @n of them
 * @n: their number
 */
struct kernel_list {
	struct kernel *v;
	size_t n;
};

/**
 * kernel_cache_dir - where kernels are kept
 * @dir: "$XDG_CACHE_HOME/tcplab/kernels", or under ~/.cache (XDG Base
 *	Directory Specification: a relative path there is as none); under sudo
 *	~ is that of SUDO_UID, whose kernels these are; caller frees
 * @err: says that there is no home
 *
 * The folder need not be there.
 *
 * Return: 0; -ENOENT.
 */
int kernel_cache_dir(char **dir, struct err *err);

/**
 * kernel_cache_load - read one kernel of a cache
 * @dir: the cache
 * @key: the folder's name
 * @out: released by kernel_done(); untouched on failure
 * @err: says what is wrong with it
 *
 * Return: 0; -ENOENT if there is none; -EBADMSG for a kernel.json that is
 * none, or another kernel's.
 */
int kernel_cache_load(const char *dir, const char *key, struct kernel *out,
		      struct err *err);

/**
 * kernel_cache_save - write a kernel's kernel.json
 * @dirfd: the kernel's folder
 * @kernel: all but its path
 * @err: says what was refused
 *
 * Return: 0; -EINVAL if a path is not UTF-8; -ENOSPC ...
 */
int kernel_cache_save(int dirfd, const struct kernel *kernel, struct err *err);

/**
 * kernel_cache_list - all kernels that are whole
 * @dir: the cache; no folder is as an empty one
 * @list: released by kernel_list_done(); untouched on failure
 * @err: says which folder cannot be read
 *
 * Folders that are no kernels are passed over. In the order of
 * kernel_cache_pick()'s preference: kernels from a tree last, then higher
 * releases first, then those built later.
 *
 * Return: 0; -EACCES ...
 */
int kernel_cache_list(const char *dir, struct kernel_list *list,
		      struct err *err);

/**
 * kernel_cache_pick - the kernel that a version means
 * @list: as kernel_cache_list() sorted it
 * @version: "6.12": also 6.12.43 and 6.12-rc1, but not 6.1 or 6.120; "" for
 *	any
 *
 * Return: borrowed from @list; NULL if there is none.
 */
const struct kernel *kernel_cache_pick(const struct kernel_list *list,
				       const char *version);

/**
 * kernel_cache_by_id - the kernel with these last digits of the key
 * @list: all kernels
 * @id: KERNEL_ID_HEX digits
 *
 * Return: borrowed from @list; NULL if there is none.
 */
const struct kernel *kernel_cache_by_id(const struct kernel_list *list,
					const char *id);

/** kernel_list_done - release all kernels */
void kernel_list_done(struct kernel_list *list);
