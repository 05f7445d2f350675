/*
 * marks.h - find a frame of the capture file by its bytes, and write beside it
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcapng_comment;

/** struct marks - the frames seen so far, and comments on some */
struct marks;

/** marks_new - none so far; marks_free() */
struct marks *marks_new(void);

/** marks_free - forget them; NULL is fine */
void marks_free(struct marks *marks);

/**
 * marks_add - one more frame
 * @host: whose, as the caller numbers them
 * @out: it was sent
 * @digest: frame_digest() of it
 * @frame: its number in the file, from 1
 */
void marks_add(struct marks *marks, size_t host, bool out, uint64_t digest,
	       uint64_t frame);

/**
 * marks_find - the latest such frame that was not found before
 *
 * Return: its number; 0 if there is none.
 */
uint64_t marks_find(struct marks *marks, size_t host, bool out,
		    uint64_t digest);

/** marks_comment - a comment on a frame; @text is copied; a frame may have
 * several */
void marks_comment(struct marks *marks, uint64_t frame, const char *text);

/**
 * marks_comments - all of them, by frame, those of one frame as they came
 * @n: how many
 *
 * Return: borrowed until the next change.
 */
const struct pcapng_comment *marks_comments(struct marks *marks, size_t *n);
