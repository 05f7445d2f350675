/*
 * ends.c - every socket of a journal, its path through the states, its peer
 */
#include "report/ends.h"

#include <string.h>

#include "event/event.h"

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Newest first: an address pair may be used again after its socket went. */
static struct end *find(struct ends *ends, const char *host,
			const struct tcp_sock *sock)
{
	for (size_t i = ends->all.n; i-- > 0;) {
		struct end *end = &ends->all.v[i];

		if (end->gone || !same_text(end->host, host))
			continue;
		if (sock->cookie && end->cookie) {
			if (sock->cookie == end->cookie)
				return end;
			continue;
		}
		if (endpoint_equal(&end->local, &sock->local) &&
		    endpoint_equal(&end->remote, &sock->remote))
			return end;
	}
	return NULL;
}

static void step_to(struct end *end, const struct event *event,
		    enum tcp_state state)
{
	struct end_change change = {
		.t_ns = event->t_ns, .event = event->n, .state = state};

	if (end->path.n && end->path.v[end->path.n - 1].state == state)
		return;
	vec_push(&end->path, change);
}

static void take_sock(struct ends *ends, const struct event *event)
{
	const struct tcp_sock *sock = &event->sock.sock;
	struct end *end = find(ends, event->host, sock);

	if (!end) {
		end = vec_grow(&ends->all);
		end->host = event->host;
		end->peer = ENDS_NONE;
		end->cookie = sock->cookie;
	}
	/* a bound socket gets its remote address when it connects */
	end->local = sock->local;
	end->remote = sock->remote;
	if (sock->inode)
		end->inode = sock->inode;
	if (event->sock.change == SOCK_CHANGE_GONE) {
		step_to(end, event, TCP_STATE_CLOSED);
		end->gone = true;
	} else {
		step_to(end, event, sock->state);
	}
}

/* An action tells which inode a name stands for; failing that, which
 * addresses. It may end before or after the first dump that shows it. */
static void name_ends(struct ends *ends, const struct event *event)
{
	const struct event_op *op = &event->op;

	if (!op->socket)
		return;
	vec_foreach(&ends->all, end) {
		bool by_inode = op->inode && op->inode == end->inode;
		bool by_pair = op->remote.family != AF_UNSPEC &&
			       endpoint_equal(&op->local, &end->local) &&
			       endpoint_equal(&op->remote, &end->remote);

		if (!end->name && same_text(end->host, event->host) &&
		    (by_inode || by_pair))
			end->name = op->socket;
	}
}

static bool are_peers(const struct end *a, const struct end *b)
{
	return a->remote.port && endpoint_equal(&a->local, &b->remote) &&
	       endpoint_equal(&a->remote, &b->local);
}

static bool overlap(const struct end *a, const struct end *b)
{
	int64_t a_last = a->path.v[a->path.n - 1].t_ns;
	int64_t b_last = b->path.v[b->path.n - 1].t_ns;

	return (!a->gone || b->path.v[0].t_ns <= a_last) &&
	       (!b->gone || a->path.v[0].t_ns <= b_last);
}

static void pair_up(struct ends *ends)
{
	for (size_t i = 0; i < ends->all.n; i++) {
		struct end *a = &ends->all.v[i];

		for (size_t j = i + 1; a->peer == ENDS_NONE && j < ends->all.n;
		     j++) {
			struct end *b = &ends->all.v[j];

			if (b->peer != ENDS_NONE || !are_peers(a, b) ||
			    !overlap(a, b))
				continue;
			a->peer = j;
			b->peer = i;
		}
	}
}

void ends_read(struct ends *ends, const struct event *events, size_t n)
{
	*ends = (struct ends){0};
	for (size_t i = 0; i < n; i++)
		if (events[i].kind == EVENT_SOCK)
			take_sock(ends, &events[i]);
	for (size_t i = 0; i < n; i++)
		if (events[i].kind == EVENT_OP_END)
			name_ends(ends, &events[i]);
	pair_up(ends);
}

void ends_done(struct ends *ends)
{
	vec_foreach(&ends->all, end)
		vec_done(&end->path);
	vec_done(&ends->all);
}
