/*
 * lab.c - one scenario's lab while it lives: built, heard, and let go
 */
#include "run/lab.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "event/journal.h"
#include "ns/netns.h"
#include "observe/capture.h"
#include "observe/counters.h"
#include "observe/sampler.h"
#include "observe/trace.h"
#include "run/frames.h"
#include "run/hits.h"
#include "run/hosts.h"
#include "run/program.h"
#include "run/run.h"
#include "run/wires.h"
#include "run/spin.h"
#include "run/tracing.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "timeline/timeline.h"
#include "topo/topo.h"

const char *lab_host(const struct lab *lab, size_t host)
{
	return lab->scenario->topology->hosts[host].name;
}

int64_t lab_now_ns(const struct lab *lab)
{
	return clock_now_ns() - lab->sink.epoch_ns;
}

void lab_emit(struct lab *lab, struct event *event)
{
	if (!event->t_ns)
		event->t_ns = lab_now_ns(lab);
	event->step = lab->step;
	(void)journal_append(lab->journal, event); /* sticky: see run_main() */
	timeline_feed(lab->timeline, event);
}

static void emit(void *arg, struct event *event)
{
	lab_emit(arg, event);
}

void lab_error(struct lab *lab, const struct err *err)
{
	struct event event = {
		.kind = EVENT_ERROR,
		.error = {.text = err->text,
			  .remedy = err->remedy[0] ? err->remedy : NULL},
	};

	lab_emit(lab, &event);
}

void lab_snap(struct lab *lab, const char *why)
{
	/* what led to what will be seen */
	capture_take(lab->capture);
	if (lab->trace)
		trace_take(lab->trace);
	/* what could not be read is a gap in the journal already */
	(void)sampler_take(lab->sampler, why, NULL);
}

void lab_count(struct lab *lab, const char *why)
{
	for (size_t i = 0; i < lab->scenario->topology->n_hosts; i++)
		if (lab->counters[i])
			(void)counters_read(lab->counters[i], why, &lab->sink,
					    NULL); /* a gap, likewise */
}

static int watch(struct lab *lab, size_t host, struct err *err)
{
	const char *name = lab_host(lab, host);
	int netns = topo_host_netns(lab->topo, host);
	int rc = 0;

	if (!lab->blind[RUN_SOURCE_SOCKETS])
		rc = sampler_add_host(lab->sampler, name, netns, err);
	if (rc == 0 && !lab->blind[RUN_SOURCE_COUNTERS])
		rc = counters_open(name, netns, &lab->counters[host], err);
	return rc;
}

static void tell_blind(struct lab *lab)
{
	static const char *const names[RUN_SOURCES] = {
		[RUN_SOURCE_SOCKETS] = "sockets",
		[RUN_SOURCE_COUNTERS] = "counters",
		[RUN_SOURCE_SEGMENTS] = "segments",
		[RUN_SOURCE_TRACE] = "trace",
	};

	for (enum run_source i = 0; i < RUN_SOURCES; i++) {
		struct event event = {
			.kind = EVENT_GAP,
			.gap = {.source = names[i],
				.to_ns = INT64_MAX,
				.why = "it was not to be observed"},
		};

		if (lab->blind[i])
			lab_emit(lab, &event);
	}
}

static bool needs_agent(const struct act *act, const char *host)
{
	if (strcmp(act->host, host) != 0)
		return false;
	if (act->verb > VERB_SPAWN)
		return act->target &&
		       strcmp(act->target, PROGRAM_NAME_AGENT) == 0;
	return !act->program || strcmp(act->program, PROGRAM_NAME_AGENT) == 0;
}

static bool host_needs_agent(const struct scenario *scenario, const char *host)
{
	for (size_t i = 0; i < scenario->n_steps; i++) {
		const struct step *step = &scenario->steps[i];

		if (step->kind == STEP_ACT && needs_agent(&step->act, host))
			return true;
		for (size_t j = 0; j < step->n_together; j++)
			if (needs_agent(&step->together[j].act, host))
				return true;
	}
	return false;
}

static int start_agents(struct lab *lab, struct err *err)
{
	for (size_t i = 0; i < lab->scenario->topology->n_hosts; i++) {
		int rc;

		if (!host_needs_agent(lab->scenario, lab_host(lab, i)))
			continue;
		rc = program_start_agent(lab, i, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

void lab_init(struct lab *lab)
{
	lab->sink.emit = emit;
	lab->sink.arg = lab;
	lab->step = -1;
	lab->timeline = timeline_new();
	lab->sampler = sampler_new(&lab->sink);
	lab->counters =
		mem_new(struct counters *, lab->scenario->topology->n_hosts);
}

bool lab_takes(const struct lab *lab, const struct step *step)
{
	/* the judge says so if the kernel does not tell its version */
	return when_holds(&step->when, lab->kernel) == 1;
}

static int check_counter(const struct lab *lab,
			 const struct expect_counter *want, struct err *err)
{
	int host = topology_host(lab->scenario->topology, want->host);
	SCOPED_FREE char *near = NULL;

	if (lab->blind[RUN_SOURCE_COUNTERS])
		return 0;
	if (counters_has(lab->counters[host], want->name, &near))
		return 0;
	(void)err_set(err, -ENOENT, "line %d: this kernel has no counter '%s'",
		      want->pos.line, want->name);
	if (near)
		err_remedy(err, "did you mean %s?", near);
	return -ENOENT;
}

/* a counter that does not exist never moves: "0" would always hold */
static int check_counters(const struct lab *lab, struct err *err)
{
	for (size_t i = 0; i < lab->scenario->n_steps; i++) {
		const struct step *step = &lab->scenario->steps[i];
		const struct expect *expect = &step->expect;

		for (size_t j = 0;
		     lab_takes(lab, step) && j < expect->n_counters; j++) {
			int rc = check_counter(lab, &expect->counters[j], err);

			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

int lab_open(struct lab *lab, unsigned int lab_id, int dirfd, uint64_t seed,
	     int (*hold)(void *arg, int netns_fd, struct err *err),
	     void *hold_arg, struct err *err)
{
	const struct topology *topology = lab->scenario->topology;
	SCOPED_FREE enum wire_backend *backends = wires_choose(lab->scenario);
	const struct topo_config config = {
		.lab_id = lab_id,
		.hold = hold,
		.arg = hold_arg,
		.backends = backends,
		.seed = seed,
		.own_tables = true, /* the runner's namespace is a lab's */
	};
	int rc;

	/* children of a killed agent become ours, so that we learn how they
	 * end; pid 1 would reap them without a word */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return err_sys(err, -errno, "prctl(PR_SET_CHILD_SUBREAPER)");
	lab->topo = topo_build(topology, &config, err);
	if (!lab->topo)
		return err->code;
	for (size_t i = 0; i < topology->n_hosts; i++) {
		rc = watch(lab, i, err);
		if (rc < 0)
			return rc;
	}
	hosts_announce(lab);
	tell_blind(lab);
	rc = wires_start(lab, seed, err);
	if (rc == 0 && !lab->blind[RUN_SOURCE_SEGMENTS])
		rc = frames_open(lab, dirfd, err);
	if (rc < 0)
		return rc;
	rc = start_agents(lab, err);
	if (rc < 0)
		return rc;
	frames_start(lab);
	tracing_start(lab);
	lab_snap(lab, "begin");
	lab_count(lab, "begin");
	return check_counters(lab, err);
}

void lab_done(struct lab *lab)
{
	sampler_free(lab->sampler);
	frames_close(lab);
	tracing_close(lab);
	wires_close(lab);
	vec_done(&lab->wires.links);
	hits_done(lab);
	for (size_t i = 0;
	     lab->counters && i < lab->scenario->topology->n_hosts; i++)
		counters_close(lab->counters[i]);
	free(lab->counters);
	vec_foreach(&lab->programs, p) {
		agent_close(&p->agent);
		str_done(&p->partial[0]);
		str_done(&p->partial[1]);
	}
	vec_done(&lab->programs);
	vec_done(&lab->ops);
	vec_done(&lab->spinners);
	topo_free(lab->topo);
	timeline_free(lab->timeline);
}

/** FDS_A_PROGRAM - control socket, stdout, stderr, pidfd */
#define FDS_A_PROGRAM 4

static void add_fds(const struct program *p, struct pollfd *fds)
{
	int of[FDS_A_PROGRAM] = {p->agent.fd, p->agent.out_fd, p->agent.err_fd,
				 p->alive ? p->agent.pidfd : -1};

	for (int i = 0; i < FDS_A_PROGRAM; i++)
		fds[i] = (struct pollfd){.fd = of[i], .events = POLLIN};
}

/* agents say what they do; others may do anything at any moment */
static bool has_strangers(const struct lab *lab)
{
	vec_foreach(&lab->programs, p)
		if (p->alive && p->kind != PROGRAM_AGENT)
			return true;
	return false;
}

static void hear(struct lab *lab, size_t index, const struct pollfd *fds)
{
	/* in this order: what a program said before what it wrote, and both
	 * before its end */
	if (fds[0].revents)
		program_heard(lab, index);
	for (int stream = 0; stream < 2; stream++)
		if (fds[1 + stream].revents)
			program_output(lab, index, stream);
	if (fds[3].revents)
		program_gone(lab, index);
}

/* one round: sleep until something is due or said, and take it */
static void pump(struct lab *lab, int64_t until_ns)
{
	SCOPED_FREE struct pollfd *fds = NULL;
	size_t n = lab->programs.n;
	int64_t due_ns = sampler_due_ns(lab->sampler);
	int64_t wait_ns;
	struct timespec ts;
	struct pollfd *ends;
	struct pollfd *frames;
	int64_t now_ns;

	fds = mem_new(struct pollfd, n * FDS_A_PROGRAM + 4);
	for (size_t i = 0; i < n; i++)
		add_fds(&lab->programs.v[i], &fds[i * FDS_A_PROGRAM]);
	sampler_strangers(lab->sampler, has_strangers(lab));
	ends = &fds[n * FDS_A_PROGRAM];
	*ends = (struct pollfd){.fd = sampler_fd(lab->sampler),
				.events = POLLIN};
	frames = &ends[1];
	*frames = (struct pollfd){.fd = capture_fd(lab->capture),
				  .events = POLLIN};
	frames[1] = (struct pollfd){.fd = wires_fd(lab), .events = POLLIN};
	/* it is taken with the sockets, and by itself only if it is full */
	frames[2] = (struct pollfd){
		.fd = lab->trace ? trace_fd(lab->trace) : -1, .events = POLLIN};
	wait_ns = (due_ns < until_ns ? due_ns : until_ns) - clock_now_ns();
	if (wait_ns < 0)
		wait_ns = 0;
	ts.tv_sec = wait_ns / NS_PER_S;
	ts.tv_nsec = wait_ns % NS_PER_S;
	/* EINTR and other failures leave revents 0: the next round asks again
	 */
	if (ppoll(fds, n * FDS_A_PROGRAM + 4, &ts, NULL) > 0) {
		if (frames->revents)
			capture_take(lab->capture);
		if (frames[1].revents)
			wires_heard(lab);
		if (frames[2].revents)
			trace_take(lab->trace);
		for (size_t i = 0; i < n; i++)
			hear(lab, i, &fds[i * FDS_A_PROGRAM]);
		if (ends->revents)
			sampler_hear(lab->sampler);
		sampler_poke(lab->sampler);
	}
	now_ns = clock_now_ns();
	if (now_ns >= sampler_due_ns(lab->sampler))
		lab_snap(lab, NULL);
	spin_look(lab, now_ns);
}

bool lab_wait(struct lab *lab, int64_t until_ns,
	      bool (*done)(struct lab *lab, void *arg), void *arg)
{
	for (;;) {
		if (done && done(lab, arg))
			return true;
		if (clock_now_ns() >= until_ns)
			return false;
		pump(lab, until_ns);
	}
}
