/*
 * kernel_aside.c - folders in which kernels are built, aside of the cache's
 *
 * DOC: Theory of operation
 *
 * The lock is on the folder itself (flock(2) works on any descriptor), so that
 * no lock file is ever left. Between its making and its locking a sweep may
 * have removed the folder: whoever locks looks whether it is still the one of
 * that name, and else makes another.
 *
 * The tools of a build inherit the descriptor. A lock is of the open file
 * description, so after a kill -9 of the builder the folder stays locked until
 * the last compiler is gone, and nobody removes what it still writes to.
 */
#include "guest/kernel_aside.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"

static bool is_still(int fd, const char *path)
{
	struct stat open_st;
	struct stat path_st;

	return fstat(fd, &open_st) == 0 && lstat(path, &path_st) == 0 &&
	       open_st.st_dev == path_st.st_dev &&
	       open_st.st_ino == path_st.st_ino;
}

int kernel_aside_try(const char *dir, const char *name, int *fd,
		     struct err *err)
{
	SCOPED_FREE char *path = mem_printf("%s/%s", dir, name);

	for (;;) {
		SCOPED_FD int lock = -1;

		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return err_sys(err, -errno, "%s", path);
		lock = open(path,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (lock < 0 && errno == ENOENT)
			continue; /* swept between the two lines above */
		if (lock < 0)
			return err_sys(err, -errno, "%s", path);
		if (flock(lock, LOCK_EX | LOCK_NB) < 0)
			return err_sys(err, -errno, "lock %s", path);
		if (!is_still(lock, path))
			continue;
		*fd = fd_steal(&lock);
		return 0;
	}
}

int kernel_aside_remove(const char *path, struct err *err)
{
	SCOPED_FREE char *root = mem_strdup(path);
	char *const roots[] = {root, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;
	int rc = 0;

	if (!tree)
		return err_sys(err, -errno, "%s", path);
	while (rc == 0 && (entry = fts_read(tree))) {
		int flags = entry->fts_info == FTS_DP ? AT_REMOVEDIR : 0;

		if (entry->fts_info == FTS_D)
			continue; /* first what is in it */
		if (unlinkat(AT_FDCWD, entry->fts_accpath, flags) < 0 &&
		    errno != ENOENT)
			rc = err_sys(err, -errno, "remove %s", entry->fts_path);
	}
	(void)fts_close(tree); /* nothing that it opened was written to */
	return rc;
}

void kernel_aside_sweep(const char *dir, const char *prefix)
{
	SCOPED_DIR DIR *all = opendir(dir);
	struct dirent *entry;

	while (all && (entry = readdir(all))) {
		SCOPED_FREE char *path = NULL;
		SCOPED_FD int lock = -1;

		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		if (kernel_aside_try(dir, entry->d_name, &lock, NULL) < 0)
			continue;
		path = mem_printf("%s/%s", dir, entry->d_name);
		(void)kernel_aside_remove(path, NULL); /* as documented */
	}
}
