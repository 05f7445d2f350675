/*
 * output.h - reports to where --format says
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;
struct owner;
struct report_format;
struct report_run;

/** OUTPUTS_MAX - --format may be given so often */
#define OUTPUTS_MAX 16

/** struct output - one report that was asked for */
struct output {
	const struct report_format *format;
	const char *path; /* borrowed; "-" or NULL: stdout */
};

/** struct outputs - all of them */
struct outputs {
	struct output v[OUTPUTS_MAX];
	size_t n;
};

/**
 * outputs_add - take a --format argument: "json", "json=-", "junit=out.xml"
 * @outputs: added to
 * @arg: borrowed for good
 * @err: an unknown format, with the nearest known one; an empty FILE; a
 *	/dev/fd/N that is not open; a second report to stdout
 *
 * Return: 0; -EINVAL; -E2BIG past OUTPUTS_MAX.
 */
int outputs_add(struct outputs *outputs, const char *arg, struct err *err);

/** outputs_use_stdout - does any of them go to stdout */
bool outputs_use_stdout(const struct outputs *outputs);

/**
 * outputs_write - write every report, and print which could not be written
 * @outputs: what and where; a regular file is replaced in one step, a symlink
 *	stays and what it points to is replaced; anything else is written to
 * @run: of what
 * @owner: of the files made
 * @status: the run's
 *
 * Return: @status, or EXIT_CODE_ENVIRONMENT if any could not be written; the
 * others are written all the same.
 */
int outputs_write(const struct outputs *outputs, const struct report_run *run,
		  const struct owner *owner, int status);

/**
 * outputs_keep - leave the run's report.html and report.json in its folder
 * @run: what to tell; nothing is done if nothing was run
 * @owner: of the files made
 * @status: the run's
 * @kept: whether both are there; set either way
 *
 * What could not be written is printed.
 *
 * Return: @status if both were; else EXIT_CODE_ENVIRONMENT, unless a FAIL says
 * more: see outcomes_unsaved().
 */
int outputs_keep(const struct report_run *run, const struct owner *owner,
		 int status, bool *kept);

/** output_columns - how wide a page is: COLUMNS, else the terminal @fd
 * (ioctl_tty(2)); 0 if neither says */
size_t output_columns(int fd);

/** output_ascii - does the locale take nothing but ASCII: the first of LC_ALL,
 * LC_CTYPE and LANG that is set (setlocale(3)) names no UTF-8 */
bool output_ascii(void);

/** output_colour - may @fd get colours: a terminal, and no NO_COLOR */
bool output_colour(int fd);
