/*
 * limits.h - raise the limits that a big lab runs into
 */
#pragma once

struct err;

/**
 * limits_raise_nofile - allow as many descriptors as we may have
 * @err: says what was refused
 *
 * Raises RLIMIT_NOFILE's soft limit towards the hard one, to 65,536 at most:
 * a star of a thousand hosts holds two descriptors a host, and programs exist
 * that close every number up to the limit before they start. Descendants
 * inherit it.
 *
 * Return: 0 also when there is nothing to raise; negative errno of
 * prlimit(2).
 */
int limits_raise_nofile(struct err *err);
