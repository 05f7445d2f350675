/*
 * ladder_fold.h - runs of bulk data, which nobody wants to see one by one
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ladder_of;

/** LADDER_FOLD_MIN - fewer segments than this in a row are drawn */
#define LADDER_FOLD_MIN 10

/** LADDER_FOLD_LOSSES - in a connection of more segments than this, runs also
 * have segments that were lost, and those sent again */
#define LADDER_FOLD_LOSSES 200

/**
 * struct ladder_fold - a run of items
 * @first: index of its first item
 * @last: of its last
 * @last_ns: when that was
 * @segments: sent by each end
 * @bytes: their payload
 * @lost: those of them that did not arrive
 * @calls: system calls of each end
 */
struct ladder_fold {
	size_t first;
	size_t last;
	int64_t last_ns;
	size_t segments[2];
	uint64_t bytes[2];
	size_t lost[2];
	size_t calls[2];
};

/**
 * ladder_folds - find them
 * @of: a connection's
 * @n: how many
 *
 * In a run there are segments that carry data or acknowledge it, that arrived,
 * that nothing touched and that no verdict rests on, and the system calls that
 * moved the bytes.
 *
 * Return: in order; caller frees; NULL if none.
 */
struct ladder_fold *ladder_folds(const struct ladder_of *of, size_t *n);
