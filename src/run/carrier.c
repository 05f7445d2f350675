/*
 * carrier.c - the process that carries frames, and what it is told
 *
 * DOC: Theory of operation
 *
 * One loop over the relay and the lab's socket. Orders are answered in their
 * turn; that a fault acted is said at once, in between. What the lab does not
 * take in time waits here, so that a busy lab never makes a frame late.
 *
 * The lab's clock for lateness is the machine's: under another process of the
 * same weight the scheduler may keep us from a processor for some milliseconds.
 * Hence the priority, where we may have one: of real time, else of setpriority
 * (2), else none, and a frame that was late is told (run/tally.c).
 */
#include "run/carrier.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/vec.h"
#include "spec/scenario.h"

/** NICE - setpriority(2), where real time is refused */
#define NICE (-15)

/** PRIORITY - sched(7): the lowest of real time is above all else */
#define PRIORITY 1

struct carrier {
	const struct scenario *scenario;
	struct relay *relay;
	int fd;
	VEC(struct carrier_word) unsaid; /* hits, oldest first */
};

static void hear_hit(void *arg, const struct relay_hit *hit)
{
	struct carrier *carrier = arg;
	struct carrier_word word = {.is_hit = true, .hit = *hit};

	vec_push(&carrier->unsaid, word);
}

int carrier_new(const struct scenario *scenario, const struct relay_host *hosts,
		size_t n, struct carrier **out, struct err *err)
{
	struct carrier *carrier = mem_new(struct carrier, 1);
	const struct relay_config config = {
		.hosts = hosts,
		.n_hosts = n,
		.faults = scenario->faults,
		.n_faults = scenario->n_faults,
		.hit = hear_hit,
		.arg = carrier,
	};
	int rc = relay_new(&config, &carrier->relay, err);

	if (rc < 0) {
		free(carrier);
		return rc;
	}
	carrier->scenario = scenario;
	carrier->fd = -1;
	*out = carrier;
	return 0;
}

void carrier_free(struct carrier *carrier)
{
	if (!carrier)
		return;
	relay_free(carrier->relay);
	vec_done(&carrier->unsaid);
	free(carrier);
}

struct relay *carrier_relay(struct carrier *carrier)
{
	return carrier->relay;
}

/* Return: false if the lab has no room for it, or is gone. */
static bool say(const struct carrier *carrier, const struct carrier_word *word,
		int flags)
{
	return send(carrier->fd, word, sizeof(*word), flags | MSG_NOSIGNAL) ==
	       (ssize_t)sizeof(*word);
}

static void say_hits(struct carrier *carrier, int flags)
{
	size_t said = 0;

	while (said < carrier->unsaid.n &&
	       say(carrier, &carrier->unsaid.v[said], flags))
		said++;
	carrier->unsaid.n -= said;
	if (said && carrier->unsaid.n)
		memmove(carrier->unsaid.v, carrier->unsaid.v + said,
			carrier->unsaid.n * sizeof(*carrier->unsaid.v));
}

static void inject(struct carrier *carrier, const struct carrier_order *order,
		   struct carrier_word *word)
{
	const struct relay_injection injection = {
		.spec = &carrier->scenario->steps[order->step].inject,
		.from = order->from,
		.to = order->to,
		.wire = order->wire,
		.way = order->way,
	};
	struct err err = {0};

	word->rc = relay_inject(carrier->relay, &injection, &word->hit, &err);
	if (word->rc < 0) /* cut if need be */
		(void)snprintf(word->why, sizeof(word->why), "%.*s",
			       CARRIER_WHY - 1, err.text);
}

static struct carrier_word carry_out(struct carrier *carrier,
				     const struct carrier_order *order)
{
	struct carrier_word word = {.at_ns = clock_now_ns()};
	struct relay *relay = carrier->relay;

	switch (order->task) {
	case CARRIER_COUNT:
		word.count = relay_counts(relay, order->wire, order->way);
		break;
	case CARRIER_CUT:
		relay_cut(relay, order->wire, order->way, order->on);
		break;
	case CARRIER_SET:
		relay_change(relay, order->wire, order->way, &order->rules);
		break;
	case CARRIER_FORGET:
		relay_forget(relay, order->wire);
		break;
	case CARRIER_ARM:
		relay_arm(relay, order->fault, order->on);
		break;
	case CARRIER_RELEASE:
		word.n = relay_release(relay, order->fault);
		break;
	case CARRIER_INJECT:
		inject(carrier, order, &word);
		break;
	case CARRIER_TASKS:
		word.rc = -EINVAL;
		break;
	}
	return word;
}

/* Return: false if the lab is gone. */
static bool obey(struct carrier *carrier)
{
	struct carrier_order order;
	struct carrier_word word;

	if (recv(carrier->fd, &order, sizeof(order), 0) !=
	    (ssize_t)sizeof(order))
		return false;
	/* what came before the order has its turn before it */
	relay_catch_up(carrier->relay);
	word = carry_out(carrier, &order);
	/* the lab waits for the answer, so it takes what comes before, too */
	say_hits(carrier, 0);
	return say(carrier, &word, 0);
}

static void make_urgent(void)
{
	const struct sched_param param = {.sched_priority = PRIORITY};

	(void)prctl(PR_SET_NAME, "lab-wire"); /* for ps(1) */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sched_setscheduler(0, SCHED_RR, &param) < 0)
		(void)setpriority(PRIO_PROCESS, 0, NICE); /* if we may */
}

void carrier_run(struct carrier *carrier, int fd)
{
	struct pollfd fds[] = {
		{.fd = relay_fd(carrier->relay), .events = POLLIN},
		{.fd = fd},
	};
	const struct carrier_word begun = {0};

	carrier->fd = fd;
	make_urgent();
	relay_turn(carrier->relay);
	if (!say(carrier, &begun, 0))
		return;
	for (;;) {
		short say_too = carrier->unsaid.n ? POLLOUT : 0;

		fds[1].events = (short)(POLLIN | say_too);
		if (poll(fds, 2, -1) < 0) {
			if (errno != EINTR)
				return;
			continue;
		}
		if (fds[0].revents)
			relay_turn(carrier->relay);
		if ((fds[1].revents & (POLLIN | POLLHUP | POLLERR)) &&
		    !obey(carrier))
			return;
		say_hits(carrier, MSG_DONTWAIT);
	}
}
