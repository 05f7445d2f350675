/*
 * ladder_draw.h - a sheet as lines of text, of whatever width
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct canvas;
struct ladder_row;
struct ladder_sheet;
struct page;

/** LADDER_COLS_MIN, LADDER_COLS_MAX - a narrower ladder could not be read, nor
 * could one whose ends cannot both be seen */
#define LADDER_COLS_MIN 60
#define LADDER_COLS_MAX 160

/** ladder_mids_fit - so many routers can be drawn between the ends */
size_t ladder_mids_fit(size_t cols);

/**
 * struct ladder_look - how it shall look
 * @cols: columns of the page
 * @ascii: nothing but ASCII
 * @names: of the two ends, "client.c 10.0.0.1:40312"
 */
struct ladder_look {
	size_t cols;
	bool ascii;
	const char *names[2];
};

/** ladder_time_cols - as wide are the times of a sheet */
size_t ladder_time_cols(const struct ladder_sheet *sheet);

/** ladder_draw_time - when a row was, or for how long nothing happened: on line
 * @at, in @cols columns, and a mark behind them */
void ladder_draw_time(struct canvas *canvas, const struct ladder_row *row,
		      size_t at, size_t cols);

/** ladder_draw - append it to @page */
void ladder_draw(const struct ladder_sheet *sheet,
		 const struct ladder_look *look, const struct page *page);
