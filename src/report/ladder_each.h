/*
 * ladder_each.h - a scenario's connections, each as a sheet
 */
#pragma once

#include <stddef.h>

#include "report/ladder_sheet.h"

struct history_connection;
struct history_end;
struct report_result;
struct whole;

/** ladder_of_connection - what the @nth connection's sheet is made of, with
 * nothing cited; borrows from @result, and from @whole, its journal's */
struct ladder_of ladder_of_connection(const struct report_result *result,
				      const struct whole *whole, size_t nth);

/**
 * ladder_each - lay out each connection of which a segment was seen; if there
 * is none, what programs did on two hosts
 * @result: of which scenario; none without a journal
 * @mids_max: with more routers between its ends, none is drawn
 * @take: called for each, in the order of their begin; both borrowed
 * @arg: passed to @take
 */
void ladder_each(const struct report_result *result, size_t mids_max,
		 void (*take)(void *arg,
			      const struct history_connection *connection,
			      const struct ladder_sheet *sheet),
		 void *arg);

/** ladder_end_name - "client.c 10.0.0.1:40312"; caller frees */
char *ladder_end_name(const struct history_end *end);
