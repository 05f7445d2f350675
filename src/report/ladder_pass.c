/*
 * ladder_pass.c - arrows of a sheet in the making come to routers
 */
#include "report/ladder_layout.h"

#include "report/ladder_words.h"
#include "tcp/seen.h"
#include "timeline/history.h"

size_t layout_position(const struct layout *l, size_t segment)
{
	const struct history_connection *c = l->of->connection;
	size_t lo = 0;
	size_t hi = c->n_segments;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->segments[mid] < segment)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->n_segments && c->segments[lo] == segment
		       ? lo
		       : LADDER_NOWHERE;
}

size_t layout_arrow(const struct layout *l, size_t segment)
{
	size_t at = layout_position(l, segment);

	return at != LADDER_NOWHERE && l->arrow_of[at] &&
			       l->arrow_of[at] != LAYOUT_FOLDED
		       ? l->arrow_of[at] - 1
		       : LADDER_NOWHERE;
}

bool layout_folded(const struct layout *l, size_t segment)
{
	size_t at = layout_position(l, segment);

	return at != LADDER_NOWHERE && l->arrow_of[at] == LAYOUT_FOLDED;
}

struct ladder_arrow *layout_arrow_new(struct layout *l, size_t segment,
				      int from)
{
	const struct tcp_seen *s = &l->of->segments[segment];
	size_t at = layout_position(l, segment);
	struct ladder_arrow arrow = {
		.from = from,
		.row = LADDER_NOWHERE,
		.end_row = LADDER_NOWHERE,
		.label = ladder_segment(s),
		.cited = ladder_cites(l->of, s->n) ||
			 ladder_cites(l->of, s->arrived_n) ||
			 ladder_cites(l->of, s->fault_n),
		.again = s->again,
		.index = segment,
	};

	vec_push(&l->sheet->arrows, arrow);
	if (at != LADDER_NOWHERE)
		l->arrow_of[at] = l->sheet->arrows.n;
	return &l->sheet->arrows.v[l->sheet->arrows.n - 1];
}

static int sender(const struct layout *l, const struct tcp_seen *s)
{
	return !endpoint_equal(&s->from, &l->of->connection->ends[0].local);
}

/* the row that it was on last, if it was there only just now and nothing came
 * between; else one of its own */
static size_t row_for(struct layout *l, const struct ladder_arrow *arrow,
		      int64_t t_ns)
{
	size_t last = arrow->points.n ? arrow->points.v[arrow->points.n - 1].row
				      : arrow->row;

	if (last == LADDER_NOWHERE || last != layout_last(l) ||
	    t_ns - l->sheet->rows.v[last].t_ns >= LAYOUT_SLANT_NS)
		(void)layout_row(l, t_ns); /* found by its number */
	return layout_last(l);
}

static void put(struct layout *l, size_t i, bool level)
{
	const struct ladder_pass *pass = &l->of->path->passes.v[i];
	const struct tcp_seen *s = &l->of->segments[pass->segment];
	struct ladder_point point = {.mid = pass->mid, .on = pass->out_n != 0};
	size_t at = layout_arrow(l, pass->segment);
	struct ladder_arrow *arrow;

	if (l->passed[i])
		return;
	l->passed[i] = true;
	if (layout_folded(l, pass->segment))
		return;
	arrow = at != LADDER_NOWHERE
			? &l->sheet->arrows.v[at]
			: layout_arrow_new(l, pass->segment, sender(l, s));
	point.row = level ? arrow->row : row_for(l, arrow, pass->t_ns);
	vec_push(&arrow->points, point);
}

static bool is_before(const struct ladder_pass *pass,
		      const struct history_item *item)
{
	return !item || pass->t_ns < item->t_ns ||
	       (pass->t_ns == item->t_ns && pass->in_n < item->n);
}

void layout_passes_before(struct layout *l, const struct history_item *item)
{
	const struct ladder_path *path = l->of->path;

	for (; path && l->pass < path->passes.n; l->pass++) {
		const struct ladder_pass *pass = &path->passes.v[l->pass];

		if (!l->passed[l->pass] && !is_before(pass, item))
			return;
		/* clocks may differ, but it is sent before it comes here */
		if (!l->passed[l->pass] && item &&
		    !l->of->segments[pass->segment].forged &&
		    !layout_folded(l, pass->segment) &&
		    layout_arrow(l, pass->segment) == LADDER_NOWHERE)
			return;
		put(l, l->pass, false);
	}
}

void layout_passes_of(struct layout *l, size_t segment, bool level)
{
	const struct ladder_path *path = l->of->path;
	uint64_t arrived_n = l->of->segments[segment].arrived_n;

	for (size_t i = l->pass; path && i < path->passes.n; i++) {
		const struct ladder_pass *pass = &path->passes.v[i];

		if (arrived_n && pass->in_n > arrived_n)
			return;
		if (pass->segment == segment)
			put(l, i, level);
	}
}
