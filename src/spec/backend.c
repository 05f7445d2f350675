/*
 * backend.c - what is to carry frames across a link
 */
#include <string.h>

#include "spec/scenario.h"

static bool is_end(const struct topology *t, const struct link_spec *link,
		   const char *host)
{
	return strcmp(t->hosts[link->a].name, host) == 0 ||
	       strcmp(t->hosts[link->b].name, host) == 0;
}

static bool is_between(const struct topology *t, const struct link_spec *link,
		       const char *one, const char *other)
{
	return is_end(t, link, one) && is_end(t, link, other);
}

/* may a fault act there: on the link it names, or on those of the host that
 * sends */
static bool is_aimed_at(const struct topology *t, const struct link_spec *link,
			const struct fault_spec *fault)
{
	if (fault->link_a)
		return is_between(t, link, fault->link_a, fault->link_b);
	return !fault->which.from || is_end(t, link, fault->which.from);
}

static bool is_changed(const struct topology *t, const struct link_spec *link,
		       const struct step *step)
{
	if (step->kind == STEP_SET || step->kind == STEP_FORGET)
		return is_between(t, link, step->from, step->to);
	return step->kind == STEP_INJECT && is_end(t, link, step->inject.to);
}

enum wire_backend scenario_backend(const struct scenario *scenario, size_t link)
{
	const struct topology *t = scenario->topology;
	const struct link_spec *l = &t->links[link];
	bool busy = l->nat_idle_ns != 0;

	if (l->backend != WIRE_BACKEND_AUTO)
		return l->backend;
	for (int way = 0; way < LINK_WAYS; way++)
		busy = busy || impair_rules_ask(&l->rules[way]);
	for (size_t i = 0; i < scenario->n_faults; i++)
		busy = busy || is_aimed_at(t, l, &scenario->faults[i]);
	for (size_t i = 0; i < scenario->n_steps; i++)
		busy = busy || is_changed(t, l, &scenario->steps[i]);
	return busy ? WIRE_BACKEND_RELAY : WIRE_BACKEND_PASS;
}
