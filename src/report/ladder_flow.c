/*
 * ladder_flow.c - all connections of several hosts on one ladder
 */
#include "report/ladder_flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "event/event.h"
#include "event/journal.h"
#include "report/ladder_each.h"
#include "report/ladder_flow_draw.h"
#include "report/ladder_sheet.h"
#include "report/report.h"
#include "timeline/history.h"

/** SILENCE_NS - a pause that is marked */
#define SILENCE_NS (100 * NS_PER_MS)

/** NAME_MOST - of a longer name, a number takes the place */
#define NAME_MOST 8

static char *copy(const char *text)
{
	return text ? mem_strdup(text) : NULL;
}

static size_t host_number(struct ladder_flow *flow, const char *name)
{
	for (size_t i = 0; i < flow->hosts.n; i++)
		if (name && strcmp(flow->hosts.v[i].name, name) == 0)
			return i;
	return LADDER_NOWHERE;
}

static void take_rows(struct flow_connection *c,
		      const struct ladder_sheet *sheet)
{
	for (size_t i = 0; i < sheet->rows.n; i++) {
		const struct ladder_row *row = &sheet->rows.v[i];
		struct ladder_row new = *row;

		for (int e = 0; e < 2; e++) {
			new.state[e] = copy(row->state[e]);
			new.call[e] = copy(row->call[e]);
		}
		new.note = copy(row->note);
		new.bulk = copy(row->bulk);
		vec_push(&c->sheet.rows, new);
	}
	for (size_t i = 0; i < sheet->arrows.n; i++) {
		struct ladder_arrow new = sheet->arrows.v[i];

		new.label = copy(new.label);
		new.landing = copy(new.landing);
		new.lost = copy(new.lost);
		memset(&new.points, 0, sizeof(new.points));
		vec_push(&c->sheet.arrows, new);
	}
}

static void take(void *arg, const struct history_connection *connection,
		 const struct ladder_sheet *sheet)
{
	struct ladder_flow *flow = arg;
	struct flow_connection *c = vec_grow(&flow->connections);
	SCOPED_FREE char *left = ladder_end_name(&connection->ends[0]);
	SCOPED_FREE char *right = ladder_end_name(&connection->ends[1]);

	c->name = copy(connection->ends[0].name);
	c->legend = mem_printf("%s - %s", left, right);
	for (int e = 0; e < 2; e++) {
		c->host[e] = host_number(flow, connection->ends[e].host);
		if (c->host[e] != LADDER_NOWHERE && connection->n_segments)
			flow->hosts.v[c->host[e]].busy = true;
	}
	flow->routed |= sheet->n_left_out > 0;
	take_rows(c, sheet);
}

static void find_hosts(struct ladder_flow *flow,
		       const struct report_result *result)
{
	for (size_t i = 0; i < result->journal->n; i++) {
		const struct event *e = &result->journal->events[i];
		struct flow_host new = {.name = e->host};

		if (e->kind == EVENT_HOST && e->host &&
		    host_number(flow, e->host) == LADDER_NOWHERE)
			vec_push(&flow->hosts, new);
	}
}

/* only those that talk; their numbers change */
static void leave_out_quiet(struct ladder_flow *flow)
{
	size_t *number = mem_new(size_t, flow->hosts.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < flow->hosts.n; i++) {
		number[i] = n;
		if (flow->hosts.v[i].busy)
			flow->hosts.v[n++] = flow->hosts.v[i];
	}
	flow->hosts.n = n;
	vec_foreach(&flow->connections, c) {
		for (int e = 0; e < 2; e++)
			if (c->host[e] != LADDER_NOWHERE)
				c->host[e] = number[c->host[e]];
	}
	free(number);
}

/* each end is somewhere, the two are not on one host, nor is a router between
 * them, which a ladder of their own would show */
static bool is_for_several(const struct ladder_flow *flow)
{
	vec_foreach(&flow->connections, c) {
		if (c->host[0] == LADDER_NOWHERE ||
		    c->host[1] == LADDER_NOWHERE || c->host[0] == c->host[1])
			return false;
	}
	return !flow->routed && flow->hosts.n > 2 && flow->connections.n > 1;
}

static bool is_taken(const struct ladder_flow *flow,
		     const struct flow_connection *c)
{
	vec_foreach(&flow->connections, other) {
		if (other != c && other->name &&
		    strcmp(other->name, c->name) == 0)
			return true;
	}
	return false;
}

/* the opener's socket, if that says which; else a number */
static void name_all(struct ladder_flow *flow)
{
	bool good = true;

	vec_foreach(&flow->connections, c) {
		good &= c->name && strlen(c->name) <= NAME_MOST &&
			!is_taken(flow, c);
	}
	for (size_t i = 0; !good && i < flow->connections.n; i++) {
		free(flow->connections.v[i].name);
		flow->connections.v[i].name = mem_printf("%zu", i + 1);
	}
}

/* the connection whose next row is the earliest; NULL: all are done */
static struct flow_connection *earliest(const struct ladder_flow *flow)
{
	struct flow_connection *best = NULL;

	vec_foreach(&flow->connections, c) {
		/* of silences there are others */
		while (c->next < c->sheet.rows.n &&
		       c->sheet.rows.v[c->next].silence_ns)
			c->next++;
		if (c->next < c->sheet.rows.n &&
		    (!best || c->sheet.rows.v[c->next].t_ns <
				      best->sheet.rows.v[best->next].t_ns))
			best = c;
	}
	return best;
}

static void merge(struct ladder_flow *flow)
{
	int64_t last_ns = INT64_MAX;
	struct flow_connection *c;

	vec_foreach(&flow->connections, all)
		all->place = mem_new(size_t, all->sheet.rows.n + 1);
	while ((c = earliest(flow))) {
		int64_t t_ns = c->sheet.rows.v[c->next].t_ns;
		struct flow_row new = {.connection = c, .row = c->next};

		if (last_ns < t_ns && t_ns - last_ns >= SILENCE_NS) {
			struct flow_row silence = {.silence_ns =
							   t_ns - last_ns};

			vec_push(&flow->rows, silence);
		}
		last_ns = t_ns;
		c->place[c->next++] = flow->rows.n;
		vec_push(&flow->rows, new);
	}
}

static void done(struct ladder_flow *flow)
{
	vec_foreach(&flow->connections, c) {
		ladder_sheet_done(&c->sheet);
		free(c->name);
		free(c->legend);
		free(c->place);
	}
	vec_done(&flow->connections);
	vec_done(&flow->hosts);
	vec_done(&flow->rows);
}

bool ladder_flow(const struct report_result *result, size_t cols, bool ascii,
		 const struct page *page)
{
	struct ladder_flow flow = {.cols = cols, .ascii = ascii};
	bool drawn = false;

	if (!result->journal)
		return false;
	find_hosts(&flow, result);
	/* two hosts can be told without laying anything out */
	if (flow.hosts.n > 2) {
		ladder_each(result, 0, take, &flow);
		leave_out_quiet(&flow);
	}
	if (is_for_several(&flow)) {
		name_all(&flow);
		merge(&flow);
		drawn = flow.rows.n <= LADDER_FLOW_ROWS &&
			ladder_flow_draw(&flow, page);
	}
	done(&flow);
	return drawn;
}
