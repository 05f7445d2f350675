/*
 * journal.h - the file that everything that happened is appended to
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/arena.h"
#include "event/event.h"

struct err;
struct journal_writer;

/** JOURNAL_VERSION - a reader takes up to this one; new keys and kinds do not
 * change it, a new meaning of an old key does */
#define JOURNAL_VERSION 1

/**
 * journal_create - start a journal; there must be none of that name
 * @dirfd: the scenario's results folder
 * @name: "journal.jsonl"
 * @out: caller closes with journal_close(); untouched on failure
 * @err: says which file and why
 *
 * Return: 0; -EEXIST, -ENOSPC, -EACCES … of open(2).
 */
int journal_create(int dirfd, const char *name, struct journal_writer **out,
		   struct err *err);

/**
 * journal_append - number an event and write it down
 * @w: the journal
 * @event: its n is set; strings are borrowed for the call only
 *
 * Buffered; written out when a step begins or ends, after an error, at the
 * end, and every 64 KiB. After a write failed events are still numbered but
 * not kept: see journal_failed().
 *
 * Return: the event's number, from 1.
 */
uint64_t journal_append(struct journal_writer *w, struct event *event);

/**
 * journal_flush - write out what is buffered
 *
 * Return: 0, or the first error that this journal ever had (-ENOSPC …).
 */
int journal_flush(struct journal_writer *w);

/** journal_failed - the first error that this journal had; 0 if none */
int journal_failed(const struct journal_writer *w);

/**
 * journal_close - write out the rest and release; NULL is fine
 * @err: says what could not be written
 *
 * Return: 0, or the first error that this journal ever had.
 */
int journal_close(struct journal_writer *w, struct err *err);

/**
 * struct journal - a journal in memory
 * @events: in the order of the file; @n of them
 * @n: their number
 * @truncated: the last line is cut, or there is no "end": whoever wrote it
 *	was killed or ran out of disk
 * @version: of the format, from the "begin" event
 * @skipped: events of kinds that we do not know
 * @strings: owns what @events point at
 */
struct journal {
	struct event *events;
	size_t n;
	bool truncated;
	int version;
	size_t skipped;
	struct arena strings;
};

/**
 * journal_load - read a whole journal
 * @dirfd: directory, or AT_FDCWD
 * @name: the file
 * @out: caller frees with journal_free(); untouched on failure
 * @err: says which line and why
 *
 * Return: 0; -ENOENT …; -EBADMSG if a line other than the last is not an
 * event, or numbers do not rise one by one; -ENOTSUP if the version is newer
 * than JOURNAL_VERSION.
 */
int journal_load(int dirfd, const char *name, struct journal **out,
		 struct err *err);

/** journal_free - release it; NULL is fine */
void journal_free(struct journal *journal);
