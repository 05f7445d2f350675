/*
 * kernel_stock.h - kernels as distributions ship them: an image, or a package
 */
#pragma once

struct err;
struct kernel;

/**
 * kernel_stock_find - the kernel that a file is
 * @path: an x86 bzImage, whose modules are those in /lib/modules/RELEASE if
 *	that is there; or a Debian package with a kernel and its modules
 * @out: released by kernel_done(); untouched on failure
 * @err: says what the file is not
 *
 * Reads the first bytes of the file only, or the list of a package's files.
 *
 * Return: 0; -EINVAL if there is no such file, or it is no such kernel.
 */
int kernel_stock_find(const char *path, struct kernel *out, struct err *err);
