/*
 * merge.h - the frames of several taps, in the order in which they went by
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "observe/tap.h"

/** struct merge - taps, and frames that were taken out of them */
struct merge;

/** merge_new - no tap so far; merge_free() */
struct merge *merge_new(void);

/** merge_free - forget what is there; NULL is fine. The taps stay open. */
void merge_free(struct merge *m);

/**
 * merge_add - one more tap
 * @tap: borrowed for the merge's life; nobody else takes its frames
 * @host: whose, as the caller numbers them
 *
 * Return: its number, from 0.
 */
size_t merge_add(struct merge *m, struct tap *tap, size_t host);

/**
 * merge_next - the next frame of all
 * @tap: whose it is
 * @frame: it; its bytes are borrowed until the next call
 *
 * They come by their stamps; those that have the same one in an order in which
 * they can have happened (observe/causal.h). A frame is held back until it is
 * certain that its sending, if a tap saw that, came out before it. A frame that
 * the kernel was slow to hand over comes late.
 *
 * Return: false if there is none.
 */
bool merge_next(struct merge *m, size_t *tap, struct tap_frame *frame);

/** merge_waits - how many frames were taken out of the taps, and did not come
 * out of here yet */
size_t merge_waits(const struct merge *m);
