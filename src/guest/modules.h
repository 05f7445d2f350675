/*
 * modules.h - a stock kernel's modules: which ones labs need, in which order
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct err;
struct initramfs;

/** MODULES_DIR - where they are in a guest, beside the list of them */
#define MODULES_DIR "/tcplab/modules"

/** MODULES_LIST - their names there, one a line, each after those it needs */
#define MODULES_LIST MODULES_DIR "/order"

/**
 * struct module - a module of the kernel's
 * @name: as the kernel calls it: "nf_tables"
 * @file: "kernel/net/netfilter/nf_tables.ko.xz", or an absolute path
 * @bytes: its content; NULL: read when it is needed
 * @len: bytes of that
 * @taken: it is in the guest, or on its way there
 */
struct module {
	char *name;
	char *file;
	char *bytes;
	size_t len;
	bool taken;
};

/** struct modules - all of a kernel's */
struct modules {
	VEC(struct module) v;
};

/**
 * modules_add - one more, if it is one
 * @file: its path; what does not end in ".ko", ".ko.xz" ... is passed over
 * @bytes: taken over; NULL: @file is absolute, and read when it is needed
 * @len: bytes of that
 */
void modules_add(struct modules *modules, const char *file, char *bytes,
		 size_t len);

/** modules_is - does a path end as a module's does */
bool modules_is(const char *file);

/**
 * modules_scan - add all that are below a folder
 * @dir: /lib/modules/RELEASE
 * @err: says what was refused
 *
 * Return: 0 or negative errno.
 */
int modules_scan(struct modules *modules, const char *dir, struct err *err);

/**
 * modules_pack - put those that labs need into a guest
 * @modules: all that there are; what is not among them is built in, or no lab
 *	can have it
 * @ramfs: where to
 * @err: says which cannot be read
 *
 * They are unpacked first, and what each depends on is read from itself
 * (modinfo(8)): a package has no modules.dep.
 *
 * Return: 0; -EBADMSG for a module that is damaged.
 */
int modules_pack(struct modules *modules, struct initramfs *ramfs,
		 struct err *err);

/** modules_done - release them */
void modules_done(struct modules *modules);

/**
 * modules_load - in a guest: load all that were packed
 * @say: told of each that is refused
 *
 * A lab that needs such a one says so itself.
 */
void modules_load(void (*say)(const char *name, int code));
