/*
 * journal.c - write down what happens, in order, and lose nothing of it
 *
 * DOC: Theory of operation
 *
 * Lines gather in memory and go out with one write(2) at step boundaries: a
 * step is where a reader wants whole evidence, and a system call for each of
 * a burst of socket changes would slow the observer down that makes them. The
 * file is never rewritten. A write that fails (ENOSPC) ends the journal: what
 * is on disk stays, the last line may be cut, and without its "end" event no
 * reader takes it for whole.
 */
#include "event/journal.h"

#include <errno.h>
#include <fcntl.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "event/codec.h"

/** FLUSH_BYTES - write out when so much has gathered within a step */
#define FLUSH_BYTES 65536

struct journal_writer {
	int fd;
	int failed; /* first error; negative errno */
	uint64_t last_n;
	struct str pending;
	char *name;
};

int journal_create(int dirfd, const char *name, struct journal_writer **out,
		   struct err *err)
{
	struct journal_writer *w;
	int fd;

	fd = openat(dirfd, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_sys(err, -errno, "%s", name);
	w = mem_new(struct journal_writer, 1);
	w->fd = fd;
	w->name = mem_strdup(name);
	*out = w;
	return 0;
}

/* After these a crash must not lose what came before */
static bool is_boundary(enum event_kind kind)
{
	return kind == EVENT_BEGIN || kind == EVENT_STEP_BEGIN ||
	       kind == EVENT_STEP_END || kind == EVENT_ERROR ||
	       kind == EVENT_END;
}

uint64_t journal_append(struct journal_writer *w, struct event *event)
{
	event->n = ++w->last_n;
	if (w->failed)
		return event->n;
	codec_print(&w->pending, event);
	if (is_boundary(event->kind) || w->pending.len >= FLUSH_BYTES)
		(void)journal_flush(w); /* sticky: journal_failed() tells */
	return event->n;
}

int journal_flush(struct journal_writer *w)
{
	if (!w->failed && w->pending.len)
		w->failed = file_write_all(w->fd, w->pending.s, w->pending.len);
	w->pending.len = 0;
	return w->failed;
}

int journal_failed(const struct journal_writer *w)
{
	return w->failed;
}

int journal_close(struct journal_writer *w, struct err *err)
{
	int rc;

	if (!w)
		return 0;
	rc = journal_flush(w);
	/* NFS reports a full disk only here (close(2)) */
	if (close(w->fd) < 0 && !rc)
		rc = -errno;
	if (rc < 0)
		(void)err_sys(err, rc, "%s", w->name);
	str_done(&w->pending);
	free(w->name);
	free(w);
	return rc;
}
