/*
 * diff_life.c - a connection, without what chance decides
 */
#include "report/diff_life.h"

#include "base/mem.h"
#include "base/str.h"
#include "event/journal.h"
#include "report/diff_fold.h"
#include "report/ladder_each.h"
#include "report/ladder_words.h"
#include "report/report.h"
#include "report/whole.h"
#include "tcp/flow.h"
#include "tcp/seen.h"
#include "tcp/segment.h"
#include "timeline/history.h"

static const char nobody[] = "nobody";

static bool is_probe(const struct tcp_seen *segment)
{
	return segment->roles & (FLOW_ROLE_BIT(FLOW_KEEPALIVE) |
				 FLOW_ROLE_BIT(FLOW_WINDOW_PROBE));
}

/* an ACK that looks like an earlier one is only an answer once more */
static bool is_retransmission(const struct tcp_seen *segment)
{
	const uint8_t space =
		TCP_FLAG_BIT(TCP_FLAG_SYN) | TCP_FLAG_BIT(TCP_FLAG_FIN);

	return segment->again && !segment->forged &&
	       (segment->len || segment->flags & space);
}

static bool is_timed(const struct tcp_seen *segment)
{
	return is_retransmission(segment) ||
	       (is_probe(segment) && !segment->forged);
}

static bool is_plain(const struct tcp_seen *segment)
{
	const unsigned int flags =
		TCP_FLAG_BIT(TCP_FLAG_ACK) | TCP_FLAG_BIT(TCP_FLAG_PSH);
	const uint32_t roles =
		FLOW_ROLE_BIT(FLOW_DATA) | FLOW_ROLE_BIT(FLOW_ACK);

	return !(segment->flags & ~flags) && !(segment->roles & ~roles) &&
	       !segment->again && !segment->forged && !segment->fault_n &&
	       segment->fate == SEEN_FATE_ARRIVED;
}

/* since @from sent the same, or if it is a probe anything; a SYN,ACK that
 * answers a SYN is not the same as the SYN before it */
static int64_t since(const struct diff_life *life,
		     const struct tcp_seen *segment, int from, int64_t t_ns)
{
	for (size_t i = life->segments.n; i-- > 0;) {
		const struct diff_segment *s = &life->segments.v[i];

		if (s->from == from &&
		    (is_probe(segment) || (s->seq == segment->rel_seq &&
					   s->flags == segment->flags)))
			return t_ns - s->t_ns;
	}
	return -1;
}

static char *end_name(const struct history_end *end)
{
	return mem_printf("%s%s%s", end->host ?: nobody, end->name ? "." : "",
			  end->name ? end->name : "");
}

static char *segment_text(const struct ladder_of *of,
			  const struct tcp_seen *segment, int from)
{
	const struct history_end *ends = of->connection->ends;
	/* of what is injected without a connection the number is a draw */
	bool drawn = segment->forged && segment->rel_seq == segment->seq;
	SCOPED_FREE char *label = drawn ? NULL : ladder_segment(segment);
	SCOPED_FREE char *lost = ladder_lost(of, segment);
	struct str text = {0};

	str_addf(&text, "%s > %s  ", ends[from].host ?: nobody,
		 ends[!from].host ?: nobody);
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
			const struct history_item *item)
{
	const struct tcp_seen *segment = &of->segments[item->index];
	int from = (item->end == 1) != (item->what == HISTORY_ARRIVED);
	bool on_its_way = segment->fate == SEEN_FATE_ARRIVED &&
			  !segment->forged && !segment->fault_n;
	struct diff_segment new = {
		.says = segment_text(of, segment, from),
		.from = from,
		.timed = is_timed(segment),
		.t_ns = item->t_ns,
		.since_ns = is_timed(segment)
				    ? since(life, segment, from, item->t_ns)
				    : -1,
		.way_ns = on_its_way ? segment->arrived_ns - segment->t_ns : -1,
		.flags = segment->flags,
		.seq = segment->rel_seq,
		.len = segment->len,
		.plain = is_plain(segment),
	};

	vec_push(&life->segments, new);
	life->again[from] += is_retransmission(segment);
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

	for (int e = 0; e < 2; e++) {
		const struct history_end *end = &of->connection->ends[e];

		life->names[e] = end_name(end);
		life->hosts[e] = mem_strdup(end->host ?: nobody);
		life->named[e] = end->name != NULL;
		add_states(life, e, end);
	}
	life->port = of->connection->ends[1].local.port;
	for (size_t i = 0; i < of->n_items; i++) {
		const struct history_item *item = &of->items[i];
		bool sent = item->what == HISTORY_SENT;

		if (item->connection != of->index)
			continue;
		if (item->what == HISTORY_ARRIVED)
			sent = of->segments[item->index].forged;
		if (sent)
			add_segment(life, of, item);
	}
	diff_fold(life);
}

static bool is_virtual(const struct journal *journal)
{
	return journal->n && journal->events[0].kind == EVENT_BEGIN &&
	       journal->events[0].begin.virtual_time;
}

struct diff_lives diff_lives_new(const struct report_result *result)
{
	struct diff_lives lives = {0};
	struct whole whole;

	if (!result->journal)
		return lives;
	lives.virtual_time = is_virtual(result->journal);
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

#define EXCHANGE(pair)                                 \
	do {                                           \
		__typeof__((pair)[0]) was = (pair)[0]; \
		(pair)[0] = (pair)[1];                 \
		(pair)[1] = was;                       \
	} while (0)

void diff_life_turn(struct diff_life *life)
{
	EXCHANGE(life->names);
	EXCHANGE(life->hosts);
	EXCHANGE(life->named);
	EXCHANGE(life->states);
	EXCHANGE(life->again);
	vec_foreach(&life->segments, segment) {
		segment->from = !segment->from;
	}
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
			free(life->hosts[e]);
		}
	}
	vec_done(&lives->all);
}
