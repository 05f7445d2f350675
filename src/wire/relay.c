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
 * Room is kept for reuse and bounded: past FRAMES_MAX on their way, further
 * frames are dropped and counted apart from those whose loss was asked for.
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
#include "base/vec.h"
#include "wire/port.h"

/** FRAMES_MAX - on their way at once: 160 MB, a second at a gigabit */
#define FRAMES_MAX 100000

/** TIMER_MARK - the timer among what epoll tells */
#define TIMER_MARK UINT64_MAX

/** READY_MAX - ports taken from in one turn */
#define READY_MAX 64

/** struct parcel - a frame on its way */
struct parcel {
	int64_t due_ns;
	uint64_t order; /* of arrival */
	struct lane *lane;
	struct parcel *next; /* of those not in use */
	struct port_frame frame;
};

/** struct lane - one direction of a wire */
struct lane {
	int from_fd;
	int to_fd;
	struct impair impair;
	struct relay_count count;
};

/** struct wire - two ports, and a lane each way; never moved */
struct wire {
	int fds[2];
	struct lane lanes[LINK_WAYS];
};

struct relay {
	struct relay_config config;
	int epfd;
	int timerfd;
	VEC(struct wire *) wires;
	VEC(struct parcel *) heap;
	struct parcel *spare;
	uint64_t last_order;
	int64_t armed_ns; /* when the timer will fire; 0: never */
};

int relay_new(const struct relay_config *config, struct relay **out,
	      struct err *err)
{
	SCOPED_FD int epfd = epoll_create1(EPOLL_CLOEXEC);
	SCOPED_FD int timerfd =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = TIMER_MARK};
	struct relay *relay;

	if (epfd < 0 || timerfd < 0 ||
	    epoll_ctl(epfd, EPOLL_CTL_ADD, timerfd, &event) < 0)
		return err_sys(err, -errno, "a relay's timer");
	relay = mem_new(struct relay, 1);
	relay->config = *config;
	relay->epfd = fd_steal(&epfd);
	relay->timerfd = fd_steal(&timerfd);
	*out = relay;
	return 0;
}

static void free_wire(struct wire *wire)
{
	fd_close(&wire->fds[0]);
	fd_close(&wire->fds[1]);
	free(wire);
}

void relay_free(struct relay *relay)
{
	if (!relay)
		return;
	vec_foreach(&relay->heap, parcel)
		free(*parcel);
	while (relay->spare) {
		struct parcel *parcel = relay->spare;

		relay->spare = parcel->next;
		free(parcel);
	}
	vec_foreach(&relay->wires, wire)
		free_wire(*wire);
	vec_done(&relay->heap);
	vec_done(&relay->wires);
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
	for (uint64_t way = 0; way < LINK_WAYS; way++) {
		struct lane *lane = &wire->lanes[way];

		lane->from_fd = wire->fds[way];
		lane->to_fd = wire->fds[!way];
		impair_init(&lane->impair, &asked->rules[way], asked->seed,
			    asked->stream + way);
	}
	vec_push(&relay->wires, wire);
	return (int)relay->wires.n - 1;
}

void relay_change(struct relay *relay, size_t wire, enum link_way way,
		  const struct impair_rules *rules)
{
	relay->wires.v[wire]->lanes[way].impair.rules = *rules;
}

int relay_fd(const struct relay *relay)
{
	return relay->epfd;
}

static bool before(const struct parcel *a, const struct parcel *b)
{
	return a->due_ns < b->due_ns ||
	       (a->due_ns == b->due_ns && a->order < b->order);
}

static void heap_push(struct relay *relay, struct parcel *parcel)
{
	size_t at = relay->heap.n;
	struct parcel **v;

	vec_push(&relay->heap, parcel);
	v = relay->heap.v;
	while (at > 0 && before(parcel, v[(at - 1) / 2])) {
		v[at] = v[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	v[at] = parcel;
}

static struct parcel *heap_pop(struct relay *relay)
{
	struct parcel **v = relay->heap.v;
	struct parcel *first = v[0];
	struct parcel *last = v[--relay->heap.n];
	size_t n = relay->heap.n;
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= n)
			break;
		if (child + 1 < n && before(v[child + 1], v[child]))
			child++;
		if (!before(v[child], last))
			break;
		v[at] = v[child];
		at = child;
	}
	if (n)
		v[at] = last;
	return first;
}

static struct parcel *parcel_get(struct relay *relay)
{
	struct parcel *parcel = relay->spare;

	if (!parcel) {
		return mem_new(struct parcel, 1);
	}
	relay->spare = parcel->next;
	return parcel;
}

static void parcel_put(struct relay *relay, struct parcel *parcel)
{
	parcel->next = relay->spare;
	relay->spare = parcel;
}

static void turn_bit(struct port_frame *frame, uint64_t bit)
{
	frame->bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
}

static void post(struct relay *relay, struct lane *lane, struct parcel *parcel,
		 int64_t due_ns)
{
	parcel->lane = lane;
	parcel->due_ns = due_ns;
	parcel->order = ++relay->last_order;
	lane->count.under_way++;
	heap_push(relay, parcel);
}

static void post_copy(struct relay *relay, struct lane *lane,
		      const struct parcel *parcel)
{
	struct parcel *copy;

	if (relay->heap.n >= FRAMES_MAX) {
		lane->count.missed++;
		return;
	}
	copy = parcel_get(relay);
	copy->frame = parcel->frame;
	post(relay, lane, copy, parcel->due_ns);
}

/* Return: whether the parcel is on its way, or may be used for another. */
static bool dispatch(struct relay *relay, struct lane *lane,
		     struct parcel *parcel, int64_t now_ns)
{
	struct relay_count *count = &lane->count;
	struct impair_verdict verdict;

	count->came++;
	if (!parcel->frame.len || parcel->frame.len > PORT_FRAME_BYTES ||
	    relay->heap.n >= FRAMES_MAX) {
		count->missed++;
		return false;
	}
	verdict = impair_frame(&lane->impair, parcel->frame.len, now_ns,
			       (uint32_t)count->under_way);
	if (verdict.fate != IMPAIR_FORWARD) {
		count->lost += verdict.fate == IMPAIR_LOST;
		count->overflow += verdict.fate == IMPAIR_OVERFLOW;
		return false;
	}
	if (verdict.corrupt) {
		turn_bit(&parcel->frame, verdict.corrupt_bit);
		count->corrupt++;
	}
	post(relay, lane, parcel, verdict.due_ns);
	if (verdict.copies > 1)
		post_copy(relay, lane, parcel);
	return true;
}

static void take(struct relay *relay, struct lane *lane, int64_t now_ns)
{
	struct parcel *parcels[PORT_BURST];
	struct port_frame *frames[PORT_BURST];
	int n;

	for (size_t i = 0; i < PORT_BURST; i++) {
		parcels[i] = parcel_get(relay);
		frames[i] = &parcels[i]->frame;
	}
	/* on failure there is nothing: a host that is gone sends nothing */
	n = port_take(lane->from_fd, frames, PORT_BURST);
	for (int i = 0; i < PORT_BURST; i++)
		if (i >= n || !dispatch(relay, lane, parcels[i], now_ns))
			parcel_put(relay, parcels[i]);
}

/* frames for one port; what it does not take is lost, as on a wire */
static void give(struct relay *relay, struct parcel **parcels, size_t n)
{
	struct relay_count *count = &parcels[0]->lane->count;
	struct port_frame *frames[PORT_BURST];
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		frames[i] = &parcels[i]->frame;
	while (at < n) {
		int given =
			port_give(parcels[0]->lane->to_fd, frames + at, n - at);

		if (given < 0) {
			count->missed++;
			given = 1;
		} else {
			count->gone += (uint64_t)given;
		}
		at += (size_t)given;
	}
	count->under_way -= n;
	for (size_t i = 0; i < n; i++)
		parcel_put(relay, parcels[i]);
}

static void deliver(struct relay *relay, int64_t now_ns)
{
	struct parcel *burst[PORT_BURST];
	size_t n = 0;

	while (relay->heap.n && relay->heap.v[0]->due_ns <= now_ns) {
		struct parcel *parcel = heap_pop(relay);

		if (now_ns - parcel->due_ns > parcel->lane->count.latest_ns)
			parcel->lane->count.latest_ns = now_ns - parcel->due_ns;
		if (n && (n == PORT_BURST || burst[0]->lane != parcel->lane)) {
			give(relay, burst, n);
			n = 0;
		}
		burst[n++] = parcel;
	}
	if (n)
		give(relay, burst, n);
}

static void arm(struct relay *relay)
{
	int64_t due_ns = relay->heap.n ? relay->heap.v[0]->due_ns : 0;
	struct itimerspec at = {
		.it_value = {.tv_sec = due_ns / NS_PER_S,
			     .tv_nsec = due_ns % NS_PER_S},
	};

	if (due_ns == relay->armed_ns)
		return;
	/* fails only on bad arguments */
	(void)timerfd_settime(relay->timerfd, TFD_TIMER_ABSTIME, &at, NULL);
	relay->armed_ns = due_ns;
}

void relay_turn(struct relay *relay)
{
	struct epoll_event ready[READY_MAX];
	/* fails only on bad arguments; what is there stays there */
	int n = epoll_wait(relay->epfd, ready, READY_MAX, 0);
	int64_t now_ns = clock_now_ns();

	for (int i = 0; i < n; i++) {
		uint64_t which = ready[i].data.u64;
		uint64_t ticks;

		if (which == TIMER_MARK) {
			/* only to make it unreadable */
			(void)!read(relay->timerfd, &ticks, sizeof(ticks));
			relay->armed_ns = 0;
		} else {
			take(relay,
			     &relay->wires.v[which / 2]->lanes[which % 2],
			     now_ns);
		}
	}
	deliver(relay, now_ns);
	arm(relay);
}

struct relay_count relay_counts(struct relay *relay, size_t wire,
				enum link_way way)
{
	struct lane *lane = &relay->wires.v[wire]->lanes[way];

	lane->count.missed += port_dropped(lane->from_fd);
	return lane->count;
}

void relay_cut(struct relay *relay, size_t wire, enum link_way way, bool cut)
{
	(void)relay;
	(void)wire;
	(void)way;
	(void)cut;
}

void relay_forget(struct relay *relay, size_t wire)
{
	(void)relay;
	(void)wire;
}

void relay_arm(struct relay *relay, size_t fault, bool armed)
{
	(void)relay;
	(void)fault;
	(void)armed;
}

size_t relay_release(struct relay *relay, size_t fault)
{
	(void)relay;
	(void)fault;
	return 0;
}

int relay_inject(struct relay *relay, const struct relay_injection *injection,
		 struct relay_hit *made, struct err *err)
{
	(void)relay;
	(void)injection;
	(void)made;
	return err_set(err, -EOPNOTSUPP, "injections are not there yet");
}
