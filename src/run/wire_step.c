/*
 * wire_step.c - steps that change what lies between hosts
 */
#include "run/wire_step.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/scope.h"
#include "base/str.h"
#include "observe/capture.h"
#include "observe/sampler.h"
#include "run/carrier.h"
#include "run/hits.h"
#include "run/lab.h"
#include "run/wires.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"
#include "topo/topo.h"

/** struct lane - one direction of a link */
struct lane {
	size_t link;
	enum link_way way;
	size_t wire; /* the relay's; WIRES_NONE */
};

/* Return: false if no link joins the two: they share a switched subnet. */
static bool find_lane(const struct lab *lab, const char *from, const char *to,
		      struct lane *lane)
{
	const struct topology *t = lab->scenario->topology;

	for (size_t i = 0; i < t->n_links; i++) {
		const char *a = t->hosts[t->links[i].a].name;
		const char *b = t->hosts[t->links[i].b].name;
		bool there = strcmp(a, from) == 0 && strcmp(b, to) == 0;
		bool back = strcmp(a, to) == 0 && strcmp(b, from) == 0;

		if (!there && !back)
			continue;
		lane->link = i;
		lane->way = there ? LINK_A_TO_B : LINK_B_TO_A;
		lane->wire = wires_of_link(lab, i);
		return true;
	}
	return false;
}

/* @at_ns: CLOCK_MONOTONIC: it was so from then on */
static void tell_change(struct lab *lab, int64_t at_ns, const char *action,
			const char *from, const char *to, const char *what)
{
	struct event event = {
		.kind = EVENT_WIRE,
		.t_ns = at_ns - lab->sink.epoch_ns,
		.host = from,
		.wire = {.action = action, .to = to, .what = what},
	};

	/* what was sent before is before it in the journal */
	capture_take(lab->capture);
	lab_emit(lab, &event);
	sampler_poke(lab->sampler);
}

static int cut_lane(struct lab *lab, const char *from, const char *to, bool cut,
		    struct err *err)
{
	const struct topology *topology = lab->scenario->topology;
	size_t a = (size_t)topology_host(topology, from);
	size_t b = (size_t)topology_host(topology, to);
	struct carrier_order order = {.task = CARRIER_CUT, .on = cut};
	struct carrier_word word = {.at_ns = clock_now_ns()};
	struct lane lane = {.wire = WIRES_NONE};
	int rc;

	if (find_lane(lab, from, to, &lane) && lane.wire != WIRES_NONE) {
		order.wire = lane.wire;
		order.way = lane.way;
		rc = wires_tell(lab, &order, &word, err);
	} else {
		rc = cut ? topo_cut(lab->topo, a, b, err)
			 : topo_heal(lab->topo, a, b, err);
		if (cut)
			word.at_ns = clock_now_ns();
	}
	if (rc == 0)
		tell_change(lab, word.at_ns, cut ? "cut" : "heal", from, to,
			    NULL);
	return rc;
}

int wire_step_cut(struct lab *lab, const struct step *step, struct err *err)
{
	bool cut = step->kind == STEP_CUT;
	int rc = cut_lane(lab, step->from, step->to, cut, err);

	if (rc < 0 || step->one_way)
		return rc;
	return cut_lane(lab, step->to, step->from, cut, err);
}

/* the spec has seen to it that there is a link, and that the relay carries it
 */
static int find_relayed(const struct lab *lab, const char *from, const char *to,
			struct lane *lane, struct err *err)
{
	if (!find_lane(lab, from, to, lane) || lane->wire == WIRES_NONE)
		return err_set(err, -EINVAL,
			       "no relay carries frames between %s and %s",
			       from, to);
	return 0;
}

static int set_lane(struct lab *lab, const char *from, const char *to,
		    const struct impair_rules *rules, struct err *err)
{
	struct carrier_order order = {.task = CARRIER_SET, .rules = *rules};
	SCOPED_STR struct str what = {0};
	struct carrier_word word;
	struct lane lane = {.wire = WIRES_NONE};
	int rc = find_relayed(lab, from, to, &lane, err);

	if (rc < 0)
		return rc;
	order.wire = lane.wire;
	order.way = lane.way;
	rc = wires_tell(lab, &order, &word, err);
	if (rc < 0)
		return rc;
	impair_rules_print(rules, &what);
	tell_change(lab, word.at_ns, "set", from, to,
		    what.len ? what.s : "as it comes");
	return 0;
}

int wire_step_set(struct lab *lab, const struct step *step, struct err *err)
{
	int rc = set_lane(lab, step->from, step->to, &step->rules[0], err);

	if (rc < 0 || step->one_way)
		return rc;
	return set_lane(lab, step->to, step->from, &step->rules[1], err);
}

int wire_step_forget(struct lab *lab, const struct step *step, struct err *err)
{
	struct carrier_order order = {.task = CARRIER_FORGET};
	struct carrier_word word;
	struct lane lane = {.wire = WIRES_NONE};
	int rc = find_relayed(lab, step->from, step->to, &lane, err);

	if (rc < 0)
		return rc;
	order.wire = lane.wire;
	rc = wires_tell(lab, &order, &word, err);
	if (rc == 0)
		tell_change(lab, word.at_ns, "forget", step->from, step->to,
			    NULL);
	return rc;
}

static size_t find_fault(const struct lab *lab, const char *name)
{
	const struct scenario *s = lab->scenario;
	size_t i = 0;

	/* the spec has seen to it that there is one */
	while (i + 1 < s->n_faults &&
	       !(s->faults[i].name && strcmp(s->faults[i].name, name) == 0))
		i++;
	return i;
}

int wire_step_release(struct lab *lab, const struct step *step, struct err *err)
{
	struct carrier_order order = {
		.task = CARRIER_RELEASE,
		.fault = find_fault(lab, step->fault),
	};
	struct carrier_word word;

	/* an event for each frame comes before the answer: hits_tell() */
	return wires_tell(lab, &order, &word, err);
}

int wire_step_arm(struct lab *lab, const struct step *step, struct err *err)
{
	struct carrier_order order = {
		.task = CARRIER_ARM,
		.fault = find_fault(lab, step->fault),
		.on = step->kind == STEP_ARM,
	};
	struct carrier_word word;
	int rc = wires_tell(lab, &order, &word, err);

	if (rc == 0)
		tell_change(lab, word.at_ns, order.on ? "arm" : "disarm", NULL,
			    NULL, step->fault);
	return rc;
}

/* what the last act with that socket said, or the last dump that showed it */
static bool find_ends(const struct lab *lab, const char *host,
		      const char *socket, struct endpoint *local,
		      struct endpoint *remote)
{
	const struct sock_life *life =
		timeline_sock(lab->timeline, host, socket);
	const struct timeline_op *ops;
	size_t n;

	ops = timeline_ops(lab->timeline, &n);
	while (n-- > 0) {
		const struct event_op *op = &ops[n].end;

		if (!op->socket || strcmp(op->socket, socket) != 0 ||
		    strcmp(ops[n].host, host) != 0 || !op->remote.port)
			continue;
		*local = op->local;
		*remote = op->remote;
		return true;
	}
	for (size_t i = life ? life->n_spans : 0; i-- > 0;) {
		const struct tcp_sock *sock = &life->spans[i].sock;

		if (!life->spans[i].present || !sock->remote.port)
			continue;
		*local = sock->local;
		*remote = sock->remote;
		return true;
	}
	return false;
}

static int find_connection(const struct lab *lab,
			   const struct inject_spec *inject,
			   struct carrier_order *order, struct err *err)
{
	struct endpoint local, remote;
	bool own = inject->on && strcmp(inject->on_host, inject->to) == 0;

	if (!inject->on) {
		const struct topology *t = lab->scenario->topology;
		size_t from = (size_t)topology_host(t, inject->from_host);
		size_t to = (size_t)topology_host(t, inject->to);
		int family = t->families & IP_FAMILIES_V4 ? AF_INET : AF_INET6;
		int rc =
			topo_address(lab->topo, to, from, family, &order->from);

		if (rc == 0)
			rc = topo_address(lab->topo, from, to, family,
					  &order->to);
		if (rc < 0)
			return err_set(err, rc,
				       "%s and %s cannot reach each "
				       "other",
				       inject->from_host, inject->to);
		order->from.port = inject->from_port;
		order->to.port = inject->to_port;
		return 0;
	}
	if (!find_ends(lab, inject->on_host, inject->on, &local, &remote))
		return err_set(err, -ENOTCONN, "%s.%s has no other end",
			       inject->on_host, inject->on);
	order->to = own ? local : remote;
	order->from = own ? remote : local;
	return 0;
}

/* the link by which the host is reached at that address */
static int find_last_link(const struct lab *lab,
			  const struct inject_spec *inject,
			  const struct endpoint *to, struct lane *lane,
			  struct err *err)
{
	size_t host =
		(size_t)topology_host(lab->scenario->topology, inject->to);

	for (size_t i = 0; i < topo_ports(lab->topo, host); i++) {
		struct topo_port port = topo_port(lab->topo, host, i);

		if (!topo_port_has(lab->topo, host, i, to))
			continue;
		return find_relayed(lab, lab_host(lab, port.to), inject->to,
				    lane, err);
	}
	return err_set(err, -EINVAL, "the connection does not end at %s",
		       inject->to);
}

int wire_step_inject(struct lab *lab, const struct step *step, struct err *err)
{
	struct carrier_order order = {
		.task = CARRIER_INJECT,
		.step = (size_t)(step - lab->scenario->steps),
	};
	struct carrier_word word;
	struct lane lane = {.wire = WIRES_NONE};
	int rc;

	rc = find_connection(lab, &step->inject, &order, err);
	if (rc == 0)
		rc = find_last_link(lab, &step->inject, &order.to, &lane, err);
	if (rc < 0)
		return rc;
	order.wire = lane.wire;
	order.way = lane.way;
	rc = wires_tell(lab, &order, &word, err);
	if (rc == 0)
		hits_tell_injected(lab, &step->inject, &word.hit);
	return rc;
}
