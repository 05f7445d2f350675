/*
 * ladder_fold.c - runs of bulk data, which nobody wants to see one by one
 */
#include "report/ladder_fold.h"

#include "event/event.h"
#include "report/ladder_sheet.h"
#include "report/ladder_words.h"
#include "tcp/flow.h"
#include "tcp/seen.h"
#include "tcp/segment.h"
#include "timeline/history.h"

/** enum role - what an item means for a run */
enum role {
	ROLE_NONE, /* of another connection: as if it was not there */
	ROLE_IN, /* part of it */
	ROLE_BREAK, /* ends it */
};

static bool is_bulk(const struct ladder_of *of, const struct tcp_seen *s)
{
	const unsigned int flags =
		TCP_FLAG_BIT(TCP_FLAG_ACK) | TCP_FLAG_BIT(TCP_FLAG_PSH);
	const uint32_t roles =
		FLOW_ROLE_BIT(FLOW_DATA) | FLOW_ROLE_BIT(FLOW_ACK);

	bool smooth = !s->again && s->fate == SEEN_FATE_ARRIVED;

	return !(s->flags & ~flags) && !(s->roles & ~roles) &&
	       (smooth || of->connection->n_segments > LADDER_FOLD_LOSSES) &&
	       !s->forged && !s->fault_n && !ladder_cites(of, s->n) &&
	       !ladder_cites(of, s->arrived_n);
}

static enum role role_of(const struct ladder_of *of, size_t i)
{
	const struct history_item *item = &of->items[i];
	const struct event *event;

	if (of->homes && of->homes[i] == of->index)
		return ROLE_BREAK;
	if (item->connection != of->index)
		return item->what == HISTORY_WIRE ? ROLE_BREAK : ROLE_NONE;
	switch (item->what) {
	case HISTORY_SENT:
	case HISTORY_ARRIVED:
	case HISTORY_LOST:
		return is_bulk(of, &of->segments[item->index]) ? ROLE_IN
							       : ROLE_BREAK;
	case HISTORY_CALL:
		event = ladder_event(of, item->n);
		if (!event || event->kind != EVENT_CALL)
			return ROLE_NONE;
		return ladder_is_bulk_call(event) &&
				       !ladder_cites_call(of, event)
			       ? ROLE_IN
			       : ROLE_BREAK;
	case HISTORY_STEP:
		return ROLE_NONE;
	case HISTORY_STATE:
	case HISTORY_FAULT:
	case HISTORY_WIRE:
	case HISTORY_PROC:
	case HISTORY_WHATS:
		break;
	}
	return ROLE_BREAK;
}

static void take(struct ladder_fold *fold, const struct ladder_of *of, size_t i)
{
	const struct history_item *item = &of->items[i];

	fold->last = i;
	fold->last_ns = item->t_ns;
	if (item->end < 0)
		return;
	if (item->what == HISTORY_CALL)
		fold->calls[item->end]++;
	if (item->what != HISTORY_SENT)
		return;
	fold->segments[item->end]++;
	fold->bytes[item->end] += of->segments[item->index].len;
	fold->lost[item->end] +=
		of->segments[item->index].fate == SEEN_FATE_LOST;
}

struct ladder_fold *ladder_folds(const struct ladder_of *of, size_t *n)
{
	VEC(struct ladder_fold) folds = {0};
	struct ladder_fold run = {0};
	bool open = false;

	for (size_t i = 0; i <= of->n_items; i++) {
		enum role role = i < of->n_items ? role_of(of, i) : ROLE_BREAK;

		if (role == ROLE_NONE)
			continue;
		if (role == ROLE_IN) {
			/* it begins with a segment, not with a call */
			if (!open && of->items[i].what != HISTORY_SENT)
				continue;
			if (!open)
				run = (struct ladder_fold){.first = i};
			open = true;
			take(&run, of, i);
			continue;
		}
		if (open &&
		    run.segments[0] + run.segments[1] >= LADDER_FOLD_MIN)
			vec_push(&folds, run);
		open = false;
	}
	*n = folds.n;
	return folds.v;
}
