/*
 * page.c - paragraphs and colours on a page of 80 columns
 */
#include "report/page.h"

#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/str.h"
#include "report/utf8.h"

static const char *const sgr[] = {
	[INK_PLAIN] = "",
	[INK_BOLD] = "\033[1m",
	[INK_DIM] = "\033[2m",
	[INK_GOOD] = "\033[32m",
	[INK_DOUBT] = "\033[33m",
	[INK_BAD] = "\033[1;31m",
	[INK_BROKEN] = "\033[1;35m",
};
TABLE_COVERS(sgr, INKS);

static void ink_on(const struct page *page, enum ink ink)
{
	if (page->colour)
		str_add(page->out, sgr[ink]);
}

static void ink_off(const struct page *page, enum ink ink)
{
	if (page->colour && ink != INK_PLAIN)
		str_add(page->out, "\033[0m");
}

void page_ink(const struct page *page, enum ink ink, const char *text)
{
	ink_on(page, ink);
	utf8_clean(page->out, text);
	ink_off(page, ink);
}

/* One line of a paragraph's own. */
static void wrap_line(const struct page *page, size_t indent, size_t col,
		      enum ink ink, const char *line, size_t len)
{
	const char *end = line + len;
	bool first = true;

	ink_on(page, ink);
	while (line < end) {
		size_t skip = strspn(line, " ");
		size_t word = strcspn(line + skip, " \n");
		SCOPED_FREE char *text = mem_strndup(line + skip, word);
		size_t width = utf8_width(text);

		if (line + skip >= end)
			break;
		if (!first && col + skip + width > PAGE_COLS) {
			ink_off(page, ink);
			str_addc(page->out, '\n', 1);
			str_addc(page->out, ' ', indent);
			ink_on(page, ink);
			col = indent;
		} else if (!first || skip) {
			str_addc(page->out, ' ', skip);
			col += skip;
		}
		utf8_clean(page->out, text);
		col += width;
		line += skip + word;
		first = false;
	}
	ink_off(page, ink);
}

void page_para(const struct page *page, size_t indent, size_t col, enum ink ink,
	       const char *text)
{
	for (;;) {
		size_t len = strcspn(text, "\n");

		wrap_line(page, indent, col, ink, text, len);
		str_addc(page->out, '\n', 1);
		/* a trailing newline ends the paragraph, it begins no line */
		if (!text[len] || !text[len + 1])
			return;
		text += len + 1;
		str_addc(page->out, ' ', indent);
		col = indent;
	}
}

void page_label(const struct page *page, size_t indent, size_t width,
		const char *label, enum ink ink, const char *text)
{
	str_addc(page->out, ' ', indent);
	page_pad(page, INK_DIM, label, width);
	page_para(page, indent + width, indent + width, ink, text);
}

void page_pad(const struct page *page, enum ink ink, const char *text,
	      size_t width)
{
	size_t used = utf8_width(text);

	page_ink(page, ink, text);
	if (used < width)
		str_addc(page->out, ' ', width - used);
}
