/*
 * life.c - which rows of which dumps are one socket
 *
 * DOC: Theory of operation
 *
 * The kernel shows one end of a connection as up to four objects: a request
 * socket (SYN_RECV, inode 0), the full socket (inode 0 until accept(2), then
 * its inode, then 0 again once the last descriptor is closed), and timewait
 * minisockets for FIN_WAIT2 without an owner and for TIME_WAIT
 * (net/ipv4/tcp_minisocks.c). What they share is the address pair; what two
 * connections that follow each other on one pair do not share is the inode
 * or the order of states: a connection never goes back to opening.
 *
 * So a row belongs to the life with its cookie, else with its inode, else
 * with its address pair if the row can follow on what that life was last. A
 * dump tells of the new object first and then that the old one is gone; an
 * old cookie that goes while the life has a newer one ends nothing.
 *
 * Names come from the programs, often after the first rows: a claim adopts
 * the life that is there, or waits as a life without rows for the first one.
 */
#include "timeline/life.h"

#include <assert.h>
#include <string.h>

#include "event/arena.h"

static bool is_connected(const struct endpoint *local,
			 const struct endpoint *remote)
{
	return local->family != AF_UNSPEC && remote->family != AF_UNSPEC &&
	       remote->port != 0;
}

static bool has_pair(const struct life *life, const struct endpoint *local,
		     const struct endpoint *remote)
{
	return endpoint_equal(&life->local, local) &&
	       endpoint_equal(&life->remote, remote);
}

static bool is_of_host(const struct life *life, const char *host)
{
	return strcmp(life->pub.host, host) == 0;
}

static struct life *find_cookie(const struct life_table *t, const char *host,
				uint64_t cookie)
{
	uint64_t key = life_index_number(host, 'c', cookie);
	struct life *life;
	size_t i = 0;

	if (!cookie)
		return NULL;
	while ((life = life_index_next(&t->index, key, &i)))
		if (life->cookie == cookie && is_of_host(life, host))
			return life;
	return NULL;
}

static struct life *find_inode(const struct life_table *t, const char *host,
			       uint64_t inode)
{
	uint64_t key = life_index_number(host, 'i', inode);
	struct life *life;
	size_t i = 0;

	if (!inode)
		return NULL;
	while ((life = life_index_next(&t->index, key, &i)))
		if (life->pub.inode == inode && is_of_host(life, host))
			return life;
	return NULL;
}

static struct life *find_pair(const struct life_table *t, const char *host,
			      const struct endpoint *local,
			      const struct endpoint *remote)
{
	struct life *life;
	uint64_t key;
	size_t i = 0;

	if (!is_connected(local, remote))
		return NULL;
	key = life_index_pair(host, local, remote);
	while ((life = life_index_next(&t->index, key, &i)))
		if (has_pair(life, local, remote) && is_of_host(life, host))
			return life;
	return NULL;
}

static const struct sock_span *last_span(const struct life *life)
{
	return life->pub.n_spans ? &life->pub.spans[life->pub.n_spans - 1]
				 : NULL;
}

/* What it was when it was last there; NULL if never */
static const struct sock_span *last_present(const struct life *life)
{
	for (size_t i = life->pub.n_spans; i > 0; i--)
		if (life->pub.spans[i - 1].present)
			return &life->pub.spans[i - 1];
	return NULL;
}

static bool is_closing(enum tcp_state state)
{
	const uint32_t closing = TCP_STATE_BIT(TCP_STATE_FIN_WAIT1) |
				 TCP_STATE_BIT(TCP_STATE_FIN_WAIT2) |
				 TCP_STATE_BIT(TCP_STATE_CLOSING) |
				 TCP_STATE_BIT(TCP_STATE_LAST_ACK) |
				 TCP_STATE_BIT(TCP_STATE_TIME_WAIT);

	return closing & TCP_STATE_BIT(state);
}

/* May @row, of the same address pair but another cookie, be what @life has
 * become by the dump at @t_ns */
static bool may_follow(const struct life *life, const struct tcp_sock *row,
		       int64_t t_ns)
{
	const struct sock_span *was = last_present(life);
	const struct sock_span *last = last_span(life);

	if (!was)
		return true;
	if (row->inode && life->pub.inode)
		return row->inode == life->pub.inode;
	/* an orphan or a minisocket */
	if (!row->inode && is_closing(row->state))
		return was->sock.state != TCP_STATE_TIME_WAIT ||
		       row->state == TCP_STATE_TIME_WAIT;
	/* a request socket that became a full one */
	return was->sock.state == TCP_STATE_SYN_RECV &&
	       row->state != TCP_STATE_SYN_RECV &&
	       (last->present || last->hi_ns == t_ns);
}

static struct life *new_life(struct life_table *t, struct arena *strings,
			     const char *host)
{
	struct life *life = mem_new(struct life, 1);

	life->pub.host = arena_str(strings, host);
	vec_push(&t->all, life);
	return life;
}

static void set_cookie(struct life_table *t, struct life *life, uint64_t cookie)
{
	if (!cookie || life->cookie == cookie)
		return;
	life->cookie = cookie;
	life_index_add(&t->index,
		       life_index_number(life->pub.host, 'c', cookie), life);
}

static void set_inode(struct life_table *t, struct life *life, uint64_t inode)
{
	if (!inode || life->pub.inode == inode)
		return;
	life->pub.inode = inode;
	life_index_add(&t->index, life_index_number(life->pub.host, 'i', inode),
		       life);
}

static void set_pair(struct life_table *t, struct life *life,
		     const struct endpoint *local,
		     const struct endpoint *remote)
{
	if (has_pair(life, local, remote))
		return;
	life->local = *local;
	life->remote = *remote;
	if (is_connected(local, remote))
		life_index_add(&t->index,
			       life_index_pair(life->pub.host, local, remote),
			       life);
}

static void add_span(struct life *life, const struct sock_span *span)
{
	size_t n = life->pub.n_spans;

	if ((n & (n - 1)) == 0)
		life->pub.spans = mem_resize(life->pub.spans, n ? 2 * n : 1,
					     sizeof(*life->pub.spans));
	assert(life->pub.spans);
	life->pub.spans[life->pub.n_spans++] = *span;
}

static void row_gone(struct life *life, const struct event *event,
		     const struct sock_span *span)
{
	const struct sock_span *last = last_span(life);

	if (!last || !last->present)
		return;
	if (event->sock.sock.cookie != life->cookie)
		return; /* its successor is there already */
	add_span(life, span);
}

static void row_present(struct life_table *t, struct life *life,
			const struct event *event, const struct sock_span *span)
{
	const struct tcp_sock *row = &event->sock.sock;
	const struct sock_span *last = last_span(life);

	set_cookie(t, life, row->cookie);
	set_inode(t, life, row->inode);
	set_pair(t, life, &row->local, &row->remote);
	if (life->pub.name)
		life->pub.tied = true;
	/* gone and there in one dump: it was never away */
	if (last && !last->present && last->hi_ns == event->t_ns)
		life->pub.n_spans--;
	add_span(life, span);
}

void life_row(struct life_table *table, struct arena *strings,
	      const struct event *event)
{
	const struct tcp_sock *row = &event->sock.sock;
	int64_t since_ns = event->sock.since_ns;
	struct sock_span span = {
		.present = event->sock.change != SOCK_CHANGE_GONE,
		.lo_ns = since_ns < 0 ? 0 : since_ns,
		.hi_ns = event->t_ns,
		.n = event->n,
	};
	struct life *life;

	if (!event->host)
		return;
	if (span.present)
		span.sock = *row;
	life = find_cookie(table, event->host, row->cookie);
	if (!life)
		life = find_inode(table, event->host, row->inode);
	if (!life) {
		life = find_pair(table, event->host, &row->local, &row->remote);
		if (life && span.present && !may_follow(life, row, event->t_ns))
			life = NULL;
	}
	if (!span.present) {
		if (life)
			row_gone(life, event, &span);
		return;
	}
	if (!life)
		life = new_life(table, strings, event->host);
	row_present(table, life, event, &span);
}

static struct life_name *find_name(const struct life_table *t, const char *host,
				   const char *name)
{
	for (size_t i = 0; i < t->names.n; i++)
		if (strcmp(t->names.v[i].name, name) == 0 &&
		    strcmp(t->names.v[i].host, host) == 0)
			return &t->names.v[i];
	return NULL;
}

struct life *life_named(const struct life_table *table, const char *host,
			const char *name)
{
	const struct life_name *found = find_name(table, host, name);

	return found ? found->life : NULL;
}

/* The life that is there already for what a program claims to have. An
 * accepted connection is claimed twice: accept(2) tells its inode, the end of
 * the action its addresses; rows of before have only the latter. */
static struct life *find_claimed(const struct life_table *t,
				 const struct life_claim *claim)
{
	struct life *held = find_inode(t, claim->host, claim->inode);
	struct life *life;

	if (held && held->pub.n_spans)
		return held;
	life = find_pair(t, claim->host, &claim->local, &claim->remote);
	if (!life || life->pub.name)
		return held; /* an earlier connection of that pair */
	if (life->pub.inode && claim->inode)
		return held;
	return life;
}

static void tie(struct life_table *t, struct life *life,
		const struct life_claim *claim)
{
	set_inode(t, life, claim->inode);
	/* rows know better than what was true when the program asked */
	if (!life->pub.n_spans && is_connected(&claim->local, &claim->remote)) {
		set_pair(t, life, &claim->local, &claim->remote);
		life->paired_ns = claim->t_ns;
	}
	if (!life->pub.tied)
		life->pub.named_n = claim->n;
	if (claim->inode || is_connected(&claim->local, &claim->remote))
		life->pub.tied = true;
}

void life_claimed(struct life_table *table, struct arena *strings,
		  const struct life_claim *claim)
{
	struct life_name *known = find_name(table, claim->host, claim->name);
	struct life *life = known ? known->life : NULL;
	struct life *there = find_claimed(table, claim);

	/* the name was given to another socket */
	if (life && claim->inode && life->pub.inode &&
	    life->pub.inode != claim->inode)
		life = NULL;
	/* a life without rows is only a claim: rows win */
	if (there && (!life || !life->pub.n_spans))
		life = there;
	if (!life)
		life = new_life(table, strings, claim->host);
	if (!known) {
		struct life_name name = {
			.host = arena_str(strings, claim->host),
			.name = arena_str(strings, claim->name),
		};

		vec_push(&table->names, name);
		known = &table->names.v[table->names.n - 1];
	}
	known->life = life;
	if (!life->pub.name)
		life->pub.name = known->name;
	tie(table, life, claim);
}

void life_table_done(struct life_table *table)
{
	vec_foreach(&table->all, life) {
		free((*life)->pub.spans);
		free(*life);
	}
	vec_done(&table->all);
	vec_done(&table->names);
	life_index_done(&table->index);
}
