/*
 * page.h - paragraphs and colours on a page of 80 columns
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct str;

/** PAGE_COLS - columns of a terminal that nobody has widened */
#define PAGE_COLS 80

/** enum ink - how a piece of text shall look */
enum ink {
	INK_PLAIN,
	INK_BOLD,
	INK_DIM,
	INK_GOOD, /* green */
	INK_DOUBT, /* yellow */
	INK_BAD, /* red */
	INK_BROKEN, /* magenta */
	INKS
};

/**
 * struct page - where text goes, and whether it may be coloured
 * @out: appended to; borrowed
 * @colour: write ANSI escapes (ECMA-48 SGR)
 */
struct page {
	struct str *out;
	bool colour;
};

/** page_ink - append @text, made safe (utf8_clean()), in @ink */
void page_ink(const struct page *page, enum ink ink, const char *text);

/**
 * page_para - a paragraph, wrapped between words, with a newline at its end
 * @page: where to
 * @indent: columns before every line but the first, which the caller began
 * @col: columns that the caller has already written on the first line
 * @ink: of the whole paragraph
 * @text: made safe; its own newlines are kept. A word wider than the page
 *	(a path) is not broken: it must still be good for copying
 */
void page_para(const struct page *page, size_t indent, size_t col, enum ink ink,
	       const char *text);

/** page_label - "    expected  text…", wrapped under the text's first word
 * @indent: columns before the label
 * @width: columns of the label with the space behind it */
void page_label(const struct page *page, size_t indent, size_t width,
		const char *label, enum ink ink, const char *text);

/** page_pad - append @text and spaces up to @width columns; never cut */
void page_pad(const struct page *page, enum ink ink, const char *text,
	      size_t width);
