/*
 * story_steps.c - the part of a story that tells steps and system calls
 *
 * DOC: Theory of operation
 *
 * The journal is told in its own order: what a background call did while
 * later steps ran stands among those steps, where it happened. Calls that
 * succeeded are folded into one paragraph; a call that failed, or that the
 * verdict cites, has a line of its own.
 */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/units.h"
#include "event/event.h"
#include "report/report.h"
#include "report/story.h"
#include "report/story_wire.h"
#include "report/utf8.h"
#include "report/verdict_ink.h"
#include "spec/scenario.h"
#include "tcp/words.h"

/** CALL_COL - where what programs did begins, right of the times */
#define CALL_COL 15

/** SLOW_NS - a call that took longer is told with how long it took */
#define SLOW_NS (10 * NS_PER_MS)

/** OUTPUT_LINES - the last ones of what a program wrote between two other
 * things told; the journal has all */
#define OUTPUT_LINES 10

/** struct teller - the story so far; @calls is what was not yet told */
struct teller {
	const struct story *story;
	const char *step; /* the text of the step under way */
	struct str calls;
	struct str last; /* the last of @calls … */
	size_t times; /* … and how often it came in a row */
	const struct event *wrote; /* the first of what is in @output */
	struct str output; /* what was not yet told of one stream */
};

/* The worst finding of a step, NULL if it passed or was not judged. */
static const struct finding *worst_of(const struct story *story, int step)
{
	const struct judgement *judgement = story->result->judgement;
	const struct finding *worst = NULL;

	for (size_t i = 0; judgement && i < judgement->n_findings; i++) {
		const struct finding *f = &judgement->findings[i];

		if (f->step == step && f->verdict != VERDICT_PASS &&
		    (!worst || f->verdict > worst->verdict))
			worst = f;
	}
	return worst;
}

/* The time of something within a step, left of what is told of it. */
static void tell_when(const struct page *page, int64_t t_ns)
{
	char ms[STORY_MS];

	str_addc(page->out, ' ', 4);
	page_ink(page, INK_DIM, story_ms(t_ns, ms) + 2);
	str_addc(page->out, ' ', CALL_COL - 11);
}

/* A long transfer is one call many times over. */
static void end_row(struct teller *teller)
{
	if (teller->times > 1)
		str_addf(&teller->calls, " (%zu times)", teller->times);
	str_done(&teller->last);
	teller->times = 0;
}

static void fold_call(struct teller *teller, const char *call)
{
	if (strcmp(str_text(&teller->last), call) == 0) {
		teller->times++;
		return;
	}
	end_row(teller);
	if (teller->calls.len)
		str_add(&teller->calls, "; ");
	str_add(&teller->calls, call);
	str_add(&teller->last, call);
	teller->times = 1;
}

static void tell_calls(struct teller *teller)
{
	end_row(teller);
	if (teller->calls.len) {
		str_addc(teller->story->page->out, ' ', CALL_COL);
		page_para(teller->story->page, CALL_COL + 2, CALL_COL, INK_DIM,
			  str_text(&teller->calls));
	}
	str_done(&teller->calls);
}

static void tell_step(struct teller *teller, const struct event *event)
{
	const struct page *page = teller->story->page;
	const struct scenario *scenario = teller->story->result->scenario;
	const struct finding *bad = worst_of(teller->story, event->step);
	enum ink ink = bad ? verdict_ink(bad->verdict) : INK_PLAIN;
	char ms[STORY_MS];

	tell_calls(teller);
	teller->step = event->step_of.text ? event->step_of.text : "";
	page_ink(page, ink, bad ? "  > " : "    ");
	page_ink(page, INK_DIM, story_ms(event->t_ns, ms) + 2);
	page_ink(page, INK_PLAIN, "  ");
	page_para(page, CALL_COL, CALL_COL - 2, ink, teller->step);
	if (bad && scenario && scenario->path && event->step_of.line) {
		SCOPED_FREE char *place = mem_printf(
			"^ %s, %s:%" PRId64, verdict_names[bad->verdict],
			scenario->path, event->step_of.line);

		page_label(page, CALL_COL - 2, 0, "", ink, place);
	}
}

/* The step's text names its host, and the agent is who acts: say either only
 * where that would not do, or where programs are the subject. */
static void add_actor(struct str *line, const struct teller *teller,
		      const char *host, const char *program, bool subject)
{
	size_t len = host ? strlen(host) : 0;
	bool plain = !program || (!subject && strcmp(program, "agent") == 0);
	bool named = len && strncmp(teller->step, host, len) == 0 &&
		     teller->step[len] == ':';

	if (host && !named)
		str_add(line, host);
	if (!plain)
		str_addf(line, "%s%s", host && !named ? "." : "", program);
	if ((host && !named) || !plain)
		str_add(line, ": ");
}

static void tell_call(struct teller *teller, const struct event *event)
{
	const struct event_call *call = &event->call;
	const struct page *page = teller->story->page;
	bool cited = story_cites(teller->story, event->n);
	int64_t took = event->t_ns - call->began_ns;
	SCOPED_STR struct str line = {0};
	char text[UNITS_TEXT];

	add_actor(&line, teller, event->host, call->program, false);
	str_addf(&line, "%s(%s) = %" PRId64, call->call,
		 call->args ? call->args : "", call->result);
	if (call->error)
		str_addf(&line, " %s (%s)", errno_name((int)call->error),
			 strerrordesc_np((int)call->error) ?: "unknown");
	if (took >= SLOW_NS)
		str_addf(&line, " after %s", duration_print(took, text));
	if (!call->error && !cited) {
		fold_call(teller, str_text(&line));
		return;
	}
	tell_calls(teller);
	if (cited)
		str_addf(&line, "  <- event #%" PRIu64, event->n);
	tell_when(page, event->t_ns);
	page_para(page, CALL_COL + 2, CALL_COL, cited ? INK_BOLD : INK_PLAIN,
		  str_text(&line));
}

/* Programs: started, signalled, gone. */
static void tell_proc(struct teller *teller, const struct event *event,
		      const char *what, const char *detail)
{
	const struct page *page = teller->story->page;
	SCOPED_STR struct str line = {0};

	tell_calls(teller);
	add_actor(&line, teller, event->host, event->proc.program, true);
	str_add(&line, what);
	if (detail)
		str_addf(&line, " %s", detail);
	if (event->proc.pid)
		str_addf(&line, " (pid %" PRId64 ")", event->proc.pid);
	if (story_cites(teller->story, event->n))
		str_addf(&line, "  <- event #%" PRIu64, event->n);
	tell_when(page, event->t_ns);
	page_para(page, CALL_COL + 2, CALL_COL, INK_DIM, str_text(&line));
}

static void tell_exit(struct teller *teller, const struct event *event)
{
	const struct event_proc *proc = &event->proc;
	SCOPED_FREE char *status =
		mem_printf("with status %" PRId64, proc->status);

	if (proc->signal)
		tell_proc(teller, event, "killed by",
			  signal_name((int)proc->signal));
	else
		tell_proc(teller, event, "exited",
			  proc->status >= 0 ? status : NULL);
}

/* a line of a program's, which may have no end that anyone wants to see */
static void tell_written(const struct page *page, const char *text, size_t len)
{
	SCOPED_FREE char *line = mem_strndup(text, len);
	SCOPED_STR struct str shown = {0};
	const char *at = line;
	size_t cols = CALL_COL + 2;

	while (*at && cols < PAGE_COLS) {
		uint32_t c = utf8_next(&at);

		/* how wide a tab is depends on where it stands */
		utf8_add(&shown, c == '\t' ? ' ' : c);
		cols++;
	}
	if (*at) {
		/* back over the last three, however long they are */
		for (int i = 0; i < 3; i++)
			do
				shown.len--;
			while ((shown.s[shown.len] & 0xC0) == 0x80);
		shown.s[shown.len] = '\0';
		str_add(&shown, "...");
	}
	str_addc(page->out, ' ', CALL_COL);
	page_pad(page, INK_DIM, "|", 2);
	page_ink(page, INK_PLAIN, str_text(&shown));
	page_ink(page, INK_PLAIN, "\n");
}

/* What was written, as a whole: chunks are as the pipe happened to be read. */
static void tell_output(struct teller *teller)
{
	const struct page *page = teller->story->page;
	const char *text = str_text(&teller->output);
	size_t lines = 0;
	size_t skip;

	if (!teller->wrote)
		return;
	tell_proc(teller, teller->wrote, "wrote to",
		  teller->wrote->proc.stream ?: "?");
	for (const char *p = text; *p; p += *p == '\n') {
		p += strcspn(p, "\n");
		lines++;
	}
	skip = lines > OUTPUT_LINES ? lines - OUTPUT_LINES : 0;
	if (skip) {
		SCOPED_FREE char *before =
			mem_printf("... %zu lines before", skip);

		page_label(page, CALL_COL, 2, "|", INK_DIM, before);
	}
	for (size_t i = 0; i < lines; i++) {
		size_t len = strcspn(text, "\n");

		if (i >= skip)
			tell_written(page, text, len);
		text += len + (text[len] == '\n');
	}
	teller->wrote = NULL;
	str_done(&teller->output);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void take_output(struct teller *teller, const struct event *event)
{
	const struct event *before = teller->wrote;

	if (!before || !same(before->host, event->host) ||
	    !same(before->proc.program, event->proc.program) ||
	    !same(before->proc.stream, event->proc.stream)) {
		tell_output(teller);
		teller->wrote = event;
	}
	str_add(&teller->output, event->proc.text ?: "");
}

static void tell_wire(struct teller *teller, const struct event *event)
{
	const struct page *page = teller->story->page;
	bool cited = story_cites(teller->story, event->n);
	SCOPED_STR struct str line = {0};

	if (!story_wire_phrase(&line, event, teller->story->result->scenario))
		return;
	tell_calls(teller);
	if (cited)
		str_addf(&line, "  <- event #%" PRIu64, event->n);
	tell_when(page, event->t_ns);
	page_para(page, CALL_COL + 2, CALL_COL, cited ? INK_BOLD : INK_DIM,
		  str_text(&line));
}

/* is anything told of such an event */
static bool is_told(enum event_kind kind)
{
	return kind == EVENT_STEP_BEGIN || kind == EVENT_STEP_END ||
	       kind == EVENT_CALL || kind == EVENT_WIRE ||
	       kind == EVENT_FAULT || kind == EVENT_INJECT ||
	       (kind >= EVENT_PROC_START && kind <= EVENT_PROC_EXIT);
}

static void tell_event(struct teller *teller, const struct event *event)
{
	if (is_told(event->kind) && event->kind != EVENT_PROC_OUTPUT)
		tell_output(teller);
	switch (event->kind) {
	case EVENT_STEP_BEGIN:
		tell_step(teller, event);
		break;
	case EVENT_STEP_END:
		tell_calls(teller);
		if ((!event->step_of.done || event->step_of.left_out) &&
		    event->step_of.why)
			page_label(teller->story->page, CALL_COL, 0, "",
				   INK_BOLD, event->step_of.why);
		break;
	case EVENT_CALL:
		tell_call(teller, event);
		break;
	case EVENT_PROC_START:
		tell_proc(teller, event, "started:", event->proc.argv);
		break;
	case EVENT_PROC_READY:
		tell_proc(teller, event, "ready:", event->proc.why);
		break;
	case EVENT_PROC_SIGNAL:
		tell_proc(teller, event, "sent",
			  signal_name((int)event->proc.signal));
		break;
	case EVENT_PROC_OUTPUT:
		take_output(teller, event);
		break;
	case EVENT_PROC_SPIN:
		tell_proc(teller, event,
			  "spins on the clock:", event->proc.why);
		break;
	case EVENT_PROC_EXIT:
		tell_exit(teller, event);
		break;
	case EVENT_WIRE:
	case EVENT_FAULT:
	case EVENT_INJECT:
		tell_wire(teller, event);
		break;
	case EVENT_BEGIN:
	case EVENT_HOST:
	case EVENT_SYSCTL:
	case EVENT_OP_BEGIN:
	case EVENT_OP_END:
	case EVENT_SNAP:
	case EVENT_SOCK:
	case EVENT_COUNTERS:
	case EVENT_COUNTER:
	case EVENT_SEGMENT:
	case EVENT_STATE:
	case EVENT_TRACE:
	case EVENT_LINK:
	case EVENT_GAP:
	case EVENT_ERROR:
	case EVENT_END:
	case EVENT_KINDS:
		break;
	}
}

/* Actions that never came back: what a hung program was waiting in. */
static void tell_pending(const struct story *story)
{
	for (size_t i = 0; i < story->n_events; i++) {
		const struct event *event = &story->events[i];
		bool over = event->kind != EVENT_OP_BEGIN;
		SCOPED_FREE char *line = NULL;

		for (size_t j = i + 1; !over && j < story->n_events; j++)
			over = story->events[j].kind == EVENT_OP_END &&
			       story->events[j].op.op == event->op.op;
		if (over)
			continue;
		line = mem_printf("%s: %s%s%s, begun at %.1f ms, had not "
				  "returned at the end",
				  event->host ? event->host : "?",
				  event->op.verb ? event->op.verb : "?",
				  event->op.socket ? " " : "",
				  event->op.socket ? event->op.socket : "",
				  (double)event->t_ns / (double)NS_PER_MS);
		page_label(story->page, CALL_COL, 0, "", INK_BOLD, line);
	}
}

/* What the scenario still had in store when the run stopped. */
static void tell_unreached(const struct story *story, int last)
{
	const struct scenario *scenario = story->result->scenario;
	size_t next = last < 0 ? 0 : (size_t)last + 1;

	for (size_t i = next; scenario && i < scenario->n_steps; i++) {
		if (!scenario->steps[i].text)
			continue;
		page_label(story->page, 6, CALL_COL - 8, "-", INK_DIM,
			   scenario->steps[i].text);
	}
	if (scenario && next < scenario->n_steps)
		page_label(story->page, CALL_COL - 2, 0, "", INK_DIM,
			   "(steps marked - were not reached)");
}

void story_steps(const struct story *story)
{
	struct teller teller = {.story = story, .step = ""};
	int last = -1;

	for (size_t i = 0; i < story->n_events; i++)
		if (story->events[i].kind == EVENT_STEP_BEGIN &&
		    story->events[i].step > last)
			last = story->events[i].step;
	if (last < 0)
		return;
	page_ink(story->page, INK_BOLD, "\n  Steps (ms since the lab began)\n");
	for (size_t i = 0; i < story->n_events; i++)
		tell_event(&teller, &story->events[i]);
	tell_output(&teller);
	tell_calls(&teller);
	tell_pending(story);
	tell_unreached(story, last);
}
