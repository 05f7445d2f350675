/*
 * expect_read.c - read what must be true at a point of a scenario
 */
#include "spec/expect_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/arrow_read.h"
#include "spec/expect_proc.h"
#include "spec/node.h"
#include "spec/scenario.h"
#include "spec/story.h"

/** struct expect_draft - "expect" while it is read */
struct expect_draft {
	struct expect e;
	const struct node *sockets;
	const struct node *segments;
	const struct node *counters;
	const struct node *process;
	const struct node *output;
	const struct node *never;
};

#define TIME(field) offsetof(struct expect_draft, e.field)
#define PART(field) offsetof(struct expect_draft, field)

const struct key expect_keys[] = {
	[EXPECT_KEY_SOCKETS] = {"sockets", VALUE_NODE, false, PART(sockets),
				"socket-counts",
				"how many sockets of a host look so"},
	[EXPECT_KEY_SEGMENTS] = {"segments", VALUE_NODE, false, PART(segments),
				 "arrows",
				 "these were sent, in this order, since the "
				 "last such list"},
	[EXPECT_KEY_ONLY] = {"only", VALUE_BOOL, false, TIME(only), NULL,
			     "true: and no others between them"},
	[EXPECT_KEY_COUNTERS] = {"counters", VALUE_NODE, false, PART(counters),
				 "counters",
				 "how far counters of a host have moved since "
				 "the scenario began"},
	[EXPECT_KEY_PROCESS] = {"process", VALUE_NODE, false, PART(process),
				"processes",
				"HOST.PROGRAM: running, its exit status, or "
				"the signal it died of"},
	[EXPECT_KEY_OUTPUT] = {"output", VALUE_NODE, false, PART(output),
			       "outputs",
			       "HOST.PROGRAM: a text that it has written"},
	[EXPECT_KEY_NEVER] = {"never", VALUE_NODE, false, PART(never), "never",
			      "what must not have been seen since the scenario "
			      "began; a list is one of segments"},
	[EXPECT_KEY_WITHIN] = {"within", VALUE_DURATION, false, TIME(within_ns),
			       NULL,
			       "must come true within this time (default 1s, "
			       "and the latest time of its segments)"},
	[EXPECT_KEY_NOT_BEFORE] = {"not-before", VALUE_DURATION, false,
				   TIME(not_before_ns), NULL,
				   "it stays at least so long in the state "
				   "that it has now"},
	[EXPECT_KEY_FOR] = {"for", VALUE_DURATION, false, TIME(for_ns), NULL,
			    "must then stay true for so long"},
	[EXPECT_KEY_SINCE] = {"since", VALUE_STATES, false, TIME(since), NULL,
			      "times count from when the socket entered one of "
			      "these states"},
};
TABLE_COVERS(expect_keys, EXPECT_KEYS);

/** struct never_draft - "never" while it is read */
struct never_draft {
	const struct node *sockets;
	const struct node *segments;
};

const struct key never_keys[NEVER_KEYS] = {
	{"sockets", VALUE_NODE, false, offsetof(struct never_draft, sockets),
	 "socket-counts", "how many sockets of a host look so"},
	{"segments", VALUE_NODE, false, offsetof(struct never_draft, segments),
	 "arrows", "segments that were sent"},
};

const struct key expect_sock_keys[EXPECT_SOCK_KEYS] = {
	{"state", VALUE_STATES, false, offsetof(struct expect_sock, states),
	 NULL, "its state, or one of a list"},
	{"timer", VALUE_TIMER, false, offsetof(struct expect_sock, timer), NULL,
	 "the timer that it waits on"},
	{"recv-q", VALUE_COMPARE, false, offsetof(struct expect_sock, recv_q),
	 NULL, "bytes not read yet; of a listener, connections to accept"},
	{"send-q", VALUE_COMPARE, false, offsetof(struct expect_sock, send_q),
	 NULL, "bytes not acknowledged yet; of a listener, its backlog"},
};

const struct key expect_count_keys[EXPECT_COUNT_KEYS] = {
	{"host", VALUE_HOST, true, offsetof(struct expect_count, host), NULL,
	 "the host"},
	{"port", VALUE_PORT, false, offsetof(struct expect_count, port), NULL,
	 "their local port (default: any)"},
	{"state", VALUE_STATES, false, offsetof(struct expect_count, states),
	 NULL, "their state, or one of a list (default: any)"},
	{"count", VALUE_COMPARE, false, offsetof(struct expect_count, count),
	 NULL, "how many of them (default: \">=1\")"},
};

/* "server.s: …" */
static bool sock_read(const struct story *story, const struct node *name,
		      const struct node *value, struct expect_sock *sock)
{
	const struct node *at[EXPECT_SOCK_KEYS] = {0};
	size_t before = spec_errors_count(story->r->errors);

	*sock = (struct expect_sock){.pos = name->pos};
	if (!ref_read(story, name, "socket", &sock->host, &sock->socket))
		return false;
	(void)story_sock_known(story, name, sock->host, sock->socket);
	if (value->kind == NODE_KIND_MAPPING) {
		reader_keys(story->r, value, "a socket", expect_sock_keys,
			    EXPECT_SOCK_KEYS, sock, at);
		sock->has_timer = at[1] != NULL;
		if (value->n == 0)
			reader_error(story->r, value,
				     "say what the socket must look like");
	} else {
		(void)value_read(story->r, VALUE_STATES, value, &sock->states);
	}
	return spec_errors_count(story->r->errors) == before;
}

static void sock_add(const struct story *story, const struct node *name,
		     const struct node *value, struct expect_sock **list,
		     size_t *n)
{
	struct expect_sock sock;

	if (!sock_read(story, name, value, &sock)) {
		free(sock.host);
		free(sock.socket);
		return;
	}
	*list = mem_resize(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = sock;
}

static void count_add(const struct story *story, const struct node *node,
		      struct expect_count **list, size_t *n)
{
	const struct node *at[EXPECT_COUNT_KEYS] = {0};
	struct expect_count count = {
		.pos = node->pos,
		.count = {.set = true, .op = COMPARE_GE, .value = 1},
	};

	if (!reader_is(story->r, node, NODE_KIND_MAPPING,
		       "an item of 'sockets'"))
		return;
	reader_keys(story->r, node, "an item of 'sockets'", expect_count_keys,
		    EXPECT_COUNT_KEYS, &count, at);
	if (!count.host ||
	    !story_host(story, node_find(node, "host"), count.host)) {
		free(count.host);
		return;
	}
	*list = mem_resize(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = count;
}

static void counts_read(const struct story *story, const struct node *node,
			struct expect_count **list, size_t *n)
{
	if (!reader_is(story->r, node, NODE_KIND_SEQUENCE, "'sockets'"))
		return;
	for (size_t i = 0; i < node->n; i++)
		count_add(story, node->items[i], list, n);
	if (node->n == 0)
		reader_error(story->r, node, "nothing is expected here");
}

static void never_segments(struct story *story, const struct node *node,
			   struct expect *e)
{
	e->never_arrows = arrows_read_never(story, node, &e->n_never_arrows);
}

static void never_read(struct story *story, const struct node *node,
		       struct expect *e)
{
	const struct node *at[NEVER_KEYS] = {0};
	struct never_draft draft = {0};

	if (node->kind == NODE_KIND_SEQUENCE) {
		never_segments(story, node, e);
		return;
	}
	if (!reader_is(story->r, node, NODE_KIND_MAPPING, "'never'"))
		return;
	for (size_t i = 0; i < node->n; i++) {
		const struct node *name = node->keys[i];

		if (strchr(name->text, '.'))
			sock_add(story, name, node->items[i], &e->never_socks,
				 &e->n_never_socks);
		else
			reader_key(story->r, name, node->items[i], never_keys,
				   NEVER_KEYS, &draft, at);
	}
	if (draft.sockets)
		counts_read(story, draft.sockets, &e->never_counts,
			    &e->n_never_counts);
	if (draft.segments)
		never_segments(story, draft.segments, e);
	if (node->n == 0)
		reader_error(story->r, node, "nothing is expected here");
}

/* has any of the segments its place in an order */
static bool is_ordered(const struct expect *e)
{
	for (size_t i = 0; i < e->n_arrows; i++)
		if (!e->arrows[i].count.set)
			return true;
	return false;
}

static void check_times(const struct story *story, const struct node **at,
			struct expect *e)
{
	if (e->within_ns && e->not_before_ns > e->within_ns)
		reader_error(story->r, at[EXPECT_KEY_NOT_BEFORE],
			     "'not-before' is later than 'within'");
	if (at[EXPECT_KEY_SINCE] && !e->n_socks)
		reader_error(story->r, at[EXPECT_KEY_SINCE],
			     "'since' needs a socket that enters the state");
	if (at[EXPECT_KEY_ONLY] && !at[EXPECT_KEY_SEGMENTS])
		reader_error(story->r, at[EXPECT_KEY_ONLY],
			     "'only' needs 'segments': which ones?");
	else if (e->only && e->n_arrows && !is_ordered(e))
		reader_error(story->r, at[EXPECT_KEY_ONLY],
			     "'only' is about what lies between the segments "
			     "of an order: those that are counted have none");
	if (!e->within_ns)
		e->within_ns = EXPECT_SETTLE_NS + e->not_before_ns +
			       arrows_latest_ns(e->arrows, e->n_arrows);
}

void expect_read(struct story *story, const struct node *node,
		 struct expect *expect)
{
	const struct node *at[EXPECT_KEYS] = {0};
	struct expect_draft draft = {0};
	bool asks = false;

	*expect = (struct expect){0};
	if (!reader_is(story->r, node, NODE_KIND_MAPPING, "'expect'"))
		return;
	for (size_t i = 0; i < node->n; i++) {
		const struct node *name = node->keys[i];

		if (strchr(name->text, '.')) {
			sock_add(story, name, node->items[i], &draft.e.socks,
				 &draft.e.n_socks);
			asks = true;
		} else {
			reader_key(story->r, name, node->items[i], expect_keys,
				   EXPECT_KEYS, &draft, at);
		}
	}
	if (draft.sockets)
		counts_read(story, draft.sockets, &draft.e.counts,
			    &draft.e.n_counts);
	if (draft.segments)
		draft.e.arrows =
			arrows_read(story, draft.segments, &draft.e.n_arrows);
	if (draft.counters)
		expect_counters_read(story, draft.counters, &draft.e);
	if (draft.process)
		expect_process_read(story, draft.process, &draft.e);
	if (draft.output)
		expect_output_read(story, draft.output, &draft.e);
	if (draft.never)
		never_read(story, draft.never, &draft.e);
	for (int k = EXPECT_KEY_SOCKETS; k <= EXPECT_KEY_NEVER; k++)
		asks = asks || at[k];
	if (!asks)
		reader_error(story->r, node, "nothing is expected here");
	check_times(story, at, &draft.e);
	*expect = draft.e;
}

void expect_done(struct expect *expect)
{
	for (size_t i = 0; i < expect->n_socks; i++) {
		free(expect->socks[i].host);
		free(expect->socks[i].socket);
	}
	for (size_t i = 0; i < expect->n_never_socks; i++) {
		free(expect->never_socks[i].host);
		free(expect->never_socks[i].socket);
	}
	for (size_t i = 0; i < expect->n_counts; i++)
		free(expect->counts[i].host);
	for (size_t i = 0; i < expect->n_never_counts; i++)
		free(expect->never_counts[i].host);
	for (size_t i = 0; i < expect->n_counters; i++) {
		free(expect->counters[i].host);
		free(expect->counters[i].name);
	}
	for (size_t i = 0; i < expect->n_procs; i++) {
		free(expect->procs[i].host);
		free(expect->procs[i].program);
		free(expect->procs[i].output);
	}
	arrows_free(expect->arrows, expect->n_arrows);
	arrows_free(expect->never_arrows, expect->n_never_arrows);
	free(expect->socks);
	free(expect->never_socks);
	free(expect->counts);
	free(expect->never_counts);
	free(expect->counters);
	free(expect->procs);
	*expect = (struct expect){0};
}
