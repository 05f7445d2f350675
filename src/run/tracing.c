/*
 * tracing.c - a lab's tracer: made while the lab is built, told whose is what
 */
#include "run/tracing.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/err.h"
#include "base/scope.h"
#include "observe/trace.h"
#include "observe/tracefs.h"
#include "run/lab.h"
#include "run/owners.h"
#include "run/run.h"
#include "topo/plan.h"

void tracing_open(struct lab *lab, const struct run_request *request)
{
	const struct trace_config config = {
		.name = request->instance,
		.sink = &lab->sink,
		.network = plan_network(request->lab_id),
		.prefix = PLAN_V4_PREFIX,
		.made = request->instance_made,
		.keep = request->keep_instance,
	};

	if (request->instance && !request->blind[RUN_SOURCE_TRACE])
		lab->trace = trace_begin(&config);
}

void tracing_start(struct lab *lab)
{
	SCOPED(owners_done) struct owners owners = {0};
	struct err err = {0};

	if (!lab->trace)
		return;
	owners_init(&owners, lab);
	for (size_t i = 0; i < owners.n; i++)
		for (size_t j = 0; j < owners.hosts[i].n_addresses; j++)
			trace_own(lab->trace, owners.hosts[i].name,
				  &owners.hosts[i].addresses[j]);
	if (trace_start(lab->trace, &err) < 0)
		lab->untraced = mem_strdup(err.text);
}

void tracing_end(struct lab *lab)
{
	trace_end(lab->trace);
}

void tracing_close(struct lab *lab)
{
	trace_free(lab->trace);
	lab->trace = NULL;
	free(lab->untraced);
	lab->untraced = NULL;
}

pid_t tracing_forget(unsigned int lab_id)
{
	SCOPED_FREE char *name = tracefs_name(lab_id);
	pid_t pid = fork();

	if (pid)
		return pid < 0 ? -errno : pid;
	/* what we mount nobody else is to see (mount_namespaces(7)) */
	if (unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    tracefs_mount(NULL) == 0)
		tracefs_remove(name);
	_exit(0);
}
