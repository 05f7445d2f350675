/*
 * leave.c - send the frames that are due
 *
 * A port may be full for a moment: a host takes its frames from a queue of
 * limited length (netif_rx(), net.core.netdev_max_backlog), and our socket is
 * charged for each until then. On a wire that would be a loss that nobody asked
 * for, so the lane stands for a moment and tries again, in the same order.
 */
#include <errno.h>
#include <sys/timerfd.h>

#include "base/clock.h"
#include "wire/lane.h"

/** FULL_NS - how long a lane stands */
#define FULL_NS (100 * NS_PER_US)

/** TRIES_MAX - so often for a frame, 20 ms: an interface without a carrier
 * refuses in the same words as a full one */
#define TRIES_MAX 200

static void repost(struct relay *relay, struct parcel *parcel)
{
	parcel->due_ns = parcel->lane->full_until_ns;
	parcels_push(&relay->parcels, parcel);
}

static void finish(struct relay *relay, struct parcel *parcel, bool given)
{
	struct relay_count *count = &parcel->lane->count;

	count->under_way--;
	if (given && !parcel->forged)
		count->gone++;
	if (!given)
		count->missed++;
	parcel_put(&relay->parcels, parcel);
}

static bool passes_by_itself(int error)
{
	return error == -EAGAIN || error == -ENOBUFS || error == -EINTR;
}

/* frames of one lane */
static void give(struct relay *relay, struct parcel *const *parcels, size_t n,
		 int64_t now_ns)
{
	struct lane *lane = parcels[0]->lane;
	struct port_frame *frames[PORT_BURST];
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		frames[i] = &parcels[i]->frame;
	while (at < n) {
		int given = port_give(lane->to_fd, frames + at, n - at);
		struct parcel *refused = parcels[at];

		if (given < 0 && passes_by_itself(given) &&
		    ++refused->tries < TRIES_MAX) {
			lane->full_until_ns = now_ns + FULL_NS;
			break;
		}
		/* what it does not take for another reason is lost */
		if (given <= 0) {
			finish(relay, refused, false);
			at++;
		}
		for (int i = 0; i < given && at < n; i++)
			finish(relay, parcels[at++], true);
	}
	for (; at < n; at++)
		repost(relay, parcels[at]);
}

static void note_lateness(const struct parcel *parcel, int64_t now_ns)
{
	struct relay_count *count = &parcel->lane->count;

	if (now_ns - parcel->asked_ns > count->latest_ns)
		count->latest_ns = now_ns - parcel->asked_ns;
}

static void arm(struct relay *relay)
{
	const struct parcel *first = parcels_first(&relay->parcels);
	int64_t due_ns = first ? first->due_ns : 0;
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

void lanes_deliver(struct relay *relay, int64_t now_ns)
{
	struct parcel *burst[PORT_BURST];
	const struct parcel *first;
	size_t n = 0;

	while ((first = parcels_first(&relay->parcels)) &&
	       first->due_ns <= now_ns) {
		struct parcel *parcel = parcels_pop(&relay->parcels);

		if (n && (n == PORT_BURST || burst[0]->lane != parcel->lane)) {
			give(relay, burst, n, now_ns);
			n = 0;
		}
		/* not past those that were refused, however late it is */
		if (parcel->due_ns < parcel->lane->full_until_ns) {
			repost(relay, parcel);
			continue;
		}
		note_lateness(parcel, now_ns);
		burst[n++] = parcel;
	}
	if (n)
		give(relay, burst, n, now_ns);
	arm(relay);
}
