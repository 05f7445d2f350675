/*
 * truth_sock.c - what was true of one named socket, and from when on
 */
#include <string.h>

#include "judge/truth.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/* No kernel socket is known by that name, but an action with it failed: then
 * the program has none, and that is CLOSED. Return: event; 0 if not so */
static uint64_t failed_to_make(const struct timeline *tl,
			       const struct expect_sock *want)
{
	const struct timeline_op *ops;
	uint64_t n = 0;
	size_t n_ops;

	ops = timeline_ops(tl, &n_ops);
	for (size_t i = 0; i < n_ops; i++)
		if (ops[i].ended && ops[i].end.result < 0 &&
		    ops[i].end.socket && strcmp(ops[i].host, want->host) == 0 &&
		    strcmp(ops[i].end.socket, want->socket) == 0)
			n = ops[i].end_n;
	return n;
}

bool truth_of_sock(struct truth *truth, const struct timeline *tl,
		   const struct expect_sock *want)
{
	const struct sock_life *life =
		timeline_sock(tl, want->host, want->socket);
	bool absent = expect_sock_matches(want, NULL);
	uint64_t named_n =
		life && life->tied ? life->named_n : failed_to_make(tl, want);

	if (!named_n)
		return false;
	truth_start(truth, absent, named_n);
	truth->host = want->host;
	truth->source = "sockets";
	truth->looks = timeline_snaps(tl, want->host, &truth->n_looks);
	for (size_t i = 0; life && i < life->n_spans; i++) {
		const struct sock_span *s = &life->spans[i];

		truth_add(truth,
			  s->present ? expect_sock_matches(want, &s->sock)
				     : absent,
			  s->lo_ns, s->hi_ns, s->n);
	}
	return true;
}

const struct sock_span *truth_span_of(const struct sock_life *life, uint64_t n)
{
	for (size_t i = 0; life && n && i < life->n_spans; i++)
		if (life->spans[i].n == n)
			return &life->spans[i];
	return NULL;
}

static struct bracket bracket_of(const struct sock_span *span)
{
	struct bracket b = {
		.known = true,
		.lo_ns = span->lo_ns,
		.hi_ns = span->hi_ns,
		.n = span->n,
	};

	return b;
}

static enum tcp_state state_of(const struct sock_span *span)
{
	return span->present ? span->sock.state : TCP_STATE_CLOSED;
}

struct bracket truth_since(const struct sock_life *life, uint32_t states,
			   const struct entry *entry)
{
	struct bracket since = {0};
	bool within = false;

	for (size_t i = 0; life && i < life->n_spans; i++) {
		const struct sock_span *s = &life->spans[i];
		bool is = states & TCP_STATE_BIT(state_of(s));

		if (entry->found && s->lo_ns > entry->when.lo_ns)
			break;
		if (is && !within)
			since = bracket_of(s);
		within = is;
	}
	return since;
}

/* First span of the run of one state that span @i is in */
static size_t run_begin(const struct sock_life *life, size_t i)
{
	while (i > 0 &&
	       state_of(&life->spans[i - 1]) == state_of(&life->spans[i]))
		i--;
	return i;
}

struct bracket truth_state_begin(const struct sock_life *life, int64_t t_ns,
				 const struct entry *entry)
{
	struct bracket unknown = {0};
	size_t i;

	if (!life)
		return unknown;
	i = life->n_spans;
	while (i > 0 && life->spans[i - 1].lo_ns >= t_ns)
		i--;
	if (entry->already)
		while (i > 0 && life->spans[i - 1].n >= entry->when.n)
			i--;
	if (!i || !life->spans[i - 1].present)
		return unknown;
	return bracket_of(&life->spans[run_begin(life, i - 1)]);
}
