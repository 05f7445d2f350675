/*
 * obituary.h - hear at once that a host's kernel has destroyed a TCP socket
 *
 * The kernel tells it to groups of NETLINK_SOCK_DIAG, in each network
 * namespace (net/core/sock_diag.c sock_diag_broadcast_destroy()). It says so
 * of what a process or an orphan held, not of timewait and request sockets.
 * What it says may be lost, so it is a reason to look, never evidence.
 */
#pragma once

#include <stdbool.h>

struct err;

/**
 * obituary_open - begin to listen in a namespace
 * @netns_fd: the namespace; borrowed during the call. The socket holds it
 * @err: says what was refused
 *
 * Needs no privilege beyond entering the namespace.
 *
 * Return: a descriptor that is readable when something was destroyed, owned
 * by the caller; negative errno of netns_socket() and bind(2).
 */
int obituary_open(int netns_fd, struct err *err);

/**
 * obituary_read - take what was said
 * @fd: as opened
 *
 * Does not block, nor stay for ever where sockets die by the thousand: what is
 * left keeps the descriptor readable.
 *
 * Return: whether something was.
 */
bool obituary_read(int fd);
