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

/** STATE_COLS, STATE_COLS_MIN - "(ESTABLISHED)", "ESTABLISHED" */
#define STATE_COLS     13
#define STATE_COLS_MIN 11

/** HOP_COLS - between two lifelines, "SYN,ACK 0/1" and a head */
#define HOP_COLS 15

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

size_t ladder_time_cols(const struct ladder_sheet *sheet)
{
	size_t cols = TIME_COLS;
	char buf[UNITS_TEXT];

	vec_foreach(&sheet->rows, row) {
		size_t width = utf8_width(time_text(row->t_ns, buf));

		cols = width > cols ? width : cols;
	}
	return cols;
}

size_t ladder_mids_fit(size_t cols)
{
	size_t around = TIME_COLS + 1 + 2 * (STATE_COLS_MIN + 1) + 1;
	size_t wide = cols > LADDER_COLS_MAX ? LADDER_COLS_MAX : cols;

	return wide < around + HOP_COLS ? 0 : (wide - around) / HOP_COLS - 1;
}

/* with routers, or on a narrow page, columns are dear */
static size_t state_cols(const struct ladder_sheet *sheet, size_t page)
{
	size_t cols = STATE_COLS_MIN;

	if (!sheet->n_mids && page >= PAGE_COLS)
		return STATE_COLS;
	vec_foreach(&sheet->rows, row) {
		for (int e = 0; e < 2; e++)
			if (row->state[e] && utf8_width(row->state[e]) > cols)
				cols = STATE_COLS;
	}
	return cols;
}

void ladder_draw_time(struct canvas *canvas, const struct ladder_row *row,
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

static void draw_mids(struct canvas *canvas, const struct ladder_row *row,
		      size_t at, const struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->n_mids; i++)
		canvas_stroke(canvas, at, lanes->mid[i],
			      row->silence_ns ? GLYPH_SILENCE : GLYPH_LIFE,
			      INK_DIM);
}

static void draw_words(struct canvas *canvas, const struct ladder_row *row,
		       size_t at, const struct lanes *lanes)
{
	size_t left = lanes->life[0];
	size_t right = lanes->life[1];
	size_t room = right - left - 3;

	if (row->state[0])
		canvas_text_right(canvas, at, left - 1 - lanes->state,
				  lanes->state, ink_of(row, INK_BOLD),
				  row->state[0]);
	if (row->state[1])
		(void)canvas_text(canvas, at, right + 2, lanes->state,
				  ink_of(row, INK_BOLD), row->state[1]);
	for (int e = 0; e < 2; e++)
		if (row->call[e])
			canvas_call(canvas, at, left + 2, room, e == 1,
				    ink_of(row, INK_PLAIN), row->call[e]);
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

/* routers' names: beside the ends' if there is room, else below */
static size_t mids_row(const struct ladder_sheet *sheet,
		       const struct lanes *lanes,
		       const struct ladder_look *look, size_t cols)
{
	size_t right = utf8_width(look->names[1]);
	size_t from = utf8_width(look->names[0]);
	size_t until = right < cols ? cols - right : 0;

	if (from < lanes->life[0] + 1)
		from = lanes->life[0] + 1;
	for (size_t i = 0; i < lanes->n_mids; i++) {
		size_t width = utf8_width(sheet->mids[i]);

		if (lanes->mid[i] < from + 2 + width / 2 ||
		    lanes->mid[i] + width / 2 + 2 > until)
			return lanes->top;
	}
	return 0;
}

static void draw_mid_names(struct canvas *canvas,
			   const struct ladder_sheet *sheet,
			   const struct lanes *lanes, size_t at)
{
	size_t room = lanes->mid[0] - lanes->life[0] - 2;

	for (size_t i = 0; i < lanes->n_mids; i++) {
		size_t width = utf8_width(sheet->mids[i]);

		width = width < room ? width : room;
		(void)canvas_text(canvas, at, lanes->mid[i] - width / 2, width,
				  INK_BOLD, sheet->mids[i]);
	}
}

static struct lanes lanes_of(const struct ladder_sheet *sheet, size_t time,
			     size_t cols)
{
	struct lanes lanes = {.state = state_cols(sheet, cols),
			      .n_mids = sheet->n_mids};
	size_t span;

	lanes.life[0] = time + 1 + lanes.state + 1;
	lanes.life[1] = cols - lanes.state - 2;
	span = lanes.life[1] - lanes.life[0];
	for (size_t i = 0; i < lanes.n_mids; i++)
		lanes.mid[i] =
			lanes.life[0] + span * (i + 1) / (lanes.n_mids + 1);
	return lanes;
}

void ladder_draw(const struct ladder_sheet *sheet,
		 const struct ladder_look *look, const struct page *page)
{
	size_t cols = look->cols < LADDER_COLS_MIN   ? LADDER_COLS_MIN
		      : look->cols > LADDER_COLS_MAX ? LADDER_COLS_MAX
						     : look->cols;
	size_t time = ladder_time_cols(sheet);
	struct lanes lanes = lanes_of(sheet, time, cols);
	struct canvas canvas;
	size_t mids = 0;

	lanes.top = name_rows(look, &lanes, cols);
	if (lanes.n_mids)
		mids = mids_row(sheet, &lanes, look, cols);
	if (mids)
		lanes.top++;
	canvas = canvas_new(sheet->rows.n + lanes.top, cols, look->ascii);
	draw_names(&canvas, &lanes, look, cols);
	if (lanes.n_mids)
		draw_mid_names(&canvas, sheet, &lanes, mids);
	for (size_t i = 0; i < sheet->rows.n; i++) {
		const struct ladder_row *row = &sheet->rows.v[i];
		size_t at = lanes.top + i;

		ladder_draw_time(&canvas, row, at, time);
		draw_life(&canvas, row, at, &lanes, 0);
		draw_life(&canvas, row, at, &lanes, 1);
		draw_mids(&canvas, row, at, &lanes);
		draw_words(&canvas, row, at, &lanes);
	}
	arrows_draw(&canvas, &lanes, sheet);
	canvas_print(&canvas, page, 0);
	canvas_done(&canvas);
}
