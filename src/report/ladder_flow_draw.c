/*
 * ladder_flow_draw.c - several hosts' ladder as lines of text
 *
 * A row is of one connection, and its arrow is on one side of a lifeline: what
 * its state is stands on the other.
 */
#include "report/ladder_flow_draw.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "report/ladder_arrows.h"
#include "report/ladder_canvas.h"
#include "report/ladder_draw.h"
#include "report/page.h"
#include "report/utf8.h"

/** GAP_COLS - between two lifelines, "c1 SYN,ACK 0/1" and an arrow */
#define GAP_COLS 18

/** STATE_COLS - outside, "c1 ESTABLISHED", the most */
#define STATE_COLS 16

/** struct drawing - a ladder while it is drawn; @top: line of the first row */
struct drawing {
	struct canvas canvas;
	const struct ladder_flow *flow;
	size_t time;
	size_t top;
};

static const struct ladder_row *row_of(const struct flow_row *row)
{
	return &row->connection->sheet.rows.v[row->row];
}

/* columns for the states of a host */
static size_t state_cols(const struct ladder_flow *flow, size_t host)
{
	size_t cols = 0;

	vec_foreach(&flow->connections, c) {
		for (size_t i = 0; i < c->sheet.rows.n; i++) {
			for (int e = 0; e < 2; e++) {
				const char *state = c->sheet.rows.v[i].state[e];
				size_t width =
					state && c->host[e] == host
						? utf8_width(c->name) + 1 +
							  utf8_width(state)
						: 0;

				cols = width > cols ? width : cols;
			}
		}
	}
	return cols < STATE_COLS ? cols : STATE_COLS;
}

static bool place_hosts(struct ladder_flow *flow, size_t time)
{
	size_t n = flow->hosts.n;
	size_t left = time + 1 + state_cols(flow, 0) + 1;
	size_t around = state_cols(flow, n - 1) + 2;

	if (flow->cols < left + around + (n - 1) * GAP_COLS)
		return false;
	for (size_t i = 0; i < n; i++)
		flow->hosts.v[i].col =
			left + (flow->cols - left - around) * i / (n - 1);
	return true;
}

static size_t col_of(const struct drawing *d, const struct flow_connection *c,
		     int end)
{
	return d->flow->hosts.v[c->host[end]].col;
}

static void draw_lives(struct drawing *d, size_t at, const struct flow_row *row,
		       const size_t *waiting)
{
	for (size_t i = 0; i < d->flow->hosts.n; i++) {
		bool call = false;

		for (int e = 0; row->connection && e < 2; e++)
			call |= row->connection->host[e] == i &&
				row_of(row)->call[e];
		canvas_stroke(&d->canvas, at, d->flow->hosts.v[i].col,
			      waiting[i]	? GLYPH_BAR
			      : row->silence_ns ? GLYPH_SILENCE
			      : call		? GLYPH_CALL
						: GLYPH_LIFE,
			      waiting[i] ? INK_DOUBT : INK_DIM);
	}
}

/* beside a lifeline, up to the next, or to the page's edge */
static void draw_beside(struct drawing *d, size_t at, size_t host, bool left,
			enum ink ink, const char *text)
{
	const struct flow_host *hosts = d->flow->hosts.v;
	size_t col = hosts[host].col;
	size_t from = !left  ? col + 2
		      : host ? hosts[host - 1].col + 2
			     : d->time + 1;
	size_t until = left			     ? col - 1
		       : host + 1 < d->flow->hosts.n ? hosts[host + 1].col - 1
						     : d->flow->cols;

	canvas_call(&d->canvas, at, from, until - from, left, ink, text);
}

/* that it was TIME_WAIT, the thick line says, too */
static char *call_text(const struct flow_row *row, int end)
{
	const struct ladder_row *r = row_of(row);
	const char *wait = strstr(r->call[end], " of TIME_WAIT");

	if (r->guest)
		return mem_strdup(r->call[end]);
	if (!wait)
		return mem_printf("%s %s", row->connection->name, r->call[end]);
	return mem_printf("%s %.*s%s", row->connection->name,
			  (int)(wait - r->call[end]), r->call[end],
			  wait + strlen(" of TIME_WAIT"));
}

static void draw_end(struct drawing *d, size_t at, const struct flow_row *row,
		     int end)
{
	const struct flow_connection *c = row->connection;
	const struct ladder_row *r = row_of(row);
	size_t host = c->host[end];
	size_t last = d->flow->hosts.n - 1;
	bool left = c->host[!end] > host;

	if (r->state[end]) {
		SCOPED_FREE char *text =
			mem_printf("%s %s", c->name, r->state[end]);

		draw_beside(d, at, host,
			    host == 0	   ? true
			    : host == last ? false
					   : left,
			    r->cited ? INK_BAD : INK_BOLD, text);
	}
	if (r->call[end]) {
		SCOPED_FREE char *text = call_text(row, end);

		draw_beside(d, at, host,
			    host == 0	   ? false
			    : host == last ? true
					   : !left,
			    r->cited ? INK_BAD : INK_PLAIN, text);
	}
}

static void draw_middle(struct drawing *d, size_t at,
			const struct flow_row *row)
{
	const struct ladder_row *r = row_of(row);
	size_t left = d->flow->hosts.v[0].col;
	size_t room = d->flow->hosts.v[d->flow->hosts.n - 1].col - left - 3;
	size_t width = r->note ? utf8_width(r->note) : 0;
	size_t skip = width < room ? (room - width) / 2 : 0;

	if (r->note)
		(void)canvas_text(&d->canvas, at, left + 2 + skip, room - skip,
				  r->cited ? INK_BAD : INK_DOUBT, r->note);
}

/* the two lifelines of a connection, as if there were no others */
static struct lanes lanes_of(const struct drawing *d,
			     const struct flow_connection *c)
{
	size_t a = col_of(d, c, 0);
	size_t b = col_of(d, c, 1);

	return (struct lanes){.life = {a < b ? a : b, a < b ? b : a},
			      .top = d->top};
}

/* an arrow goes past the lifelines of others */
static void cross_others(struct drawing *d, const struct lanes *lanes,
			 size_t at)
{
	for (size_t i = 0; i < d->flow->hosts.n; i++) {
		size_t col = d->flow->hosts.v[i].col;

		if (col > lanes->life[0] && col < lanes->life[1])
			canvas_cross(&d->canvas, at, col);
	}
}

static void draw_arrows(struct drawing *d, const struct flow_connection *c)
{
	struct lanes lanes = lanes_of(d, c);
	bool turned = col_of(d, c, 0) > col_of(d, c, 1);

	vec_foreach(&c->sheet.arrows, a) {
		struct ladder_arrow arrow = *a;
		SCOPED_FREE char *label =
			mem_printf("%s %s", c->name, a->label);

		arrow.label = label;
		arrow.from = turned ? !a->from : a->from;
		if (a->row != LADDER_NOWHERE)
			arrow.row = c->place[a->row];
		if (a->end_row != LADDER_NOWHERE)
			arrow.end_row = c->place[a->end_row];
		arrow_draw(&d->canvas, &lanes, &arrow, true);
		if (a->row != LADDER_NOWHERE)
			cross_others(d, &lanes, arrow.row + d->top);
		if (a->end_row != LADDER_NOWHERE)
			cross_others(d, &lanes, arrow.end_row + d->top);
	}
}

static void draw_bulk(struct drawing *d, size_t at, const struct flow_row *row)
{
	const struct flow_connection *c = row->connection;
	const struct ladder_row *r = row_of(row);
	struct lanes lanes = lanes_of(d, c);
	SCOPED_FREE char *text = NULL;
	bool turned = col_of(d, c, 0) > col_of(d, c, 1);

	if (!r->bulk)
		return;
	text = mem_printf("%s %s", c->name, r->bulk);
	arrows_bulk(&d->canvas, &lanes, at,
		    turned ? !r->bulk_from : r->bulk_from, text);
}

static void draw_rows(struct drawing *d)
{
	const struct ladder_flow *flow = d->flow;
	size_t *waiting = mem_new(size_t, flow->hosts.n);
	bool *bars = mem_new(bool, 2 * flow->connections.n);

	for (size_t i = 0; i < flow->rows.n; i++) {
		const struct flow_row *row = &flow->rows.v[i];
		const struct flow_connection *c = row->connection;
		size_t number = c ? (size_t)(c - flow->connections.v) : 0;
		struct ladder_row silence = {.silence_ns = row->silence_ns};

		for (int e = 0; c && e < 2; e++) {
			bool *bar = &bars[2 * number + (size_t)e];

			waiting[c->host[e]] -= *bar;
			*bar = row_of(row)->bar[e];
			waiting[c->host[e]] += *bar;
		}
		ladder_draw_time(&d->canvas, c ? row_of(row) : &silence,
				 d->top + i, d->time);
		draw_lives(d, d->top + i, row, waiting);
		if (!c)
			continue;
		draw_middle(d, d->top + i, row);
		draw_bulk(d, d->top + i, row);
		for (int e = 0; e < 2; e++)
			draw_end(d, d->top + i, row, e);
	}
	free(waiting);
	free(bars);
}

/* who is who, and the hosts over their lifelines */
static void draw_names(struct drawing *d)
{
	for (size_t i = 0; i < d->flow->connections.n; i++) {
		const struct flow_connection *c = &d->flow->connections.v[i];
		SCOPED_FREE char *text =
			mem_printf("%s  %s", c->name, c->legend);

		(void)canvas_text(&d->canvas, i, 2, d->flow->cols - 2, INK_DIM,
				  text);
	}
	(void)canvas_text(&d->canvas, d->top - 1, 0, 2, INK_DIM, "ms");
	vec_foreach(&d->flow->hosts, host) {
		size_t width = utf8_width(host->name);

		width = width < GAP_COLS - 2 ? width : GAP_COLS - 2;
		(void)canvas_text(&d->canvas, d->top - 1, host->col - width / 2,
				  width, INK_BOLD, host->name);
	}
}

bool ladder_flow_draw(struct ladder_flow *flow, const struct page *page)
{
	struct drawing d = {.flow = flow, .top = flow->connections.n + 1};

	vec_foreach(&flow->connections, c) {
		size_t cols = ladder_time_cols(&c->sheet);

		d.time = cols > d.time ? cols : d.time;
	}
	if (!place_hosts(flow, d.time))
		return false;
	d.canvas = canvas_new(flow->rows.n + d.top, flow->cols, flow->ascii);
	draw_names(&d);
	draw_rows(&d);
	vec_foreach(&flow->connections, c)
		draw_arrows(&d, c);
	str_addc(page->out, '\n', 1);
	canvas_print(&d.canvas, page, 0);
	canvas_done(&d.canvas);
	return true;
}
