/*
 * refusal.h - what the machine refuses is no answer of TCP's
 */
#pragma once

#include <stdbool.h>

struct event_op;
struct str;

/**
 * refusal_phrase - did the machine refuse an action, for want of something
 * @text: appended to if so: what it refused, and the remedy
 * @end: a failed action
 *
 * Threads and programs are the lab's means, not what it looks at: no failure
 * to make one says anything of TCP (pthread_create(3), fork(2), execve(2)).
 * Limits on open files are of the same kind whatever call meets them
 * (getrlimit(2), RLIMIT_NOFILE; /proc/sys/fs/file-max). Want of memory is only
 * where something new is made: elsewhere ENOBUFS and EAGAIN are answers.
 *
 * Return: false, with nothing appended, if it was TCP that failed it.
 */
bool refusal_phrase(struct str *text, const struct event_op *end);
