/*
 * ends.c - every socket of a journal, its path through the states, its peer
 */
#include "report/ends.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "event/event.h"

/** struct reader - ends, and where each cookie is among them; a slot holds
 * an index plus one, 0 if it is free */
struct reader {
	struct ends *ends;
	size_t *table;
	size_t mask;
};

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Where an end's cookie is, or would be, in the table. */
static size_t slot_of(const struct reader *reader, const char *host,
		      uint64_t cookie)
{
	const struct ends *ends = reader->ends;
	size_t slot = (size_t)(cookie * UINT64_C(0x9E3779B97F4A7C15) >> 32);

	for (;; slot++) {
		size_t i = reader->table[slot & reader->mask];
		const struct end *end = i ? &ends->all.v[i - 1] : NULL;

		if (!end ||
		    (end->cookie == cookie && same_text(end->host, host)))
			return slot & reader->mask;
	}
}

/* Without a cookie, the addresses must do; newest first, since they may be
 * used again after their socket went. */
static struct end *find_pair(const struct reader *reader, const char *host,
			     const struct tcp_sock *sock)
{
	struct ends *ends = reader->ends;

	for (size_t i = ends->all.n; i-- > 0;) {
		struct end *end = &ends->all.v[i];

		if (!end->gone && same_text(end->host, host) &&
		    endpoint_equal(&end->local, &sock->local) &&
		    endpoint_equal(&end->remote, &sock->remote))
			return end;
	}
	return NULL;
}

static struct end *find(const struct reader *reader, const char *host,
			const struct tcp_sock *sock)
{
	size_t i;

	if (!sock->cookie)
		return find_pair(reader, host, sock);
	i = reader->table[slot_of(reader, host, sock->cookie)];
	return i ? &reader->ends->all.v[i - 1] : NULL;
}

static struct end *add(struct reader *reader, const char *host,
		       const struct tcp_sock *sock)
{
	struct end *end = vec_grow(&reader->ends->all);

	end->host = host;
	end->peer = ENDS_NONE;
	if (sock->cookie) {
		size_t slot = slot_of(reader, host, sock->cookie);

		reader->table[slot] = reader->ends->all.n;
	}
	end->cookie = sock->cookie;
	return end;
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

static void take_sock(struct reader *reader, const struct event *event)
{
	const struct tcp_sock *sock = &event->sock.sock;
	struct end *end = find(reader, event->host, sock);

	if (!end)
		end = add(reader, event->host, sock);
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
		/* one dump may miss a socket that moves between tables */
		end->gone = false;
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

/** struct link - one end under the two addresses of its connection, in an
 * order that is the same for both ends */
struct link {
	struct endpoint low;
	struct endpoint high;
	size_t end;
};

static int compare_points(const struct endpoint *a, const struct endpoint *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	if (a->family == AF_INET)
		return memcmp(&a->ip.v4, &b->ip.v4, sizeof(a->ip.v4));
	return memcmp(&a->ip.v6, &b->ip.v6, sizeof(a->ip.v6));
}

static int compare_links(const void *left, const void *right)
{
	const struct link *a = left;
	const struct link *b = right;
	int order = compare_points(&a->low, &b->low);

	if (order == 0)
		order = compare_points(&a->high, &b->high);
	if (order == 0)
		order = a->end < b->end ? -1 : a->end > b->end;
	return order;
}

static struct link link_of(const struct end *end, size_t index)
{
	bool ordered = compare_points(&end->local, &end->remote) <= 0;

	return (struct link){.low = ordered ? end->local : end->remote,
			     .high = ordered ? end->remote : end->local,
			     .end = index};
}

/* Sorted, the two ends of a connection, and all that ever used the same
 * addresses, stand together. */
static void pair_up(struct ends *ends)
{
	size_t n = ends->all.n;
	SCOPED_FREE struct link *links = mem_new(struct link, n);

	for (size_t i = 0; i < n; i++)
		links[i] = link_of(&ends->all.v[i], i);
	qsort(links, n, sizeof(*links), compare_links);
	for (size_t i = 0; i < n; i++) {
		struct end *a = &ends->all.v[links[i].end];

		for (size_t j = i + 1; a->peer == ENDS_NONE && j < n; j++) {
			struct end *b = &ends->all.v[links[j].end];

			if (compare_points(&links[i].low, &links[j].low) ||
			    compare_points(&links[i].high, &links[j].high))
				break;
			if (b->peer != ENDS_NONE || !are_peers(a, b) ||
			    !overlap(a, b))
				continue;
			a->peer = links[j].end;
			b->peer = links[i].end;
		}
	}
}

void ends_read(struct ends *ends, const struct event *events, size_t n)
{
	SCOPED_FREE size_t *table = NULL;
	struct reader reader = {.ends = ends};
	size_t room = 16;

	*ends = (struct ends){0};
	while (room < 2 * n)
		room *= 2;
	table = mem_new(size_t, room);
	reader.table = table;
	reader.mask = room - 1;
	for (size_t i = 0; i < n; i++)
		if (events[i].kind == EVENT_SOCK)
			take_sock(&reader, &events[i]);
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
