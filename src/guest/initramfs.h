/*
 * initramfs.h - a guest's root file system, in the format the kernel unpacks
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct err;
struct initramfs;

/**
 * initramfs_open - begin one
 * @fd: written from its beginning; borrowed until initramfs_close()
 * @out: caller closes; untouched on failure
 * @err: says what was refused
 *
 * A cpio archive in "newc" format, not packed: to unpack it takes an emulated
 * CPU longer than to read it (Documentation/driver-api/early-userspace/
 * buffer-format.rst). All belongs to root in there. What is put twice is there
 * once: the first.
 *
 * Return: 0; -ENOSPC …
 */
int initramfs_open(int fd, struct initramfs **out, struct err *err);

/**
 * initramfs_dir - put a folder, and those that it is in
 * @path: absolute, without links
 * @mode: of it; the others have 0755
 *
 * Return: 0 or negative errno, also in initramfs_close().
 */
int initramfs_dir(struct initramfs *ramfs, const char *path, mode_t mode,
		  struct err *err);

/**
 * initramfs_bytes - put a file with this content
 * @path: absolute, without links
 * @mode: of it
 * @bytes: @n of them
 * @n: their number
 *
 * Return: 0 or negative errno.
 */
int initramfs_bytes(struct initramfs *ramfs, const char *path, mode_t mode,
		    const void *bytes, size_t n, struct err *err);

/**
 * initramfs_link - put a symbolic link
 * @path: absolute, without links before its last component
 * @target: what it leads to
 *
 * Return: 0 or negative errno.
 */
int initramfs_link(struct initramfs *ramfs, const char *path,
		   const char *target, struct err *err);

/**
 * initramfs_copy - put a file or a folder of this machine in the same place
 * @path: absolute. Links on the way are put as well, and what they lead to;
 *	of a folder, only itself
 *
 * Modes and times stay as they are. What is neither file, folder nor link is
 * left out.
 *
 * Return: 0; -ENOENT, -EACCES, -ELOOP …
 */
int initramfs_copy(struct initramfs *ramfs, const char *path, struct err *err);

/**
 * initramfs_close - end it, and release it
 * @ramfs: NULL is fine
 * @err: says what was refused
 *
 * Return: 0; negative errno if any of it could not be written.
 */
int initramfs_close(struct initramfs *ramfs, struct err *err);
