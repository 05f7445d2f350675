/*
 * relay.c - wires in user space: frames between two ports, late, lost or whole
 *
 * DOC: Theory of operation
 *
 * A frame is read straight into the room that it keeps until it is sent; what
 * it waits for is a heap ordered by when it is due, then by arrival, so frames
 * of one delay keep their order. One timer stands at the earliest. Both the
 * timer and the ports hang on one epoll descriptor: an idle relay sleeps.
 *
 * A turn takes at most a burst of each port, so that a busy wire does not make
 * the others late, and then sends all that is due by now, bursts of frames for
 * one port with one system call. The clock is read once a turn: frames of a
 * burst came together as far as anybody can tell.
 *
 * Nothing can stay behind: ports are level-triggered, so what a turn leaves
 * makes the next one; whatever may put a frame into the heap (a turn, a
 * release, an injection) ends by setting the timer; an error of a socket is
 * taken out of it by the call that it makes fail (sock_error()), so that it
 * wakes us once.
 *
 * Room is kept for reuse and bounded: past LANE_FRAMES_MAX in the relay,
 * further frames are dropped and counted apart from those whose loss was asked
 * for.
 */
#include "wire/relay.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "tcp/digest.h"
#include "tcp/segment.h"
#include "wire/inject.h"
#include "wire/lane.h"
#include "wire/port.h"

/** TIMER_MARK - the timer among what epoll tells */
#define TIMER_MARK UINT64_MAX

/** READY_MAX - ports taken from in one turn */
#define READY_MAX 64

int relay_new(const struct relay_config *config, struct relay **out,
	      struct err *err)
{
	SCOPED_FD int epfd = epoll_create1(EPOLL_CLOEXEC);
	SCOPED_FD int timerfd =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = TIMER_MARK};
	struct faults faults;
	struct relay *relay;
	int rc;

	if (epfd < 0 || timerfd < 0 ||
	    epoll_ctl(epfd, EPOLL_CTL_ADD, timerfd, &event) < 0)
		return err_sys(err, -errno, "a relay's timer");
	rc = faults_init(&faults, config->faults, config->n_faults,
			 config->hosts, config->n_hosts, err);
	if (rc < 0)
		return rc;
	relay = mem_new(struct relay, 1);
	relay->config = *config;
	relay->faults = faults;
	relay->epfd = fd_steal(&epfd);
	relay->timerfd = fd_steal(&timerfd);
	for (size_t i = 0; i < PORT_BURST; i++)
		relay->room[i] = parcel_get(&relay->parcels);
	*out = relay;
	return 0;
}

static void free_waiting(struct lane *lane)
{
	while (lane->waiting) {
		struct parcel *parcel = lane->waiting;

		lane->waiting = parcel->next;
		free(parcel);
	}
}

static void free_wire(struct wire *wire)
{
	for (int i = 0; i < 2; i++) {
		fd_close(&wire->fds[i]);
		free_waiting(&wire->lanes[i]);
	}
	flow_table_free(wire->flows);
	vec_done(&wire->paths);
	stations_done(&wire->stations);
	free(wire);
}

void relay_free(struct relay *relay)
{
	if (!relay)
		return;
	for (size_t i = 0; i < PORT_BURST; i++)
		free(relay->room[i]);
	vec_foreach(&relay->held, held)
		free(held->parcel);
	vec_foreach(&relay->wires, wire)
		free_wire(*wire);
	parcels_done(&relay->parcels);
	vec_done(&relay->held);
	vec_done(&relay->wires);
	faults_done(&relay->faults);
	fd_close(&relay->epfd);
	fd_close(&relay->timerfd);
	free(relay);
}

static int open_ports(struct relay *relay, const struct relay_wire *asked,
		      struct wire *wire, struct err *err)
{
	for (uint64_t i = 0; i < 2; i++) {
		struct epoll_event event = {.events = EPOLLIN};

		event.data.u64 = 2 * relay->wires.n + i;
		wire->fds[i] =
			port_open(asked->netns_fd, asked->ifindex[i], err);
		if (wire->fds[i] < 0)
			return wire->fds[i];
		if (epoll_ctl(relay->epfd, EPOLL_CTL_ADD, wire->fds[i],
			      &event) < 0)
			return err_sys(err, -errno, "epoll_ctl");
	}
	return 0;
}

static void set_up_lane(const struct relay *relay,
			const struct relay_wire *asked, struct wire *wire,
			enum link_way way)
{
	struct lane *lane = &wire->lanes[way];

	lane->wire = wire;
	lane->way = way;
	lane->from_fd = wire->fds[way];
	lane->to_fd = wire->fds[!way];
	lane->sender = asked->ends[way];
	lane->receiver = asked->ends[!way];
	lane->waiting_last = &lane->waiting;
	lane->aimed =
		faults_reach(&relay->faults, lane->sender, lane->receiver);
	impair_init(&lane->impair, &asked->rules[way], asked->seed,
		    asked->stream + way);
}

/* a switch passes frames on, and takes none: its own address is of no use */
static bool is_switch(const struct relay *relay, size_t host)
{
	return host < relay->config.n_hosts &&
	       !relay->config.hosts[host].n_addresses;
}

int relay_add(struct relay *relay, const struct relay_wire *asked,
	      struct err *err)
{
	struct wire *wire = mem_new(struct wire, 1);
	int rc;

	wire->fds[0] = -1;
	wire->fds[1] = -1;
	rc = open_ports(relay, asked, wire, err);
	if (rc < 0) {
		free_wire(wire);
		return rc;
	}
	wire->index = relay->wires.n;
	wire->nat_idle_ns = asked->nat_idle_ns;
	wire->nat_resets = asked->nat_resets;
	wire->flows = flow_table_new();
	stations_open(&wire->stations, asked->netns_fd, asked->ifindex);
	for (int i = 0; i < 2; i++) {
		if (is_switch(relay, asked->ends[i]))
			wire->stations.has_end[i] = false;
		set_up_lane(relay, asked, wire, (enum link_way)i);
	}
	vec_push(&relay->wires, wire);
	return (int)wire->index;
}

static struct lane *lane_of(struct relay *relay, size_t wire, enum link_way way)
{
	return &relay->wires.v[wire]->lanes[way];
}

void relay_change(struct relay *relay, size_t wire, enum link_way way,
		  const struct impair_rules *rules)
{
	lane_of(relay, wire, way)->impair.rules = *rules;
}

void relay_cut(struct relay *relay, size_t wire, enum link_way way, bool cut)
{
	lane_of(relay, wire, way)->cut = cut;
}

void relay_forget(struct relay *relay, size_t wire)
{
	vec_foreach(&relay->wires.v[wire]->paths, path)
		path->forgotten = true;
}

void relay_arm(struct relay *relay, size_t fault, bool armed)
{
	relay->faults.v[fault].armed = armed;
}

/* behind those released before, whatever delay chance had given them */
static void release(struct relay *relay, struct held *held, int64_t now_ns,
		    int64_t *last_ns)
{
	struct parcel *parcel = held->parcel;
	struct lane *lane = parcel->lane;

	parcel->due_ns += now_ns;
	if (parcel->due_ns < *last_ns)
		parcel->due_ns = *last_ns;
	*last_ns = parcel->due_ns;
	lane->count.held--;
	lane_post(relay, lane, parcel);
	held->hit.at_ns = now_ns;
	held->hit.released = true;
	if (relay->config.hit)
		relay->config.hit(relay->config.arg, &held->hit);
}

size_t relay_release(struct relay *relay, size_t fault)
{
	int64_t now_ns = clock_now_ns();
	int64_t last_ns = 0;
	size_t kept = 0;
	size_t n = 0;

	relay->faults.v[fault].armed = false;
	for (size_t i = 0; i < relay->held.n; i++) {
		struct held *held = &relay->held.v[i];

		if (held->hit.fault == fault) {
			release(relay, held, now_ns, &last_ns);
			n++;
		} else {
			relay->held.v[kept++] = *held;
		}
	}
	relay->held.n = kept;
	lanes_deliver(relay, now_ns);
	return n;
}

static int address(struct relay *relay, const struct relay_injection *injection,
		   struct forge *forge, struct err *err)
{
	const struct stations *stations =
		&relay->wires.v[injection->wire]->stations;
	int way = (int)injection->way;
	char text[ENDPOINT_TEXT];

	forge->from = injection->from;
	forge->to = injection->to;
	if (!stations_find(stations, &forge->to, !way, forge->mac_to))
		return err_set(err, -ENOTCONN,
			       "no frame on this link has shown where %s is",
			       endpoint_print(&forge->to, text));
	/* nobody looks at it */
	if (!stations_find(stations, &forge->from, way, forge->mac_from))
		forge->mac_from[0] = 2;
	return 0;
}

/* what the table would say of it, had somebody sent it */
static void describe(struct lane *lane, const struct forge *forge,
		     int64_t now_ns, struct relay_hit *made)
{
	struct port_frame frame;
	struct segment segment;
	struct flow_view view;

	/* neither can fail: it was sent */
	(void)forge_frame(forge, &frame);
	(void)segment_parse(frame.bytes, frame.len, &segment);
	flow_look(lane->wire->flows, &segment, &view);
	lane_fill_hit(lane, &segment, &view, made);
	made->at_ns = now_ns;
	made->digest = frame_digest(frame.bytes, frame.len);
	made->digest_after = made->digest;
}

int relay_inject(struct relay *relay, const struct relay_injection *injection,
		 struct relay_hit *made, struct err *err)
{
	struct lane *lane = lane_of(relay, injection->wire, injection->way);
	int64_t now_ns = clock_now_ns();
	struct forge forge = {0};
	struct flow_conn conn;
	bool seen = flow_find(lane->wire->flows, &injection->from,
			      &injection->to, &conn);
	int rc = inject_resolve(injection->spec, seen ? &conn : NULL, &forge,
				err);

	if (rc == 0)
		rc = address(relay, injection, &forge, err);
	if (rc < 0)
		return rc;
	for (uint32_t i = 0; i < injection->spec->times; i++) {
		/* many need no more room than a burst */
		if (i % PORT_BURST == 0)
			lanes_deliver(relay, clock_now_ns());
		rc = lane_forge(relay, lane, &forge, now_ns);
		if (rc < 0)
			return err_set(err, -EINVAL, "%s",
				       rc == -EMSGSIZE
					       ? "it is longer than a frame"
					       : "its ends are of different "
						 "families");
	}
	describe(lane, &forge, now_ns, made);
	lanes_deliver(relay, now_ns);
	return 0;
}

int relay_fd(const struct relay *relay)
{
	return relay->epfd;
}

bool relay_turn(struct relay *relay)
{
	struct epoll_event ready[READY_MAX];
	/* fails only on bad arguments; what is there stays there */
	int n = epoll_wait(relay->epfd, ready, READY_MAX, 0);
	int64_t now_ns = clock_now_ns();
	bool more = false;

	if (!relay->began_ns)
		relay->began_ns = now_ns;
	for (int i = 0; i < n; i++) {
		uint64_t which = ready[i].data.u64;
		uint64_t ticks;

		if (which == TIMER_MARK) {
			/* only to make it unreadable */
			(void)!read(relay->timerfd, &ticks, sizeof(ticks));
			relay->armed_ns = 0;
		} else {
			more |= lane_take(relay,
					  lane_of(relay, which / 2,
						  (enum link_way)(which % 2)),
					  now_ns);
		}
	}
	lanes_deliver(relay, now_ns);
	return more;
}

void relay_catch_up(struct relay *relay)
{
	for (int i = 0; i < RELAY_TURNS && relay_turn(relay); i++)
		;
}

struct relay_count relay_counts(struct relay *relay, size_t wire,
				enum link_way way)
{
	struct lane *lane = lane_of(relay, wire, way);

	lane->count.missed += port_dropped(lane->from_fd);
	return lane->count;
}
