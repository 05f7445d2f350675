/*
 * tracing.c - a lab's tracer: made while the lab is built, told whose is what
 */
#include "run/tracing.h"

#include "base/err.h"
#include "base/scope.h"
#include "observe/trace.h"
#include "run/lab.h"
#include "run/owners.h"
#include "topo/plan.h"

void tracing_open(struct lab *lab, unsigned int lab_id, const char *name)
{
	const struct trace_config config = {
		.name = name,
		.sink = &lab->sink,
		.network = plan_network(lab_id),
		.prefix = PLAN_V4_PREFIX,
	};

	if (name)
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
