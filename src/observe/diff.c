/*
 * diff.c - two dumps of one host, and what changed between them
 *
 * DOC: Theory of operation
 *
 * A dump lists a hash table bucket by bucket, so that what did not change
 * stays in the same order. Both dumps are walked side by side, and a row that
 * came or went is stepped over: tens of thousands of timewait sockets cost one
 * comparison each. Only the rows that find no partner this way, the strays,
 * are looked up by their cookie: those of now among those of before (a socket
 * that moved to another table), and then among all of now (one that moved
 * while the dump was on, and is in it twice). An index over every row was
 * measured first: it cost as much as all the rest.
 */
#include "observe/diff.h"

#include "base/mem.h"
#include "observe/idmap.h"
#include "tcp/sock.h"

/* how many rows that went are stepped over at once */
#define STEP_MAX 16

/* no row before: new; no row at all: a duplicate, to be dropped */
#define BEFORE_NONE UINT32_MAX
#define BEFORE_DROP (UINT32_MAX - 1)

/** struct pairing - which row of before each row of now is */
struct pairing {
	const struct snapshot *was;
	struct snapshot *now;
	uint32_t *before; /* a row of now: its row of before, or BEFORE_* */
	bool *same; /* a row of now: it is as it was before */
	bool *seen; /* a row of before: it is somebody's */
	size_t strays; /* rows of now with BEFORE_NONE */
};

void snapshot_done(struct snapshot *shot)
{
	sock_table_done(&shot->rows);
	*shot = (struct snapshot){0};
}

size_t snapshot_timers(const struct snapshot *shot, int64_t *next_ns)
{
	int64_t least = INT64_MAX;
	size_t overdue = 0;

	for (size_t i = 0; i < shot->rows.n; i++) {
		const struct tcp_sock *row = &shot->rows.v[i];

		if (row->timer == TCP_TIMER_OFF)
			continue;
		if (row->timer_ns <= 0)
			overdue++;
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
	/* overdue reads 0 for as long as it lasts */
	if (now->timer == TCP_TIMER_OFF || now->timer_ns == 0)
		return false;
	return now_begin_ns + now->timer_ns >
	       was_end_ns + was->timer_ns + DIFF_GRANULE_NS;
}

static bool is_same(const struct tcp_sock *was, const struct tcp_sock *now,
		    int64_t was_end_ns, int64_t now_begin_ns)
{
	return was->state == now->state && was->timer == now->timer &&
	       was->retrans == now->retrans && was->recv_q == now->recv_q &&
	       was->send_q == now->send_q && was->inode == now->inode &&
	       was->uid == now->uid &&
	       !timer_restarted(was, now, was_end_ns, now_begin_ns) &&
	       endpoint_equal(&was->local, &now->local) &&
	       endpoint_equal(&was->remote, &now->remote);
}

static void pair(struct pairing *p, size_t now, size_t was)
{
	p->before[now] = (uint32_t)was;
	p->same[now] = is_same(&p->was->rows.v[was], &p->now->rows.v[now],
			       p->was->end_ns, p->now->begin_ns);
	p->seen[was] = true;
}

static void pair_side_by_side(struct pairing *p)
{
	size_t next = 0;

	for (size_t i = 0; i < p->now->rows.n; i++) {
		uint64_t cookie = p->now->rows.v[i].cookie;
		size_t end = next + STEP_MAX, at = next;

		if (end > p->was->rows.n)
			end = p->was->rows.n;
		while (at < end && p->was->rows.v[at].cookie != cookie)
			at++;
		if (at < end) {
			pair(p, i, at);
			next = at + 1;
		} else {
			p->before[i] = BEFORE_NONE;
			p->strays++;
		}
	}
}

static void pair_strays(struct pairing *p)
{
	SCOPED_IDMAP struct idmap left = {0};

	for (size_t i = 0; i < p->was->rows.n; i++)
		if (!p->seen[i])
			(void)idmap_put(&left, p->was->rows.v[i].cookie,
					(uint32_t)i);
	for (size_t i = 0; i < p->now->rows.n && left.n; i++) {
		uint32_t at;

		if (p->before[i] != BEFORE_NONE)
			continue;
		at = idmap_get(&left, p->now->rows.v[i].cookie);
		/* seen: a duplicate came first */
		if (at == IDMAP_NONE || p->seen[at])
			continue;
		pair(p, i, at);
		p->strays--;
	}
}

/* two rows of now are one socket: the later truth goes to the one that stays */
static void merge(struct pairing *p, size_t stays, size_t goes)
{
	if (goes > stays) {
		p->now->rows.v[stays] = p->now->rows.v[goes];
		if (p->before[stays] < BEFORE_DROP)
			pair(p, stays, p->before[stays]);
	}
	p->before[goes] = BEFORE_DROP;
}

static void compact(struct pairing *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->now->rows.n; i++) {
		if (p->before[i] == BEFORE_DROP)
			continue;
		if (kept != i) {
			p->now->rows.v[kept] = p->now->rows.v[i];
			p->before[kept] = p->before[i];
			p->same[kept] = p->same[i];
		}
		kept++;
	}
	p->now->rows.n = kept;
}

static void merge_duplicates(struct pairing *p)
{
	SCOPED_IDMAP struct idmap strays = {0};
	bool merged = false;

	idmap_clear(&strays, p->strays);
	for (size_t i = 0; i < p->now->rows.n; i++) {
		uint32_t at;

		if (p->before[i] != BEFORE_NONE)
			continue;
		at = idmap_put(&strays, p->now->rows.v[i].cookie, (uint32_t)i);
		if (at == i)
			continue;
		merge(p, at, i);
		merged = true;
	}
	for (size_t i = 0; i < p->now->rows.n && p->strays < p->now->rows.n;
	     i++) {
		uint32_t at;

		if (p->before[i] >= BEFORE_DROP)
			continue;
		at = idmap_get(&strays, p->now->rows.v[i].cookie);
		if (at == IDMAP_NONE)
			continue;
		merge(p, i, at);
		merged = true;
	}
	if (merged)
		compact(p);
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

size_t diff_snapshots(const struct snapshot *was, struct snapshot *now,
		      diff_fn *fn, void *arg)
{
	SCOPED_FREE uint32_t *before = mem_new(uint32_t, now->rows.n + 1);
	SCOPED_FREE bool *same = mem_new(bool, now->rows.n + 1);
	SCOPED_FREE bool *seen = mem_new(bool, was->rows.n + 1);
	struct pairing p = {.was = was,
			    .now = now,
			    .before = before,
			    .same = same,
			    .seen = seen};
	size_t changes = 0;

	pair_side_by_side(&p);
	if (p.strays) {
		pair_strays(&p);
		merge_duplicates(&p);
	}
	for (size_t i = 0; i < now->rows.n; i++) {
		const struct tcp_sock *old = NULL;

		if (same[i])
			continue;
		if (before[i] != BEFORE_NONE)
			old = &was->rows.v[before[i]];
		fn(old ? SOCK_CHANGE_CHANGED : SOCK_CHANGE_NEW, old,
		   &now->rows.v[i], arg);
		changes++;
	}
	return changes + diff_gone(was, seen, fn, arg);
}
