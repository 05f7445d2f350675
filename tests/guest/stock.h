/*
 * stock.h - made-up kernels of distributions: images, and packages of them
 */
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest/scratch.h"

/** STOCK_HEAD - bytes of an image that have all that is read */
#define STOCK_HEAD 1024

/** stock_image - what begins a bzImage of this version text, NULL for none */
static inline void stock_image(char head[STOCK_HEAD], const char *version)
{
	memset(head, 0, STOCK_HEAD);
	/* as the header has it, and no string */
	for (size_t i = 0; i < 4; i++)
		head[0x202 + i] = "HdrS"[i];
	head[0x206] = 0x0f;
	head[0x207] = 0x02; /* protocol 2.15 */
	if (!version)
		return;
	head[0x20f] = 0x01; /* at 0x200 + 0x100 */
	(void)snprintf(head + 0x300, STOCK_HEAD - 0x300, "%s", version);
}

/** stock_put - one file into an archive */
static inline void stock_put(struct archive *a, const char *name,
			     const void *bytes, size_t n)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_mode(entry, S_IFREG | 0644);
	archive_entry_set_size(entry, (la_int64_t)n);
	ck_assert_int_eq(archive_write_header(a, entry), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(a, bytes, n), (la_ssize_t)n);
	archive_entry_free(entry);
}

/** stock_tar - an xz-packed tar with one file, in @out of @max bytes */
static inline size_t stock_tar(const char *name, const void *bytes, size_t n,
			       char *out, size_t max)
{
	struct archive *a = archive_write_new();
	size_t used = 0;

	ck_assert_int_eq(archive_write_set_format_ustar(a), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_add_filter_xz(a), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_open_memory(a, out, max, &used),
			 ARCHIVE_OK);
	stock_put(a, name, bytes, n);
	ck_assert_int_eq(archive_write_close(a), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_free(a), ARCHIVE_OK);
	return used;
}

/** stock_package - a package whose md5sums say @md5sums, with one file of data;
 * its path, caller frees */
static inline char *stock_package(const char *md5sums, const char *name,
				  const char *content)
{
	char *path = mem_printf("%s/kernel.deb", scratch);
	struct archive *a = archive_write_new();
	char tar[16384];
	size_t n;

	ck_assert_int_eq(archive_write_set_format_ar_svr4(a), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_open_filename(a, path), ARCHIVE_OK);
	stock_put(a, "debian-binary", "2.0\n", 4);
	n = stock_tar("./md5sums", md5sums, strlen(md5sums), tar, sizeof(tar));
	stock_put(a, "control.tar.xz", tar, n);
	n = stock_tar(name, content, strlen(content), tar, sizeof(tar));
	stock_put(a, "data.tar.xz", tar, n);
	ck_assert_int_eq(archive_write_close(a), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_free(a), ARCHIVE_OK);
	return path;
}
