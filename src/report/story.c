/*
 * story.c - what happened in one scenario, told to someone who was not there
 *
 * The answer comes first (expected, saw, evidence), what it rests on after
 * it: most readers need no more than the first paragraph.
 */
#include "report/story.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "event/event.h"
#include "event/journal.h"
#include "report/report.h"
#include "report/verdict_ink.h"
#include "spec/scenario.h"

/** LABEL - columns of "expected  " and its like */
#define LABEL 10

/** EVIDENCE_TOLD - for an expectation that was met; the rest is in the json */
#define EVIDENCE_TOLD 3

const char *story_ms(int64_t t_ns, char buf[STORY_MS])
{
	(void)snprintf(buf, STORY_MS, "%9.1f",
		       (double)t_ns / (double)NS_PER_MS);
	return buf;
}

bool story_cites(const struct story *story, uint64_t event)
{
	const struct judgement *judgement = story->result->judgement;

	for (size_t i = 0; judgement && i < judgement->n_findings; i++) {
		const struct finding *f = &judgement->findings[i];

		for (size_t j = 0;
		     f->verdict != VERDICT_PASS && j < f->n_evidence; j++)
			if (f->evidence[j] == event)
				return true;
	}
	return false;
}

static void tell_head(const struct story *story)
{
	const struct report_result *result = story->result;
	const struct scenario *scenario = result->scenario;
	enum verdict verdict = report_verdict(result);

	page_ink(story->page, verdict_ink(verdict), verdict_names[verdict]);
	page_ink(story->page, INK_PLAIN, "  ");
	page_ink(story->page, INK_BOLD, result->name);
	if (result->label) {
		SCOPED_FREE char *on = mem_printf("  (on %s)", result->label);

		page_ink(story->page, INK_DIM, on);
	}
	if (result->repeats > 1) {
		SCOPED_FREE char *nth = mem_printf(
			"  (run %d of %d)", result->repeat, result->repeats);

		page_ink(story->page, INK_DIM, nth);
	}
	page_ink(story->page, INK_PLAIN, "\n");
	if (!scenario)
		return;
	if (scenario->title)
		page_label(story->page, 2, 0, "", INK_PLAIN, scenario->title);
	if (scenario->why)
		page_label(story->page, 2, 0, "", INK_DIM, scenario->why);
}

static void tell_evidence(const struct story *story,
			  const struct finding *finding)
{
	SCOPED_STR struct str text = {0};

	if (finding->n_evidence == 0)
		return;
	str_add(&text, finding->n_evidence == 1 ? "event" : "events");
	for (size_t i = 0; i < finding->n_evidence; i++)
		str_addf(&text, " #%" PRIu64, finding->evidence[i]);
	if (story->result->folder)
		str_addf(&text, " in %s/journal.jsonl", story->result->folder);
	page_label(story->page, 4, LABEL, "evidence", INK_DIM, str_text(&text));
}

/* "lab/close/client-first.yaml:14: FAIL: state", for editors to jump to */
static void tell_place(const struct story *story, const struct finding *finding)
{
	const struct scenario *scenario = story->result->scenario;
	const char *path = scenario && scenario->path ? scenario->path : NULL;
	SCOPED_STR struct str place = {0};

	str_add(&place, "  ");
	if (path && finding->line)
		str_addf(&place, "%s:%d: ", path, finding->line);
	else if (finding->line)
		str_addf(&place, "line %d: ", finding->line);
	page_ink(story->page, INK_BOLD, str_text(&place));
	page_ink(story->page, verdict_ink(finding->verdict),
		 verdict_names[finding->verdict]);
	if (finding->rule) {
		page_ink(story->page, INK_PLAIN, ": ");
		page_ink(story->page, INK_PLAIN, finding->rule);
	}
	page_ink(story->page, INK_PLAIN, "\n");
}

static void tell_finding(const struct story *story,
			 const struct finding *finding)
{
	SCOPED_STR struct str saw = {0};

	page_ink(story->page, INK_PLAIN, "\n");
	tell_place(story, finding);
	if (finding->expected)
		page_label(story->page, 4, LABEL, "expected", INK_PLAIN,
			   finding->expected);
	if (finding->saw) {
		str_add(&saw, finding->saw);
		if (finding->t_ns >= 0)
			str_addf(&saw, "  (at %.1f ms)",
				 (double)finding->t_ns / (double)NS_PER_MS);
		page_label(story->page, 4, LABEL, "saw",
			   verdict_ink(finding->verdict), str_text(&saw));
	}
	tell_evidence(story, finding);
}

/* What a PASS rests on: a line for each expectation, with its evidence. */
static void tell_passed(const struct story *story,
			const struct finding *finding)
{
	SCOPED_FREE char *line = mem_printf("line %d", finding->line);
	SCOPED_STR struct str text = {0};

	if (!finding->expected)
		return;
	str_add(&text, finding->expected);
	for (size_t i = 0; i < finding->n_evidence && i < EVIDENCE_TOLD; i++)
		str_addf(&text, " #%" PRIu64, finding->evidence[i]);
	page_label(story->page, 4, LABEL, finding->line ? line : "", INK_PLAIN,
		   str_text(&text));
	/* which segment it was is more than what was asked for */
	if (finding->saw && finding->rule &&
	    strcmp(finding->rule, "segments") == 0)
		page_label(story->page, 4, LABEL, "", INK_DIM, finding->saw);
}

static void tell_checked(const struct story *story)
{
	const struct judgement *judgement = story->result->judgement;

	if (!judgement || judgement->verdict != VERDICT_PASS)
		return;
	page_ink(story->page, INK_BOLD,
		 "\n  Checked (and the events that show it)\n");
	for (size_t i = 0; i < judgement->n_findings; i++)
		tell_passed(story, &judgement->findings[i]);
}

static void tell_error(const struct story *story, const char *text,
		       const char *remedy)
{
	page_ink(story->page, INK_PLAIN, "\n");
	page_label(story->page, 4, LABEL, "error", INK_BROKEN, text);
	if (remedy)
		page_label(story->page, 4, LABEL, "remedy", INK_BOLD, remedy);
}

static void tell_findings(const struct story *story)
{
	const struct judgement *judgement = story->result->judgement;

	if (story->result->error)
		tell_error(story, story->result->error, story->result->remedy);
	for (size_t i = 0; i < story->n_events; i++)
		if (story->events[i].kind == EVENT_ERROR)
			tell_error(story, story->events[i].error.text,
				   story->events[i].error.remedy);
	for (size_t i = 0; judgement && i < judgement->n_findings; i++)
		if (judgement->findings[i].verdict != VERDICT_PASS)
			tell_finding(story, &judgement->findings[i]);
}

static void tell_gaps(const struct story *story)
{
	bool any = false;

	for (size_t i = 0; i < story->n_events; i++) {
		const struct event *event = &story->events[i];
		const struct event_gap *gap = &event->gap;
		SCOPED_STR struct str text = {0};

		if (event->kind != EVENT_GAP)
			continue;
		if (!any)
			page_ink(story->page, INK_BOLD, "\n  Not seen\n");
		any = true;
		str_addf(&text, "%s", gap->source ? gap->source : "?");
		if (event->host)
			str_addf(&text, " of %s", event->host);
		str_addf(&text, " from %.1f",
			 (double)gap->from_ns / (double)NS_PER_MS);
		if (gap->to_ns == INT64_MAX)
			str_add(&text, " ms to the end");
		else
			str_addf(&text, " to %.1f ms",
				 (double)gap->to_ns / (double)NS_PER_MS);
		if (gap->why)
			str_addf(&text, ": %s", gap->why);
		page_label(story->page, 4, 0, "", INK_DOUBT, str_text(&text));
	}
}

void story_tell(const struct page *page, const struct report_result *result)
{
	struct story story = {.page = page, .result = result};

	if (result->journal) {
		story.events = result->journal->events;
		story.n_events = result->journal->n;
	}
	tell_head(&story);
	tell_findings(&story);
	story_links(&story);
	story_steps(&story);
	story_ends(&story);
	tell_checked(&story);
	tell_gaps(&story);
}
