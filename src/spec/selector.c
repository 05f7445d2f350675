/*
 * selector.c - read which segments are meant: by role, flags and hosts
 */
#include "spec/selector.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "spec/filter.h"
#include "spec/node.h"
#include "spec/story.h"
#include "spec/tamper.h"
#include "tcp/flow.h"

/** struct selector_draft - a selector while it is read */
struct selector_draft {
	struct segment_pattern which;
	const struct node *role;
	bool retransmitted;
	char *filter;
	const struct node *link;
	const struct node *at[SELECTOR_KEYS];
};

#define PART(field) offsetof(struct selector_draft, field)

const struct key selector_keys[] = {
	[SELECTOR_KEY_ROLE] = {"role", VALUE_NODE, false, PART(role), "roles",
			       "what it is in its connection's life, or one "
			       "of a list"},
	[SELECTOR_KEY_FLAGS] = {"flags", VALUE_FLAGS, false, PART(which.flags),
				NULL, "it has these; SYN alone is not SYN,ACK"},
	[SELECTOR_KEY_FROM] = {"from", VALUE_HOST, false, PART(which.from),
			       NULL, "the host that sends it"},
	[SELECTOR_KEY_TO] = {"to", VALUE_HOST, false, PART(which.to), NULL,
			     "the host that it is for"},
	[SELECTOR_KEY_RETRANSMITTED] = {"retransmitted", VALUE_BOOL, false,
					PART(retransmitted), NULL,
					"true: only what was sent before; "
					"false: only what was not"},
	[SELECTOR_KEY_FILTER] = {"filter", VALUE_PROSE, false, PART(filter),
				 NULL,
				 "it passes this filter, see pcap-filter(7)"},
	[SELECTOR_KEY_LINK] = {"link", VALUE_NODE, false, PART(link), "ends",
			       "on this link (default: the sender's)"},
};
TABLE_COVERS(selector_keys, SELECTOR_KEYS);

int selector_role(const char *word)
{
	return names_find(flow_role_names, FLOW_ROLES, word);
}

static void tell_unknown(const struct reader *r, const struct node *node)
{
	const char *names[FLOW_ROLES + 2];

	if (strcmp(node->text, SELECTOR_ANY) == 0 ||
	    strcmp(node->text, SELECTOR_AGAIN) == 0) {
		reader_error(r, node, "'%s' stands alone, in no list",
			     node->text);
		return;
	}
	memcpy(names, flow_role_names, sizeof(flow_role_names[0]) * FLOW_ROLES);
	names[FLOW_ROLES] = SELECTOR_ANY;
	names[FLOW_ROLES + 1] = SELECTOR_AGAIN;
	reader_unknown(r, node, "role",
		       names_nearest(names, FLOW_ROLES + 2, node->text));
}

static void role_add(const struct reader *r, const struct node *node,
		     struct segment_pattern *which)
{
	int role;

	if (!reader_is(r, node, NODE_KIND_SCALAR, "a role"))
		return;
	role = selector_role(node->text);
	if (role < 0)
		tell_unknown(r, node);
	else
		which->roles |= FLOW_ROLE_BIT((unsigned int)role);
}

static void roles_read(const struct reader *r, const struct node *node,
		       struct segment_pattern *which)
{
	if (node->kind == NODE_KIND_SEQUENCE) {
		for (size_t i = 0; i < node->n; i++)
			role_add(r, node->items[i], which);
		if (node->n == 0)
			reader_error(r, node,
				     "at least one role is wanted here");
	} else if (node->kind != NODE_KIND_SCALAR) {
		reader_error(r, node,
			     "which segments? A role (wave-4), or a mapping: "
			     "{from: client, flags: [SYN]}");
	} else if (strcmp(node->text, SELECTOR_AGAIN) == 0) {
		which->again = PATTERN_AGAIN_ONLY;
	} else if (strcmp(node->text, SELECTOR_ANY) != 0) {
		role_add(r, node, which);
	}
}

static void hosts_check(const struct story *story,
			const struct selector_draft *draft)
{
	const struct segment_pattern *which = &draft->which;
	const struct node *to = draft->at[SELECTOR_KEY_TO];

	if (which->from)
		(void)story_host(story, draft->at[SELECTOR_KEY_FROM],
				 which->from);
	if (which->to)
		(void)story_host(story, to, which->to);
	if (which->from && which->to && strcmp(which->from, which->to) == 0)
		reader_error(story->r, to,
			     "what %s sends to itself is on no wire",
			     which->to);
}

static void mapping_read(const struct story *story, const struct node *node,
			 struct selector_draft *draft)
{
	const struct reader *r = story->r;

	reader_keys(r, node, "a selector", selector_keys, SELECTOR_KEYS, draft,
		    draft->at);
	if (node->n == 0)
		reader_error(r, node, "which segments? 'any' means all");
	if (draft->role)
		roles_read(r, draft->role, &draft->which);
	draft->which.has_flags = draft->which.flags != 0;
	if (draft->at[SELECTOR_KEY_RETRANSMITTED]) {
		if (draft->which.again == PATTERN_AGAIN_ONLY)
			reader_error(r, draft->at[SELECTOR_KEY_RETRANSMITTED],
				     "the role says already: retransmissions");
		draft->which.again = draft->retransmitted ? PATTERN_AGAIN_ONLY
							  : PATTERN_AGAIN_FIRST;
	}
	if (draft->filter)
		filter_check(r, node_find(node, "filter"), draft->filter);
	hosts_check(story, draft);
}

void selector_read(const struct story *story, const struct node *node,
		   struct fault_spec *fault)
{
	struct selector_draft draft = {0};

	if (node->kind == NODE_KIND_MAPPING)
		mapping_read(story, node, &draft);
	else
		roles_read(story->r, node, &draft.which);
	fault->which = draft.which;
	fault->filter = draft.filter;
	if (draft.link)
		(void)tamper_link_read(story, draft.link, &fault->link_a,
				       &fault->link_b);
}

void segment_pattern_done(struct segment_pattern *which)
{
	free(which->from);
	free(which->to);
	*which = (struct segment_pattern){0};
}
