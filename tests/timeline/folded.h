/*
 * folded.h - a journal of tests/timeline/data, folded
 */
#pragma once

#include <fcntl.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "event/journal.h"
#include "test.h"
#include "timeline/timeline.h"

/** folded_load - the journal "<name>.jsonl"; fails the test if it cannot;
 * caller frees with journal_free() */
static inline struct journal *folded_load(const char *name)
{
	const char *root = getenv("TCPLAB_SOURCE");
	SCOPED_FREE char *path = mem_printf("%s/tests/timeline/data/%s.jsonl",
					    root ? root : ".", name);
	struct journal *journal = NULL;
	struct err err = {0};

	ck_assert_msg(journal_load(AT_FDCWD, path, &journal, &err) == 0, "%s",
		      err.text);
	return journal;
}

/** folded_until - a journal's events up to the time @t_ns, folded; caller
 * frees with timeline_free() */
static inline struct timeline *folded_until(const struct journal *journal,
					    int64_t t_ns)
{
	struct timeline *tl = timeline_new();

	for (size_t i = 0; i < journal->n; i++)
		if (journal->events[i].t_ns <= t_ns)
			timeline_feed(tl, &journal->events[i]);
	return tl;
}
