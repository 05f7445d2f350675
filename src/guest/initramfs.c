/*
 * initramfs.c - a guest's root file system, in the format the kernel unpacks
 */
#include "guest/initramfs.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/vec.h"

/** LINKS_MAX - as many links in a row as the kernel follows: path_resolution(7)
 */
#define LINKS_MAX 40

/** struct initramfs - one under way */
struct initramfs {
	struct archive *archive;
	VEC(char *) put; /* paths, in order */
	int failed; /* a negative errno; 0 */
};

/* where in @ramfs->put @path is, or belongs */
static size_t place(const struct initramfs *ramfs, const char *path,
		    bool *there)
{
	size_t low = 0;
	size_t high = ramfs->put.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(ramfs->put.v[mid], path);

		if (order == 0) {
			*there = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*there = false;
	return low;
}

/* is it new? then it is not any more */
static bool take(struct initramfs *ramfs, const char *path)
{
	bool there;
	size_t at = place(ramfs, path, &there);

	if (there)
		return false;
	vec_push(&ramfs->put, NULL);
	memmove(&ramfs->put.v[at + 1], &ramfs->put.v[at],
		(ramfs->put.n - 1 - at) * sizeof(char *));
	ramfs->put.v[at] = mem_strdup(path);
	return true;
}

static int fail(struct initramfs *ramfs, const char *path, struct err *err)
{
	const char *why = archive_error_string(ramfs->archive);

	ramfs->failed = err_set(err, -EIO, "initramfs: %s: %s", path,
				why ? why : "refused");
	return ramfs->failed;
}

/* @bytes is a link's target if @st is a link */
static int put(struct initramfs *ramfs, const char *path, const struct stat *st,
	       const char *bytes, struct err *err)
{
	struct archive_entry *entry = archive_entry_new();
	bool is_file = S_ISREG(st->st_mode);
	bool ok;

	if (!entry)
		abort(); /* as base/mem.h */
	archive_entry_set_pathname(entry, path + 1);
	archive_entry_set_mode(entry, st->st_mode);
	archive_entry_set_mtime(entry, st->st_mtim.tv_sec, 0);
	archive_entry_set_size(entry, is_file ? st->st_size : 0);
	if (S_ISLNK(st->st_mode))
		archive_entry_set_symlink(entry, bytes);
	ok = archive_write_header(ramfs->archive, entry) == ARCHIVE_OK;
	if (ok && is_file && st->st_size)
		ok = archive_write_data(ramfs->archive, bytes,
					(size_t)st->st_size) == st->st_size;
	archive_entry_free(entry);
	return ok ? 0 : fail(ramfs, path, err);
}

int initramfs_open(int fd, struct initramfs **out, struct err *err)
{
	struct initramfs *ramfs = mem_new(struct initramfs, 1);

	ramfs->archive = archive_write_new();
	if (!ramfs->archive)
		abort(); /* as base/mem.h */
	if (archive_write_set_format_cpio_newc(ramfs->archive) != ARCHIVE_OK ||
	    archive_write_open_fd(ramfs->archive, fd) != ARCHIVE_OK) {
		int rc = fail(ramfs, "begin", err);

		(void)initramfs_close(ramfs, NULL);
		return rc;
	}
	*out = ramfs;
	return 0;
}

static int put_parents(struct initramfs *ramfs, const char *path,
		       struct err *err)
{
	SCOPED_FREE char *parent = mem_strdup(path);
	char *slash = strrchr(parent, '/');

	if (!slash || slash == parent)
		return 0;
	*slash = '\0';
	return initramfs_dir(ramfs, parent, 0755, err);
}

int initramfs_dir(struct initramfs *ramfs, const char *path, mode_t mode,
		  struct err *err)
{
	const struct stat st = {.st_mode = S_IFDIR | mode};
	int rc = put_parents(ramfs, path, err);

	return rc < 0 || !take(ramfs, path) ? rc
					    : put(ramfs, path, &st, NULL, err);
}

int initramfs_bytes(struct initramfs *ramfs, const char *path, mode_t mode,
		    const void *bytes, size_t n, struct err *err)
{
	const struct stat st = {.st_mode = S_IFREG | mode, .st_size = (off_t)n};
	int rc = put_parents(ramfs, path, err);

	return rc < 0 || !take(ramfs, path) ? rc
					    : put(ramfs, path, &st, bytes, err);
}

int initramfs_link(struct initramfs *ramfs, const char *path,
		   const char *target, struct err *err)
{
	const struct stat st = {.st_mode = S_IFLNK | 0777};
	int rc = put_parents(ramfs, path, err);

	return rc < 0 || !take(ramfs, path)
		       ? rc
		       : put(ramfs, path, &st, target, err);
}

static int put_file(struct initramfs *ramfs, const char *path, struct err *err)
{
	SCOPED_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *map = NULL;
	int rc;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, -errno, "%s", path);
	if (st.st_size) {
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
			   0);
		if (map == MAP_FAILED)
			return err_sys(err, -errno, "%s", path);
	}
	rc = put(ramfs, path, &st, map, err);
	if (map)
		(void)munmap(map, (size_t)st.st_size); /* was mapped */
	return rc;
}

/* @at is a link to @target, @rest is behind it: the path that is meant */
static char *behind(const char *at, const char *target, const char *rest)
{
	const char *slash = strrchr(at, '/');

	if (target[0] == '/')
		return mem_printf("%s%s", target, rest);
	return mem_printf("%.*s/%s%s", (int)(slash - at), at, target, rest);
}

/* what is at @at, which has no link before its last component; *@onward is set
 * to where a link leads */
static int copy_one(struct initramfs *ramfs, const char *at, const char *rest,
		    char **onward, struct err *err)
{
	char target[PATH_MAX] = "";
	struct stat st;

	if (lstat(at, &st) < 0)
		return err_sys(err, -errno, "%s", at);
	if (S_ISLNK(st.st_mode)) {
		ssize_t n = readlink(at, target, sizeof(target) - 1);

		if (n < 0)
			return err_sys(err, -errno, "%s", at);
		target[n] = '\0';
		*onward = behind(at, target, rest);
	}
	if (S_ISREG(st.st_mode))
		return take(ramfs, at) ? put_file(ramfs, at, err) : 0;
	if ((S_ISDIR(st.st_mode) || S_ISLNK(st.st_mode)) && take(ramfs, at))
		return put(ramfs, at, &st, target, err);
	return 0;
}

static int copy(struct initramfs *ramfs, const char *path, int links,
		struct err *err)
{
	char at[PATH_MAX] = "";
	size_t len = 0;
	const char *s = path;

	if (links > LINKS_MAX)
		return err_sys(err, -ELOOP, "%s", path);
	for (s += strspn(s, "/"); *s; s += strspn(s, "/")) {
		size_t n = strcspn(s, "/");
		SCOPED_FREE char *onward = NULL;
		int rc;

		if (len + n + 2 > sizeof(at))
			return err_sys(err, -ENAMETOOLONG, "%s", path);
		if (n == 2 && strncmp(s, "..", 2) == 0) {
			/* no link is in @at, so this is what it means */
			char *slash = strrchr(at, '/');

			len = slash ? (size_t)(slash - at) : 0;
			at[len] = '\0';
		} else if (n != 1 || *s != '.') {
			at[len++] = '/';
			memcpy(at + len, s, n);
			len += n;
			at[len] = '\0';
			rc = copy_one(ramfs, at, s + n, &onward, err);
			if (rc < 0 || onward)
				return rc < 0 ? rc
					      : copy(ramfs, onward, links + 1,
						     err);
		}
		s += n;
	}
	return 0;
}

int initramfs_copy(struct initramfs *ramfs, const char *path, struct err *err)
{
	return copy(ramfs, path, 0, err);
}

int initramfs_close(struct initramfs *ramfs, struct err *err)
{
	int rc;

	if (!ramfs)
		return 0;
	rc = ramfs->failed;
	if (archive_write_close(ramfs->archive) != ARCHIVE_OK && rc == 0)
		rc = fail(ramfs, "end", err);
	(void)archive_write_free(ramfs->archive); /* was closed */
	vec_foreach(&ramfs->put, path)
		free(*path);
	vec_done(&ramfs->put);
	free(ramfs);
	return rc;
}
