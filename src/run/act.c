/*
 * act.c - begin an act, wait for it, and see whether it did as told
 */
#include "run/act.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/units.h"
#include "observe/sampler.h"
#include "run/lab.h"
#include "run/program.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "tcp/words.h"
#include "topo/topo.h"

/** CANCEL_NS - how long an interrupted system call may take to come back */
#define CANCEL_NS (5 * NS_PER_S)

static int family_of(const struct lab *lab, enum act_family family)
{
	switch (family) {
	case ACT_FAMILY_V4:
		return AF_INET;
	case ACT_FAMILY_V6:
		return AF_INET6;
	case ACT_FAMILY_AUTO:
	case ACT_FAMILIES:
		break;
	}
	return lab->scenario->topology->families & IP_FAMILIES_V4 ? AF_INET
								  : AF_INET6;
}

/* an address as the program on @host would understand it */
static int resolve(const struct lab *lab, size_t host, const struct act *act,
		   const struct act_addr *addr, struct endpoint *out,
		   struct err *err)
{
	int family = family_of(lab, act->family);
	int to;
	int rc;

	if (addr->literal.family != AF_UNSPEC) {
		*out = addr->literal;
		out->port = addr->port;
		return 0;
	}
	*out = (struct endpoint){.family = (sa_family_t)family};
	if (addr->host) {
		to = topology_host(lab->scenario->topology, addr->host);
		rc = topo_address(lab->topo, host, (size_t)to, family, out);
		if (rc < 0)
			return err_set(err, rc, "%s has no %s address for %s",
				       addr->host,
				       family == AF_INET ? "IPv4" : "IPv6",
				       act->host);
	}
	out->port = addr->port;
	return 0;
}

static void announce(struct lab *lab, const struct program *program,
		     uint64_t op, const struct act *act)
{
	struct event event = {
		.kind = EVENT_OP_BEGIN,
		.host = act->host,
		.op = {.op = op,
		       .program = program->name,
		       .pid = program->agent.pid,
		       .verb = verb_names[act->verb],
		       .socket = act->socket},
	};

	lab_emit(lab, &event);
}

int act_begin(struct lab *lab, const struct act *act, uint64_t *op,
	      struct err *err)
{
	int host = topology_host(lab->scenario->topology, act->host);
	struct program *program = program_find(lab, (size_t)host, act->program);
	struct endpoint addr = {0};
	struct endpoint from = {0};
	struct lab_op *row;
	int rc;

	if (!program || !program->alive || program->agent.fd < 0)
		return err_set(err, -ESRCH, "%s on %s is not running",
			       act->program ?: PROGRAM_NAME_AGENT, act->host);
	rc = resolve(lab, (size_t)host, act, &act->addr, &addr, err);
	if (rc == 0 && act->from.set)
		rc = resolve(lab, (size_t)host, act, &act->from, &from, err);
	if (rc < 0)
		return rc;
	row = vec_grow(&lab->ops);
	row->act = act;
	row->program = (size_t)(program - lab->programs.v);
	row->began_ns = clock_now_ns();
	announce(lab, program, lab->ops.n, act);
	/* a socket that is only made takes its family from the address */
	rc = agent_do(&program->agent, lab->ops.n, act,
		      act->addr.set || act->makes ? &addr : NULL,
		      act->from.set ? &from : NULL, err);
	if (rc < 0)
		return rc;
	sampler_poke(lab->sampler);
	*op = lab->ops.n;
	return 0;
}

uint64_t act_find(const struct lab *lab, const char *background)
{
	for (size_t i = lab->ops.n; i-- > 0;) {
		const char *name = lab->ops.v[i].act->background;

		if (name && strcmp(name, background) == 0)
			return i + 1;
	}
	return 0;
}

/* the act is over, or nobody is left who could end it */
static bool settled(struct lab *lab, void *arg)
{
	const struct lab_op *op = &lab->ops.v[*(const uint64_t *)arg - 1];

	return op->ended_ns || lab->programs.v[op->program].agent.fd < 0 ||
	       !lab->programs.v[op->program].alive;
}

static int still_going(const struct lab *lab, const struct lab_op *op,
		       struct err *err)
{
	char took[UNITS_TEXT];

	if (!lab->programs.v[op->program].alive)
		return err_set(
			err, -ESRCH,
			"the program is gone and never came back from %s",
			verb_names[op->act->verb]);
	return err_set(err, -ETIMEDOUT, "%s had not returned after %s",
		       verb_names[op->act->verb],
		       duration_print(clock_now_ns() - op->began_ns, took));
}

static int compare(const struct lab_op *op, const struct act *want,
		   struct err *err)
{
	const char *verb = verb_names[op->act->verb];
	int fails = want->fails;

	if (op->error && op->error != fails)
		return err_set(err, -EINVAL, "%s failed with %s%s%s", verb,
			       errno_name((int)op->error),
			       fails ? ", not " : "",
			       fails ? errno_name(fails) : "");
	if (fails)
		return op->error ? 0
				 : err_set(err, -EINVAL,
					   "%s succeeded, but was to fail with "
					   "%s",
					   verb, errno_name(fails));
	if (want->eof && !op->eof)
		return err_set(err, -EINVAL, "%s met no end of file", verb);
	if (want->bytes >= 0 && op->bytes != want->bytes)
		return err_set(err, -EINVAL, "%s moved %lld bytes, not %lld",
			       verb, (long long)op->bytes,
			       (long long)want->bytes);
	if (!op->match)
		return err_set(err, -EINVAL, "%s read something else", verb);
	if (op->ended_ns - op->began_ns < want->not_before_ns)
		return err_set(err, -EINVAL, "%s returned too early", verb);
	/* one that came back before it was awaited may still have been late */
	if (op->act->within_ns &&
	    op->ended_ns - op->began_ns > op->act->within_ns)
		return err_set(err, -EINVAL, "%s returned too late", verb);
	return 0;
}

static int finish_blocked(struct lab *lab, uint64_t op, const struct act *want,
			  struct err *err)
{
	struct lab_op *row = &lab->ops.v[op - 1];

	if (lab_wait(lab, row->began_ns + want->blocks_ns, settled, &op))
		return err_set(err, -EINVAL, "%s returned, but was to block",
			       verb_names[want->verb]);
	if (want->background)
		return 0;
	(void)agent_cancel(&lab->programs.v[row->program].agent, op);
	(void)lab_wait(lab, clock_now_ns() + CANCEL_NS, settled, &op);
	return 0;
}

int act_finish(struct lab *lab, uint64_t op, const struct act *want,
	       int64_t from_ns, struct err *err)
{
	const struct lab_op *row = &lab->ops.v[op - 1];
	int64_t until_ns = from_ns + want->within_ns;
	struct act both;

	if (want->blocks_ns)
		return finish_blocked(lab, op, want, err);
	if (row->act->within_ns &&
	    row->began_ns + row->act->within_ns < until_ns)
		until_ns = row->began_ns + row->act->within_ns;
	(void)lab_wait(lab, until_ns, settled, &op);
	row = &lab->ops.v[op - 1];
	if (!row->ended_ns)
		return still_going(lab, row, err);
	both = act_demands(row->act, want);
	return compare(row, &both, err);
}
