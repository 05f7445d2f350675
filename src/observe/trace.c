/*
 * trace.c - transitions to the microsecond: the kernel's own tracepoints
 */
#include "observe/trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/vec.h"
#include "event/event.h"
#include "observe/at_once.h"
#include "observe/idmap.h"
#include "observe/trace_filter.h"
#include "observe/trace_format.h"
#include "observe/trace_ring.h"
#include "observe/tracefs.h"

/** RING_KB - of each processor: some 2,500 records */
#define RING_KB "256"

/** RINGS_AS_THEY_ARE - up to so many processors have the rings that the kernel
 * gives them, 1.4 MB each: to make them smaller takes it longer than all else
 * but the clock (kernel/trace/ring_buffer.c, ring_buffer_resize) */
#define RINGS_AS_THEY_ARE 4

/** struct owner - a host and an address of its */
struct owner {
	const char *host;
	struct endpoint address;
};

/** struct known - a socket that has been told of, as it was last */
struct known {
	uint64_t number; /* in the journal: a socket that is used again is
			    another */
	const char *host;
	struct endpoint local;
	struct endpoint remote;
	enum tcp_state state;
};

struct trace {
	char *name;
	struct event_sink sink;
	struct in_addr network;
	unsigned int prefix;
	bool made; /* by a tracer before us, they say; or so it is */
	bool keep;
	struct at_once *calls; /* that make or remove the instance */
	void *self; /* what they are about */
	bool over;
	struct err err; /* of these */
	struct trace_format formats[TRACE_POINTS];
	struct trace_ring *ring; /* NULL: not listening */
	VEC(struct owner) owners;
	VEC(struct trace_record) batch;
	struct idmap by_sock; /* the kernel's addresses, to knowns */
	VEC(struct known) knowns;
	uint64_t numbers;
	int64_t taken_ns; /* all before was taken */
};

static int learn(struct trace *trace, enum trace_point point, struct err *err)
{
	const char *system = trace_point_systems[point];
	const char *name = trace_point_names[point];
	SCOPED_FREE char *format =
		mem_printf("events/%s/%s/format", system, name);
	SCOPED_FREE char *text = NULL;
	size_t len;
	int rc = tracefs_read(trace->name, format, &text, &len);

	if (rc < 0)
		return err_sys(err, rc, "the tracepoint %s:%s", system, name);
	return trace_format_parse(point, text, len, &trace->formats[point],
				  err);
}

/* no filter is a nuisance, not a failure: we look at addresses, too */
static int enable(struct trace *trace, enum trace_point point, struct err *err)
{
	const char *system = trace_point_systems[point];
	const char *name = trace_point_names[point];
	SCOPED_FREE char *filter =
		mem_printf("events/%s/%s/filter", system, name);
	SCOPED_FREE char *on = mem_printf("events/%s/%s/enable", system, name);
	SCOPED_FREE char *words = trace_filter(&trace->formats[point],
					       trace->network, trace->prefix);
	int rc;

	if (words)
		(void)tracefs_write(trace->name, filter, words);
	rc = tracefs_write(trace->name, on, "1");
	return rc < 0 ? err_sys(err, rc, "enable %s:%s", system, name) : 0;
}

/* by nobody else: what is left of one who was killed is not to be trusted */
static int make_instance(const struct trace *trace, struct err *err)
{
	int rc = tracefs_make(trace->name, NULL);

	if (rc == -EEXIST)
		tracefs_remove(trace->name);
	if (rc < 0)
		rc = tracefs_make(trace->name, err);
	if (rc < 0)
		return rc;
	/* ours: CLOCK_MONOTONIC, so that no stamp has to be mapped */
	rc = tracefs_write(trace->name, "trace_clock", "mono");
	if (rc == 0 && sysconf(_SC_NPROCESSORS_CONF) > RINGS_AS_THEY_ARE)
		rc = tracefs_write(trace->name, "buffer_size_kb", RING_KB);
	return rc < 0 ? err_sys(err, rc, "the tracer's clock and rings") : 0;
}

static void make(void *item)
{
	struct trace *trace = item;
	int rc = 0;

	trace->made = trace->made && tracefs_has(trace->name);
	if (!trace->made)
		rc = make_instance(trace, &trace->err);

	/* a kernel may lack one of those behind the first: it tells less */
	for (enum trace_point i = TRACE_POINT_STATE;
	     rc == 0 && i < TRACE_POINTS; i++) {
		struct err *err = i == TRACE_POINT_STATE ? &trace->err : NULL;

		rc = learn(trace, i, err);
		if (rc == 0 && !trace->made)
			rc = enable(trace, i, err);
		rc = err ? rc : 0;
	}
}

struct trace *trace_begin(const struct trace_config *config)
{
	struct trace *trace = mem_new(struct trace, 1);

	trace->name = mem_strdup(config->name);
	trace->sink = *config->sink;
	trace->network = config->network;
	trace->prefix = config->prefix;
	trace->made = config->made;
	trace->keep = config->keep;
	trace->self = trace;
	trace->calls = at_once_begin(make, &trace->self, 1);
	return trace;
}

void trace_own(struct trace *trace, const char *host,
	       const struct endpoint *address)
{
	vec_push(&trace->owners, (struct owner){host, *address});
	trace->owners.v[trace->owners.n - 1].address.port = 0;
}

static void ignore(const void *data, size_t len, int64_t t_ns, void *arg)
{
	(void)data;
	(void)len;
	(void)t_ns;
	(void)arg;
}

int trace_start(struct trace *trace, struct err *err)
{
	at_once_end(trace->calls);
	trace->calls = NULL;
	/* from here on and not before: a process that was forked meanwhile
	 * must not hold them, or the instance could not be removed */
	if (!trace->err.code)
		(void)trace_ring_open(trace->name, &trace->ring, &trace->err);
	/* of those that were here before: how they ended is theirs */
	if (trace->ring && trace->made)
		(void)trace_ring_take(trace->ring, ignore, NULL);
	trace->taken_ns = clock_now_ns();
	if (trace->err.code && err)
		*err = trace->err;
	return trace->err.code;
}

int trace_fd(const struct trace *trace)
{
	return trace->ring ? trace_ring_fd(trace->ring) : -1;
}

static const char *owner_of(const struct trace *trace, struct endpoint e)
{
	e.port = 0;
	vec_foreach(&trace->owners, owner)
		if (endpoint_equal(&owner->address, &e))
			return owner->host;
	return NULL;
}

static struct known *find(const struct trace *trace, uint64_t sock)
{
	uint32_t i = idmap_get(&trace->by_sock, sock);

	return i == IDMAP_NONE ? NULL : &trace->knowns.v[i];
}

/* a socket's life begins: it was not told of before, or the kernel has put
 * another where one was, or it connects anew */
static bool begins(const struct known *known, const struct trace_record *r)
{
	if (!known->number || r->was == TCP_STATE_CLOSED ||
	    (r->was == TCP_STATE_LISTEN && r->state == TCP_STATE_SYN_RECV))
		return true;
	return !endpoint_equal(&known->remote, &r->remote);
}

static struct known *keep(struct trace *trace, const struct trace_record *r,
			  const char *host)
{
	uint32_t at =
		idmap_put(&trace->by_sock, r->sock, (uint32_t)trace->knowns.n);
	struct known *known;

	if (at == trace->knowns.n)
		(void)vec_grow(&trace->knowns);
	known = &trace->knowns.v[at];
	if (begins(known, r))
		known->number = ++trace->numbers;
	known->host = host;
	known->local = r->local;
	known->remote = r->remote;
	known->state = r->state;
	return known;
}

/*
 * connect(2) says SYN_SENT before it has chosen a port (net/ipv4/tcp_ipv4.c,
 * tcp_v4_connect), and before Linux 6.14 a listener's child says SYN_RECV
 * before it has addresses (net/ipv4/inet_connection_sock.c,
 * inet_csk_clone_lock). The same socket's next record tells. A child's comes in
 * the same breath; SYN_SENT's may not be here yet: then the number of the
 * socket joins the two.
 */
static void settle(struct trace *trace, size_t i)
{
	struct trace_record *r = &trace->batch.v[i];
	bool is_child = r->state == TCP_STATE_SYN_RECV &&
			endpoint_is_wildcard(&r->remote);

	if (r->point != TRACE_POINT_STATE || (r->local.port && !is_child))
		return;
	for (size_t j = i + 1; j < trace->batch.n; j++) {
		const struct trace_record *later = &trace->batch.v[j];

		if (later->sock != r->sock || later->point != TRACE_POINT_STATE)
			continue;
		if (is_child) {
			r->local = later->local;
			r->remote = later->remote;
		} else {
			r->local.port = later->local.port;
		}
		return;
	}
}

static void tell_state(struct trace *trace, const struct trace_record *r)
{
	const char *host = owner_of(trace, r->local);
	struct event e = {
		.kind = EVENT_STATE,
		.step = -1,
		.host = host,
		.t_ns = r->t_ns - trace->sink.epoch_ns,
		.state = {.local = r->local,
			  .remote = r->remote,
			  .was = r->was,
			  .state = r->state},
	};

	if (!host)
		return;
	e.state.socket = keep(trace, r, host)->number;
	event_emit(&trace->sink, &e);
}

static void tell_other(struct trace *trace, const struct trace_record *r)
{
	const struct known *known = find(trace, r->sock);
	struct event e = {
		.kind = EVENT_TRACE,
		.step = -1,
		.t_ns = r->t_ns - trace->sink.epoch_ns,
		.trace = {.name = trace_point_names[r->point],
			  .local = r->local,
			  .remote = r->remote,
			  .state = r->state,
			  .has_state = r->has_state,
			  .reason = r->reason},
	};

	if (r->point == TRACE_POINT_DROP && known) {
		e.trace.local = known->local;
		e.trace.remote = known->remote;
		e.trace.state = known->state;
		e.trace.has_state = true;
	}
	e.host = owner_of(trace, e.trace.local);
	if (known && endpoint_equal(&known->local, &e.trace.local))
		e.trace.socket = known->number;
	if (e.host)
		event_emit(&trace->sink, &e);
}

static void take_record(const void *data, size_t len, int64_t t_ns, void *arg)
{
	struct trace *trace = arg;
	struct trace_record r = {.t_ns = t_ns, .nth = trace->batch.n};
	uint16_t id;

	if (len < sizeof(id))
		return;
	memcpy(&id, data, sizeof(id)); /* common_type is the first of all */
	for (enum trace_point i = 0; i < TRACE_POINTS; i++)
		if (trace->formats[i].id == id &&
		    trace_format_read(&trace->formats[i], data, len, &r))
			vec_push(&trace->batch, r);
}

static int by_time(const void *a, const void *b)
{
	const struct trace_record *ra = a;
	const struct trace_record *rb = b;

	if (ra->t_ns != rb->t_ns)
		return ra->t_ns > rb->t_ns ? 1 : -1;
	return ra->nth > rb->nth ? 1 : -1;
}

static void tell_lost(const struct trace *trace, int64_t now_ns)
{
	struct event e = {
		.kind = EVENT_GAP,
		.step = -1,
		.t_ns = now_ns - trace->sink.epoch_ns,
		.gap = {.source = "trace",
			.from_ns = trace->taken_ns - trace->sink.epoch_ns,
			.to_ns = now_ns - trace->sink.epoch_ns,
			.why = "more transitions than were read in time"},
	};

	event_emit(&trace->sink, &e);
}

void trace_take(struct trace *trace)
{
	int64_t now_ns = clock_now_ns();

	if (!trace->ring)
		return;
	trace->batch.n = 0;
	if (trace_ring_take(trace->ring, take_record, trace))
		tell_lost(trace, now_ns);
	trace->taken_ns = now_ns;
	if (trace->batch.n > 1)
		qsort(trace->batch.v, trace->batch.n, sizeof(*trace->batch.v),
		      by_time);
	for (size_t i = 0; i < trace->batch.n; i++) {
		const struct trace_record *r = &trace->batch.v[i];

		settle(trace, i);
		if (r->point == TRACE_POINT_STATE)
			tell_state(trace, r);
		else
			tell_other(trace, r);
	}
}

static void unmake(void *item)
{
	const struct trace *trace = item;

	tracefs_remove(trace->name);
}

void trace_end(struct trace *trace)
{
	if (!trace || trace->over)
		return;
	trace->over = true;
	trace_take(trace);
	trace_ring_close(trace->ring);
	trace->ring = NULL;
	at_once_end(trace->calls);
	if (!trace->keep)
		trace->calls = at_once_begin(unmake, &trace->self, 1);
}

void trace_free(struct trace *trace)
{
	if (!trace)
		return;
	trace_end(trace);
	at_once_end(trace->calls);
	free(trace->name);
	for (enum trace_point i = 0; i < TRACE_POINTS; i++)
		trace_format_done(&trace->formats[i]);
	vec_done(&trace->owners);
	vec_done(&trace->batch);
	vec_done(&trace->knowns);
	idmap_done(&trace->by_sock);
	free(trace);
}
