/*
 * ladder_arrows.c - arrows between lifelines, level or slanted
 *
 * Arrows to the left are those to the right, mirrored: everything is reckoned
 * in steps from the lifeline where the arrow begins. An arrow that comes to
 * routers is drawn leg by leg, and named where it may be mistaken.
 */
#include "report/ladder_arrows.h"

#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "report/ladder_canvas.h"
#include "report/ladder_sheet.h"
#include "report/utf8.h"

/** LABEL_AT - steps before a label: "- " */
#define LABEL_AT 3

/** NARROW - of so few steps none is wasted */
#define NARROW 26

/** END_STEPS - of an arrow's last row, if there are rows between */
#define END_STEPS 7

/**
 * struct shaft - an arrow, or a leg of it, in steps from its lifeline
 * @canvas: where
 * @base: column where it begins
 * @from: the end that sent it: to which side it goes
 * @span: steps to the next lifeline
 * @beyond: steps to the last lifeline
 * @ink: of it
 * @row: line where it begins
 * @end_row: where it ends
 * @label: what stands on it; "": nothing
 * @landing: which one it is, at its end; NULL
 * @lost: what took it; NULL
 * @at_tail: what stands on it, stands where it begins
 */
struct shaft {
	struct canvas *canvas;
	size_t base;
	int from;
	size_t span;
	size_t beyond;
	enum ink ink;
	size_t row;
	size_t end_row;
	const char *label;
	const char *landing;
	const char *lost;
	bool at_tail;
};

static size_t col(const struct shaft *s, size_t step)
{
	return s->from == 0 ? s->base + step : s->base - step;
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

	if (!n)
		return;
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

/* columns for words, of which the narrowest arrow leaves so few for strokes */
static size_t label_room(const struct shaft *s, size_t least)
{
	return s->span - LABEL_AT - (s->span > NARROW ? 5 : least);
}

static void head(const struct shaft *s, size_t row)
{
	stroke(s, row, s->span - 1, GLYPH_HEAD_RIGHT, GLYPH_HEAD_LEFT);
}

static void tail(const struct shaft *s, size_t row)
{
	stroke(s, row, 0, GLYPH_OUT, GLYPH_OUT_LEFT);
}

static void draw_level(const struct shaft *s)
{
	size_t n = fit(s->label, label_room(s, 1));

	tail(s, s->row);
	line(s, s->row, 1, s->span - 1);
	words(s, s->row, s->at_tail ? LABEL_AT : (s->span - n) / 2, n,
	      s->label);
	head(s, s->row);
}

/* its last row: from step @knee on */
static void draw_end(const struct shaft *s, size_t knee)
{
	size_t row = s->end_row;

	stroke(s, row, knee, GLYPH_DOWN_RIGHT, GLYPH_DOWN_LEFT);
	line(s, row, knee + 1, s->span - 1);
	if (s->landing && knee + 4 < s->span)
		words(s, row, knee + 3, fit(s->landing, s->span - knee - 5),
		      s->landing);
	head(s, row);
}

static void draw_slanted(const struct shaft *s)
{
	size_t row = s->row;
	size_t rows = s->end_row - row;
	size_t n = fit(s->label, label_room(s, 1));
	size_t knee = n ? LABEL_AT + n + 2 : LABEL_AT;
	size_t last =
		s->span > 2 * END_STEPS ? s->span - END_STEPS : s->span - 3;

	if (rows == 1 && knee < s->span / 2)
		knee = s->span / 2;
	if (s->landing)
		last -= fit(s->landing, s->span / 3);
	if (rows == 1 || last <= knee)
		last = knee + 1 < s->span - 2 ? knee + 1 : s->span - 2;
	knee = knee < s->span ? knee : s->span - 1;
	tail(s, row);
	line(s, row, 1, knee);
	words(s, row, LABEL_AT, n, s->label);
	stroke(s, row, knee, GLYPH_DOWN_RIGHT, GLYPH_DOWN_LEFT);
	for (size_t i = 1; i < rows; i++) {
		size_t step = knee + (last - knee) * i / rows;

		if (canvas_open(s->canvas, row + i, col(s, step)))
			stroke(s, row + i, step, GLYPH_DOWN_RIGHT,
			       GLYPH_DOWN_LEFT);
	}
	draw_end(s, last);
}

/* behind the cross, if need be behind the next lifeline */
static void draw_why(const struct shaft *s, size_t cross)
{
	size_t width = utf8_width(s->lost);
	size_t step = cross + 2;
	size_t end = s->span;
	size_t at;

	if (step + width > end && s->beyond > s->span) {
		step = s->span + 2;
		end = s->beyond;
	}
	if (step + 1 >= end)
		return;
	width = fit(s->lost, end - step - 1);
	at = s->from == 0 ? col(s, step) : col(s, step + width - 1);
	(void)canvas_text(s->canvas, s->row, at, width, INK_BAD, s->lost);
}

static void draw_lost(const struct shaft *s)
{
	size_t n = fit(s->label, label_room(s, 2));
	size_t cross = LABEL_AT + n + (n ? 3 : 0);

	if (cross > s->span - 1)
		cross = s->span - 1;
	tail(s, s->row);
	line(s, s->row, 1, cross);
	words(s, s->row, LABEL_AT, n, s->label);
	canvas_stroke(s->canvas, s->row, col(s, cross), GLYPH_LOST, INK_BAD);
	if (s->lost)
		draw_why(s, cross);
}

static void draw_forged(const struct shaft *s)
{
	size_t row = s->end_row;
	size_t n = fit(s->label, s->span - LABEL_AT - 5);
	size_t begin = s->span - n - 9 > s->span ? 1 : s->span - n - 9;

	begin = begin > s->span / 3 ? s->span / 3 : begin;
	stroke(s, row, begin, GLYPH_FORGED, GLYPH_FORGED);
	line(s, row, begin + 1, s->span - 1);
	words(s, row, begin + 3, fit(s->label, s->span - begin - 5), s->label);
	head(s, row);
}

/* That there is an ACK one sees by its number, where there is no room. What
 * fits not even then is cut. */
static char *short_label(const struct shaft *s)
{
	const char *ack = strstr(s->label, ",ACK ");

	size_t room = label_room(s, s->end_row == LADDER_NOWHERE ? 2 : 1);

	if (!ack || utf8_width(s->label) <= room)
		return mem_strdup(s->label);
	return mem_printf("%.*s%s", (int)(ack - s->label), s->label, ack + 4);
}

static void draw_leg(const struct shaft *whole)
{
	SCOPED_FREE char *label = short_label(whole);
	struct shaft leg = *whole;
	const struct shaft *s = &leg;

	leg.label = label;
	if (s->row == LADDER_NOWHERE)
		draw_forged(s);
	else if (s->end_row == LADDER_NOWHERE)
		draw_lost(s);
	else if (s->end_row == s->row)
		draw_level(s);
	else
		draw_slanted(s);
}

static size_t distance(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

/* the lifeline behind the @at-th router that it came to, or would have */
static size_t next_life(const struct lanes *lanes,
			const struct ladder_arrow *arrow, size_t at)
{
	size_t mid = arrow->from ? lanes->n_mids - 1 : 0;

	if (at < arrow->points.n)
		return lanes->mid[arrow->points.v[at].mid];
	/* it came to the end, whatever is not known of its way */
	if (arrow->end_row != LADDER_NOWHERE || !lanes->n_mids)
		return lanes->life[!arrow->from];
	if (at) {
		mid = arrow->points.v[at - 1].mid;
		if (mid == (arrow->from ? 0 : lanes->n_mids - 1))
			return lanes->life[!arrow->from];
		mid += arrow->from ? SIZE_MAX : 1;
	}
	return lanes->mid[mid];
}

static size_t down(const struct lanes *lanes, size_t row)
{
	return row == LADDER_NOWHERE ? row : row + lanes->top;
}

/* where one begins that nobody sent */
static size_t forger(const struct lanes *lanes,
		     const struct ladder_arrow *arrow)
{
	size_t to = arrow->points.n ? arrow->points.v[0].mid
		    : arrow->from   ? SIZE_MAX
				    : lanes->n_mids;
	size_t before = to + (arrow->from ? 1 : SIZE_MAX);

	return before < lanes->n_mids ? lanes->mid[before]
				      : lanes->life[arrow->from];
}

void arrow_draw(struct canvas *canvas, const struct lanes *lanes,
		const struct ladder_arrow *arrow, bool at_tail)
{
	bool forged = arrow->row == LADDER_NOWHERE;
	struct shaft leg = {
		.canvas = canvas,
		.base = forged ? forger(lanes, arrow)
			       : lanes->life[arrow->from],
		.from = arrow->from,
		.ink = arrow->cited   ? INK_BAD
		       : arrow->again ? INK_DOUBT
				      : INK_PLAIN,
		.row = down(lanes, arrow->row),
		.label = arrow->label,
		.lost = arrow->lost,
		.at_tail = at_tail,
	};

	for (size_t i = 0; i <= arrow->points.n; i++) {
		size_t to = next_life(lanes, arrow, i);
		bool last = i == arrow->points.n;

		leg.span = distance(leg.base, to);
		leg.beyond = distance(leg.base, lanes->life[!arrow->from]);
		leg.end_row = down(lanes, last ? arrow->end_row
					       : arrow->points.v[i].row);
		leg.landing = last ? arrow->landing : NULL;
		draw_leg(&leg);
		if (last)
			return;
		if (!arrow->points.v[i].on) {
			canvas_stroke(canvas, leg.end_row, to, GLYPH_LOST,
				      INK_BAD);
			return;
		}
		leg.base = to;
		leg.label = leg.end_row == leg.row ? "" : arrow->label;
		leg.row = leg.end_row;
	}
}

void arrows_draw(struct canvas *canvas, const struct lanes *lanes,
		 const struct ladder_sheet *sheet)
{
	vec_foreach(&sheet->arrows, arrow)
		arrow_draw(canvas, lanes, arrow, false);
}

void arrows_bulk(struct canvas *canvas, const struct lanes *lanes, size_t row,
		 int from, const char *text)
{
	struct shaft shaft = {
		.canvas = canvas,
		.base = lanes->life[from],
		.from = from,
		.span = lanes->life[1] - lanes->life[0],
		.ink = INK_DIM,
	};
	size_t n = fit(text, shaft.span - 6);

	stroke(&shaft, row, 2, GLYPH_CUT, GLYPH_CUT);
	words(&shaft, row, 4, n, text);
	line(&shaft, row, 4 + n + 1, shaft.span - 1);
	head(&shaft, row);
}
