/*
 * capture.c - every frame of every host: into a file, and TCP's into the
 * journal
 *
 * DOC: Theory of operation
 *
 * One tap an interface, one epoll descriptor over all. Whoever polls it calls
 * capture_take(), which merges what the taps hold: a frame that one host sent
 * and another received is then in the right order in the file and in the
 * journal (observe/merge.h). What is left over when it has done enough is told
 * by an eventfd(2) below the same descriptor.
 *
 * Each host's segments are followed by themselves (tcp/flow.h): what it sent
 * and what reached it are two different stories if the wire ate something.
 */
#include "observe/capture.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/vec.h"
#include "event/event.h"
#include "observe/at_once.h"
#include "observe/capture_tell.h"
#include "observe/marks.h"
#include "observe/merge.h"
#include "observe/pcapng.h"
#include "observe/tap.h"
#include "observe/wall.h"
#include "tcp/digest.h"
#include "tcp/flow.h"
#include "tcp/segment.h"

/** SEGMENTS_MAX - so many of one host go into the journal */
#define SEGMENTS_MAX 100000

/** TAKE_FRAMES - at a time: a few tens of milliseconds */
#define TAKE_FRAMES 4096

/** TAKES_IN_ALL - so many times that are more than all rings hold */
#define TAKES_IN_ALL 64

/** FLUSH_NS - the file on disk is no older than this while frames come */
#define FLUSH_NS (50 * NS_PER_MS)

/** struct watched - a host with interfaces that are listened to */
struct watched {
	char *name;
	struct flow_table *flows;
	uint64_t n_segments;
	int64_t full_ns; /* when the first above SEGMENTS_MAX passed; 0 */
};

/** struct port - an interface */
struct port {
	size_t host; /* in hosts */
	char *name;
	int ifindex;
	uint32_t interface; /* in the file */
	struct tap *tap;
};

struct capture {
	struct event_sink sink;
	struct pcapng *file;
	int epfd;
	int more_fd; /* readable: capture_take() left something */
	bool more; /* it is */
	VEC(struct watched) hosts;
	VEC(struct port) ports; /* as they are numbered in merge */
	struct merge *merge;
	struct marks *marks;
	bool watches; /* marks get digests */
	uint64_t n_frames; /* in the file */
	struct wall_map map;
	int64_t flushed_ns;
	VEC(void *) taps; /* what the calls are about */
	struct at_once *calls; /* that open or close them */
	bool listens;
};

static int add_fd(struct capture *c, int fd)
{
	struct epoll_event ready = {.events = EPOLLIN};

	return epoll_ctl(c->epfd, EPOLL_CTL_ADD, fd, &ready) < 0 ? -errno : 0;
}

int capture_new(const struct event_sink *sink, struct pcapng *file,
		struct capture **out, struct err *err)
{
	struct capture *c = mem_new(struct capture, 1);
	struct wall_reading reading = wall_read();
	int rc = 0;

	c->sink = *sink;
	c->file = file;
	c->merge = merge_new();
	c->marks = marks_new();
	wall_map_init(&c->map, &reading);
	c->epfd = epoll_create1(EPOLL_CLOEXEC);
	c->more_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->epfd < 0 || c->more_fd < 0)
		rc = -errno;
	if (rc == 0)
		rc = add_fd(c, c->more_fd);
	if (rc < 0) {
		capture_free(c);
		return err_sys(err, rc, "epoll or eventfd");
	}
	*out = c;
	return 0;
}

static void call_all(struct capture *c, void (*work)(void *tap))
{
	at_once_end(c->calls);
	c->taps.n = 0;
	vec_foreach(&c->ports, port)
		vec_push(&c->taps, port->tap);
	c->calls = at_once_begin(work, c->taps.v, c->taps.n);
}

static void prepare_tap(void *tap)
{
	tap_prepare(tap);
}

static void close_tap(void *tap)
{
	tap_close(tap);
}

static void close_taps(struct capture *c)
{
	if (c->ports.n && c->ports.v[0].tap)
		call_all(c, close_tap);
	vec_foreach(&c->ports, port)
		port->tap = NULL;
	c->listens = false;
}

void capture_free(struct capture *c)
{
	if (!c)
		return;
	close_taps(c);
	at_once_end(c->calls);
	vec_foreach(&c->ports, port)
		free(port->name);
	vec_done(&c->taps);
	vec_foreach(&c->hosts, host) {
		free(host->name);
		flow_table_free(host->flows);
	}
	vec_done(&c->ports);
	vec_done(&c->hosts);
	merge_free(c->merge);
	marks_free(c->marks);
	fd_close(&c->more_fd);
	fd_close(&c->epfd);
	free(c);
}

static size_t host_index(struct capture *c, const char *name)
{
	struct watched host = {0};

	for (size_t i = 0; i < c->hosts.n; i++)
		if (strcmp(c->hosts.v[i].name, name) == 0)
			return i;
	host.name = mem_strdup(name);
	host.flows = flow_table_new();
	vec_push(&c->hosts, host);
	return c->hosts.n - 1;
}

int capture_add(struct capture *c, const struct capture_port *port,
		struct err *err)
{
	SCOPED_FREE char *title = mem_printf("%s:%s", port->host, port->name);
	SCOPED_FREE char *link = mem_printf("link to %s", port->to);
	struct port added = {0};
	int rc = tap_new(port->netns_fd, port->frames, &added.tap, err);

	if (rc < 0)
		return err_within(err, "capture %s", title);
	added.host = host_index(c, port->host);
	added.name = mem_strdup(port->name);
	added.ifindex = port->ifindex;
	added.interface = pcapng_interface(c->file, title, link);
	vec_push(&c->ports, added);
	return 0;
}

void capture_prepare(struct capture *c)
{
	if (c)
		call_all(c, prepare_tap);
}

int capture_fd(const struct capture *c)
{
	return c ? c->epfd : -1;
}

/* @to_ns: -1: until now */
static void tell_gap(const struct capture *c, const char *host, int64_t from_ns,
		     int64_t to_ns, const char *why)
{
	struct event e = {.kind = EVENT_GAP, .step = -1, .host = host};

	e.t_ns = clock_now_ns() - c->sink.epoch_ns;
	e.gap = (struct event_gap){
		.source = "segments",
		.from_ns = from_ns < 0 ? 0 : from_ns,
		.to_ns = to_ns < 0 ? e.t_ns : to_ns,
		.why = why,
	};
	event_emit(&c->sink, &e);
}

static int listen_to(struct capture *c, const struct port *port,
		     struct err *err)
{
	int rc = tap_listen(port->tap, port->ifindex, err);

	if (rc == 0)
		rc = add_fd(c, tap_fd(port->tap));
	return rc;
}

void capture_start(struct capture *c)
{
	size_t kept = 0;

	if (!c)
		return;
	at_once_end(c->calls);
	c->calls = NULL;
	vec_foreach(&c->ports, port) {
		const char *host = c->hosts.v[port->host].name;
		struct err err = {0};

		if (listen_to(c, port, &err) == 0) {
			/* the same number as here */
			(void)merge_add(c->merge, port->tap, port->host);
			c->ports.v[kept++] = *port;
			continue;
		}
		(void)err_within(&err, "capture %s:%s", host, port->name);
		tell_gap(c, host, 0, INT64_MAX, err.text);
		tap_close(port->tap);
		free(port->name);
	}
	c->ports.n = kept;
	c->listens = true;
}

static void map_clock(struct capture *c)
{
	struct wall_reading reading = wall_read();
	int64_t since_ns = c->map.checked_ns;

	if (wall_map_check(&c->map, &reading))
		tell_gap(c, NULL, since_ns - c->sink.epoch_ns, -1,
			 "the wall clock was stepped, by which frames are "
			 "stamped");
}

static void take(struct capture *c, const struct port *port,
		 const struct tap_frame *frame)
{
	struct watched *host = &c->hosts.v[port->host];
	struct segment segment;

	/* that is how a wire is cut: topo_cut() */
	if (frame->stray)
		return;
	pcapng_packet(c->file, &(struct pcapng_packet){
				       .interface = port->interface,
				       .wall_ns = frame->wall_ns,
				       .bytes = frame->bytes,
				       .len = frame->len,
				       .whole_len = frame->whole_len,
				       .out = frame->out,
			       });
	c->n_frames++;
	if (c->watches)
		marks_add(c->marks, port->host, frame->out,
			  frame_digest(frame->bytes, frame->len), c->n_frames);
	if (segment_parse(frame->bytes, frame->len, &segment) < 0)
		return;
	if (++host->n_segments <= SEGMENTS_MAX)
		capture_tell(
			&c->sink, host->flows,
			&(struct capture_seen){
				.host = host->name,
				.interface = port->name,
				.out = frame->out,
				.frame = c->n_frames,
				.t_ns = wall_map_ns(&c->map, frame->wall_ns) -
					c->sink.epoch_ns,
			},
			&segment);
	else if (!host->full_ns)
		host->full_ns = wall_map_ns(&c->map, frame->wall_ns);
}

/* let the descriptor tell of what is left */
static void tell_more(struct capture *c)
{
	bool more = merge_waits(c->merge) > 0;
	uint64_t count = 1;

	if (more == c->more)
		return;
	/* neither can fail: it counts 0 or 1 */
	if (more)
		(void)!write(c->more_fd, &count, sizeof(count));
	else
		(void)!read(c->more_fd, &count, sizeof(count));
	c->more = more;
}

/* true if there may be more */
static bool take_some(struct capture *c)
{
	struct tap_frame frame;
	size_t port;
	int n = 0;

	while (c->listens && n < TAKE_FRAMES &&
	       merge_next(c->merge, &port, &frame)) {
		if (n++ == 0)
			map_clock(c);
		take(c, &c->ports.v[port], &frame);
	}
	tell_more(c);
	/* the first time at once: a file is never empty */
	if (n && c->map.checked_ns - c->flushed_ns > FLUSH_NS) {
		(void)pcapng_flush(c->file); /* its owner asks at the end */
		c->flushed_ns = c->map.checked_ns;
	}
	return n == TAKE_FRAMES;
}

void capture_take(struct capture *c)
{
	if (c)
		(void)take_some(c); /* the descriptor tells */
}

/* all that was there when it was called, and not for ever if more comes */
static void take_all(struct capture *c)
{
	for (int i = 0; i < TAKES_IN_ALL && take_some(c); i++)
		;
}

void capture_watch_digests(struct capture *c)
{
	if (c)
		c->watches = true;
}

uint64_t capture_find(struct capture *c, const char *host, bool out,
		      uint64_t digest)
{
	if (!c)
		return 0;
	take_all(c);
	for (size_t i = 0; i < c->hosts.n; i++)
		if (strcmp(c->hosts.v[i].name, host) == 0)
			return marks_find(c->marks, i, out, digest);
	return 0;
}

void capture_comment(struct capture *c, uint64_t frame, const char *text)
{
	if (c && frame)
		marks_comment(c->marks, frame, text);
}

static void tell_lost(const struct capture *c, const struct port *port,
		      const struct tap_count *count)
{
	SCOPED_FREE char *why =
		mem_printf("%llu of %llu frames at %s were not read in time",
			   (unsigned long long)count->dropped,
			   (unsigned long long)count->frames, port->name);

	/* which of them is not known */
	tell_gap(c, c->hosts.v[port->host].name, 0, -1, why);
}

void capture_end(struct capture *c)
{
	if (!c)
		return;
	take_all(c);
	vec_foreach(&c->ports, port) {
		struct tap_count count;

		if (tap_count(port->tap, &count) < 0)
			continue; /* the interface is gone, and its frames */
		pcapng_statistics(c->file, port->interface, clock_wall_ns(),
				  count.frames, count.dropped);
		if (count.dropped)
			tell_lost(c, port, &count);
	}
	vec_foreach(&c->hosts, host)
		if (host->full_ns)
			tell_gap(c, host->name,
				 host->full_ns - c->sink.epoch_ns, -1,
				 "more segments than a journal can hold; the "
				 "capture file has them all");
	close_taps(c);
}

int capture_annotate(struct capture *c, struct err *err)
{
	size_t n;
	const struct pcapng_comment *comments = marks_comments(c->marks, &n);

	return n ? pcapng_annotate(c->file, comments, n, err) : 0;
}
