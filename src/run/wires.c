/*
 * wires.c - the lab's links: which process carries what, and orders to it
 *
 * DOC: Theory of operation
 *
 * The relay's ports are opened here, since that takes visits to the wire's
 * namespace, and handed to a child by fork(2), together with the scenario whose
 * faults it acts by. The two speak over a pair of SOCK_SEQPACKET sockets: each
 * order is answered, and what the child has to say of faults comes in between
 * (run/carrier.h). The child ends when its socket does; a lab that is killed
 * takes it along, like all of its processes (ns/init.h).
 */
#include "run/wires.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "run/carrier.h"
#include "run/hits.h"
#include "run/lab.h"
#include "run/owners.h"
#include "spec/scenario.h"
#include "topo/topo.h"

/** ANSWER_MS - the child answers at once unless it is stuck */
#define ANSWER_MS 10000

static void release_carrier(struct carrier **carrier)
{
	carrier_free(*carrier);
}

static int add_wire(struct lab *lab, const struct topo_wire *wire,
		    uint64_t seed, struct relay *relay, struct err *err)
{
	const struct link_spec *link =
		&lab->scenario->topology->links[wire->link];
	const struct relay_wire asked = {
		.netns_fd = wire->netns_fd,
		.ifindex = {wire->ifindex[0], wire->ifindex[1]},
		.ends = {link->a, link->b},
		.rules = {link->rules[0], link->rules[1]},
		.nat_idle_ns = link->nat_idle_ns,
		.nat_resets = link->nat_resets,
		.seed = seed,
		.stream = 2 * wire->link,
	};
	int rc = relay_add(relay, &asked, err);

	if (rc < 0)
		return err_within(err, "link %s - %s", lab_host(lab, link->a),
				  lab_host(lab, link->b));
	vec_push(&lab->wires.links, wire->link);
	return 0;
}

static int add_wires(struct lab *lab, uint64_t seed, struct relay *relay,
		     struct err *err)
{
	struct topo_wire wire;

	for (size_t i = 0; topo_wire(lab->topo, i, &wire); i++) {
		int rc = 0;

		if (wire.backend == WIRE_BACKEND_RELAY)
			rc = add_wire(lab, &wire, seed, relay, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int start_process(struct lab *lab, struct carrier *carrier,
			 struct err *err)
{
	struct carrier_word begun;
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_sys(err, -errno, "socketpair");
	pid = fork();
	if (pid < 0) {
		int rc = -errno;

		fd_close(&fds[0]);
		fd_close(&fds[1]);
		return err_sys(err, rc, "fork");
	}
	if (pid == 0) {
		fd_close(&fds[0]);
		carrier_run(carrier, fds[1]);
		_exit(0);
	}
	fd_close(&fds[1]);
	/* a program's first segment must not wait for a process that starts */
	if (recv(fds[0], &begun, sizeof(begun), 0) != (ssize_t)sizeof(begun)) {
		fd_close(&fds[0]);
		return err_set(err, -EPIPE,
			       "the process that carries frames did not begin");
	}
	lab->wires.pid = pid;
	lab->wires.fd = fds[0];
	lab->wires.alive = true;
	return 0;
}

/* the kernel carries most links: nothing is to be told apart there */
static bool is_relayed(const struct lab *lab)
{
	struct topo_wire wire;

	for (size_t i = 0; topo_wire(lab->topo, i, &wire); i++)
		if (wire.backend == WIRE_BACKEND_RELAY)
			return true;
	return false;
}

enum wire_backend *wires_choose(const struct scenario *scenario)
{
	size_t n = scenario->topology->n_links;
	enum wire_backend *backends = mem_new(enum wire_backend, n + 1);

	for (size_t i = 0; i < n; i++)
		backends[i] = scenario_backend(scenario, i);
	return backends;
}

int wires_start(struct lab *lab, uint64_t seed, struct err *err)
{
	SCOPED(release_carrier) struct carrier *carrier = NULL;
	SCOPED(owners_done) struct owners owners = {0};
	int rc;

	if (!is_relayed(lab))
		return 0;
	owners_init(&owners, lab);
	rc = carrier_new(lab->scenario, owners.hosts, owners.n, &carrier, err);
	if (rc == 0)
		rc = add_wires(lab, seed, carrier_relay(carrier), err);
	if (rc < 0)
		return rc;
	return start_process(lab, carrier, err);
}

int wires_fd(const struct lab *lab)
{
	return lab->wires.alive ? lab->wires.fd : -1;
}

size_t wires_of_link(const struct lab *lab, size_t link)
{
	for (size_t i = 0; i < lab->wires.links.n; i++)
		if (lab->wires.links.v[i] == link)
			return i;
	return WIRES_NONE;
}

void wires_tell_gap(struct lab *lab, const char *source, const char *why)
{
	struct event event = {
		.kind = EVENT_GAP,
		.gap = {.source = source, .why = why},
	};

	event.gap.to_ns = lab_now_ns(lab);
	lab_emit(lab, &event);
}

/* Return: 1 for a word, 0 if there is none now, -EPIPE if it is gone. */
static int take_word(struct lab *lab, struct carrier_word *word)
{
	ssize_t got = recv(lab->wires.fd, word, sizeof(*word), MSG_DONTWAIT);

	if (got == (ssize_t)sizeof(*word))
		return 1;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	wires_tell_gap(lab, "wire", "the process that carries frames is gone");
	wires_close(lab);
	return -EPIPE;
}

void wires_heard(struct lab *lab)
{
	struct carrier_word word;

	/* an answer comes only while it is waited for */
	while (lab->wires.alive && take_word(lab, &word) == 1)
		if (word.is_hit)
			hits_tell(lab, &word.hit);
}

static int await_answer(struct lab *lab, struct carrier_word *word)
{
	struct pollfd fd = {.fd = wires_fd(lab), .events = POLLIN};

	for (;;) {
		int rc = take_word(lab, word);

		if (rc < 0)
			return rc;
		if (rc && !word->is_hit)
			return word->rc;
		if (rc)
			hits_tell(lab, &word->hit);
		else if (poll(&fd, 1, ANSWER_MS) == 0)
			break;
	}
	wires_tell_gap(lab, "wire",
		       "the process that carries frames does not answer");
	wires_close(lab);
	return -EPIPE;
}

int wires_tell(struct lab *lab, const struct carrier_order *order,
	       struct carrier_word *word, struct err *err)
{
	int rc = -EPIPE;

	if (lab->wires.alive && send(lab->wires.fd, order, sizeof(*order),
				     MSG_NOSIGNAL) == (ssize_t)sizeof(*order))
		rc = await_answer(lab, word);
	if (rc == -EPIPE)
		return err_set(err, rc,
			       "the process that carries frames is "
			       "gone");
	if (rc < 0)
		return err_set(err, rc, "%s", word->why);
	return 0;
}

void wires_close(struct lab *lab)
{
	if (lab->wires.alive)
		fd_close(&lab->wires.fd);
	lab->wires.alive = false;
}
