/*
 * kernel_make.h - from a source to a kernel's program, with the kernel's tools
 */
#pragma once

struct err;
struct kernel_config;
struct kernel_request;
struct kernel_source;

/**
 * struct kernel_make - a build on its way; all borrowed
 * @request: who is told what, and when to stop
 * @source: what is built
 * @config: how
 * @dir: absolute path of the folder it is built in: DIR/src is a tarball's
 *	content, DIR/obj is what is made
 * @log_fd: where the tools' output is kept
 * @lock_fd: see struct kernel_tool
 */
struct kernel_make {
	const struct kernel_request *request;
	const struct kernel_source *source;
	const struct kernel_config *config;
	const char *dir;
	int log_fd;
	int lock_fd;
};

/**
 * kernel_make_run - unpack, configure, check the configuration, compile
 * @make: which
 * @err: says what failed
 *
 * Leaves DIR/obj/linux, DIR/obj/.config and
 * DIR/obj/include/config/kernel.release. What an earlier build of the same
 * tree left in DIR/obj is made use of.
 *
 * Return: 0; -ENODATA if an option cannot be had; -EINVAL if a tarball holds
 * no such source; -EPROTO if a tool failed; -EINTR if it was broken off;
 * negative errno of DIR's files.
 */
int kernel_make_run(const struct kernel_make *make, struct err *err);
