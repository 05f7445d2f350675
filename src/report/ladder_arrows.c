/*
 * ladder_arrows.c - arrows between two lifelines, level or slanted
 *
 * Arrows to the left are those to the right, mirrored: everything is reckoned
 * in steps from the lifeline where the arrow begins.
 */
#include "report/ladder_arrows.h"

#include "report/ladder_canvas.h"
#include "report/ladder_sheet.h"
#include "report/utf8.h"

/** LABEL_AT - steps before a label: "- " */
#define LABEL_AT 3

/** END_STEPS - of an arrow's last row, if there are rows between */
#define END_STEPS 7

/**
 * struct shaft - one arrow, in steps from its lifeline
 * @canvas: where
 * @lanes: between which
 * @from: the end where it begins
 * @span: steps to the other lifeline
 * @ink: of it
 */
struct shaft {
	struct canvas *canvas;
	const struct lanes *lanes;
	int from;
	size_t span;
	enum ink ink;
};

static size_t col(const struct shaft *s, size_t step)
{
	return s->from == 0 ? s->lanes->life[0] + step
			    : s->lanes->life[1] - step;
}

static void stroke(const struct shaft *s, size_t row, size_t step,
		   enum glyph right, enum glyph left)
{
	canvas_stroke(s->canvas, row, col(s, step), s->from ? left : right,
		      s->ink);
}

/* from step @a up to before step @b */
static void line(const struct shaft *s, size_t row, size_t a, size_t b)
{
	for (size_t step = a; step < b; step++)
		stroke(s, row, step, GLYPH_LINE, GLYPH_LINE);
}

/* words that take @n steps from @step on, a blank at each end */
static void words(const struct shaft *s, size_t row, size_t step, size_t n,
		  const char *text)
{
	size_t at = s->from == 0 ? col(s, step) : col(s, step + n - 1);

	(void)canvas_text(s->canvas, row, at, n, s->ink, text);
	canvas_stroke(s->canvas, row, col(s, step), GLYPH_LINE, s->ink);
	(void)canvas_text(s->canvas, row, col(s, step - 1), 1, s->ink, " ");
	(void)canvas_text(s->canvas, row, col(s, step + n), 1, s->ink, " ");
	(void)canvas_text(s->canvas, row, at, n, s->ink, text);
}

static size_t fit(const char *text, size_t room)
{
	size_t width = utf8_width(text);

	return width < room ? width : room;
}

static void head(const struct shaft *s, size_t row)
{
	stroke(s, row, s->span - 1, GLYPH_HEAD_RIGHT, GLYPH_HEAD_LEFT);
}

static void tail(const struct shaft *s, size_t row)
{
	stroke(s, row, 0, GLYPH_OUT, GLYPH_OUT_LEFT);
}

static void draw_level(const struct shaft *s, const struct ladder_arrow *arrow)
{
	size_t row = arrow->row + s->lanes->top;
	size_t n = fit(arrow->label, s->span - LABEL_AT - 4);

	tail(s, row);
	line(s, row, 1, s->span - 1);
	words(s, row, (s->span - n) / 2, n, arrow->label);
	head(s, row);
}

/* its last row: from step @knee on */
static void draw_end(const struct shaft *s, const struct ladder_arrow *arrow,
		     size_t knee)
{
	size_t row = arrow->end_row + s->lanes->top;

	stroke(s, row, knee, GLYPH_DOWN_RIGHT, GLYPH_DOWN_LEFT);
	line(s, row, knee + 1, s->span - 1);
	if (arrow->landing && knee + 4 < s->span)
		words(s, row, knee + 3, fit(arrow->landing, s->span - knee - 5),
		      arrow->landing);
	head(s, row);
}

static void draw_slanted(const struct shaft *s,
			 const struct ladder_arrow *arrow)
{
	size_t row = arrow->row + s->lanes->top;
	size_t rows = arrow->end_row - arrow->row;
	size_t n = fit(arrow->label, s->span - LABEL_AT - 5);
	size_t knee = LABEL_AT + n + 2;
	size_t last = s->span - END_STEPS;

	if (rows == 1 && knee < s->span / 2)
		knee = s->span / 2;
	if (arrow->landing)
		last -= fit(arrow->landing, s->span / 3);
	if (rows == 1 || last <= knee)
		last = knee + 1 < s->span - 2 ? knee + 1 : s->span - 2;
	tail(s, row);
	line(s, row, 1, knee);
	words(s, row, LABEL_AT, n, arrow->label);
	stroke(s, row, knee, GLYPH_DOWN_RIGHT, GLYPH_DOWN_LEFT);
	for (size_t i = 1; i < rows; i++) {
		size_t step = knee + (last - knee) * i / rows;

		if (canvas_free(s->canvas, row + i, col(s, step)))
			stroke(s, row + i, step, GLYPH_DOWN_RIGHT,
			       GLYPH_DOWN_LEFT);
	}
	draw_end(s, arrow, last);
}

static void draw_lost(const struct shaft *s, const struct ladder_arrow *arrow)
{
	size_t row = arrow->row + s->lanes->top;
	size_t n = fit(arrow->label, s->span - LABEL_AT - 5);
	size_t cross = LABEL_AT + n + 3;

	if (cross > s->span - 1)
		cross = s->span - 1;
	tail(s, row);
	line(s, row, 1, cross);
	words(s, row, LABEL_AT, n, arrow->label);
	canvas_stroke(s->canvas, row, col(s, cross), GLYPH_LOST, INK_BAD);
	if (arrow->lost && cross + 3 < s->span) {
		size_t room = s->span - cross - 3;
		size_t width = fit(arrow->lost, room);
		size_t at = s->from == 0 ? col(s, cross + 2)
					 : col(s, cross + 1 + width);

		(void)canvas_text(s->canvas, row, at, width, INK_BAD,
				  arrow->lost);
	}
}

static void draw_forged(const struct shaft *s, const struct ladder_arrow *arrow)
{
	size_t row = arrow->end_row + s->lanes->top;
	size_t n = fit(arrow->label, s->span - LABEL_AT - 5);
	size_t begin = s->span - n - 9 > s->span ? 1 : s->span - n - 9;

	begin = begin > s->span / 3 ? s->span / 3 : begin;
	stroke(s, row, begin, GLYPH_FORGED, GLYPH_FORGED);
	line(s, row, begin + 1, s->span - 1);
	words(s, row, begin + 3, fit(arrow->label, s->span - begin - 5),
	      arrow->label);
	head(s, row);
}

void arrows_draw(struct canvas *canvas, const struct lanes *lanes,
		 const struct ladder_sheet *sheet)
{
	vec_foreach(&sheet->arrows, arrow) {
		struct shaft shaft = {
			.canvas = canvas,
			.lanes = lanes,
			.from = arrow->from,
			.span = lanes->life[1] - lanes->life[0],
			.ink = arrow->cited   ? INK_BAD
			       : arrow->again ? INK_DOUBT
					      : INK_PLAIN,
		};

		if (arrow->row == LADDER_NOWHERE)
			draw_forged(&shaft, arrow);
		else if (arrow->end_row == LADDER_NOWHERE)
			draw_lost(&shaft, arrow);
		else if (arrow->end_row == arrow->row)
			draw_level(&shaft, arrow);
		else
			draw_slanted(&shaft, arrow);
	}
}

void arrows_bulk(struct canvas *canvas, const struct lanes *lanes, size_t row,
		 int from, const char *text)
{
	struct shaft shaft = {
		.canvas = canvas,
		.lanes = lanes,
		.from = from,
		.span = lanes->life[1] - lanes->life[0],
		.ink = INK_DIM,
	};
	size_t n = fit(text, shaft.span - 8);

	stroke(&shaft, row, 2, GLYPH_CUT, GLYPH_CUT);
	words(&shaft, row, 4, n, text);
	line(&shaft, row, 4 + n + 1, shaft.span - 1);
	head(&shaft, row);
}
