/*
 * rites.h - what every lab asks of its init: hold, and the last rites
 */
#pragma once

struct err;

/**
 * rites_hold - hand a network namespace to the lab's init; for topo_config
 * @self: struct ns_runner
 * @netns_fd: borrowed
 * @err: says what was refused
 *
 * Return: as ns_runner_hold().
 */
int rites_hold(void *self, int netns_fd, struct err *err);

/** rites_last - destroy all sockets of a namespace, for ns_init.last_rites:
 * no orphan may keep it alive after its lab (sock_diag(7), SOCK_DESTROY) */
void rites_last(int netns_fd);
