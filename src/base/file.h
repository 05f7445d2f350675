/*
 * file.h - whole files, read bounded and written atomically
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct err;

/**
 * file_read - read a whole file
 * @dirfd: directory that @path is relative to, or AT_FDCWD
 * @path: the file
 * @max: refuse a file of more bytes than this
 * @text: the content with a NUL behind it; caller frees; untouched on failure
 * @len: bytes without the NUL; may be NULL
 * @err: says which file and why
 *
 * Return: 0; -ENOENT, -EACCES …; -EFBIG past @max; -EISDIR for a directory.
 */
int file_read(int dirfd, const char *path, size_t max, char **text, size_t *len,
	      struct err *err);

/**
 * file_write - replace a file in one step: written aside, then renamed
 * @dirfd: directory, or AT_FDCWD
 * @path: the file; "<path>.part-<random>" is used meanwhile and never left
 *	behind by a failure that we live to see
 * @text: content, @len bytes
 * @len: its length
 * @err: says which file and why
 *
 * A reader sees the old file or the whole new one, never a part.
 *
 * Whoever may write to the folder cannot make us wait, or write elsewhere: a
 * FIFO or a link at @path is replaced, none is opened.
 *
 * Return: 0; -ENOSPC, -EACCES …; -EISDIR if @path is a directory.
 */
int file_write(int dirfd, const char *path, const void *text, size_t len,
	       struct err *err);

/**
 * file_write_for - file_write(), and the file is somebody else's when it
 * appears
 * @dirfd: directory, or AT_FDCWD
 * @path: the file
 * @text: content, @len bytes
 * @len: its length
 * @uid: its owner, or (uid_t)-1 to leave it
 * @gid: likewise
 * @err: says which file and why
 *
 * Return: as file_write(); -EPERM of fchown(2).
 */
int file_write_for(int dirfd, const char *path, const void *text, size_t len,
		   uid_t uid, gid_t gid, struct err *err);

/**
 * file_write_all - write every byte, through short writes and EINTR
 *
 * Return: 0 or negative errno of write(2).
 */
int file_write_all(int fd, const void *data, size_t len);

/**
 * file_mkdirs - mkdir -p
 * @path: relative to the working directory or absolute
 * @uid: owner of each directory made, or (uid_t)-1 to leave it
 * @gid: likewise
 * @err: says which directory and why
 *
 * Return: 0 also when it was there; -ENOTDIR, -EACCES, -ENOSPC …; -ENOENT for
 * an empty path or a dangling link.
 */
int file_mkdirs(const char *path, uid_t uid, gid_t gid, struct err *err);
