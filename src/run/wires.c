/*
 * wires.c - the process that carries frames across links that delay or lose
 *
 * DOC: Theory of operation
 *
 * The relay's ports are opened here, since that takes visits to the wire's
 * namespace, and handed to a child by fork(2). The two speak over a pair of
 * SOCK_SEQPACKET sockets: the lab asks with an empty message, the child answers
 * with how every lane fared so far. The child ends when its socket does; a lab
 * that is killed takes it along, like all of its processes (ns/init.h).
 */
#include "run/wires.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/units.h"
#include "run/lab.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "topo/topo.h"
#include "wire/relay.h"

/** ANSWER_MS - the child answers at once unless it is stuck */
#define ANSWER_MS 5000

/** NICE - of the child: setpriority(2) */
#define NICE (-15)

/** LATE_NS - a frame that much later than asked may change what TCP does: a
 * quarter of the shortest retransmission timer, TCP_RTO_MIN */
#define LATE_NS (50 * INT64_C(1000000))

static size_t count_wires(const struct lab *lab)
{
	struct topo_wire wire;
	size_t n = 0;

	while (topo_wire(lab->topo, n, &wire))
		n++;
	return n;
}

static void release_relay(struct relay **relay)
{
	relay_free(*relay);
}

static int add_wires(const struct lab *lab, uint64_t seed, struct relay *relay,
		     struct err *err)
{
	const struct topology *topology = lab->scenario->topology;
	struct topo_wire wire;

	for (size_t i = 0; topo_wire(lab->topo, i, &wire); i++) {
		const struct link_spec *link = &topology->links[wire.link];
		const struct relay_wire asked = {
			.netns_fd = wire.netns_fd,
			.ifindex = {wire.ifindex[0], wire.ifindex[1]},
			.rules = {link->rules[0], link->rules[1]},
			.seed = seed,
			.stream = 2 * wire.link,
		};
		int rc = relay_add(relay, &asked, err);

		if (rc < 0)
			return err_within(err, "link %s - %s",
					  lab_host(lab, link->a),
					  lab_host(lab, link->b));
	}
	return 0;
}

static int answer(struct relay *relay, size_t n, int fd)
{
	SCOPED_FREE struct relay_count *counts = NULL;
	size_t size = n * LINK_WAYS * sizeof(*counts);
	char byte;

	if (recv(fd, &byte, sizeof(byte), 0) < 1)
		return -ECONNRESET; /* the lab is gone */
	counts = mem_new(struct relay_count, n * LINK_WAYS);
	for (size_t i = 0; i < n * LINK_WAYS; i++)
		counts[i] = relay_counts(relay, i / LINK_WAYS,
					 (enum link_way)(i % LINK_WAYS));
	return send(fd, counts, size, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static void carry(struct relay *relay, size_t n, int fd)
{
	struct pollfd fds[] = {
		{.fd = relay_fd(relay), .events = POLLIN},
		{.fd = fd, .events = POLLIN},
	};

	(void)prctl(PR_SET_NAME, "lab-wire"); /* for ps(1) */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* so that other labs make no frame late; where we may */
	(void)setpriority(PRIO_PROCESS, 0, NICE);
	for (;;) {
		/* EINTR leaves revents as they were, which does no harm */
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		if (fds[0].revents)
			relay_turn(relay);
		if (fds[1].revents && answer(relay, n, fd) < 0)
			return;
	}
}

int wires_start(struct lab *lab, uint64_t seed, struct err *err)
{
	SCOPED(release_relay) struct relay *relay = NULL;
	size_t n = count_wires(lab);
	int rc;

	if (!n)
		return 0;
	rc = relay_new(&relay, err);
	if (rc == 0)
		rc = add_wires(lab, seed, relay, err);
	if (rc < 0)
		return rc;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
		       lab->wires.fds) < 0)
		return err_sys(err, -errno, "socketpair");
	lab->wires.pid = fork();
	if (lab->wires.pid < 0) {
		rc = -errno;
		fd_close(&lab->wires.fds[0]);
		fd_close(&lab->wires.fds[1]);
		return err_sys(err, rc, "fork");
	}
	lab->wires.n = n;
	if (lab->wires.pid == 0) {
		fd_close(&lab->wires.fds[0]);
		carry(relay, n, lab->wires.fds[1]);
		_exit(0);
	}
	fd_close(&lab->wires.fds[1]);
	return 0;
}

int wires_fd(const struct lab *lab)
{
	return lab->wires.n ? lab->wires.fds[0] : -1;
}

static void tell_gap(struct lab *lab, const char *why)
{
	struct event event = {
		.kind = EVENT_GAP,
		.gap = {.source = "wire", .why = why},
	};

	event.gap.to_ns = lab_now_ns(lab);
	lab_emit(lab, &event);
}

void wires_heard(struct lab *lab)
{
	/* it says nothing unless it is asked */
	tell_gap(lab, "the process that carries frames is gone");
	wires_close(lab);
}

static void tell_fault(struct lab *lab, const char *from, const char *to,
		       const struct relay_count *count)
{
	SCOPED_FREE char *why = NULL;
	char late[UNITS_TEXT];

	if (count->missed)
		why = mem_printf("%llu frames from %s to %s were lost without "
				 "having been asked for",
				 (unsigned long long)count->missed, from, to);
	else if (count->latest_ns > LATE_NS)
		why = mem_printf("a frame from %s to %s was %s later than "
				 "asked",
				 from, to,
				 duration_print(count->latest_ns, late));
	if (why)
		tell_gap(lab, why);
}

static void tell_lane(struct lab *lab, const struct topo_wire *wire, int way,
		      const struct relay_count *count)
{
	const struct link_spec *link =
		&lab->scenario->topology->links[wire->link];
	const char *ends[] = {lab_host(lab, link->a), lab_host(lab, link->b)};
	struct event event = {
		.kind = EVENT_LINK,
		.host = ends[way],
		.link = {.to = ends[!way],
			 .backend = "relay",
			 .came = count->came,
			 .gone = count->gone,
			 .lost = count->lost,
			 .overflow = count->overflow,
			 .missed = count->missed,
			 .corrupt = count->corrupt,
			 .under_way = count->under_way,
			 .latest_ns = count->latest_ns},
	};

	lab_emit(lab, &event);
	tell_fault(lab, ends[way], ends[!way], count);
}

void wires_end(struct lab *lab)
{
	struct pollfd fd = {.fd = wires_fd(lab), .events = POLLIN};
	size_t n = lab->wires.n * LINK_WAYS;
	SCOPED_FREE struct relay_count *counts = NULL;
	struct topo_wire wire;
	ssize_t got = -1;

	if (!lab->wires.n)
		return;
	counts = mem_new(struct relay_count, n);
	if (send(fd.fd, "?", 1, MSG_NOSIGNAL) == 1 &&
	    poll(&fd, 1, ANSWER_MS) == 1)
		got = recv(fd.fd, counts, n * sizeof(*counts), 0);
	if (got != (ssize_t)(n * sizeof(*counts))) {
		tell_gap(lab, "the process that carries frames does not say "
			      "how they fared");
		return;
	}
	for (size_t i = 0; topo_wire(lab->topo, i, &wire); i++)
		for (int way = 0; way < LINK_WAYS; way++)
			tell_lane(lab, &wire, way,
				  &counts[i * LINK_WAYS + (size_t)way]);
}

void wires_close(struct lab *lab)
{
	if (lab->wires.n)
		fd_close(&lab->wires.fds[0]);
	lab->wires.n = 0;
}
