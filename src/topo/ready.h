/*
 * ready.h - wait until a host can send, and takes what is sent to it
 */
#pragma once

struct batch;
struct err;

/**
 * ready_wait - wait until nothing of a host's network is pending any more
 * @batch: turned to the host, and flushed
 * @err: what is not ready
 *
 * Every host of the topology must be set up by then.
 *
 * Return: 0; -ETIMEDOUT after five seconds; as batch_add().
 */
int ready_wait(struct batch *batch, struct err *err);
