/*
 * deb.c - the files in a Debian package, without dpkg
 *
 * DOC: Theory of operation
 *
 * A package is an ar(5) archive of "debian-binary", "control.tar.xz" and
 * "data.tar.xz", or .gz, .zst: deb(5). One libarchive reader takes the outer
 * archive apart and feeds the member to a second one, so that nothing is
 * unpacked to a disk.
 */
#include "guest/deb.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"

/** BLOCK - bytes read from the package at a time */
#define BLOCK (64UL << 10)

static const char *const members[] = {
	[DEB_CONTROL] = "control.tar",
	[DEB_DATA] = "data.tar",
};

static void archive_done(struct archive **archive)
{
	(void)archive_read_free(*archive); /* NULL is fine */
}

/* libarchive's errno may be one of its own, which are positive or -1 */
static int broken(struct archive *archive, const char *what, struct err *err)
{
	const char *why = archive_error_string(archive);

	return err_set(err, -EBADMSG, "%s: %s", what, why ? why : "damaged");
}

/* of the outer archive's member, for the inner one */
static ssize_t feed(struct archive *inner, void *arg, const void **block)
{
	struct archive *outer = arg;
	la_int64_t offset;
	size_t n = 0;
	int rc = archive_read_data_block(outer, block, &n, &offset);

	if (rc == ARCHIVE_EOF)
		return 0;
	if (rc >= ARCHIVE_WARN)
		return (ssize_t)n;
	archive_set_error(inner, EBADMSG, "%s", archive_error_string(outer));
	return -1;
}

static int open_outer(struct archive *outer, const char *path,
		      enum deb_part part, struct err *err)
{
	const char *member = members[part];
	struct archive_entry *entry;
	int rc;

	(void)archive_read_support_format_ar(outer);
	if (archive_read_open_filename(outer, path, BLOCK) != ARCHIVE_OK)
		return broken(outer, path, err);
	while ((rc = archive_read_next_header(outer, &entry)) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(entry);

		if (name && strncmp(name, member, strlen(member)) == 0)
			return 0;
	}
	if (rc == ARCHIVE_EOF)
		return err_set(err, -EBADMSG, "%s has no %s: no package", path,
			       member);
	return broken(outer, path, err);
}

static int visit_all(struct archive *inner, const char *path,
		     int (*visit)(void *arg, const struct deb_file *file,
				  struct err *err),
		     void *arg, struct err *err)
{
	struct archive_entry *entry;
	int rc;

	while ((rc = archive_read_next_header(inner, &entry)) == ARCHIVE_OK ||
	       rc == ARCHIVE_WARN) {
		struct deb_file file = {
			.name = archive_entry_pathname(entry),
			.size = (size_t)archive_entry_size(entry),
			.archive = inner,
		};

		if (!file.name || archive_entry_filetype(entry) != AE_IFREG)
			continue;
		if (strncmp(file.name, "./", 2) == 0)
			file.name += 2;
		rc = visit(arg, &file, err);
		if (rc < 0)
			(void)err_within(err, "%s", path);
		if (rc != 0)
			return rc < 0 ? rc : 0;
	}
	return rc == ARCHIVE_EOF ? 0 : broken(inner, path, err);
}

int deb_walk(const char *path, enum deb_part part,
	     int (*visit)(void *arg, const struct deb_file *file,
			  struct err *err),
	     void *arg, struct err *err)
{
	SCOPED(archive_done) struct archive *outer = archive_read_new();
	/* released first, for it reads from the other */
	SCOPED(archive_done) struct archive *inner = archive_read_new();
	int rc;

	if (!outer || !inner)
		abort(); /* as base/mem.h */
	rc = open_outer(outer, path, part, err);
	if (rc < 0)
		return rc;
	(void)archive_read_support_filter_gzip(inner);
	(void)archive_read_support_filter_xz(inner);
	(void)archive_read_support_filter_zstd(inner);
	(void)archive_read_support_format_tar(inner);
	if (archive_read_open(inner, outer, NULL, feed, NULL) != ARCHIVE_OK)
		return broken(inner, path, err);
	return visit_all(inner, path, visit, arg, err);
}

int deb_read(const struct deb_file *file, size_t max, char **bytes, size_t *len,
	     struct err *err)
{
	SCOPED_FREE char *text = NULL;
	la_ssize_t n;

	if (file->size > max)
		return err_set(err, -EFBIG, "%s has more than %zu bytes",
			       file->name, max);
	text = mem_new(char, file->size + 1);
	n = archive_read_data(file->archive, text, file->size);
	if (n < 0 || (size_t)n != file->size)
		return broken(file->archive, file->name, err);
	*bytes = PTR_STEAL(text);
	if (len)
		*len = file->size;
	return 0;
}
