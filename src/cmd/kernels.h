/*
 * kernels.h - the kernel that a name means, built first if that is a tree
 */
#pragma once

struct err;
struct kernel;

/**
 * kernels_find - kernel_find(), but a source tree that is not built as it is
 * now is built
 * @name: "uml", "uml:6.12", "uml:DIR", "./vmlinuz" ...
 * @out: released by kernel_done(); untouched on failure
 * @err: says what is missing, and the remedy
 *
 * So "git bisect run tcplab run --kernel uml:DIR" builds each commit. The
 * build is "tcplab kernel build" in a process of its own, which says on stderr
 * how far it is, and becomes the user who called sudo: we cannot and stay what
 * we are. May take minutes.
 *
 * Return: as kernel_find(), -EINVAL for a bad name; -EPROTO if the build
 * failed; -EINTR if a signal ended it.
 */
int kernels_find(const char *name, struct kernel *out, struct err *err);
