/*
 * hold.h - hand descriptors from the runner to init, each acknowledged
 */
#pragma once

#include <stdbool.h>

/**
 * struct ns_runner - the runner's side of a lab
 * @channel: SOCK_SEQPACKET to init; owned
 * @proc_is_ours: /proc was mounted anew
 */
struct ns_runner {
	int channel;
	bool proc_is_ours;
};

/**
 * hold_take - init's side: receive one descriptor and acknowledge it
 * @channel: SOCK_SEQPACKET to the runner; not waited for
 *
 * Return: the descriptor, O_CLOEXEC, owned by the caller; -EAGAIN if there is
 * none; -EPIPE if there will be none; -EMFILE and the like were told to the
 * runner too.
 */
int hold_take(int channel);
