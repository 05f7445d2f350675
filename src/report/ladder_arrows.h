/*
 * ladder_arrows.h - arrows between lifelines, level or slanted
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "report/ladder_path.h"

struct canvas;
struct ladder_arrow;
struct ladder_sheet;

/** struct lanes - where things are: columns of the lifelines, of those of the
 * routers between them, how wide states are, line of the first row */
struct lanes {
	size_t life[2];
	size_t state;
	size_t mid[LADDER_MIDS_MAX];
	size_t n_mids;
	size_t top;
};

/** arrows_draw - all of a sheet, around what is there already */
void arrows_draw(struct canvas *canvas, const struct lanes *lanes,
		 const struct ladder_sheet *sheet);

/** arrow_draw - one of them; @at_tail: its words stand where it begins, as it
 * goes past other lifelines */
void arrow_draw(struct canvas *canvas, const struct lanes *lanes,
		const struct ladder_arrow *arrow, bool at_tail);

/** arrows_bulk - a row that stands for many: "… 693 segments, … bytes →" */
void arrows_bulk(struct canvas *canvas, const struct lanes *lanes, size_t row,
		 int from, const char *text);
