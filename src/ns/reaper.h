/*
 * reaper.h - what a lab's PID 1 does: watch, and at the end leave nothing
 */
#pragma once

#include <sys/types.h>

/**
 * struct reaper - a lab's init
 * @owner_pidfd: readable when tcplab is dead; borrowed
 * @channel: SOCK_SEQPACKET to the runner; borrowed
 * @signals: signalfd of SIGCHLD, SIGTERM and SIGINT; borrowed
 * @runner: PID of the runner
 * @last_rites: called for each held network namespace; may be NULL
 * @farewell: called with @arg at the very end; may be NULL
 * @arg: for @farewell
 */
struct reaper {
	int owner_pidfd;
	int channel;
	int signals;
	pid_t runner;
	void (*last_rites)(int netns_fd);
	void (*farewell)(void *arg);
	void *arg;
};

/**
 * reaper_run - wait for the end of the lab, and clear it away
 * @reaper: what to watch
 *
 * Only for PID 1 of a PID namespace: it kills every other process there.
 * Blocks as long as the lab lives.
 *
 * Return: the exit status for init, see ns_init_start().
 */
int reaper_run(const struct reaper *reaper);
