/*
 * ladder_sheet.c - one connection's life, laid out in rows
 */
#include "report/ladder_sheet.h"

#include <string.h>

#include "base/mem.h"
#include "event/event.h"
#include "report/ladder_fold.h"
#include "report/ladder_guest.h"
#include "report/ladder_layout.h"
#include "report/ladder_words.h"
#include "tcp/seen.h"
#include "timeline/history.h"

/* Does anything happen at the other end while it is under way? Then it cannot
 * be level: what is left of it would come before what is right of it. */
static bool is_level(const struct layout *l, size_t i)
{
	const struct history_item *item = &l->of->items[i];
	const struct tcp_seen *s = &l->of->segments[item->index];

	if (s->fate != SEEN_FATE_ARRIVED ||
	    s->arrived_ns - s->t_ns > LAYOUT_SLANT_NS)
		return false;
	for (size_t j = i + 1; j < l->of->n_items; j++) {
		const struct history_item *other = &l->of->items[j];

		if (other->connection != l->of->index)
			continue;
		if (other->what == HISTORY_ARRIVED &&
		    other->index == item->index)
			return true;
		if (other->end != item->end)
			return false;
	}
	return false;
}

/* the row that a segment leaves from: it may be that of the state which its
 * end has just entered to send it, as close(2) does before the FIN */
static size_t row_to_leave(struct layout *l, const struct history_item *item)
{
	size_t last = l->alone;

	l->alone = LADDER_NOWHERE;
	if (last != LADDER_NOWHERE && last == layout_last(l) &&
	    l->last_row[item->end == 1] == last &&
	    !l->sheet->rows.v[last].call[item->end == 1] &&
	    item->t_ns - l->sheet->rows.v[last].t_ns < LAYOUT_SLANT_NS) {
		l->sheet->rows.v[last].t_ns = item->t_ns;
		l->last_ns = item->t_ns;
		return last;
	}
	(void)layout_row(l, item->t_ns); /* found again by its number */
	return layout_last(l);
}

static void put_sent(struct layout *l, size_t i)
{
	const struct history_item *item = &l->of->items[i];
	const struct tcp_seen *s = &l->of->segments[item->index];
	int from = item->end == 1;
	struct ladder_arrow *arrow;

	if (layout_arrow(l, item->index) != LADDER_NOWHERE)
		return;
	arrow = layout_arrow_new(l, item->index, from);
	arrow->row = row_to_leave(l, item);
	l->sheet->rows.v[arrow->row].cited |= arrow->cited;
	layout_touch(l, from, arrow->row, s->n);
	if (s->fate == SEEN_FATE_LOST || s->fate == SEEN_FATE_UNDER_WAY)
		arrow->lost = ladder_lost(l->of, s);
	if (!is_level(l, i))
		return;
	arrow->end_row = arrow->row;
	layout_passes_of(l, item->index, true);
	layout_touch(l, !from, arrow->row, s->arrived_n);
}

/* that on which it came to the last router, if that was only just now */
static size_t row_to_land(struct layout *l, const struct history_item *item,
			  const struct ladder_arrow *arrow)
{
	size_t last = arrow->points.n ? arrow->points.v[arrow->points.n - 1].row
				      : LADDER_NOWHERE;

	if (last == LADDER_NOWHERE || last != layout_last(l) ||
	    item->t_ns - l->sheet->rows.v[last].t_ns >= LAYOUT_SLANT_NS)
		(void)layout_row(l, item->t_ns); /* found by its number */
	return layout_last(l);
}

static void put_arrived(struct layout *l, const struct history_item *item)
{
	const struct tcp_seen *s = &l->of->segments[item->index];
	struct ladder_arrow *arrow;
	int to = item->end == 1;
	size_t at;

	if (layout_folded(l, item->index))
		return;
	layout_passes_of(l, item->index, false);
	at = layout_arrow(l, item->index);
	if (at != LADDER_NOWHERE &&
	    l->sheet->arrows.v[at].end_row != LADDER_NOWHERE)
		return;
	arrow = at != LADDER_NOWHERE ? &l->sheet->arrows.v[at]
				     : layout_arrow_new(l, item->index, !to);
	arrow->end_row = row_to_land(l, item, arrow);
	l->sheet->rows.v[arrow->end_row].cited |= arrow->cited;
	layout_touch(l, to, arrow->end_row, s->arrived_n ? s->arrived_n : s->n);
}

/* the end whose host it is */
static int end_at(const struct layout *l, const char *host)
{
	for (int e = 1; e >= 0; e--) {
		const char *name = l->of->connection->ends[e].host;

		if (name && host && strcmp(name, host) == 0)
			return e;
	}
	return -1;
}

static void put_call(struct layout *l, const struct history_item *item)
{
	const struct event *event = ladder_event(l->of, item->n);
	bool own = item->connection == l->of->index;
	int end = own ? item->end : event ? end_at(l, event->host) : -1;
	char *text = NULL;
	struct ladder_row *row;

	if (event)
		text = own ? ladder_call(event) : ladder_guest_text(event);
	if (!text || end < 0) {
		free(text);
		return;
	}
	row = layout_row(l, item->t_ns);
	row->call[end] = text;
	row->guest = !own;
	row->cited = ladder_cites_call(l->of, event);
	layout_touch(l, end, layout_last(l), item->n);
}

static void put_note(struct layout *l, const struct history_item *item)
{
	const struct event *event = ladder_event(l->of, item->n);
	char *text = event ? ladder_note(l->of, event) : NULL;
	struct ladder_row *row;

	if (!text)
		return;
	row = layout_row(l, item->t_ns);
	row->note = text;
	row->cited = ladder_cites(l->of, item->n);
}

static void put_fold(struct layout *l, const struct ladder_fold *fold)
{
	for (int e = 0; e < 2; e++) {
		struct ladder_row *row;

		if (!fold->segments[e] && !fold->calls[e])
			continue;
		row = layout_row(l, l->of->items[fold->first].t_ns);
		row->bulk_from = e;
		if (fold->segments[e])
			row->bulk = ladder_bulk(fold->segments[e],
						fold->bytes[e], fold->lost[e]);
		if (fold->calls[e])
			row->state[e] =
				mem_printf("%zu call%s", fold->calls[e],
					   fold->calls[e] == 1 ? "" : "s");
		layout_touch(l, e, layout_last(l), 0);
	}
	l->last_ns = fold->last_ns;
}

/* is it in a run that is not drawn; the run's first item draws it as one */
static bool is_folded(struct layout *l, size_t i)
{
	const struct history_item *item = &l->of->items[i];
	const struct ladder_fold *fold;
	size_t at;

	if (l->fold == l->n_folds)
		return false;
	fold = &l->folds[l->fold];
	if (i < fold->first)
		return false;
	if (i == fold->first)
		put_fold(l, fold);
	if (i == fold->last)
		l->fold++;
	/* what was sent before the run has an arrow that wants its end */
	if (item->what == HISTORY_ARRIVED)
		return layout_arrow(l, item->index) == LADDER_NOWHERE;
	at = item->what == HISTORY_SENT ? layout_position(l, item->index)
					: LADDER_NOWHERE;
	if (at != LADDER_NOWHERE)
		l->arrow_of[at] = LAYOUT_FOLDED;
	return true;
}

/* a cut of the wire concerns a connection on it while it is there */
static bool concerns(const struct layout *l, size_t i)
{
	const struct history_item *item = &l->of->items[i];
	const struct event *event;

	if (item->connection == l->of->index ||
	    (l->of->homes && l->of->homes[i] == l->of->index))
		return true;
	if (item->connection != SIZE_MAX || item->what != HISTORY_WIRE ||
	    item->t_ns < l->of->connection->begin_ns ||
	    item->t_ns > l->of->connection->end_ns)
		return false;
	event = ladder_event(l->of, item->n);
	return !event || event->kind != EVENT_WIRE || !event->host ||
	       !event->wire.to ||
	       ladder_path_has(l->of, event->host, event->wire.to);
}

static void put_item(struct layout *l, size_t i)
{
	const struct history_item *item = &l->of->items[i];

	switch (item->what) {
	case HISTORY_STATE:
		layout_state(l, item);
		break;
	case HISTORY_SENT:
		put_sent(l, i);
		break;
	case HISTORY_ARRIVED:
		put_arrived(l, item);
		break;
	case HISTORY_CALL:
	case HISTORY_PROC:
		put_call(l, item);
		break;
	case HISTORY_FAULT:
	case HISTORY_WIRE:
		put_note(l, item);
		break;
	case HISTORY_LOST: /* its arrow ends at a cross already */
	case HISTORY_STEP:
	case HISTORY_WHATS:
		break;
	}
}

/* several of one direction at once: say at the end which one it is */
static void name_landings(struct ladder_sheet *sheet,
			  const struct tcp_seen *segments)
{
	vec_foreach(&sheet->arrows, a) {
		bool crowd = false;

		if (a->end_row == LADDER_NOWHERE || a->end_row <= a->row)
			continue;
		vec_foreach(&sheet->arrows, b) {
			if (b != a && b->from == a->from &&
			    b->row < a->end_row &&
			    b->end_row != LADDER_NOWHERE && b->end_row > a->row)
				crowd = true;
		}
		if (crowd)
			a->landing = ladder_landing(&segments[a->index]);
	}
}

struct ladder_sheet ladder_sheet_new(const struct ladder_of *of)
{
	struct ladder_sheet sheet = {0};
	struct layout l = {
		.of = of,
		.sheet = &sheet,
		.last_row = {LADDER_NOWHERE, LADDER_NOWHERE},
		.alone = LADDER_NOWHERE,
		.arrow_of = mem_new(size_t, of->connection->n_segments + 1),
		.passed =
			of->path ? mem_new(bool, of->path->passes.n + 1) : NULL,
	};

	for (size_t i = 0; of->path && i < of->path->n_mids; i++)
		sheet.mids[sheet.n_mids++] = of->path->mids[i];
	l.folds = ladder_folds(of, &l.n_folds);
	for (size_t i = 0; i < of->n_items; i++) {
		if (!concerns(&l, i) || is_folded(&l, i))
			continue;
		layout_passes_before(&l, &of->items[i]);
		layout_restarts(&l, of->items[i].t_ns - 1);
		put_item(&l, i);
		if (of->items[i].what == HISTORY_ARRIVED)
			layout_restarts(&l, of->items[i].t_ns);
	}
	layout_passes_before(&l, NULL);
	layout_restarts(&l, INT64_MAX);
	layout_end(&l);
	name_landings(&sheet, of->segments);
	free(l.folds);
	free(l.arrow_of);
	free(l.passed);
	return sheet;
}

void ladder_sheet_done(struct ladder_sheet *sheet)
{
	vec_foreach(&sheet->rows, row) {
		for (int e = 0; e < 2; e++) {
			free(row->state[e]);
			free(row->call[e]);
		}
		free(row->note);
		free(row->bulk);
	}
	vec_foreach(&sheet->arrows, arrow) {
		free(arrow->label);
		free(arrow->landing);
		free(arrow->lost);
		vec_done(&arrow->points);
	}
	vec_done(&sheet->rows);
	vec_done(&sheet->arrows);
}
