/*
 * ladder_canvas.c - a grid of characters that lines and words are put on
 */
#include "report/ladder_canvas.h"

#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "base/str.h"
#include "report/utf8.h"

static const struct {
	uint32_t fine;
	char plain;
} glyphs[] = {
	[GLYPH_LIFE] = {0x2502, '|'},	   [GLYPH_BAR] = {0x2503, '#'},
	[GLYPH_SILENCE] = {0x22EE, ':'},   [GLYPH_CALL] = {0x25CF, 'o'},
	[GLYPH_OUT] = {0x251C, '+'},	   [GLYPH_OUT_LEFT] = {0x2524, '+'},
	[GLYPH_LINE] = {0x2500, '-'},	   [GLYPH_DOWN_RIGHT] = {0x2572, '\\'},
	[GLYPH_DOWN_LEFT] = {0x2571, '/'}, [GLYPH_HEAD_RIGHT] = {0x25B6, '>'},
	[GLYPH_CROSS] = {0x253C, '|'},	   [GLYPH_HEAD_LEFT] = {0x25C0, '<'},
	[GLYPH_LOST] = {0x2717, 'X'},	   [GLYPH_FORGED] = {0x2726, '*'},
	[GLYPH_CUT] = {0x2026, '~'},
};
TABLE_COVERS(glyphs, GLYPHS);

struct canvas canvas_new(size_t rows, size_t cols, bool ascii)
{
	return (struct canvas){
		.cells = mem_new(struct canvas_cell, rows * cols),
		.rows = rows,
		.cols = cols,
		.ascii = ascii,
	};
}

void canvas_done(struct canvas *canvas)
{
	free(canvas->cells);
	canvas->cells = NULL;
}

static void put(struct canvas *canvas, size_t row, size_t col, uint32_t c,
		enum ink ink)
{
	if (row >= canvas->rows || col >= canvas->cols)
		return;
	canvas->cells[row * canvas->cols + col] =
		(struct canvas_cell){.c = c, .ink = ink};
}

void canvas_stroke(struct canvas *canvas, size_t row, size_t col,
		   enum glyph glyph, enum ink ink)
{
	uint32_t plain = (unsigned char)glyphs[glyph].plain;

	put(canvas, row, col, canvas->ascii ? plain : glyphs[glyph].fine, ink);
}

void canvas_line(struct canvas *canvas, size_t row, size_t from, size_t to,
		 enum ink ink)
{
	for (size_t col = from; col < to; col++)
		canvas_stroke(canvas, row, col, GLYPH_LINE, ink);
}

static uint32_t at(const struct canvas *canvas, size_t row, size_t col)
{
	return row < canvas->rows && col < canvas->cols
		       ? canvas->cells[row * canvas->cols + col].c
		       : ' ';
}

void canvas_cross(struct canvas *canvas, size_t row, size_t col)
{
	uint32_t shaft = canvas->ascii ? (unsigned char)glyphs[GLYPH_LINE].plain
				       : glyphs[GLYPH_LINE].fine;

	if (at(canvas, row, col) == shaft)
		canvas_stroke(canvas, row, col, GLYPH_CROSS, INK_DIM);
}

/* of strokes none is among these, but those of calls and losses */
static bool is_word(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == ',' || c == ')';
}

bool canvas_open(const struct canvas *canvas, size_t row, size_t col)
{
	return at(canvas, row, col) == 0 && col > 0 &&
	       !is_word(at(canvas, row, col - 1)) &&
	       !is_word(at(canvas, row, col + 1));
}

/* a line break would tear the grid as an escape would */
static uint32_t safe(const struct canvas *canvas, uint32_t c)
{
	if (c == '\n' || c == '\t')
		return ' ';
	if (utf8_is_control(c))
		c = UTF8_BAD;
	return canvas->ascii && c > '~' ? '?' : c;
}

size_t canvas_text(struct canvas *canvas, size_t row, size_t col, size_t room,
		   enum ink ink, const char *text)
{
	size_t width = utf8_width(text);
	size_t n = width > room ? room : width;

	for (size_t i = 0; i < n; i++)
		put(canvas, row, col + i, safe(canvas, utf8_next(&text)), ink);
	if (width > room && room)
		canvas_stroke(canvas, row, col + room - 1, GLYPH_CUT, ink);
	return n;
}

void canvas_text_right(struct canvas *canvas, size_t row, size_t col,
		       size_t room, enum ink ink, const char *text)
{
	size_t width = utf8_width(text);

	if (width < room)
		col += room - width;
	(void)canvas_text(canvas, row, col, room, ink, text); /* it knows */
}

void canvas_call(struct canvas *canvas, size_t row, size_t col, size_t room,
		 bool right, enum ink ink, const char *text)
{
	const char *result = strstr(text, ") = ");
	size_t tail = result ? utf8_width(result) : 0;

	if (utf8_width(text) > room && tail && tail + 4 < room) {
		(void)canvas_text(canvas, row, col, room - tail, ink, text);
		canvas_text_right(canvas, row, col, room, ink, result);
	} else if (right) {
		canvas_text_right(canvas, row, col, room, ink, text);
	} else {
		(void)canvas_text(canvas, row, col, room, ink, text);
	}
}

/* columns up to the last that is not blank */
static size_t used(const struct canvas *canvas, size_t row)
{
	const struct canvas_cell *cells = canvas->cells + row * canvas->cols;
	size_t n = canvas->cols;

	while (n && (cells[n - 1].c == 0 || cells[n - 1].c == ' '))
		n--;
	return n;
}

static void print_row(const struct canvas *canvas, const struct page *page,
		      size_t row)
{
	const struct canvas_cell *cells = canvas->cells + row * canvas->cols;
	size_t n = used(canvas, row);

	for (size_t i = 0; i < n;) {
		SCOPED_STR struct str piece = {0};
		enum ink ink = cells[i].c ? cells[i].ink : INK_PLAIN;

		for (; i < n && (cells[i].c ? cells[i].ink : INK_PLAIN) == ink;
		     i++)
			utf8_add(&piece, cells[i].c ? cells[i].c : ' ');
		page_ink(page, ink, str_text(&piece));
	}
}

void canvas_print(const struct canvas *canvas, const struct page *page,
		  size_t indent)
{
	for (size_t row = 0; row < canvas->rows; row++) {
		if (used(canvas, row))
			str_addc(page->out, ' ', indent);
		print_row(canvas, page, row);
		str_addc(page->out, '\n', 1);
	}
}
