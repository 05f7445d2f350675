/*
 * progress.h - where a lab is, told to the process that shows it
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

/** PROGRESS_TEXT - bytes of a step's text that are kept */
#define PROGRESS_TEXT 96

/**
 * struct progress - one lab's place in its scenario
 *
 * Lives in memory shared by the lab's runner, which writes it, and tcplab,
 * which reads it at leisure: @text may be seen half-written, so it is shown,
 * never judged.
 */
struct progress {
	_Atomic uint32_t step; /* from 1; 0 while the lab is being built */
	_Atomic int64_t until_ns; /* CLOCK_MONOTONIC; 0 if not waiting */
	_Atomic int error; /* of the journal; negative errno; 0 */
	char text[PROGRESS_TEXT];
};

/**
 * struct progress_line - where a lab says what it does, in lines
 * @fd: written to; 0: nowhere. Open in the lab as well, under that number
 * @mark: begins each line
 *
 * For whoever looks on from where no memory is shared, and may have to tell
 * what stopped a guest's time. A line each: "step N" as step N, from 1,
 * begins; "runs HOST.NAME (pid N)" and "gone HOST.NAME (pid N)" of programs;
 * "spins NAME (pid N)".
 */
struct progress_line {
	int fd;
	const char *mark;
};

/** progress_say - write a line of them */
void progress_say(const struct progress_line *line, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** progress_new - make @n of them in shared memory; NULL if refused */
struct progress *progress_new(unsigned int n);

/** progress_free - give the memory of @n back; NULL is fine */
void progress_free(struct progress *progress, unsigned int n);

/** progress_error - tell why the journal is not whole: negative errno, or 0;
 * an exit status has no room for it. NULL is fine */
void progress_error(struct progress *progress, int error);

/**
 * progress_set - tell where the lab is
 * @progress: NULL is fine
 * @step: from 1
 * @text: the step's text
 * @until_ns: CLOCK_MONOTONIC at which the step is over at the latest; 0
 */
void progress_set(struct progress *progress, uint32_t step, const char *text,
		  int64_t until_ns);
