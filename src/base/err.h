/*
 * err.h - an error that a person may read, built where it happens
 */
#pragma once

#include <stdbool.h>

/**
 * struct err - one error, in words
 * @code: negative errno; 0 while nothing went wrong
 * @text: one line, lower case, no full stop: what failed, of what, and why
 * @remedy: how the reader may mend it; empty if we do not know
 *
 * Plain storage: initialise with {0}; nothing to release.
 */
struct err {
	int code;
	char text[640];
	char remedy[320];
};

/**
 * err_set - say what went wrong
 * @err: written; may be NULL when the caller has no use for words
 * @code: negative errno
 * @fmt: the text, without the errno's words
 *
 * Return: @code, so that a caller can write "return err_set(...)".
 */
int err_set(struct err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * err_sys - say what a system call refused: "text: strerror(-code)"
 * @err: written; may be NULL
 * @code: negative errno
 * @fmt: what was attempted
 *
 * Return: @code.
 */
int err_sys(struct err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * err_within - put context in front of an error on its way up: "text: old"
 * @err: changed; may be NULL
 * @fmt: the context
 *
 * Return: the error's code, or -EINVAL if @err is NULL.
 */
int err_within(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * err_remedy - tell the reader what to do about it
 * @err: changed unless it has a remedy already; may be NULL
 * @fmt: one line, imperative: "load the module: modprobe veth"
 */
void err_remedy(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
