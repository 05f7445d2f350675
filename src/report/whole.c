/*
 * whole.c - a journal's history, with the timeline that it borrows from
 */
#include "report/whole.h"

#include "event/journal.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

struct whole whole_new(const struct journal *journal)
{
	struct whole w = {.timeline = timeline_new()};

	for (size_t i = 0; i < journal->n; i++)
		timeline_feed(w.timeline, &journal->events[i]);
	w.history = history_new(w.timeline);
	w.connections = history_connections(w.history, &w.n_connections);
	w.items = history_items(w.history, &w.n_items);
	w.segments = timeline_segments(w.timeline, &w.n_segments);
	return w;
}

void whole_done(struct whole *whole)
{
	history_free(whole->history);
	timeline_free(whole->timeline);
	*whole = (struct whole){0};
}
