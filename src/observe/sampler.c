/*
 * sampler.c - watch every host's sockets and tell what changed
 */
#include "observe/sampler.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/vec.h"
#include "event/event.h"
#include "observe/cadence.h"
#include "observe/diff.h"
#include "observe/holders.h"
#include "observe/obituary.h"
#include "observe/sockdiag.h"

/** struct watch - one host */
struct watch {
	char *host;
	struct sockdiag *diag;
	int obituary; /* -1: there are none to be had */
	struct snapshot last; /* the last complete dump */
	struct snapshot next; /* storage for the one under way */
};

struct sampler {
	struct event_sink sink;
	VEC(struct watch) hosts;
	struct holders *holders;
	struct cadence cadence;
	int ears; /* epoll(7) of all obituaries; -1 */
};

/** struct telling - what telling one host's changes needs */
struct telling {
	struct sampler *s;
	const struct watch *watch;
};

struct sampler *sampler_new(const struct event_sink *sink)
{
	struct sampler *s = mem_new(struct sampler, 1);

	s->sink = *sink;
	s->holders = holders_new();
	cadence_init(&s->cadence, clock_now_ns());
	s->ears = epoll_create1(EPOLL_CLOEXEC);
	return s;
}

void sampler_free(struct sampler *s)
{
	if (!s)
		return;
	vec_foreach(&s->hosts, watch) {
		free(watch->host);
		sockdiag_close(watch->diag);
		fd_close(&watch->obituary);
		snapshot_done(&watch->last);
		snapshot_done(&watch->next);
	}
	vec_done(&s->hosts);
	holders_free(s->holders);
	fd_close(&s->ears);
	free(s);
}

void sampler_scope(struct sampler **s)
{
	sampler_free(*s);
}

/* without it the next look comes when it is due: no less is seen, but later */
static int listen_for_ends(struct sampler *s, int netns_fd)
{
	struct epoll_event ask = {.events = EPOLLIN};
	SCOPED_FD int fd = obituary_open(netns_fd, NULL);

	if (fd < 0)
		return -1;
	ask.data.fd = fd;
	if (epoll_ctl(s->ears, EPOLL_CTL_ADD, fd, &ask) < 0)
		return -1;
	return fd_steal(&fd);
}

int sampler_add_host(struct sampler *s, const char *host, int netns_fd,
		     struct err *err)
{
	struct watch watch = {0};
	int ret = sockdiag_open(netns_fd, &watch.diag, err);

	if (ret < 0) {
		(void)err_within(err, "host %s", host);
		return ret;
	}
	watch.obituary = listen_for_ends(s, netns_fd);
	watch.host = mem_strdup(host);
	vec_push(&s->hosts, watch);
	s->cadence.due_ns = 0;
	return 0;
}

static struct event stamp(const struct sampler *s, const struct watch *watch,
			  enum event_kind kind, int64_t at_ns)
{
	return (struct event){.t_ns = at_ns - s->sink.epoch_ns,
			      .kind = kind,
			      .step = -1,
			      .host = watch->host};
}

/* relative to the journal's epoch; -1 if there was none */
static int64_t last_begin(const struct sampler *s, const struct watch *watch)
{
	return watch->last.complete ? watch->last.begin_ns - s->sink.epoch_ns
				    : -1;
}

static void tell_change(enum sock_change change, const struct tcp_sock *was,
			const struct tcp_sock *now, void *arg)
{
	const struct telling *telling = arg;
	const struct watch *watch = telling->watch;
	const struct tcp_sock *row = now ? now : was;
	struct event e =
		stamp(telling->s, watch, EVENT_SOCK, watch->next.end_ns);
	struct holder who;

	if (now)
		holders_find(telling->s->holders, row->inode,
			     watch->next.end_ns, &who);
	else
		holders_recall(telling->s->holders, row->inode, &who);
	e.sock = (struct event_sock){
		.change = change,
		.since_ns = last_begin(telling->s, watch),
		.was = was && now ? was->state : TCP_STATE_CLOSED,
		.sock = *row,
		.pid = who.pid,
		.comm = who.pid ? who.comm : NULL,
	};
	event_emit(&telling->s->sink, &e);
}

static void tell_snap(const struct sampler *s, const struct watch *watch,
		      const char *why)
{
	const struct snapshot *last = &watch->last;
	struct event e = stamp(s, watch, EVENT_SNAP, last->end_ns);

	e.snap = (struct event_snap){
		.why = why,
		.sockets = (int64_t)last->rows.n,
		.took_ns = last->end_ns - last->begin_ns,
	};
	event_emit(&s->sink, &e);
}

static void tell_gap(const struct sampler *s, const struct watch *watch,
		     int64_t now_ns, const char *why)
{
	int64_t from_ns = last_begin(s, watch);
	struct event e = stamp(s, watch, EVENT_GAP, now_ns);

	e.gap = (struct event_gap){
		.source = "sockets",
		.from_ns = from_ns < 0 ? 0 : from_ns,
		.to_ns = e.t_ns,
		.why = why,
	};
	event_emit(&s->sink, &e);
}

/* Return: whether something changed, or negative errno. */
static int take_host(struct sampler *s, struct watch *watch, const char *why,
		     struct err *err)
{
	struct telling telling = {.s = s, .watch = watch};
	int64_t begin_ns = clock_now_ns();
	struct snapshot old;
	size_t changes;
	int ret;

	ret = sockdiag_dump(watch->diag, &watch->next.rows, err);
	if (ret < 0)
		return ret;
	watch->next.begin_ns = begin_ns;
	watch->next.end_ns = clock_now_ns();
	watch->next.complete = true;
	changes = diff_snapshots(&watch->last, &watch->next, tell_change,
				 &telling);
	old = watch->last;
	watch->last = watch->next;
	watch->next = old;
	if (why)
		tell_snap(s, watch, why);
	return changes > 0;
}

/* CPU time of this thread; the kernel walks its tables on our account */
static int64_t cpu_ns(void)
{
	struct timespec ts = {0};

	/* cannot fail: the clock has been there since Linux 2.6.12 */
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void note_timers(const struct watch *watch, struct cadence_round *round)
{
	int64_t next_ns;

	round->overdue += snapshot_timers(&watch->last, &next_ns);
	if (next_ns < round->timer_ns)
		round->timer_ns = next_ns;
}

int sampler_take(struct sampler *s, const char *why, struct err *err)
{
	struct cadence_round round = {.timer_ns = INT64_MAX};
	int64_t began_cpu_ns = cpu_ns();
	int failed = 0;

	vec_foreach(&s->hosts, watch) {
		struct err local = {0};
		int ret = take_host(s, watch, why, &local);

		if (ret < 0)
			tell_gap(s, watch, clock_now_ns(), local.text);
		if (ret < 0 && ret != -EINTR && ret != -ENOBUFS && !failed) {
			failed = ret;
			if (err)
				*err = local;
			(void)err_within(err, "host %s", watch->host);
		}
		/* a dump that failed may have missed something, but one that
		 * keeps failing must not fill the journal with gaps */
		if (ret > 0)
			round.changed = true;
		note_timers(watch, &round);
	}
	round.end_ns = clock_now_ns();
	round.cost_ns = cpu_ns() - began_cpu_ns;
	cadence_after(&s->cadence, &round);
	return failed;
}

void sampler_poke(struct sampler *s)
{
	cadence_poke(&s->cadence, clock_now_ns());
}

void sampler_strangers(struct sampler *s, bool there)
{
	s->cadence.strangers = there;
}

int sampler_fd(const struct sampler *s)
{
	return s->ears;
}

void sampler_hear(struct sampler *s)
{
	bool heard = false;

	vec_foreach(&s->hosts, watch)
		if (watch->obituary >= 0 && obituary_read(watch->obituary))
			heard = true;
	if (heard)
		sampler_poke(s);
}

int64_t sampler_due_ns(const struct sampler *s)
{
	return s->hosts.n ? s->cadence.due_ns : INT64_MAX;
}

const struct sock_table *sampler_rows(const struct sampler *s, const char *host)
{
	vec_foreach(&s->hosts, watch)
		if (strcmp(watch->host, host) == 0)
			return &watch->last.rows;
	return NULL;
}

bool sampler_listens(const struct sampler *s, const char *host, uint16_t port)
{
	const struct sock_table *rows = sampler_rows(s, host);

	if (!rows)
		return false;
	vec_foreach(rows, row)
		if (row->state == TCP_STATE_LISTEN && row->local.port == port)
			return true;
	return false;
}
