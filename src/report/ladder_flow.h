/*
 * ladder_flow.h - all connections of several hosts on one ladder
 *
 * Where more than two hosts talk to each other, a ladder a connection does not
 * tell what came before what. Here each host has a lifeline, and the rows of
 * all connections stand in the order of their times, with names before them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct page;
struct report_result;

/** LADDER_FLOW_ROWS - what is longer than this is not drawn as one */
#define LADDER_FLOW_ROWS 200

/**
 * ladder_flow - draw it, if it is one for several hosts, and fits
 * @result: of which scenario
 * @cols: columns of the page
 * @ascii: nothing but ASCII
 * @page: appended to
 *
 * Return: was it drawn; else nothing is appended.
 */
bool ladder_flow(const struct report_result *result, size_t cols, bool ascii,
		 const struct page *page);
