/*
 * timeline_op.c - which actions began and how they ended
 */
#include "timeline/timeline.h"

#include "timeline/fold.h"

static struct timeline_op *find_op(const struct timeline *tl, uint64_t op)
{
	for (size_t i = tl->ops.n; i > 0; i--)
		if (tl->ops.v[i - 1].end.op == op)
			return &tl->ops.v[i - 1];
	return NULL;
}

static struct event_op keep(struct timeline *tl, const struct event_op *op)
{
	struct event_op kept = *op;

	kept.program = arena_str(&tl->strings, op->program);
	kept.verb = arena_str(&tl->strings, op->verb);
	kept.socket = arena_str(&tl->strings, op->socket);
	kept.call = arena_str(&tl->strings, op->call);
	kept.value = arena_str(&tl->strings, op->value);
	return kept;
}

void fold_op(struct timeline *tl, const struct event *event)
{
	struct timeline_op *op;

	if (event->kind == EVENT_OP_BEGIN) {
		struct timeline_op begun = {
			.end = keep(tl, &event->op),
			.host = arena_str(&tl->strings, event->host),
			.step = event->step,
			.begin_ns = event->t_ns,
			.end_ns = -1,
			.begin_n = event->n,
		};

		vec_push(&tl->ops, begun);
		return;
	}
	op = find_op(tl, event->op.op);
	if (!op || op->ended)
		return;
	op->end = keep(tl, &event->op);
	op->ended = true;
	op->end_ns = event->t_ns;
	op->end_n = event->n;
}

const struct timeline_op *timeline_op(const struct timeline *tl, uint64_t op)
{
	return find_op(tl, op);
}

const struct timeline_op *timeline_ops(const struct timeline *tl, size_t *n)
{
	*n = tl->ops.n;
	return tl->ops.v;
}
