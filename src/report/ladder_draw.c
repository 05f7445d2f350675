/*
 * ladder_draw.c - a sheet as lines of text, of whatever width
 */
#include "report/ladder_draw.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/units.h"
#include "report/ladder_arrows.h"
#include "report/ladder_canvas.h"
#include "report/ladder_sheet.h"
#include "report/utf8.h"

/** STATE_COLS - "(ESTABLISHED)" */
#define STATE_COLS 13

/** TIME_COLS - "12345.678", the least */
#define TIME_COLS 9

static enum ink ink_of(const struct ladder_row *row, enum ink ink)
{
	return row->cited ? INK_BAD : ink;
}

static const char *time_text(int64_t t_ns, char buf[UNITS_TEXT])
{
	(void)snprintf(buf, UNITS_TEXT, "%.3f",
		       (double)t_ns / (double)NS_PER_MS);
	return buf;
}

static size_t time_cols(const struct ladder_sheet *sheet)
{
	size_t cols = TIME_COLS;
	char buf[UNITS_TEXT];

	vec_foreach(&sheet->rows, row) {
		size_t width = utf8_width(time_text(row->t_ns, buf));

		cols = width > cols ? width : cols;
	}
	return cols;
}

static void draw_time(struct canvas *canvas, const struct ladder_row *row,
		      size_t at, size_t cols)
{
	char buf[UNITS_TEXT];

	if (row->silence_ns) {
		(void)duration_print(row->silence_ns, buf);
		canvas_stroke(canvas, at, 0, GLYPH_SILENCE, INK_DIM);
		canvas_text_right(canvas, at, 2, cols - 2, INK_DIM, buf);
		return;
	}
	canvas_text_right(canvas, at, 0, cols, ink_of(row, INK_DIM),
			  time_text(row->t_ns, buf));
	if (row->cited)
		(void)canvas_text(canvas, at, cols, 1, INK_BAD, "!");
}

static void draw_life(struct canvas *canvas, const struct ladder_row *row,
		      size_t at, const struct lanes *lanes, int end)
{
	enum glyph glyph = row->bar[end]     ? GLYPH_BAR
			   : row->silence_ns ? GLYPH_SILENCE
					     : GLYPH_LIFE;

	if (row->call[end] && !row->bar[end])
		glyph = GLYPH_CALL;
	canvas_stroke(canvas, at, lanes->life[end], glyph,
		      row->bar[end] ? INK_DOUBT : INK_DIM);
}

static void draw_words(struct canvas *canvas, const struct ladder_row *row,
		       size_t at, const struct lanes *lanes)
{
	size_t left = lanes->life[0];
	size_t right = lanes->life[1];
	size_t room = right - left - 3;

	if (row->state[0])
		canvas_text_right(canvas, at, left - 1 - STATE_COLS, STATE_COLS,
				  ink_of(row, INK_BOLD), row->state[0]);
	if (row->state[1])
		(void)canvas_text(canvas, at, right + 2, STATE_COLS,
				  ink_of(row, INK_BOLD), row->state[1]);
	if (row->call[0])
		(void)canvas_text(canvas, at, left + 2, room,
				  ink_of(row, INK_PLAIN), row->call[0]);
	if (row->call[1])
		canvas_text_right(canvas, at, left + 2, room,
				  ink_of(row, INK_PLAIN), row->call[1]);
	if (row->note) {
		size_t width = utf8_width(row->note);
		size_t skip = width < room ? (room - width) / 2 : 0;

		(void)canvas_text(canvas, at, left + 2 + skip, room - skip,
				  ink_of(row, INK_DOUBT), row->note);
	}
	if (row->bulk)
		arrows_bulk(canvas, lanes, at, row->bulk_from, row->bulk);
}

/* the two names over their lifelines; side by side, if there is room */
static void draw_names(struct canvas *canvas, const struct lanes *lanes,
		       const struct ladder_look *look, size_t cols)
{
	size_t width[2] = {utf8_width(look->names[0]),
			   utf8_width(look->names[1])};
	size_t from[2] = {0, 0};

	if (width[0] < lanes->life[0] + 1)
		from[0] = lanes->life[0] + 1 - width[0];
	if (width[1] < cols)
		from[1] = cols - width[1];
	if (from[1] > lanes->life[1])
		from[1] = lanes->life[1];
	(void)canvas_text(canvas, 0, from[0], cols - from[0], INK_BOLD,
			  look->names[0]);
	(void)canvas_text(canvas, from[0] + width[0] + 2 > from[1] ? 1 : 0,
			  from[1], cols - from[1], INK_BOLD, look->names[1]);
	if (lanes->life[0] > 4 && from[0] > 2)
		(void)canvas_text(canvas, 0, 0, 2, INK_DIM, "ms");
}

static size_t name_rows(const struct ladder_look *look,
			const struct lanes *lanes, size_t cols)
{
	size_t left = utf8_width(look->names[0]);
	size_t right = utf8_width(look->names[1]);
	size_t left_end = left < lanes->life[0] + 1 ? lanes->life[0] + 1 : left;
	size_t right_from = right < cols ? cols - right : 0;

	if (right_from > lanes->life[1])
		right_from = lanes->life[1];
	return left_end + 2 > right_from ? 2 : 1;
}

void ladder_draw(const struct ladder_sheet *sheet,
		 const struct ladder_look *look, const struct page *page)
{
	size_t cols = look->cols < LADDER_COLS_MIN   ? LADDER_COLS_MIN
		      : look->cols > LADDER_COLS_MAX ? LADDER_COLS_MAX
						     : look->cols;
	size_t time = time_cols(sheet);
	struct lanes lanes = {
		.life = {time + 1 + STATE_COLS + 1, cols - STATE_COLS - 2}};
	struct canvas canvas;

	lanes.top = name_rows(look, &lanes, cols);
	canvas = canvas_new(sheet->rows.n + lanes.top, cols, look->ascii);
	draw_names(&canvas, &lanes, look, cols);
	for (size_t i = 0; i < sheet->rows.n; i++) {
		const struct ladder_row *row = &sheet->rows.v[i];
		size_t at = lanes.top + i;

		draw_time(&canvas, row, at, time);
		draw_life(&canvas, row, at, &lanes, 0);
		draw_life(&canvas, row, at, &lanes, 1);
		draw_words(&canvas, row, at, &lanes);
	}
	arrows_draw(&canvas, &lanes, sheet);
	canvas_print(&canvas, page, 0);
	canvas_done(&canvas);
}
