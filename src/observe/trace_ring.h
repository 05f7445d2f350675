/*
 * trace_ring.h - the rings of an instance of the tracer: one a processor
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/** struct trace_ring - what all processors recorded */
struct trace_ring;

/**
 * trace_ring_fn - told of each record
 * @data: from its common_type on, @len bytes; borrowed during the call
 * @len: its length
 * @t_ns: by the instance's clock
 * @arg: as given to trace_ring_take()
 */
typedef void trace_ring_fn(const void *data, size_t len, int64_t t_ns,
			   void *arg);

/**
 * trace_ring_open - open the rings of an instance
 * @name: the instance: tracefs_make()
 * @out: closed with trace_ring_close(); untouched on failure
 * @err: says what was refused
 *
 * Return: 0; -EMFILE; others of open(2).
 */
int trace_ring_open(const char *name, struct trace_ring **out, struct err *err);

/** trace_ring_close - NULL is fine */
void trace_ring_close(struct trace_ring *ring);

/**
 * trace_ring_fd - readable when a ring is half full; owned by the ring
 *
 * Not for every record: a wake-up of ours for each would cost more than all
 * else that tracing does, and in virtual time take a tick.
 */
int trace_ring_fd(const struct trace_ring *ring);

/**
 * trace_ring_take - take the records that are there, processor by processor
 *
 * Return: true if records were lost since the last time because nobody had
 * taken them.
 */
bool trace_ring_take(struct trace_ring *ring, trace_ring_fn *fn, void *arg);
