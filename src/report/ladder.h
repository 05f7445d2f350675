/*
 * ladder.h - a scenario's connections as ladders, for a terminal
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct page;
struct report_result;

/** LADDERS_TOLD - of one scenario, in its story; what failed is told always */
#define LADDERS_TOLD 4

/**
 * struct ladder_page - how to print them
 * @page: where to
 * @cols: columns of it; 0: PAGE_COLS
 * @ascii: nothing but ASCII
 * @all: also more than LADDERS_TOLD
 */
struct ladder_page {
	const struct page *page;
	size_t cols;
	bool ascii;
	bool all;
};

/** ladder_tell - each connection of which a segment was seen; nothing if there
 * is none */
void ladder_tell(const struct ladder_page *to,
		 const struct report_result *result);
