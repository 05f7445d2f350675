/*
 * ladder_layout.h - a sheet in the making: its rows, and states on them
 */
#pragma once

#include "report/ladder_sheet.h"

struct history_state;
struct ladder_fold;

/** LAYOUT_SLANT_NS - an arrow that took less is drawn level, if nothing came
 * between */
#define LAYOUT_SLANT_NS INT64_C(500000)

/** LAYOUT_FOLDED - in arrow_of: it is in a run that is not drawn */
#define LAYOUT_FOLDED SIZE_MAX

/**
 * struct layout - a sheet in the making
 * @of: what of
 * @sheet: the sheet
 * @folds: runs that are not drawn; @n_folds
 * @fold: the next of them
 * @arrow_of: by position in @of->connection->segments: its arrow + 1
 * @pass: the next of @of->path->passes
 * @passed: those of them that are on the sheet
 * @last_row: of each end: the last row with something at it; LADDER_NOWHERE
 * @last_n: of each end: event number of that
 * @bar: this end is in TIME_WAIT
 * @restart: of each end: the next restart of its timer
 * @waiting: of each end: the TIME_WAIT it is in
 * @last_ns: time of the last row
 * @alone: the row with nothing but a state on it that was made last
 */
struct layout {
	const struct ladder_of *of;
	struct ladder_sheet *sheet;
	struct ladder_fold *folds;
	size_t n_folds;
	size_t fold;
	size_t *arrow_of;
	size_t pass;
	bool *passed;
	size_t last_row[2];
	uint64_t last_n[2];
	size_t restart[2];
	const struct history_state *waiting[2];
	int64_t last_ns;
	size_t alone;
};

/** layout_row - one more row, at @t_ns, after a mark of the silence before it
 */
struct ladder_row *layout_row(struct layout *l, int64_t t_ns);

/** layout_last - index of the last row */
size_t layout_last(const struct layout *l);

/** layout_touch - the event @n is now the last at an end, and stands on @row;
 * nothing if @end is -1 */
void layout_touch(struct layout *l, int end, size_t row, uint64_t n);

/** layout_restarts - rows for TIME_WAIT timers that began anew up to then */
void layout_restarts(struct layout *l, int64_t until_ns);

/** layout_state - an end enters a state */
void layout_state(struct layout *l, const struct history_item *item);

/** layout_end - how long those waited that are still in TIME_WAIT */
void layout_end(struct layout *l);

/** layout_position - of a segment among those of its connection;
 * LADDER_NOWHERE */
size_t layout_position(const struct layout *l, size_t segment);

/** layout_arrow - index of a segment's arrow; LADDER_NOWHERE if it has none */
size_t layout_arrow(const struct layout *l, size_t segment);

/** layout_folded - is it in a run that is not drawn */
bool layout_folded(const struct layout *l, size_t segment);

/** layout_arrow_new - without a begin and an end; borrowed until the next */
struct ladder_arrow *layout_arrow_new(struct layout *l, size_t segment,
				      int from);

/** layout_passes_before - arrows come to routers before this happens; NULL: all
 * that are left */
void layout_passes_before(struct layout *l, const struct history_item *item);

/** layout_passes_of - a segment's arrow has been to all its routers: on one row
 * with where it began, if @level */
void layout_passes_of(struct layout *l, size_t segment, bool level);
