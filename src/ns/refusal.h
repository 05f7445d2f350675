/*
 * refusal.h - why the kernel refused a namespace, and what to do about it
 */
#pragma once

struct err;

/**
 * refusal_explain - put a refused clone(2) or unshare(2) into words
 * @err: text and remedy, made specific by the sysctls that decide; may be NULL
 * @code: negative errno of the call
 * @flags: the CLONE_NEW* flags that were asked for
 *
 * EPERM, ENOSPC and ENOMEM mean several things there: namespaces(7),
 * user_namespaces(7); kernel.apparmor_restrict_unprivileged_userns is
 * Ubuntu's, kernel.unprivileged_userns_clone Debian's.
 *
 * Return: @code.
 */
int refusal_explain(struct err *err, int code, unsigned long flags);

/**
 * refusal_explain_mount - put a refused mount(2) inside the lab into words
 * @err: text and remedy; may be NULL
 * @code: negative errno
 * @what: "make mounts private", "mount /dev/shm"
 *
 * Return: @code.
 */
int refusal_explain_mount(struct err *err, int code, const char *what);
