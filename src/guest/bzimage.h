/*
 * bzimage.h - which release an x86 kernel image is
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/** BZIMAGE_HEAD_MAX - its first so many bytes have all that is read here: the
 * setup code's size is a byte's worth of sectors, and one more */
#define BZIMAGE_HEAD_MAX (256 * 512)

/**
 * bzimage_is - does this begin a kernel that a boot loader can load
 * @bytes: the file's first @n
 * @n: any number
 *
 * True for "HdrS" and boot protocol 2.00 or later
 * (Documentation/arch/x86/boot.rst): zImages of the last century are not told
 * from bzImages.
 */
bool bzimage_is(const void *bytes, size_t n);

/**
 * bzimage_release - "6.1.0-56-cloud-amd64"
 * @bytes: the file's first @n; BZIMAGE_HEAD_MAX are enough
 * @n: any number
 *
 * The header's kernel_version points at a text that begins with it.
 *
 * Return: caller frees; NULL if it is no bzImage or tells none.
 */
char *bzimage_release(const void *bytes, size_t n);
