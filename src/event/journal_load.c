/*
 * journal_load.c - a journal back from its file
 */
#include "event/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "base/vec.h"
#include "event/codec.h"

/** JOURNAL_MAX_BYTES - a day of a busy lab is far below this */
#define JOURNAL_MAX_BYTES ((size_t)1 << 31)

struct reader {
	VEC(struct event) events;
	struct arena strings;
	size_t line;
	size_t skipped;
	uint64_t last_n;
	int64_t version;
};

static void reader_done(struct reader *r)
{
	vec_done(&r->events);
	arena_done(&r->strings);
}

static int check_version(struct reader *r, const struct event *first,
			 struct err *err)
{
	if (first->kind != EVENT_BEGIN)
		return err_set(err, -EBADMSG,
			       "a journal starts with \"begin\"");
	r->version = first->begin.version;
	if (r->version < 1)
		return err_set(err, -EBADMSG, "\"begin\" without a version");
	if (r->version > JOURNAL_VERSION) {
		(void)err_set(err, -ENOTSUP,
			      "journal version %lld, this program reads %d",
			      (long long)r->version, JOURNAL_VERSION);
		err_remedy(err, "use the tcplab that wrote it, or a newer one");
		return -ENOTSUP;
	}
	return 0;
}

static int read_line(struct reader *r, const char *line, size_t len,
		     struct err *err)
{
	struct event event = {0};
	int rc = codec_parse(line, len, &r->strings, &event, err);

	if (rc < 0)
		return rc;
	if (rc > 0) {
		/* its number was not handed out, but it had the next one */
		r->last_n++;
		r->skipped++;
		return 0;
	}
	if (event.n != r->last_n + 1)
		return err_set(err, -EBADMSG, "event %llu follows event %llu",
			       (unsigned long long)event.n,
			       (unsigned long long)r->last_n);
	if (r->last_n == 0) {
		rc = check_version(r, &event, err);
		if (rc < 0)
			return rc;
	}
	r->last_n = event.n;
	vec_push(&r->events, event);
	return 0;
}

/* Return: as journal_load(); *@cut: the last line did not count */
static int read_lines(struct reader *r, const char *text, size_t len, bool *cut,
		      struct err *err)
{
	const char *end = text + len;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		int rc;

		r->line++;
		if (!stop) {
			/* a writer that was killed leaves half a line: even if
			 * what is there parses, it may lack digits */
			*cut = true;
			return 0;
		}
		rc = read_line(r, text, (size_t)(stop - text), err);
		if (rc < 0)
			return rc;
		text = stop + 1;
	}
	return 0;
}

int journal_load(int dirfd, const char *name, struct journal **out,
		 struct err *err)
{
	SCOPED(reader_done) struct reader r = {0};
	SCOPED_FREE char *text = NULL;
	struct journal *journal;
	bool cut = false;
	size_t len;
	int rc;

	rc = file_read(dirfd, name, JOURNAL_MAX_BYTES, &text, &len, err);
	if (rc < 0)
		return rc;
	rc = read_lines(&r, text, len, &cut, err);
	if (rc < 0)
		return err_within(err, "%s:%zu", name, r.line);
	journal = mem_new(struct journal, 1);
	journal->n = r.events.n;
	journal->events = PTR_STEAL(r.events.v);
	journal->strings = r.strings;
	r.strings = (struct arena){0};
	journal->version = (int)r.version;
	journal->skipped = r.skipped;
	journal->truncated = cut || !journal->n ||
			     journal->events[journal->n - 1].kind != EVENT_END;
	*out = journal;
	return 0;
}

void journal_free(struct journal *journal)
{
	if (!journal)
		return;
	free(journal->events);
	arena_done(&journal->strings);
	free(journal);
}
