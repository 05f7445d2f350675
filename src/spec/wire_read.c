/*
 * wire_read.c - read steps that change the wire
 */
#include "spec/wire_read.h"

#include <string.h>

#include "base/mem.h"
#include "spec/graph.h"
#include "spec/impairment_read.h"
#include "spec/inject_read.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/scenario.h"
#include "spec/story.h"
#include "spec/story_fault.h"
#include "spec/tamper.h"
#include "spec/topology.h"

/* "a > b": one way; [a, b]: both */
static bool wire_ends(const struct reader *r, const struct node *node,
		      struct step *step)
{
	const char *arrow;
	size_t n;

	if (node->kind == NODE_KIND_SEQUENCE && node->n == 2)
		return value_read(r, VALUE_HOST, node->items[0], &step->from) &&
		       value_read(r, VALUE_HOST, node->items[1], &step->to);
	arrow = node->kind == NODE_KIND_SCALAR ? strchr(node->text, '>') : NULL;
	if (!arrow) {
		reader_error(r, node,
			     "between whom? [client, server], or one way: "
			     "\"client > server\"");
		return false;
	}
	n = (size_t)(arrow - node->text);
	while (n && node->text[n - 1] == ' ')
		n--;
	step->from = mem_strndup(node->text, n);
	step->to = mem_strdup(arrow + 1 + strspn(arrow + 1, " "));
	step->one_way = true;
	return true;
}

void wire_read_cut(struct story *story, const struct node *name,
		   const struct node *node, struct step *step)
{
	const struct topology *t = story->topology;
	int from, to;

	(void)name;
	if (!wire_ends(story->r, node, step) || !t)
		return;
	from = topology_host(t, step->from);
	to = topology_host(t, step->to);
	/* a switch can be cut off, though it runs nothing */
	if (from < 0)
		(void)story_host(story, node, step->from);
	if (to < 0)
		(void)story_host(story, node, step->to);
	if (from < 0 || to < 0)
		return;
	if (from == to)
		reader_error(story->r, node,
			     "there is no wire from %s to itself", step->from);
	else if (!graph_are_neighbours(t, (size_t)from, (size_t)to))
		reader_error(story->r, node,
			     "%s and %s share neither a link nor a subnet",
			     step->from, step->to);
}

void wire_read_set(struct story *story, const struct node *name,
		   const struct node *node, struct step *step)
{
	const struct node *between;
	int link;

	(void)name;
	if (!reader_is(story->r, node, NODE_KIND_MAPPING, "'set'"))
		return;
	between = impairment_read_set(story->r, node, step->rules);
	if (!between || !wire_ends(story->r, between, step))
		return;
	for (size_t i = 0; step->one_way && i < node->n; i++)
		if (strchr(node->keys[i]->text, '>'))
			reader_error(story->r, node->keys[i],
				     "'between' names one way already");
	link = tamper_link(story, between, step->from, step->to);
	if (link >= 0)
		(void)tamper_link_check(story, between, link);
}

void wire_read_forget(struct story *story, const struct node *name,
		      const struct node *node, struct step *step)
{
	(void)name;
	(void)tamper_link_read(story, node, &step->from, &step->to);
}

void wire_read_fault(struct story *story, const struct node *name,
		     const struct node *node, struct step *step)
{
	(void)name;
	if (!value_read(story->r, VALUE_NAME, node, &step->fault))
		return;
	if (step->kind == STEP_RELEASE)
		story_fault_release(story, node, step->fault);
	else if (step->kind == STEP_ARM)
		story_fault_arm(story, node, step->fault);
	else
		story_fault_disarm(story, node, step->fault);
}

void wire_read_inject(struct story *story, const struct node *name,
		      const struct node *node, struct step *step)
{
	(void)name;
	inject_read(story, node, &step->inject);
}
