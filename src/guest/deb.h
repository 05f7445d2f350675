/*
 * deb.h - the files in a Debian package, without dpkg
 */
#pragma once

#include <stddef.h>

struct archive;
struct err;

/** enum deb_part - the two archives in a package: deb(5) */
enum deb_part {
	DEB_CONTROL, /* what dpkg is told: control, md5sums ... */
	DEB_DATA, /* what is installed */
	DEB_PARTS
};

/**
 * struct deb_file - a regular file of a package; borrowed during the visit
 * @name: without "./" in front: "boot/vmlinuz-6.1.0-56-amd64"
 * @size: bytes
 * @archive: for deb_read()
 */
struct deb_file {
	const char *name;
	size_t size;
	struct archive *archive;
};

/**
 * deb_walk - visit each regular file of a package
 * @path: the package
 * @part: which of its archives
 * @visit: returns 0 to go on; negative errno ends the walk, 1 ends it well
 * @arg: for @visit
 * @err: says what is broken
 *
 * Packed with gzip, xz or zstd, whatever libarchive knows. Takes seconds for
 * the data of a kernel.
 *
 * Return: 0; -EBADMSG if it is no package or damaged; what @visit returned
 * below 0; negative errno of open(2).
 */
int deb_walk(const char *path, enum deb_part part,
	     int (*visit)(void *arg, const struct deb_file *file,
			  struct err *err),
	     void *arg, struct err *err);

/**
 * deb_read - the content of the file that is visited
 * @file: as deb_walk() gave it
 * @max: refuse a file of more bytes
 * @bytes: the content with a NUL behind it; caller frees; untouched on failure
 * @len: bytes without the NUL; may be NULL
 * @err: says what is broken
 *
 * Return: 0; -EFBIG; -EBADMSG if the package is damaged.
 */
int deb_read(const struct deb_file *file, size_t max, char **bytes, size_t *len,
	     struct err *err);
