/*
 * story_ends.c - the part of a story that tells the sockets' states over time
 *
 * A connection of which both ends were seen is a table with a column for
 * each, as one would draw it on a whiteboard; any other socket is one line.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "event/event.h"
#include "report/ends.h"
#include "report/story.h"

/** ENDS_TOLD - more sockets than a reader can take in; the journal has all */
#define ENDS_TOLD 12

/** ROWS_TOLD - of one connection */
#define ROWS_TOLD 40

/** STATE_COLS - the width of a column of states */
#define STATE_COLS 24

/* "server.s", or "server" for a socket that no step named */
static void add_name(struct str *out, const struct end *end)
{
	str_add(out, end->host ? end->host : "?");
	if (end->name)
		str_addf(out, ".%s", end->name);
}

static bool cited(const struct story *story, const struct end *end)
{
	vec_foreach(&end->path, change)
		if (story_cites(story, change->event))
			return true;
	return false;
}

static void tell_cell(const struct story *story,
		      const struct end_change *change)
{
	SCOPED_STR struct str cell = {0};
	bool cite = change && story_cites(story, change->event);

	if (change)
		str_add(&cell, tcp_state_names[change->state]);
	if (cite)
		str_addf(&cell, " <- #%" PRIu64, change->event);
	page_pad(story->page, cite ? INK_BOLD : INK_PLAIN, str_text(&cell),
		 STATE_COLS);
}

/* Both changes go into one row if they would print the same time. */
static bool same_row(const struct end_change *a, const struct end_change *b)
{
	char a_ms[STORY_MS];
	char b_ms[STORY_MS];

	return a && b &&
	       strcmp(story_ms(a->t_ns, a_ms), story_ms(b->t_ns, b_ms)) == 0;
}

static void trim_line(struct str *out)
{
	while (out->len && out->s[out->len - 1] == ' ')
		out->s[--out->len] = '\0';
	str_addc(out, '\n', 1);
}

static void tell_row(const struct story *story, const struct end_change *left,
		     const struct end_change *right)
{
	char ms[STORY_MS];

	str_addc(story->page->out, ' ', 4);
	page_ink(story->page, INK_DIM,
		 story_ms(left ? left->t_ns : right->t_ns, ms));
	str_addc(story->page->out, ' ', 2);
	tell_cell(story, left);
	tell_cell(story, right);
	trim_line(story->page->out);
}

/* Merge two paths by time. */
static void tell_rows(const struct story *story, const struct end *a,
		      const struct end *b)
{
	size_t i = 0;
	size_t j = 0;

	for (int row = 0; i < a->path.n || j < b->path.n; row++) {
		const struct end_change *left =
			i < a->path.n ? &a->path.v[i] : NULL;
		const struct end_change *right =
			j < b->path.n ? &b->path.v[j] : NULL;

		if (row == ROWS_TOLD) {
			page_ink(story->page, INK_DIM, "          ...\n");
			return;
		}
		if (!same_row(left, right)) {
			if (left && right && left->t_ns <= right->t_ns)
				right = NULL;
			else if (left && right)
				left = NULL;
		}
		assert(left || right);
		tell_row(story, left, right);
		i += left != NULL;
		j += right != NULL;
	}
}

static void tell_pair(const struct story *story, const struct end *a,
		      const struct end *b)
{
	const struct page *page = story->page;
	SCOPED_STR struct str a_name = {0};
	SCOPED_STR struct str b_name = {0};
	SCOPED_FREE char *title = NULL;
	char from[ENDPOINT_TEXT];
	char to[ENDPOINT_TEXT];

	add_name(&a_name, a);
	add_name(&b_name, b);
	title = mem_printf("%s %s <-> %s %s", str_text(&a_name),
			   endpoint_print(&a->local, from), str_text(&b_name),
			   endpoint_print(&b->local, to));
	page_label(page, 4, 0, "", INK_PLAIN, title);
	str_addc(page->out, ' ', 11);
	page_ink(page, INK_DIM, "ms  ");
	page_pad(page, INK_DIM, str_text(&a_name), STATE_COLS);
	page_ink(page, INK_DIM, str_text(&b_name));
	str_addc(page->out, '\n', 1);
	tell_rows(story, a, b);
}

static void tell_single(const struct story *story, const struct end *end)
{
	SCOPED_STR struct str line = {0};
	char from[ENDPOINT_TEXT];
	char to[ENDPOINT_TEXT];

	add_name(&line, end);
	str_addf(&line, " %s", endpoint_print(&end->local, from));
	if (end->remote.port)
		str_addf(&line, " -> %s", endpoint_print(&end->remote, to));
	page_label(story->page, 4, 0, "", INK_PLAIN, str_text(&line));
	str_done(&line);
	vec_foreach(&end->path, change) {
		str_addf(&line, "%s%s %.1f", line.len ? " -> " : "",
			 tcp_state_names[change->state],
			 (double)change->t_ns / (double)NS_PER_MS);
		if (story_cites(story, change->event))
			str_addf(&line, " <- #%" PRIu64, change->event);
	}
	page_label(story->page, 15, 0, "", INK_PLAIN, str_text(&line));
}

/* Who connected stands left, as on most whiteboards: the other one's port is
 * one that its host listens on. */
static bool was_accepted(const struct ends *ends, const struct end *end)
{
	vec_foreach(&ends->all, other)
		if (other->path.v[0].state == TCP_STATE_LISTEN &&
		    other->local.port == end->local.port &&
		    strcmp(other->host, end->host) == 0)
			return true;
	return false;
}

static void tell_end(const struct story *story, const struct ends *ends,
		     const struct end *end)
{
	const struct end *peer =
		end->peer == ENDS_NONE ? NULL : &ends->all.v[end->peer];

	if (!peer)
		tell_single(story, end);
	else if (was_accepted(ends, end))
		tell_pair(story, peer, end);
	else
		tell_pair(story, end, peer);
}

/* Cited sockets first, then those the scenario names, then the rest. */
static int rank(const struct story *story, const struct ends *ends, size_t i)
{
	const struct end *end = &ends->all.v[i];
	const struct end *peer =
		end->peer == ENDS_NONE ? NULL : &ends->all.v[end->peer];

	if (cited(story, end) || (peer && cited(story, peer)))
		return 0;
	return end->name || (peer && peer->name) ? 1 : 2;
}

void story_ends(const struct story *story)
{
	struct ends ends;
	size_t told = 0;
	size_t left = 0;

	ends_read(&ends, story->events, story->n_events);
	if (ends.all.n)
		page_ink(story->page, INK_BOLD,
			 "\n  Sockets (a state, and the ms at which a dump "
			 "first showed it)\n");
	for (int wanted = 0; wanted <= 2; wanted++) {
		for (size_t i = 0; i < ends.all.n; i++) {
			const struct end *end = &ends.all.v[i];
			bool second = end->peer != ENDS_NONE && end->peer < i;

			if (second || rank(story, &ends, i) != wanted)
				continue;
			if (told++ >= ENDS_TOLD)
				left++;
			else
				tell_end(story, &ends, end);
		}
	}
	if (left) {
		SCOPED_FREE char *more =
			mem_printf("... and %zu more, in the journal", left);

		page_label(story->page, 4, 0, "", INK_DIM, more);
	}
	ends_done(&ends);
}
