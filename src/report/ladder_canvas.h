/*
 * ladder_canvas.h - a grid of characters that lines and words are put on
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/page.h"

/** enum glyph - the strokes of a ladder; each is one column wide */
enum glyph {
	GLYPH_LIFE, /* a lifeline */
	GLYPH_BAR, /* … in TIME_WAIT */
	GLYPH_SILENCE, /* … while nothing happens for long */
	GLYPH_CALL, /* … where there was a system call */
	GLYPH_OUT, /* where an arrow leaves the left lifeline */
	GLYPH_OUT_LEFT, /* … the right one */
	GLYPH_LINE, /* an arrow's shaft */
	GLYPH_DOWN_RIGHT, /* … on its way to the right, a row further down */
	GLYPH_DOWN_LEFT,
	GLYPH_HEAD_RIGHT,
	GLYPH_HEAD_LEFT,
	GLYPH_CROSS, /* a shaft goes past a lifeline */
	GLYPH_LOST, /* the wire ate it */
	GLYPH_FORGED, /* nobody sent it */
	GLYPH_CUT, /* words that did not fit end here */
	GLYPHS
};

/** struct canvas - @rows lines of @cols columns */
struct canvas {
	struct canvas_cell *cells;
	size_t rows;
	size_t cols;
	bool ascii;
};

/** struct canvas_cell - a character; 0: nothing is there yet */
struct canvas_cell {
	uint32_t c;
	enum ink ink;
};

/** canvas_new - empty; @ascii: nothing else may be on it; release with
 * canvas_done() */
struct canvas canvas_new(size_t rows, size_t cols, bool ascii);

/** canvas_done - release it */
void canvas_done(struct canvas *canvas);

/** canvas_stroke - put a glyph; what is outside is not drawn */
void canvas_stroke(struct canvas *canvas, size_t row, size_t col,
		   enum glyph glyph, enum ink ink);

/** canvas_line - from column @from up to before @to */
void canvas_line(struct canvas *canvas, size_t row, size_t from, size_t to,
		 enum ink ink);

/** canvas_cross - where there is an arrow's shaft, it goes past a lifeline */
void canvas_cross(struct canvas *canvas, size_t row, size_t col);

/** canvas_open - is nothing there yet, and no word beside it */
bool canvas_open(const struct canvas *canvas, size_t row, size_t col);

/**
 * canvas_text - put words, made safe
 * @canvas: on which
 * @row: line
 * @col: where they begin
 * @room: columns that they may take; what is longer ends in GLYPH_CUT
 * @ink: their colour
 * @text: UTF-8; what is not ASCII becomes '?' where that is all there is
 *
 * Return: columns taken.
 */
size_t canvas_text(struct canvas *canvas, size_t row, size_t col, size_t room,
		   enum ink ink, const char *text);

/** canvas_text_right - likewise, their end at the right end of @room */
void canvas_text_right(struct canvas *canvas, size_t row, size_t col,
		       size_t room, enum ink ink, const char *text);

/** canvas_call - words at the left end of @room, or at the @right one; of a
 * call that is too long, what came of it is the last to be left out */
void canvas_call(struct canvas *canvas, size_t row, size_t col, size_t room,
		 bool right, enum ink ink, const char *text);

/** canvas_print - write its lines, without blanks at their ends; @indent:
 * columns before each */
void canvas_print(const struct canvas *canvas, const struct page *page,
		  size_t indent);
