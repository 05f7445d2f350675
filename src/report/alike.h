/*
 * alike.h - did a scenario do the same each time it was run
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/sha256.h"
#include "base/vec.h"

struct page;
struct report_result;
struct report_run;

/**
 * struct alike - runs of one scenario with one seed in one kernel
 * @first: of them; borrowed
 * @runs: how many, at least two
 * @others: how many have another canonical journal than @first
 * @sha256: of @first's canonical journal
 * @other: the first of @others; borrowed; NULL
 * @line: of the canonical journals of @first and @other the first that differs
 * @first_line: that of @first, "" if it ends before; owned; NULL
 * @other_line: that of @other; likewise
 */
struct alike {
	const struct report_result *first;
	size_t runs;
	size_t others;
	char sha256[SHA256_TEXT];
	const struct report_result *other;
	size_t line;
	char *first_line;
	char *other_line;
};

/** struct alikes - all of a run; start with {0} */
struct alikes {
	VEC(struct alike) of;
};

/**
 * alikes_find - compare the canonical journals of those that were run more
 * than once in virtual time
 *
 * In real time no two journals are the same, and there are no @alikes.
 *
 * @alikes: empty; release with alikes_done()
 * @run: borrowed until then
 */
void alikes_find(struct alikes *alikes, const struct report_run *run);

/** alikes_hold - is there something to compare, and all of it the same */
bool alikes_hold(const struct alikes *alikes);

/** alikes_text - for a terminal: a line a scenario, and what differs */
void alikes_text(const struct alikes *alikes, const struct page *page);

/** alikes_done - release what it owns */
void alikes_done(struct alikes *alikes);
