/*
 * way_ask.c - which segment brought an end where the kernel says that it is
 *
 * Where the rules say otherwise than the kernel does, what was walked is no
 * help; but of what arrived between two dumps only some can have done it.
 */
#include "timeline/way.h"

#include "tcp/segment.h"

#define FLAG(flag) TCP_FLAG_BIT(TCP_FLAG_##flag)

/** struct question - what is looked for */
struct question {
	uint8_t with; /* one of these flags */
	uint8_t without; /* none of these */
	bool sent_too; /* or it was sent */
	bool last; /* the last, not the first */
};

/* Return: can a segment do it at all */
static bool ask(enum tcp_state state, struct question *q)
{
	*q = (struct question){0};
	switch (state) {
	case TCP_STATE_SYN_RECV:
		q->with = FLAG(SYN);
		q->without = FLAG(ACK);
		q->last = true;
		return true;
	case TCP_STATE_ESTABLISHED:
	case TCP_STATE_FIN_WAIT2:
		q->with = FLAG(ACK);
		q->without = FLAG(RST);
		return true;
	case TCP_STATE_CLOSE_WAIT:
	case TCP_STATE_CLOSING:
		q->with = FLAG(FIN);
		return true;
	case TCP_STATE_TIME_WAIT:
		q->with = FLAG(FIN) | FLAG(ACK);
		q->without = FLAG(RST) | FLAG(SYN);
		return true;
	case TCP_STATE_CLOSED:
		q->with = FLAG(RST);
		q->sent_too = true;
		q->last = true;
		return true;
	case TCP_STATE_LISTEN:
	case TCP_STATE_SYN_SENT:
	case TCP_STATE_FIN_WAIT1:
	case TCP_STATE_LAST_ACK:
	case TCP_STATES:
		return false;
	}
	return false;
}

static bool answers(const struct question *q, const struct way_step *step,
		    const struct tcp_seen *row)
{
	return (!step->sent || q->sent_too) && (row->flags & q->with) &&
	       !(row->flags & q->without);
}

/* The first step that is not before @t_ns */
static size_t first_at(const struct way_stream *stream, int64_t t_ns)
{
	size_t low = 0;
	size_t high = stream->steps.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (stream->steps.v[mid].t_ns < t_ns)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct way_step *look_for(const struct tcp_seen *rows,
				       const struct way_stream *stream,
				       const struct question *q, int64_t lo_ns,
				       int64_t hi_ns)
{
	const struct way_step *found = NULL;

	for (size_t i = first_at(stream, lo_ns); i < stream->steps.n; i++) {
		const struct way_step *step = &stream->steps.v[i];

		if (step->t_ns > hi_ns)
			break;
		if (!answers(q, step, &rows[step->row]))
			continue;
		found = step;
		if (!q->last)
			break;
	}
	return found;
}

/* A dump tells that it was, and a segment when */
static void ask_restarts(const struct tcp_seen *rows,
			 const struct way_stream *stream, struct way *way)
{
	const struct question q = {
		.with = FLAG(ACK) | FLAG(SYN),
		.without = FLAG(RST),
	};

	vec_foreach(&way->restarts, restart) {
		const struct way_step *step;

		if (restart->lo_ns == restart->hi_ns)
			continue;
		step = look_for(rows, stream, &q, restart->lo_ns,
				restart->hi_ns);
		if (!step)
			continue;
		restart->t_ns = step->t_ns;
		restart->n = step->n;
	}
}

void way_ask(const struct tcp_seen *rows, const struct way_stream *stream,
	     struct way *way)
{
	for (size_t i = 0; i < way->claims.n; i++) {
		struct way_claim *claim = &way->claims.v[i];
		bool exact = claim->source == HISTORY_SOURCE_TRACE;
		int64_t lo_ns =
			exact ? claim->t_ns - WAY_BY_ARRIVAL_NS : claim->lo_ns;
		const struct way_step *step;
		struct question q;

		if (claim->cause_n ||
		    (!exact && claim->source != HISTORY_SOURCE_DUMP))
			continue;
		if (!ask(claim->state, &q))
			continue;
		if (i && claim[-1].t_ns > lo_ns)
			lo_ns = claim[-1].t_ns;
		step = look_for(rows, stream, &q, lo_ns,
				claim->hi_ns + (exact ? way->slack_ns : 0));
		if (!step)
			continue;
		claim->cause_n = step->n;
		if (!exact)
			claim->t_ns = step->t_ns;
	}
	ask_restarts(rows, stream, way);
}
