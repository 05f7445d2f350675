/*
 * capture.c - every frame of every host: into a file, and TCP's into the
 * journal
 *
 * DOC: Theory of operation
 *
 * One tap an interface, one epoll descriptor over all. Whoever polls it calls
 * capture_take(), which merges what the taps hold by stamp: a frame that one
 * host sent and another received is then in the right order in the file and in
 * the journal, as both stamps come from one clock.
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

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/vec.h"
#include "event/event.h"
#include "observe/pcapng.h"
#include "observe/tap.h"
#include "tcp/flow.h"
#include "tcp/segment.h"

/** SEGMENTS_MAX - so many of one host go into the journal */
#define SEGMENTS_MAX 100000

/** STEP_NS - the wall clock was stepped if it went off the other by more; an
 * NTP daemon slews it by 0.05% at most, adjtimex(2) */
#define STEP_NS	   NS_PER_MS
#define SLEW_SHARE 2000

/** struct watched - a host with interfaces that are listened to */
struct watched {
	char *name;
	struct flow_table *flows;
	uint64_t n_segments;
	int64_t full_ns; /* when SEGMENTS_MAX was reached; 0 */
};

/** struct port - an interface */
struct port {
	size_t host; /* in hosts */
	char *name;
	uint32_t interface; /* in the file */
	struct tap *tap;
};

struct capture {
	struct event_sink sink;
	struct pcapng *file;
	int epfd;
	VEC(struct watched) hosts;
	VEC(struct port) ports;
	uint64_t n_frames; /* in the file */
	int64_t offset_ns; /* CLOCK_REALTIME less CLOCK_MONOTONIC */
	int64_t mapped_ns; /* when that was so, CLOCK_MONOTONIC */
};

/* the two clocks, read as close to each other as three readings allow */
static int64_t offset_now(int64_t *now_ns)
{
	int64_t before_ns = clock_now_ns();
	int64_t wall_ns = clock_wall_ns();

	*now_ns = clock_now_ns();
	return wall_ns - before_ns - (*now_ns - before_ns) / 2;
}

int capture_new(const struct event_sink *sink, struct pcapng *file,
		struct capture **out, struct err *err)
{
	int epfd = epoll_create1(EPOLL_CLOEXEC);
	struct capture *c;

	if (epfd < 0)
		return err_sys(err, -errno, "epoll_create1");
	c = mem_new(struct capture, 1);
	c->sink = *sink;
	c->file = file;
	c->epfd = epfd;
	c->offset_ns = offset_now(&c->mapped_ns);
	*out = c;
	return 0;
}

void capture_free(struct capture *c)
{
	if (!c)
		return;
	vec_foreach(&c->ports, port) {
		free(port->name);
		tap_close(port->tap);
	}
	vec_foreach(&c->hosts, host) {
		free(host->name);
		flow_table_free(host->flows);
	}
	vec_done(&c->ports);
	vec_done(&c->hosts);
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
	struct epoll_event ready = {.events = EPOLLIN, .data.u64 = c->ports.n};
	struct port added = {0};
	int rc = tap_open(port->netns_fd, port->ifindex, port->frames,
			  &added.tap, err);

	if (rc < 0) {
		(void)err_within(err, "capture %s", title);
		return rc;
	}
	if (epoll_ctl(c->epfd, EPOLL_CTL_ADD, tap_fd(added.tap), &ready) < 0) {
		rc = -errno;
		tap_close(added.tap);
		return err_sys(err, rc, "capture %s: epoll_ctl", title);
	}
	added.host = host_index(c, port->host);
	added.name = mem_strdup(port->name);
	added.interface = pcapng_interface(c->file, title, link);
	vec_push(&c->ports, added);
	return 0;
}

int capture_fd(const struct capture *c)
{
	return c->epfd;
}

static void tell_gap(const struct capture *c, const char *host, int64_t from_ns,
		     const char *why)
{
	struct event e = {.kind = EVENT_GAP, .step = -1, .host = host};

	e.t_ns = clock_now_ns() - c->sink.epoch_ns;
	e.gap = (struct event_gap){
		.source = "segments",
		.from_ns = from_ns < 0 ? 0 : from_ns,
		.to_ns = e.t_ns,
		.why = why,
	};
	event_emit(&c->sink, &e);
}

static void map_clock(struct capture *c)
{
	int64_t now_ns;
	int64_t offset_ns = offset_now(&now_ns);
	int64_t most_ns = STEP_NS + (now_ns - c->mapped_ns) / SLEW_SHARE;

	if (llabs(offset_ns - c->offset_ns) > most_ns)
		tell_gap(c, NULL, c->mapped_ns - c->sink.epoch_ns,
			 "the wall clock was stepped, by which frames are "
			 "stamped");
	c->offset_ns = offset_ns;
	c->mapped_ns = now_ns;
}

static void print_options(const struct segment_options *o, struct str *out)
{
	const char *comma = "";

	if (o->mss) {
		str_addf(out, "mss %u", o->mss);
		comma = ", ";
	}
	if (o->has_wscale) {
		str_addf(out, "%swscale %u", comma, o->wscale);
		comma = ", ";
	}
	if (o->sack_permitted) {
		str_addf(out, "%ssack permitted", comma);
		comma = ", ";
	}
	if (o->has_timestamps) {
		str_addf(out, "%sts %u ecr %u", comma, o->ts_val, o->ts_ecr);
		comma = ", ";
	}
	for (size_t i = 0; i < o->n_sack; i++) {
		str_addf(out, "%ssack %u-%u", comma, o->sack[i].left,
			 o->sack[i].right);
		comma = ", ";
	}
	if (o->malformed)
		str_addf(out, "%smalformed", comma);
}

static void tell_segment(struct capture *c, const struct port *port,
			 const struct tap_frame *frame, const struct segment *s)
{
	struct watched *host = &c->hosts.v[port->host];
	SCOPED_STR struct str flags = {0};
	SCOPED_STR struct str roles = {0};
	SCOPED_STR struct str options = {0};
	struct flow_view view;
	struct event e = {.kind = EVENT_SEGMENT, .step = -1};

	flow_see(host->flows, s, &view);
	segment_print_flags(s->flags, &flags);
	flow_print_roles(view.roles, &roles);
	print_options(&s->options, &options);
	e.host = host->name;
	e.t_ns = frame->wall_ns - c->offset_ns - c->sink.epoch_ns;
	e.segment = (struct event_segment){
		.interface = port->name,
		.out = frame->out,
		.from = s->from,
		.to = s->to,
		.flags = str_text(&flags),
		.roles = str_text(&roles),
		.again = view.again,
		.connection = view.connection,
		.late = !view.since_begin,
		.rel_seq = view.seq,
		.rel_ack = view.ack,
		.seq = s->seq,
		.ack = s->ack,
		.window = s->window,
		.len = s->payload_len,
		.options = options.len ? str_text(&options) : NULL,
		.corrupt = !s->checksum_good,
		.frame = c->n_frames,
	};
	event_emit(&c->sink, &e);
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
	if (segment_parse(frame->bytes, frame->len, &segment) < 0)
		return;
	if (++host->n_segments <= SEGMENTS_MAX)
		tell_segment(c, port, frame, &segment);
	else if (!host->full_ns)
		host->full_ns = clock_now_ns();
}

/* the ready port whose oldest frame is the oldest of all */
static struct port *oldest(struct capture *c, const struct epoll_event *ready,
			   int n, struct tap_frame *frame)
{
	struct port *found = NULL;

	for (int i = 0; i < n; i++) {
		struct port *port = &c->ports.v[ready[i].data.u64];
		struct tap_frame candidate;

		if (!tap_peek(port->tap, &candidate) ||
		    (found && candidate.wall_ns >= frame->wall_ns))
			continue;
		found = port;
		*frame = candidate;
	}
	return found;
}

void capture_take(struct capture *c)
{
	SCOPED_FREE struct epoll_event *ready = NULL;
	struct tap_frame frame;
	struct port *port;
	int n;

	if (!c->ports.n)
		return;
	ready = mem_new(struct epoll_event, c->ports.n);
	/* fails only on bad arguments; what is there stays there */
	n = epoll_wait(c->epfd, ready, (int)c->ports.n, 0);
	if (n <= 0)
		return;
	map_clock(c);
	while ((port = oldest(c, ready, n, &frame))) {
		take(c, port, &frame);
		tap_next(port->tap);
	}
}

static void tell_lost(const struct capture *c, const struct port *port,
		      const struct tap_count *count)
{
	SCOPED_FREE char *why =
		mem_printf("%llu of %llu frames at %s were not read in time",
			   (unsigned long long)count->dropped,
			   (unsigned long long)count->frames, port->name);

	/* which of them is not known */
	tell_gap(c, c->hosts.v[port->host].name, 0, why);
}

void capture_end(struct capture *c)
{
	capture_take(c);
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
				 host->full_ns - c->sink.epoch_ns,
				 "more segments than a journal can hold; the "
				 "capture file has them all");
}
