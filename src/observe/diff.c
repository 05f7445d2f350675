/*
 * diff.c - two dumps of one host, and what changed between them
 *
 * DOC: Theory of operation
 *
 * A dump lists a hash table bucket by bucket, so that what did not change
 * stays in the same order. diff_snapshots() walks both dumps side by side and
 * goes to the index only where the cookies part: tens of thousands of timewait
 * sockets cost one comparison each.
 */
#include "observe/diff.h"

#include "base/clock.h"
#include "base/mem.h"
#include "tcp/sock.h"

void snapshot_seal(struct snapshot *shot, int64_t begin_ns, int64_t end_ns)
{
	struct sock_table *rows = &shot->rows;
	size_t kept = 0;

	idmap_clear(&shot->index, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		uint32_t at = idmap_put(&shot->index, rows->v[i].cookie,
					(uint32_t)kept);

		if (at != i)
			rows->v[at] = rows->v[i];
		if (at == kept)
			kept++;
	}
	rows->n = kept;
	shot->begin_ns = begin_ns;
	shot->end_ns = end_ns;
	shot->complete = true;
}

void snapshot_done(struct snapshot *shot)
{
	sock_table_done(&shot->rows);
	idmap_done(&shot->index);
	*shot = (struct snapshot){0};
}

bool snapshot_timers(const struct snapshot *shot, int64_t *next_ns)
{
	int64_t least = INT64_MAX;
	bool overdue = false;

	for (size_t i = 0; i < shot->rows.n; i++) {
		const struct tcp_sock *row = &shot->rows.v[i];

		if (row->timer == TCP_TIMER_OFF)
			continue;
		if (row->timer_ns <= 0)
			overdue = true;
		else if (row->timer_ns < least)
			least = row->timer_ns;
	}
	*next_ns = least == INT64_MAX ? INT64_MAX : shot->begin_ns + least;
	return overdue;
}

/*
 * A timer that runs down ends at one moment, whenever it is read. The readings
 * are only known to lie within their dumps: call it armed anew when even the
 * latest end of before is earlier than the earliest end of now.
 */
static bool timer_restarted(const struct tcp_sock *was,
			    const struct tcp_sock *now, int64_t was_end_ns,
			    int64_t now_begin_ns)
{
	if (now->timer == TCP_TIMER_OFF)
		return false;
	return now_begin_ns + now->timer_ns >
	       was_end_ns + was->timer_ns + DIFF_GRANULE_NS;
}

static bool differs(const struct tcp_sock *was, const struct tcp_sock *now,
		    int64_t was_end_ns, int64_t now_begin_ns)
{
	return was->state != now->state || was->timer != now->timer ||
	       was->retrans != now->retrans || was->recv_q != now->recv_q ||
	       was->send_q != now->send_q || was->inode != now->inode ||
	       was->uid != now->uid ||
	       timer_restarted(was, now, was_end_ns, now_begin_ns) ||
	       !endpoint_equal(&was->local, &now->local) ||
	       !endpoint_equal(&was->remote, &now->remote);
}

/* the row of before with this cookie, looked for at *@hint first */
static uint32_t row_before(const struct snapshot *was, uint64_t cookie,
			   size_t *hint)
{
	uint32_t at;

	if (*hint < was->rows.n && was->rows.v[*hint].cookie == cookie)
		return (uint32_t)(*hint)++;
	at = idmap_get(&was->index, cookie);
	if (at != IDMAP_NONE)
		*hint = (size_t)at + 1;
	return at;
}

static size_t diff_gone(const struct snapshot *was, const bool *seen,
			diff_fn *fn, void *arg)
{
	size_t gone = 0;

	for (size_t i = 0; i < was->rows.n; i++) {
		if (seen[i])
			continue;
		fn(SOCK_CHANGE_GONE, &was->rows.v[i], NULL, arg);
		gone++;
	}
	return gone;
}

size_t diff_snapshots(const struct snapshot *was, const struct snapshot *now,
		      diff_fn *fn, void *arg)
{
	SCOPED_FREE bool *seen = mem_new(bool, was->rows.n + 1);
	size_t hint = 0, changes = 0, common = 0;

	for (size_t i = 0; i < now->rows.n; i++) {
		const struct tcp_sock *row = &now->rows.v[i];
		uint32_t at = row_before(was, row->cookie, &hint);

		if (at == IDMAP_NONE) {
			fn(SOCK_CHANGE_NEW, NULL, row, arg);
			changes++;
			continue;
		}
		seen[at] = true;
		common++;
		if (!differs(&was->rows.v[at], row, was->end_ns, now->begin_ns))
			continue;
		fn(SOCK_CHANGE_CHANGED, &was->rows.v[at], row, arg);
		changes++;
	}
	if (common < was->rows.n)
		changes += diff_gone(was, seen, fn, arg);
	return changes;
}
