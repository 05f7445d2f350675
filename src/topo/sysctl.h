/*
 * sysctl.h - write a host's sysctls, and believe only what reads back
 */
#pragma once

#include <stddef.h>

struct err;
struct sysctl_spec;

/**
 * sysctl_write - write some sysctls inside a namespace
 * @netns_fd: borrowed
 * @specs: dotted names and values
 * @n: how many
 * @values: @n strings: what each reads back as, blanks between its words
 *	reduced to one; owned by the caller; untouched on failure
 * @err: names the sysctl and the value
 *
 * Needs CAP_NET_ADMIN over the namespace only (net/sysctl_net.c).
 *
 * Return: 0; -ENOENT for a name that this kernel or a namespace other than
 * the first does not have; -EINVAL for a value that is refused or not of
 * net.*; -ERANGE when another value reads back.
 */
int sysctl_write(int netns_fd, const struct sysctl_spec *specs, size_t n,
		 char **values, struct err *err);
