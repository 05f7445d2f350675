/*
 * setup.h - furnish a lab from inside: users, mounts, descriptors, signals
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct err;

/**
 * setup_user - map the user and group of the owner to the same numbers
 * @uid: effective user of the owner
 * @gid: effective group
 * @err: says what was refused
 *
 * In a new user namespace (user_namespaces(7)). setgroups(2) is given up,
 * which the kernel demands of an unprivileged mapper.
 *
 * Return: 0; -EPERM, -EACCES when this process is not dumpable.
 */
int setup_user(uid_t uid, gid_t gid, struct err *err);

/**
 * setup_mounts - cut mounts off from the machine's; own /proc and /dev/shm
 * @proc_is_ours: whether /proc could be mounted
 * @err: says what was refused
 *
 * Return: 0; -EPERM, -EACCES; -EINVAL when / is no mount point.
 */
int setup_mounts(bool *proc_is_ours, struct err *err);

/**
 * setup_close_others - close every descriptor but 0, 1, 2 and those named
 * @keep: the others to keep, any order
 * @n: how many
 */
void setup_close_others(const int *keep, size_t n);

/**
 * setup_signals_default - forget the handlers that the owner installed
 *
 * They speak to descriptors that a child does not have. Ignored signals stay
 * so, and so do handlers for faults, which are a sanitizer's.
 */
void setup_signals_default(void);
