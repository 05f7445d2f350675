/*
 * timeline_proc.c - which programs ran, what they wrote, how they ended
 */
#include "timeline/timeline.h"

#include <string.h>

#include "base/str.h"
#include "timeline/fold.h"

static struct timeline_proc *find_proc(const struct timeline *tl,
				       const char *host, const char *program)
{
	for (size_t i = tl->procs.n; i > 0; i--)
		if (strcmp(tl->procs.v[i - 1].program, program) == 0 &&
		    strcmp(tl->procs.v[i - 1].host, host) == 0)
			return &tl->procs.v[i - 1];
	return NULL;
}

static void start(struct timeline *tl, const struct event *event)
{
	struct timeline_proc proc = {
		.host = arena_str(&tl->strings, event->host),
		.program = arena_str(&tl->strings, event->proc.program),
		.pid = event->proc.pid,
		.start_ns = event->t_ns,
		.start_n = event->n,
		.ready_ns = -1,
		.exit_ns = -1,
		.exit_step = -1,
	};

	vec_push(&tl->procs, proc);
}

static void output(struct timeline *tl, struct timeline_proc *proc,
		   const struct event *event)
{
	size_t n = proc->n_outputs;
	struct timeline_output piece = {
		.stream = arena_str(&tl->strings, event->proc.stream),
		.text = arena_str(&tl->strings, event->proc.text),
		.t_ns = event->t_ns,
		.n = event->n,
	};

	if (!piece.stream || !piece.text)
		return;
	if ((n & (n - 1)) == 0)
		proc->outputs = mem_resize(proc->outputs, n ? 2 * n : 1,
					   sizeof(*proc->outputs));
	proc->outputs[proc->n_outputs++] = piece;
}

void fold_proc(struct timeline *tl, const struct event *event)
{
	struct timeline_proc *proc;

	if (!event->host || !event->proc.program)
		return;
	if (event->kind == EVENT_PROC_START) {
		start(tl, event);
		return;
	}
	proc = find_proc(tl, event->host, event->proc.program);
	if (!proc)
		return;
	if (event->kind == EVENT_PROC_READY) {
		proc->ready_ns = event->t_ns;
		proc->ready_n = event->n;
	} else if (event->kind == EVENT_PROC_OUTPUT) {
		output(tl, proc, event);
	} else if (event->kind == EVENT_PROC_EXIT) {
		proc->exited = true;
		proc->exit_ns = event->t_ns;
		proc->exit_n = event->n;
		proc->exit_step = event->step;
		proc->status = event->proc.status;
		proc->signal = event->proc.signal;
	}
}

void fold_proc_done(struct timeline *tl)
{
	vec_foreach(&tl->procs, proc)
		free(proc->outputs);
	vec_done(&tl->procs);
}

const struct timeline_proc *timeline_proc(const struct timeline *tl,
					  const char *host, const char *program)
{
	return find_proc(tl, host, program);
}

const struct timeline_proc *timeline_procs(const struct timeline *tl, size_t *n)
{
	*n = tl->procs.n;
	return tl->procs.v;
}

/* The piece of one stream with which @text was complete */
static const struct timeline_output *
wrote_to(const struct timeline_proc *proc, const char *stream, const char *text)
{
	SCOPED_STR struct str whole = {0};
	const char *found;
	size_t end;
	size_t sum = 0;

	for (size_t i = 0; i < proc->n_outputs; i++)
		if (strcmp(proc->outputs[i].stream, stream) == 0)
			str_add(&whole, proc->outputs[i].text);
	found = strstr(str_text(&whole), text);
	if (!found)
		return NULL;
	end = (size_t)(found - str_text(&whole)) + strlen(text);
	for (size_t i = 0; i < proc->n_outputs; i++) {
		if (strcmp(proc->outputs[i].stream, stream) != 0)
			continue;
		sum += strlen(proc->outputs[i].text);
		if (sum >= end)
			return &proc->outputs[i];
	}
	return NULL;
}

const struct timeline_output *
timeline_proc_wrote(const struct timeline_proc *proc, const char *text)
{
	const struct timeline_output *out = wrote_to(proc, "stdout", text);
	const struct timeline_output *err = wrote_to(proc, "stderr", text);

	if (!out || (err && err->n < out->n))
		return err;
	return out;
}
