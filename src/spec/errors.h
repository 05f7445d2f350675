/*
 * errors.h - every error of every file read, told with its source line
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

struct str;

/** struct spec_pos - where in a file something was written; from 1 */
struct spec_pos {
	int line;
	int col; /* in characters; a tab is one */
};

/** SPEC_ERRORS_MAX - a file with more errors than this is not a spec */
#define SPEC_ERRORS_MAX 100

/** struct spec_error - one error; @source indexes spec_errors.sources */
struct spec_error {
	size_t source;
	struct spec_pos pos; /* line 0: the file as a whole */
	char *text;
};

/** struct spec_source - a file that was read, kept for quoting */
struct spec_source {
	char *path;
	char *text; /* NULL if it could not be read */
	size_t len;
};

/**
 * struct spec_errors - what is wrong with the files read so far
 *
 * Start with {0}; release with spec_errors_done().
 */
struct spec_errors {
	struct spec_error *list; /* the first SPEC_ERRORS_MAX of them */
	size_t n_list;
	size_t count; /* all of them */
	struct spec_source *sources;
	size_t n_sources;
};

/**
 * spec_errors_source - remember a file's text, so that errors can quote it
 * @errors: the collection
 * @path: as it will be named in errors
 * @text: copied; @len bytes
 * @len: its length
 */
void spec_errors_source(struct spec_errors *errors, const char *path,
			const char *text, size_t len);

/**
 * spec_errors_add - one more error
 * @errors: the collection
 * @path: the file, as given to spec_errors_source() if that was called
 * @pos: where in it; {0} for the file as a whole
 * @fmt: what is wrong: lower case, no full stop
 */
void spec_errors_add(struct spec_errors *errors, const char *path,
		     struct spec_pos pos, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** spec_errors_vadd - as spec_errors_add(), from a va_list */
void spec_errors_vadd(struct spec_errors *errors, const char *path,
		      struct spec_pos pos, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

/**
 * spec_errors_place - where a part of a scalar stands
 * @errors: knows the file's text
 * @path: the file
 * @pos: where the scalar begins
 * @text: the scalar's
 * @offset: of the part in @text, in bytes
 *
 * Return: its place, if the scalar is written in one line and without escapes;
 * else @pos.
 */
struct spec_pos spec_errors_place(const struct spec_errors *errors,
				  const char *path, struct spec_pos pos,
				  const char *text, size_t offset);

/** spec_errors_count - how many there are */
size_t spec_errors_count(const struct spec_errors *errors);

/**
 * spec_errors_text - all errors for a reader, by file and position
 * @errors: the collection
 * @out: appended to: "file:line:col: error: text", the source line, a caret
 */
void spec_errors_text(const struct spec_errors *errors, struct str *out);

/** spec_errors_done - release what was collected; usable anew */
void spec_errors_done(struct spec_errors *errors);
