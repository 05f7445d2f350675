/*
 * diff_life.c - a connection, without what chance decides
 */
#include "report/diff_life.h"

#include "base/mem.h"
#include "base/str.h"
#include "event/journal.h"
#include "report/ladder_each.h"
#include "report/ladder_words.h"
#include "report/report.h"
#include "report/whole.h"
#include "tcp/seen.h"
#include "tcp/segment.h"
#include "timeline/history.h"

static char *end_name(const struct history_end *end)
{
	return mem_printf("%s%s%s", end->host ? end->host : "nobody",
			  end->name ? "." : "", end->name ? end->name : "");
}

static char *segment_text(const struct ladder_of *of,
			  const struct tcp_seen *segment, int from)
{
	static const char *const unknown = "nobody";
	const struct history_end *ends = of->connection->ends;
	/* of what is injected without a connection the number is a draw */
	bool drawn = segment->forged && segment->rel_seq == segment->seq;
	SCOPED_FREE char *label = drawn ? NULL : ladder_segment(segment);
	SCOPED_FREE char *lost = ladder_lost(of, segment);
	struct str text = {0};

	str_addf(&text, "%s > %s  ", ends[from].host ?: unknown,
		 ends[!from].host ?: unknown);
	if (drawn)
		segment_print_flags(segment->flags, &text);
	str_add(&text, label ?: "");
	if (segment->forged)
		str_add(&text, ", injected");
	if (segment->fate != SEEN_FATE_ARRIVED)
		str_addf(&text, ", lost%s%s", lost ? ": " : "", lost ?: "");
	return str_steal(&text);
}

static void add_segment(struct diff_life *life, const struct ladder_of *of,
			const struct history_item *item, int64_t last_ns[2])
{
	const struct tcp_seen *segment = &of->segments[item->index];
	int from = (item->end == 1) != (item->what == HISTORY_ARRIVED);
	struct diff_segment *new = vec_grow(&life->segments);

	*new = (struct diff_segment){
		.says = segment_text(of, segment, from),
		.from = from,
		.again = segment->again,
		.t_ns = item->t_ns,
		.since_ns = last_ns[from] < 0 ? -1 : item->t_ns - last_ns[from],
	};
	life->again[from] += segment->again;
	last_ns[from] = item->t_ns;
}

static void add_states(struct diff_life *life, int e,
		       const struct history_end *end)
{
	for (size_t i = 0; i < end->n_states; i++) {
		const struct history_state *s = &end->states[i];
		struct diff_state new = {
			.state = s->state,
			.took_ns =
				s->until_ns < 0 ? -1 : s->until_ns - s->from_ns,
		};

		vec_push(&life->states[e], new);
	}
}

static void add_life(struct diff_lives *lives, const struct ladder_of *of)
{
	struct diff_life *life = vec_grow(&lives->all);
	int64_t last_ns[2] = {-1, -1};

	for (int e = 0; e < 2; e++) {
		life->names[e] = end_name(&of->connection->ends[e]);
		add_states(life, e, &of->connection->ends[e]);
	}
	for (size_t i = 0; i < of->n_items; i++) {
		const struct history_item *item = &of->items[i];
		bool sent = item->what == HISTORY_SENT;

		if (item->connection != of->index)
			continue;
		if (item->what == HISTORY_ARRIVED)
			sent = of->segments[item->index].forged;
		if (sent)
			add_segment(life, of, item, last_ns);
	}
}

struct diff_lives diff_lives_new(const struct report_result *result)
{
	struct diff_lives lives = {0};
	struct whole whole;

	if (!result->journal)
		return lives;
	whole = whole_new(result->journal);
	for (size_t i = 0; i < whole.n_connections; i++) {
		const struct ladder_of of =
			ladder_of_connection(result, &whole, i);

		if (of.connection->n_segments)
			add_life(&lives, &of);
	}
	whole_done(&whole);
	return lives;
}

void diff_lives_done(struct diff_lives *lives)
{
	vec_foreach(&lives->all, life) {
		vec_foreach(&life->segments, segment) {
			free(segment->says);
		}
		vec_done(&life->segments);
		for (int e = 0; e < 2; e++) {
			vec_done(&life->states[e]);
			free(life->names[e]);
		}
	}
	vec_done(&lives->all);
}
