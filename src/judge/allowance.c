/*
 * allowance.c - what a scenario does on purpose, and so accounts for
 */
#include <errno.h>
#include <string.h>

#include "event/journal.h"
#include "judge/invariant.h"
#include "spec/scenario.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "timeline/timeline.h"

/** DEATH_NS - a program's death is noticed by then */
#define DEATH_NS INT64_C(1000000000)

static bool has_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

/* Counters that tell of resets, and of retransmissions (include/uapi/linux/
 * snmp.h) */
static const char *const reset_words[] = {"Rst",      "Reset",	"Abort",
					  "Overflow", "Linger", NULL};
static const char *const again_words[] = {
	"Retrans", "Timeout", "Probe", "Overflow", "Drop", "DSACK", NULL};

/* Options with which a kernel resets, or gives up, of its own accord */
static const char *const reset_options[] = {
	"SO_LINGER",	"TCP_LINGER2", "TCP_USER_TIMEOUT", "SO_KEEPALIVE",
	"TCP_KEEPIDLE", "SO_ERROR",    "TCP_DEFER_ACCEPT", NULL};

/* What a host answers by itself: no segment has to do with it */
static bool is_local(int error)
{
	return error == EADDRINUSE || error == EADDRNOTAVAIL ||
	       error == EACCES || error == EPERM || error == EINVAL ||
	       error == EISCONN || error == EALREADY || error == EOPNOTSUPP;
}

static void allow_act(const struct act *act, struct allowance *a)
{
	if (act->verb == VERB_ABORT || (act->fails && !is_local(act->fails)))
		a->resets = true;
	if ((act->verb == VERB_SETSOCKOPT || act->verb == VERB_GETSOCKOPT) &&
	    act->option && has_any(act->option, reset_options))
		a->resets = true;
}

static void allow_arrows(const struct arrow *arrows, size_t n,
			 struct allowance *a)
{
	for (size_t i = 0; i < n; i++) {
		const struct segment_pattern *which = &arrows[i].which;

		if ((which->has_flags &&
		     which->flags & TCP_FLAG_BIT(TCP_FLAG_RST)) ||
		    which->roles & FLOW_ROLE_BIT(FLOW_RST))
			a->resets = true;
		a->wires |= arrows[i].fate == ARROW_FATE_FORGED;
		if (which->again == PATTERN_AGAIN_ONLY || arrows[i].count.set)
			a->retransmissions = true;
	}
}

static void allow_step(const struct step *step, struct allowance *a)
{
	const struct expect *e = &step->expect;

	switch (step->kind) {
	case STEP_CUT:
	case STEP_HEAL:
	case STEP_SET:
	case STEP_FORGET:
	case STEP_RELEASE:
	case STEP_ARM:
	case STEP_DISARM:
	case STEP_INJECT:
		a->wires = true;
		break;
	case STEP_ACT:
	case STEP_AWAIT:
		allow_act(&step->act, a);
		break;
	case STEP_TOGETHER:
		for (size_t i = 0; i < step->n_together; i++)
			allow_step(&step->together[i], a);
		break;
	case STEP_EXPECT:
		allow_arrows(e->arrows, e->n_arrows, a);
		for (size_t i = 0; i < e->n_counters; i++) {
			a->resets |= has_any(e->counters[i].name, reset_words);
			a->retransmissions |=
				has_any(e->counters[i].name, again_words);
		}
		break;
	case STEP_WAIT:
	case STEP_KINDS:
		break;
	}
}

/* A wire that is long, and does nothing else, loses nothing */
static bool asks(const struct impair_rules *rules, struct allowance *a)
{
	struct impair_rules rest = *rules;

	rest.delay_ns = 0;
	if (impair_rules_ask(&rest))
		return true;
	a->delay_ns += rules->delay_ns;
	return false;
}

static void allow_link(const struct link_spec *link, struct allowance *a)
{
	a->wires |= link->nat_idle_ns || link->nat_resets;
	for (int way = 0; way < LINK_WAYS; way++)
		a->wires |= asks(&link->rules[way], a);
}

struct allowance allowance_of(const struct ruling *r)
{
	const struct scenario *scenario = r->scenario;
	const struct topology *topology = scenario->topology;
	struct allowance a = {.wires = scenario->n_faults > 0, .late = true};

	for (size_t i = 0; i < scenario->n_steps; i++)
		allow_step(&scenario->steps[i], &a);
	for (size_t i = 0; topology && i < topology->n_links; i++)
		allow_link(&topology->links[i], &a);
	for (size_t i = 0; i < r->journal->n; i++)
		if (r->journal->events[i].kind == EVENT_BEGIN)
			a.late = !r->journal->events[i].begin.virtual_time;
	return a;
}

static bool is_at(const struct timeline_op *op, const char *host)
{
	return op->host && strcmp(op->host, host) == 0;
}

/* Ports are told by getsockname() after each action; a closed socket has none,
 * so that a close of what has no known port may be of any */
static bool is_close(const struct timeline_op *op, uint16_t port)
{
	static const char *const verbs[] = {"close", "shutdown", "abort"};
	bool closes = false;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		closes |= op->end.verb && strcmp(op->end.verb, verbs[i]) == 0;
	return closes && (!op->end.local.port || op->end.local.port == port);
}

/* Whoever dies closes its sockets first, and is found to be dead later */
static bool is_death(const struct timeline_proc *proc, int64_t t_ns)
{
	return strcmp(proc->program, "agent") != 0 ||
	       (proc->exited && proc->exit_ns <= t_ns + DEATH_NS);
}

bool allowance_closed(const struct ruling *r, const char *host, uint16_t port,
		      int64_t t_ns)
{
	const struct timeline_op *ops;
	const struct timeline_proc *procs;
	size_t n;

	ops = timeline_ops(r->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (ops[i].begin_ns <= t_ns && is_at(&ops[i], host) &&
		    is_close(&ops[i], port))
			return true;
	procs = timeline_procs(r->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(procs[i].host, host) == 0 &&
		    is_death(&procs[i], t_ns))
			return true;
	return false;
}

static bool listens(const struct endpoint *listener, const struct endpoint *at)
{
	return listener->family == at->family && listener->port == at->port &&
	       (endpoint_is_wildcard(listener) || endpoint_equal(listener, at));
}

bool allowance_listened(const struct ruling *r, const char *host,
			const struct endpoint *at, int64_t t_ns)
{
	const struct timeline_op *ops;
	size_t n;

	ops = timeline_ops(r->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (ops[i].begin_ns <= t_ns && is_at(&ops[i], host) &&
		    ops[i].end.verb && strcmp(ops[i].end.verb, "listen") == 0 &&
		    ops[i].ended && !ops[i].end.error &&
		    listens(&ops[i].end.local, at))
			return true;
	return false;
}
