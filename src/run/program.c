/*
 * program.c - the table of programs: started, heard, and gone
 */
#include "run/program.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/output.h"
#include "base/err.h"
#include "base/scope.h"
#include "run/hosts.h"
#include "run/lab.h"
#include "run/spin.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "topo/topo.h"

/** OUTPUT_MAX - bytes of a program's output that the journal keeps */
#define OUTPUT_MAX (256 * 1024)

/** DRAIN_READS - of each stream of a program that is gone. What it wrote is in
 * a pipe of 64 KiB (pipe(7)); who goes on for longer drains what somebody else
 * fills, a child that has the pipe as well */
#define DRAIN_READS 64

struct program *program_find(struct lab *lab, size_t host, const char *name)
{
	if (!name)
		name = PROGRAM_NAME_AGENT;
	for (size_t i = lab->programs.n; i-- > 0;) {
		struct program *p = &lab->programs.v[i];

		if (p->host == host && strcmp(p->name, name) == 0)
			return p;
	}
	return NULL;
}

static struct event proc_event(struct lab *lab, const struct program *p,
			       enum event_kind kind)
{
	return (struct event){
		.kind = kind,
		.host = lab_host(lab, p->host),
		.proc = {.program = p->name, .pid = p->agent.pid},
	};
}

static void started(struct lab *lab, const struct program *program,
		    const char *argv)
{
	struct event event = proc_event(lab, program, EVENT_PROC_START);

	vec_push(&lab->programs, *program);
	progress_say(&lab->says, "runs %s.%s (pid %d)",
		     lab_host(lab, program->host), program->name,
		     program->agent.pid);
	event.proc.argv = argv;
	lab_emit(lab, &event);
}

int program_start_agent(struct lab *lab, size_t host, struct err *err)
{
	SCOPED_FREE char *hosts = NULL;
	struct program program = {
		.kind = PROGRAM_AGENT,
		.host = host,
		.parent = -1,
		.name = PROGRAM_NAME_AGENT,
		.alive = true,
		.agent = AGENT_NONE,
	};
	struct launch launch = {
		.netns_fd = topo_host_netns(lab->topo, host),
		.hostname = lab_host(lab, host),
	};
	int rc = hosts_file(lab, host, &hosts, err);

	if (rc < 0)
		return rc;
	launch.hosts_file = hosts;
	rc = agent_start(&lab->env, &launch, program.name, &program.agent, err);
	if (rc < 0)
		return err_within(err, "%s", lab_host(lab, host));
	started(lab, &program, "tcplab agent");
	return 0;
}

static char *join(char *const *argv)
{
	struct str text = {0};

	for (size_t i = 0; argv[i]; i++)
		str_addf(&text, "%s%s", i ? " " : "", argv[i]);
	return str_steal(&text);
}

int program_run(struct lab *lab, size_t host, const struct act *act,
		struct err *err)
{
	SCOPED_FREE char *hosts = NULL;
	SCOPED_FREE char *argv = join(act->argv);
	struct program program = {
		.kind = PROGRAM_COMMAND,
		.host = host,
		.parent = -1,
		.name = act->target,
		.start = act,
		.alive = true,
		.agent = AGENT_NONE,
	};
	struct launch launch = {
		.netns_fd = topo_host_netns(lab->topo, host),
		.hostname = lab_host(lab, host),
		.argv = act->argv,
	};
	struct launched out;
	int rc = hosts_file(lab, host, &hosts, err);

	if (rc < 0)
		return rc;
	launch.hosts_file = hosts;
	rc = launch_start(&lab->env, &launch, &out, err);
	if (rc < 0)
		return err_within(err, "%s", lab_host(lab, host));
	program.agent.pid = out.pid;
	program.agent.pidfd = out.pidfd;
	program.agent.out_fd = out.out_fd;
	program.agent.err_fd = out.err_fd;
	started(lab, &program, argv);
	return 0;
}

static void op_end(struct lab *lab, const struct agent_msg *msg)
{
	struct lab_op *op;

	if (msg->op == 0 || msg->op > lab->ops.n)
		return;
	op = &lab->ops.v[msg->op - 1];
	op->ended_ns = msg->ended_ns;
	op->error = msg->error;
	op->bytes = msg->bytes;
	op->eof = msg->eof;
	op->match = msg->match;
}

static void child(struct lab *lab, size_t parent, struct agent_msg *msg)
{
	const struct act *act = NULL;
	SCOPED_FREE char *argv = NULL;
	struct program program = {.host = lab->programs.v[parent].host,
				  .parent = (ssize_t)parent,
				  .alive = true};

	if (msg->op > 0 && msg->op <= lab->ops.n)
		act = lab->ops.v[msg->op - 1].act;
	if (!act) { /* nobody asked for it: let it go */
		fd_close(&msg->fd);
		fd_close(&msg->pidfd);
		return;
	}
	program.name = act->target;
	if (msg->kind == AGENT_MSG_FORKED) {
		program.kind = PROGRAM_AGENT;
		program.agent = agent_adopt(msg);
		argv = mem_printf("fork of %s", lab->programs.v[parent].name);
	} else {
		program.kind = PROGRAM_CHILD;
		program.agent = AGENT_NONE;
		program.agent.pid = msg->child;
		program.agent.pidfd = fd_steal(&msg->pidfd);
		argv = join(act->argv);
	}
	started(lab, &program, argv);
}

/* did a step send it a signal, or waits for its end right now */
static bool meant_to_end(const struct lab *lab, const struct program *p)
{
	const struct act *act;

	if (p->signalled)
		return true;
	if (lab->step < 0 || (size_t)lab->step >= lab->scenario->n_steps ||
	    lab->scenario->steps[lab->step].kind != STEP_ACT)
		return false;
	act = &lab->scenario->steps[lab->step].act;
	return act->verb == VERB_EXIT && act->target &&
	       strcmp(act->host, lab_host(lab, p->host)) == 0 &&
	       strcmp(act->target, p->name) == 0;
}

/*
 * An agent is ours: if it ends and no step wanted that, whoever killed it (an
 * administrator, the OOM killer) meddled with the experiment, and what its
 * host's sockets do from then on says nothing about TCP. They may have begun
 * before we hear of it: all of the step under way is in doubt.
 */
static void meddled(struct lab *lab, const struct program *p)
{
	static const char *const sources[] = {"sockets", "agent"};
	SCOPED_FREE char *why = NULL;

	why = p->signal
		      ? mem_printf("%s of %s was killed from outside by %s",
				   p->name, lab_host(lab, p->host),
				   signal_name(p->signal))
		      : mem_printf("%s of %s exited by itself with status %d",
				   p->name, lab_host(lab, p->host), p->status);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		struct event event = {
			.kind = EVENT_GAP,
			.host = lab_host(lab, p->host),
			.gap = {.source = sources[i],
				.from_ns = lab->step_ns,
				.to_ns = INT64_MAX,
				.why = why},
		};

		lab_emit(lab, &event);
	}
}

static void over(struct lab *lab, size_t index, int status, int signal)
{
	struct program *p = &lab->programs.v[index];
	struct event event = proc_event(lab, p, EVENT_PROC_EXIT);

	if (!p->alive)
		return;
	p->alive = false;
	progress_say(&lab->says, "gone %s.%s (pid %d)", lab_host(lab, p->host),
		     p->name, p->agent.pid);
	p->status = status;
	p->signal = signal;
	event.proc.status = status;
	event.proc.signal = signal;
	lab_emit(lab, &event);
	if (p->kind == PROGRAM_AGENT && (signal || status > 0) &&
	    !meant_to_end(lab, p))
		meddled(lab, p);
}

static void child_exit(struct lab *lab, const struct agent_msg *msg)
{
	for (size_t i = 0; i < lab->programs.n; i++)
		if (lab->programs.v[i].alive &&
		    lab->programs.v[i].agent.pid == msg->child)
			over(lab, i, msg->status, msg->signal);
}

static void take(struct lab *lab, size_t index, struct agent_msg *msg)
{
	struct event event;

	switch (msg->kind) {
	case AGENT_MSG_OP_END:
	case AGENT_MSG_CALL:
		if (msg->kind == AGENT_MSG_OP_END)
			op_end(lab, msg);
		if (agent_msg_event(msg, lab->sink.epoch_ns,
				    lab_host(lab, lab->programs.v[index].host),
				    lab->programs.v[index].name, &event))
			lab_emit(lab, &event);
		return;
	case AGENT_MSG_FORKED:
	case AGENT_MSG_SPAWNED:
		child(lab, index, msg);
		return;
	case AGENT_MSG_CHILD_EXIT:
		child_exit(lab, msg);
		return;
	case AGENT_MSG_KINDS:
		return;
	}
}

void program_heard(struct lab *lab, size_t index)
{
	struct agent_msg msg;
	int rc;

	/* the table may move while we listen: go by index */
	while ((rc = agent_receive(&lab->programs.v[index].agent, &msg)) == 1)
		take(lab, index, &msg);
	if (rc == -EPROTO) {
		struct event event = {
			.kind = EVENT_GAP,
			.host = lab_host(lab, lab->programs.v[index].host),
			.gap = {.source = "agent",
				.from_ns = lab_now_ns(lab),
				.to_ns = lab_now_ns(lab),
				.why = "an agent sent what is no message"},
		};

		lab_emit(lab, &event);
	}
	if (rc < 0)
		fd_close(&lab->programs.v[index].agent.fd);
}

static void keep_output(struct lab *lab, size_t index, int stream,
			const char *bytes, size_t len)
{
	struct program *p = &lab->programs.v[index];
	SCOPED_STR struct str text = {0};
	struct event event = proc_event(lab, p, EVENT_PROC_OUTPUT);
	size_t taken;

	str_addn(&p->partial[stream], bytes, len);
	taken = output_text(&text, p->partial[stream].s,
			    p->partial[stream].len);
	memmove(p->partial[stream].s, p->partial[stream].s + taken,
		p->partial[stream].len - taken + 1);
	p->partial[stream].len -= taken;
	if (!text.len)
		return;
	event.proc.stream = stream ? "stderr" : "stdout";
	event.proc.text = text.s;
	lab_emit(lab, &event);
}

static void too_much(struct lab *lab, const struct program *p)
{
	struct event event = {
		.kind = EVENT_GAP,
		.host = lab_host(lab, p->host),
		.gap = {.source = "output",
			.from_ns = lab_now_ns(lab),
			.to_ns = INT64_MAX,
			.why = "a program wrote more than 256 KiB"},
	};

	lab_emit(lab, &event);
}

void program_output(struct lab *lab, size_t index, int stream)
{
	struct program *p = &lab->programs.v[index];
	int *fd = stream ? &p->agent.err_fd : &p->agent.out_fd;
	char bytes[16384];
	ssize_t n = read(*fd, bytes, sizeof(bytes));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		fd_close(fd);
		return;
	}
	if (p->output_bytes < OUTPUT_MAX)
		keep_output(lab, index, stream, bytes, (size_t)n);
	p->output_bytes += n;
	if (p->output_bytes >= OUTPUT_MAX && p->output_bytes - n < OUTPUT_MAX)
		too_much(lab, p);
}

/* what it wrote before it died is in the pipe still: a reader of the journal
 * wants it before the exit */
static void drain(struct lab *lab, size_t index)
{
	for (int stream = 0; stream < 2; stream++) {
		for (int i = 0; i < DRAIN_READS; i++) {
			const struct program *p = &lab->programs.v[index];
			int64_t before = p->output_bytes;

			if ((stream ? p->agent.err_fd : p->agent.out_fd) < 0)
				break;
			program_output(lab, index, stream);
			if (lab->programs.v[index].output_bytes == before)
				break;
		}
	}
}

/* is the agent that forked or spawned it alive: then it tells how it ended */
static bool parent_will_tell(const struct lab *lab, const struct program *p)
{
	return p->parent >= 0 && lab->programs.v[p->parent].alive;
}

/* children of which a dead agent had yet to tell: nobody will */
static void forget_children(struct lab *lab, size_t parent)
{
	for (size_t i = 0; i < lab->programs.n; i++) {
		const struct program *p = &lab->programs.v[i];

		if (p->parent == (ssize_t)parent && p->agent.pidfd < 0)
			over(lab, i, -1, 0);
	}
}

void program_gone(struct lab *lab, size_t index)
{
	struct program *p = &lab->programs.v[index];
	int status = -1;
	int signal = 0;
	int rc;

	if (!p->alive)
		return;
	if (p->agent.fd >= 0)
		program_heard(lab, index);
	drain(lab, index);
	p = &lab->programs.v[index];
	spin_look_at(lab, p->agent.pid);
	rc = launch_reap(p->agent.pidfd, &status, &signal);
	if (rc == 0)
		return; /* a thread of it is left: the pidfd stays readable */
	if (rc == -ECHILD && parent_will_tell(lab, p)) {
		/* its pidfd would be readable until then: listen no more */
		fd_close(&p->agent.pidfd);
		return;
	}
	over(lab, index, status, signal);
	forget_children(lab, index);
}

int program_signal(struct lab *lab, struct program *program, int signal)
{
	struct event event = proc_event(lab, program, EVENT_PROC_SIGNAL);

	if (!program->alive || program->agent.pidfd < 0)
		return -ESRCH;
	/* pidfd_send_signal(2): no other process can have got its number */
	if (syscall(SYS_pidfd_send_signal, program->agent.pidfd, signal, NULL,
		    0) < 0)
		return -errno;
	program->signalled = true;
	event.proc.signal = signal;
	lab_emit(lab, &event);
	return 0;
}
