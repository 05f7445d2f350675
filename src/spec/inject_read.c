/*
 * inject_read.c - read a segment that nobody sent
 */
#include "spec/inject_read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/expect_proc.h"
#include "spec/node.h"
#include "spec/scalar_tcp.h"
#include "spec/scenario.h"
#include "spec/story.h"
#include "spec/story_find.h"
#include "spec/tamper.h"

/** struct inject_draft - an injection while it is read */
struct inject_draft {
	struct inject_spec i;
	char *on; /* HOST.SOCKET, as written */
	char *to; /* HOST, or HOST:PORT */
	struct act_addr from;
	const struct node *node;
	const struct node *at[INJECT_KEYS];
};

#define PART(field) offsetof(struct inject_draft, field)

const struct key inject_keys[] = {
	[INJECT_KEY_TO] = {"to", VALUE_TEXT, true, PART(to), NULL,
			   "the host that gets it; without 'on' HOST:PORT"},
	[INJECT_KEY_ON] = {"on", VALUE_TEXT, false, PART(on), NULL,
			   "its connection: HOST.SOCKET of either end"},
	[INJECT_KEY_FROM] = {"from", VALUE_ADDR, false, PART(from), NULL,
			     "without 'on': the HOST:PORT that it pretends to "
			     "come from"},
	[INJECT_KEY_FLAGS] = {"flags", VALUE_FLAGS, true, PART(i.flags), NULL,
			      "its flags: RST, or SYN,ACK, or a list"},
	[INJECT_KEY_SEQ] = {"seq", VALUE_SEQ, false, PART(i.seq), NULL,
			    "of the other end: next (the default), edge "
			    "(of its window) or start, with +N or -N; N: "
			    "start+N"},
	[INJECT_KEY_ACK] = {"ack", VALUE_SEQ, false, PART(i.ack), NULL,
			    "likewise, of the host that gets it"},
	[INJECT_KEY_WINDOW] = {"window", VALUE_WINDOW, false, PART(i.window),
			       NULL, "as in the header (default: 65535)"},
	[INJECT_KEY_TEXT] = {"text", VALUE_PROSE, false, PART(i.text), NULL,
			     "its payload"},
	[INJECT_KEY_BYTES] = {"bytes", VALUE_PAYLOAD, false, PART(i.bytes),
			      NULL, "so many zeros as payload"},
	[INJECT_KEY_TS] = {"ts", VALUE_SHIFT, false, PART(i.ts), NULL,
			   "its timestamp, from the last one of whom it "
			   "pretends to come from: +1000, -5000"},
	[INJECT_KEY_TIMES] = {"times", VALUE_TIMES, false, PART(i.times), NULL,
			      "so many of it (default: 1)"},
};
TABLE_COVERS(inject_keys, INJECT_KEYS);

/* which host can be the other end of a socket is known where it connects */
static void ends_check(const struct story *story,
		       const struct inject_draft *draft)
{
	const struct inject_spec *i = &draft->i;
	const struct node *at = draft->at[INJECT_KEY_TO];
	const struct story_sock *sock;

	if (!story_sock_known(story, draft->at[INJECT_KEY_ON], i->on_host,
			      i->on) ||
	    strcmp(i->to, i->on_host) == 0)
		return;
	sock = story_sock(story, i->on_host, i->on);
	if (sock->peer && strcmp(sock->peer, i->to) != 0)
		story_error(story, at,
			    "%s.%s connects %s and %s: %s is at neither end",
			    i->on_host, i->on, i->on_host, sock->peer, i->to);
	else if (story_way(story, at, i->on_host, i->to))
		(void)tamper_host_check(story, at, i->to);
}

static void connection_read(const struct story *story,
			    struct inject_draft *draft)
{
	struct inject_spec *i = &draft->i;
	struct node on = *draft->at[INJECT_KEY_ON];

	on.text = draft->on;
	if (draft->at[INJECT_KEY_FROM])
		reader_error(story->r, draft->at[INJECT_KEY_FROM],
			     "'on' names both ends: 'from' has no place beside "
			     "it");
	if (!ref_read(story, &on, "socket", &i->on_host, &i->on))
		return;
	if (!value_is_host_name(i->to)) {
		reader_error(story->r, draft->at[INJECT_KEY_TO],
			     "beside 'on', 'to' is a host, not '%s'", i->to);
		return;
	}
	if (story_host(story, draft->at[INJECT_KEY_TO], i->to))
		ends_check(story, draft);
	if (strcmp(i->to, i->on_host) == 0)
		(void)tamper_host_check(story, draft->at[INJECT_KEY_TO], i->to);
}

/* "server:7788" becomes a host and a port */
static bool split_to(const struct story *story, struct inject_draft *draft)
{
	struct inject_spec *i = &draft->i;
	const char *colon = strrchr(i->to, ':');
	int64_t port = 0;
	char *host;

	if (!colon || !isdigit((unsigned char)colon[1]) ||
	    !scalar_shift(colon + 1, &port) || port < 1 || port > UINT16_MAX) {
		reader_error(story->r, draft->at[INJECT_KEY_TO],
			     "without 'on', 'to' is a host and its port: "
			     "server:7788");
		return false;
	}
	host = mem_strndup(i->to, (size_t)(colon - i->to));
	free(i->to);
	i->to = host;
	i->to_port = (uint16_t)port;
	return story_host(story, draft->at[INJECT_KEY_TO], i->to) &&
	       tamper_host_check(story, draft->at[INJECT_KEY_TO], i->to);
}

/* a number of a connection that nobody named */
static void number_check(const struct reader *r, const struct node *key,
			 const struct node *value, struct inject_number *number)
{
	if (!number->set)
		return;
	if (isdigit((unsigned char)*value->text))
		number->base = INJECT_BASE_ABSOLUTE;
	else if (number->base != INJECT_BASE_ABSOLUTE)
		reader_error(r, key,
			     "'%s' of which connection? Add 'on', or give the "
			     "number itself",
			     inject_base_names[number->base]);
}

static void endpoints_read(const struct story *story,
			   struct inject_draft *draft)
{
	const struct reader *r = story->r;
	struct inject_spec *i = &draft->i;
	const struct node *from = draft->at[INJECT_KEY_FROM];

	if (!from) {
		reader_error(r, draft->node,
			     "on which connection? Add 'on: client.c', or both "
			     "'from: client:40000' and 'to: server:7788'");
		return;
	}
	if (draft->from.set) {
		i->from_host = draft->from.host;
		i->from_port = draft->from.port;
		draft->from.host = NULL;
		if (!i->from_host || !i->from_port)
			reader_error(r, from,
				     "'from' is a host and its port: "
				     "client:40000");
		else
			(void)story_host(story, from, i->from_host);
	}
	if (split_to(story, draft) && i->from_host)
		(void)story_way(story, draft->at[INJECT_KEY_TO], i->from_host,
				i->to);
	number_check(r, draft->at[INJECT_KEY_SEQ],
		     node_find(draft->node, "seq"), &i->seq);
	number_check(r, draft->at[INJECT_KEY_ACK],
		     node_find(draft->node, "ack"), &i->ack);
	if (draft->at[INJECT_KEY_TS])
		reader_error(r, draft->at[INJECT_KEY_TS],
			     "'ts' counts from a connection's last: it needs "
			     "'on'");
}

static void segment_check(const struct reader *r,
			  const struct inject_draft *draft)
{
	const struct inject_spec *i = &draft->i;

	if (i->text && i->bytes)
		reader_error(r, draft->at[INJECT_KEY_BYTES],
			     "'text' has no place beside 'bytes'");
	if (i->text && strlen(i->text) > SEGMENT_PAYLOAD_MAX)
		reader_error(r, draft->at[INJECT_KEY_TEXT],
			     "a segment carries at most %d bytes",
			     SEGMENT_PAYLOAD_MAX);
}

void inject_read(const struct story *story, const struct node *node,
		 struct inject_spec *inject)
{
	struct inject_draft draft = {
		.i = {.pos = node->pos, .window = UINT16_MAX, .times = 1},
		.node = node,
	};

	*inject = draft.i;
	if (!reader_is(story->r, node, NODE_KIND_MAPPING, "'inject'"))
		return;
	reader_keys(story->r, node, "'inject'", inject_keys, INJECT_KEYS,
		    &draft, draft.at);
	draft.i.has_ts = draft.at[INJECT_KEY_TS] != NULL;
	draft.i.to = draft.to;
	segment_check(story->r, &draft);
	if (draft.to && draft.on)
		connection_read(story, &draft);
	else if (draft.to && !draft.at[INJECT_KEY_ON])
		endpoints_read(story, &draft);
	free(draft.on);
	free(draft.from.host);
	*inject = draft.i;
}

void inject_done(struct inject_spec *inject)
{
	free(inject->to);
	free(inject->on_host);
	free(inject->on);
	free(inject->from_host);
	free(inject->text);
	*inject = (struct inject_spec){0};
}
