/*
 * alike.c - did a scenario do the same each time it was run
 */
#include "report/alike.h"

#include <string.h>

#include "base/str.h"
#include "event/canon.h"
#include "event/journal.h"
#include "report/page.h"
#include "report/report.h"

/** SHA_SHOWN - digits of a hash that tell one from the other */
#define SHA_SHOWN 16

/** NAME_COLS - columns for a name; a longer one shifts the rest */
#define NAME_COLS 36

/* its first event, if that tells of virtual time; else NULL */
static const struct event *begin_of(const struct report_result *result)
{
	const struct journal *journal = result->journal;

	return journal && journal->n &&
			       journal->events[0].kind == EVENT_BEGIN &&
			       journal->events[0].begin.virtual_time
		       ? &journal->events[0]
		       : NULL;
}

static bool same_kernel(const struct event *a, const struct event *b)
{
	return strcmp(a->begin.kernel ?: "", b->begin.kernel ?: "") == 0;
}

/* of one scenario, seed and kernel, in virtual time */
static bool should_be_alike(const struct report_result *a,
			    const struct report_result *b)
{
	const struct event *first = begin_of(a);
	const struct event *second = begin_of(b);

	return first && second && strcmp(a->name, b->name) == 0 &&
	       first->begin.seed == second->begin.seed &&
	       same_kernel(first, second);
}

static char *line_of(const char *text)
{
	return mem_strndup(text, strcspn(text, "\n"));
}

static void compare(struct alike *alike, const char *first,
		    const struct report_result *other)
{
	SCOPED_STR struct str text = {0};
	const char *a;
	const char *b;
	size_t line;

	alike->runs++;
	canon_print(other->journal, &text);
	if (!canon_differs(first, str_text(&text), &line, &a, &b))
		return;
	if (!alike->others++) {
		alike->other = other;
		alike->line = line;
		alike->first_line = line_of(a);
		alike->other_line = line_of(b);
	}
}

static bool is_first(const struct report_run *run, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (should_be_alike(&run->results[j], &run->results[i]))
			return false;
	return begin_of(&run->results[i]) != NULL;
}

void alikes_find(struct alikes *alikes, const struct report_run *run)
{
	for (size_t i = 0; i < run->n_results; i++) {
		struct alike alike = {.first = &run->results[i], .runs = 1};
		SCOPED_STR struct str text = {0};
		struct sha256 sha;

		if (!is_first(run, i))
			continue;
		for (size_t j = i + 1; j < run->n_results; j++) {
			if (!should_be_alike(alike.first, &run->results[j]))
				continue;
			/* most were run once: those cost nothing */
			if (alike.runs == 1)
				canon_print(alike.first->journal, &text);
			compare(&alike, str_text(&text), &run->results[j]);
		}
		if (alike.runs < 2)
			continue;
		sha256_init(&sha);
		sha256_adds(&sha, str_text(&text));
		sha256_text(&sha, alike.sha256);
		vec_push(&alikes->of, alike);
	}
}

bool alikes_hold(const struct alikes *alikes)
{
	vec_foreach(&alikes->of, alike) {
		if (alike->others)
			return false;
	}
	return alikes->of.n > 0;
}

static void tell_line(const struct page *page, size_t line, int repeat,
		      const char *text)
{
	SCOPED_FREE char *label =
		mem_printf("event %zu of run %d", line, repeat);

	page_label(page, 2, 24, label, INK_PLAIN,
		   *text ? text : "(there is none)");
}

static void tell(const struct page *page, const struct alike *alike)
{
	SCOPED_STR struct str row = {0};

	page_pad(page, INK_PLAIN, alike->first->name, NAME_COLS);
	if (alike->first->label)
		str_addf(&row, "%s: ", alike->first->label);
	if (!alike->others) {
		str_addf(&row, "%zu runs, one canonical journal, sha256 %.*s\n",
			 alike->runs, SHA_SHOWN, alike->sha256);
		page_ink(page, INK_PLAIN, str_text(&row));
		return;
	}
	str_addf(&row, "%zu of %zu runs differ from the first\n", alike->others,
		 alike->runs);
	page_ink(page, INK_BAD, str_text(&row));
	tell_line(page, alike->line, alike->first->repeat, alike->first_line);
	tell_line(page, alike->line, alike->other->repeat, alike->other_line);
}

void alikes_text(const struct alikes *alikes, const struct page *page)
{
	vec_foreach(&alikes->of, alike) {
		tell(page, alike);
	}
	if (alikes->of.n)
		str_addc(page->out, '\n', 1);
}

void alikes_done(struct alikes *alikes)
{
	vec_foreach(&alikes->of, alike) {
		free(alike->first_line);
		free(alike->other_line);
	}
	vec_done(&alikes->of);
}
