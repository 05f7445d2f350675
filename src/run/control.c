/*
 * control.c - what the lab itself does to programs: start, signal, await
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "observe/sampler.h"
#include "run/act.h"
#include "run/lab.h"
#include "run/program.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "tcp/words.h"
#include "timeline/timeline.h"

/** struct awaited - what lab_wait() looks for */
struct awaited {
	size_t program;
	uint16_t port;
};

static size_t index_of(const struct lab *lab, const struct program *program)
{
	return (size_t)(program - lab->programs.v);
}

static bool gone(struct lab *lab, void *arg)
{
	const struct awaited *a = arg;

	return !lab->programs.v[a->program].alive;
}

static bool ready(struct lab *lab, void *arg)
{
	const struct awaited *a = arg;
	const struct program *p = &lab->programs.v[a->program];

	/* look often: nothing wakes us when a program calls listen() */
	sampler_poke(lab->sampler);
	/* a daemon's first process exits with 0 and leaves another behind,
	 * which may listen only then: daemon(3) */
	return (!p->alive && (p->signal || p->status != 0)) ||
	       sampler_listens(lab->sampler, lab_host(lab, p->host), a->port);
}

static int exit_differs(const struct program *p, const struct act *act,
			struct err *err)
{
	if (act->signal && p->signal != act->signal)
		return err_set(err, -EINVAL, "%s was to die of %s, but did not",
			       p->name, signal_name(act->signal));
	if (!act->status.set || compare_holds(&act->status, p->status))
		return 0;
	if (p->signal)
		return err_set(err, -EINVAL, "%s was killed by %s", p->name,
			       signal_name(p->signal));
	return err_set(err, -EINVAL, "%s exited with status %d, not %s%lld",
		       p->name, p->status, compare_op_names[act->status.op],
		       (long long)act->status.value);
}

/* "not-before" counts as the judge will count it: between these two events */
static bool is_early(const struct lab *lab, const struct program *p,
		     const struct act *act)
{
	const struct timeline_proc *proc =
		timeline_proc(lab->timeline, lab_host(lab, p->host), p->name);
	const struct timeline_step *step =
		timeline_step(lab->timeline, lab->step);

	return act->not_before_ns && proc && step && proc->exited &&
	       proc->exit_ns - step->begin_ns < act->not_before_ns;
}

static int await_exit(struct lab *lab, const struct program *program,
		      const struct act *act, struct err *err)
{
	struct awaited a = {.program = index_of(lab, program)};

	if (!lab_wait(lab, clock_now_ns() + act->within_ns, gone, &a))
		return err_set(err, -ETIMEDOUT, "%s is still running",
			       lab->programs.v[a.program].name);
	if (is_early(lab, &lab->programs.v[a.program], act))
		return err_set(err, -EINVAL, "%s was gone too early",
			       lab->programs.v[a.program].name);
	return 0;
}

static int await_ready(struct lab *lab, const struct program *program,
		       uint16_t port, int64_t within_ns, struct err *err)
{
	struct awaited a = {.program = index_of(lab, program), .port = port};
	bool in_time = lab_wait(lab, clock_now_ns() + within_ns, ready, &a);
	const struct program *p = &lab->programs.v[a.program];
	bool listens =
		sampler_listens(lab->sampler, lab_host(lab, p->host), port);
	struct event event = {
		.kind = EVENT_PROC_READY,
		.host = lab_host(lab, p->host),
		.proc = {.program = p->name,
			 .pid = p->agent.pid,
			 .why = "its port listens"},
	};

	if (!p->alive && !listens)
		return err_set(err, -EINVAL,
			       "%s is gone before its port %u listened",
			       p->name, (unsigned int)port);
	if (!in_time)
		return err_set(err, -ETIMEDOUT,
			       "%s is up, but nothing listens on port %u",
			       p->name, (unsigned int)port);
	lab_emit(lab, &event);
	return 0;
}

static int start(struct lab *lab, size_t host, const struct act *how,
		 const struct act *want, struct err *err)
{
	const struct program *program;
	int rc;

	/* a listener of before would look like the new program's readiness */
	lab_snap(lab, NULL);
	if (how->listening &&
	    sampler_listens(lab->sampler, how->host, how->listening))
		return err_set(err, -EADDRINUSE,
			       "port %u of %s listens before %s is started",
			       (unsigned int)how->listening, how->host,
			       how->target);
	rc = program_run(lab, host, how, err);
	if (rc < 0)
		return rc;
	program = &lab->programs.v[lab->programs.n - 1];
	if (want->status.set || want->signal) {
		rc = await_exit(lab, program, want, err);
		program = program_find(lab, host, how->target);
		return rc < 0 ? rc : exit_differs(program, want, err);
	}
	if (!how->listening)
		return 0;
	return await_ready(lab, program, how->listening, want->within_ns, err);
}

static int restart(struct lab *lab, size_t host, const struct act *act,
		   struct err *err)
{
	const struct program *program = program_find(lab, host, act->target);

	if (program && program->alive)
		return err_set(err, -EBUSY, "%s is still running",
			       program->name);
	if (strcmp(act->target, PROGRAM_NAME_AGENT) == 0)
		return program_start_agent(lab, host, err);
	if (!program || !program->start)
		return err_set(err, -EINVAL, "%s was not started with run",
			       act->target);
	return start(lab, host, program->start, act, err);
}

static int kill_and_wait(struct lab *lab, struct program *program, int signal,
			 const struct act *act, struct err *err)
{
	int rc = program_signal(lab, program, signal);

	if (rc < 0)
		return err_sys(err, rc, "%s to %s", signal_name(signal),
			       program->name);
	sampler_poke(lab->sampler);
	return act->verb == VERB_SIGNAL ? 0
					: await_exit(lab, program, act, err);
}

int control_act(struct lab *lab, const struct act *act, struct err *err)
{
	size_t host = (size_t)topology_host(lab->scenario->topology, act->host);
	struct program *program;
	int rc;

	if (act->verb == VERB_RUN)
		return start(lab, host, act, act, err);
	if (act->verb == VERB_RESTART)
		return restart(lab, host, act, err);
	program = program_find(lab, host, act->target);
	if (!program)
		return err_set(err, -ESRCH, "%s was never started",
			       act->target);
	if (act->verb == VERB_SIGNAL)
		return kill_and_wait(lab, program, act->signal, act, err);
	if (act->verb == VERB_KILL)
		return kill_and_wait(lab, program, SIGKILL, act, err);
	if (act->verb == VERB_STOP)
		return kill_and_wait(lab, program, SIGTERM, act, err);
	rc = await_exit(lab, program, act, err);
	program = program_find(lab, host, act->target);
	return rc < 0 ? rc : exit_differs(program, act, err);
}
