/*
 * ladder_flow_draw.h - several hosts' ladder as lines of text
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/ladder_sheet.h"

struct page;

/** struct flow_host - a lifeline; its name is borrowed; it has an end */
struct flow_host {
	const char *name;
	bool busy;
	size_t col;
};

/**
 * struct flow_connection - one of those on the ladder
 * @name: short, before what is of it; owned
 * @legend: its ends in full, owned
 * @host: number of each end's
 * @sheet: its own ladder; owned
 * @next: its first row that has no place yet
 * @place: of each of its rows, the one on the ladder
 */
struct flow_connection {
	char *name;
	char *legend;
	size_t host[2];
	struct ladder_sheet sheet;
	size_t next;
	size_t *place;
};

/** struct flow_row - a row of a connection's ladder; without one a silence */
struct flow_row {
	const struct flow_connection *connection;
	size_t row;
	int64_t silence_ns;
};

/** struct ladder_flow - all of it; @routed: there is a router between two ends
 */
struct ladder_flow {
	VEC(struct flow_host) hosts;
	VEC(struct flow_connection) connections;
	VEC(struct flow_row) rows;
	size_t cols;
	bool ascii;
	bool routed;
};

/** ladder_flow_draw - append it to @page, with a line of who is who for each
 * connection; false: there is no room, and nothing is appended */
bool ladder_flow_draw(struct ladder_flow *flow, const struct page *page);
