/*
 * scratch.h - a folder that is gone after the test, and kernels planted in it
 */
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "guest/kernel.h"
#include "guest/kernel_aside.h"
#include "guest/kernel_cache.h"
#include "test.h"

/** scratch - its path, and that of the cache in it */
static char scratch[64];
static char scratch_cache[128];

static inline void scratch_setup(void)
{
	strcpy(scratch, "/tmp/tcplab-kernel-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(scratch));
	(void)snprintf(scratch_cache, sizeof(scratch_cache),
		       "%s/tcplab/kernels", scratch);
	ck_assert_int_eq(file_mkdirs(scratch_cache, (uid_t)-1, (gid_t)-1, NULL),
			 0);
	ck_assert_int_eq(setenv("XDG_CACHE_HOME", scratch, 1), 0);
}

static inline void scratch_teardown(void)
{
	ck_assert_int_eq(kernel_aside_remove(scratch, NULL), 0);
}

/** scratch_write - write a file below the folder, making its folders */
static inline void scratch_write(const char *name, const char *text,
				 mode_t mode)
{
	SCOPED_FREE char *path = mem_printf("%s/%s", scratch, name);
	char *slash = strrchr(path, '/');

	*slash = '\0';
	ck_assert_int_eq(file_mkdirs(path, (uid_t)-1, (gid_t)-1, NULL), 0);
	*slash = '/';
	ck_assert_int_eq(file_write(AT_FDCWD, path, text, strlen(text), NULL),
			 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

/** scratch_plant - put a kernel into the cache */
static inline void scratch_plant(const char *release, const char *id,
				 enum kernel_origin origin, int64_t built_ns)
{
	SCOPED_FREE char *key = mem_printf("uml-%s-%s", release, id);
	SCOPED_FREE char *linux_file =
		mem_printf("tcplab/kernels/%s/linux", key);
	SCOPED_FREE char *dir = mem_printf("%s/%s", scratch_cache, key);
	SCOPED_FREE char *own_release = mem_strdup(release);
	SCOPED_FD int fd = -1;
	char source[] = "/usr/src/linux.tar";
	const struct kernel kernel = {
		.key = key,
		.release = own_release,
		.source = source,
		.origin = origin,
		.built_ns = built_ns,
	};

	scratch_write(linux_file, "#!/bin/sh\n", 0755);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(kernel_cache_save(fd, &kernel, NULL), 0);
}
