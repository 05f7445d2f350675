/*
 * story.c - what a scenario's steps have made so far: the names in it
 */
#include "spec/story.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "spec/node.h"
#include "spec/story_fault.h"
#include "spec/story_find.h"
#include "spec/topology.h"
#include "spec/verbs.h"

static const char *program_of(const struct act *act)
{
	return act->program ?: STORY_AGENT;
}

/* may the program that acts use the socket that the step names? */
static void use_sock(struct story *story, const struct act_draft *draft,
		     const char *name)
{
	const struct act *act = &draft->act;
	const struct node *at = draft->value_at;
	const struct story_prog *prog;
	const struct story_sock *sock;

	if (draft->at[ACT_KEY_ON])
		at = draft->at[ACT_KEY_ON];
	if (!story_sock_known(story, at, act->host, name))
		return;
	prog = story_prog(story, act->host, program_of(act));
	sock = story_sock(story, act->host, name);
	if (sock->failed) {
		story_error(story, at,
			    "there is no '%s': the step in line %d is to fail",
			    name, sock->line);
		return;
	}
	/* a step that is to fail may try what cannot work */
	if (!prog || act->fails ||
	    (sock->holders & (UINT64_C(1) << prog->index)))
		return;
	if (sock->closed_line)
		story_error(story, at, "'%s' was closed in line %d", name,
			    sock->closed_line);
	else
		story_error(story, at, "%s does not hold '%s'", prog->name,
			    name);
}

static void close_sock(struct story *story, const struct act *act, int line)
{
	struct story_sock *sock = story_sock(story, act->host, act->socket);
	const struct story_prog *prog =
		story_prog(story, act->host, program_of(act));

	if (!sock || !prog || act->fails)
		return;
	sock->holders &= ~(UINT64_C(1) << prog->index);
	sock->closed_line = line;
}

static void connect_sock(struct story *story, const struct act *act)
{
	struct story_sock *sock =
		story_sock(story, act->host, act->on ?: act->socket);

	if (sock)
		sock->peer = act->addr.host;
}

/* returns the socket's index, or -1 if the step makes none */
static int make_sock(struct story *story, const struct act_draft *draft)
{
	const struct act *act = &draft->act;
	struct story_sock *sock = story_sock(story, act->host, act->socket);
	const struct story_prog *prog =
		story_prog(story, act->host, program_of(act));

	if (sock && !sock->failed) {
		story_error(story, draft->at[ACT_KEY_AS],
			    "%s has a socket '%s' already, made in line %d",
			    act->host, act->socket, sock->line);
		return -1;
	}
	if (!sock) {
		story->socks = mem_resize(story->socks, story->n_socks + 1,
					  sizeof(*story->socks));
		sock = &story->socks[story->n_socks++];
	}
	*sock = (struct story_sock){
		.host = act->host,
		.name = act->socket,
		.peer = act->verb == VERB_CONNECT ? act->addr.host : NULL,
		.line = draft->verb_at->pos.line,
		.failed = act->fails != 0,
		.holders = prog ? UINT64_C(1) << prog->index : 0,
	};
	return (int)(sock - story->socks);
}

static void make_prog(struct story *story, const struct act_draft *draft)
{
	const struct act *act = &draft->act;
	const struct node *at = draft->at[ACT_KEY_AS] ?: draft->value_at;
	const struct story_prog *parent;
	const struct story_prog *same;
	struct story_prog *prog;

	same = story_prog(story, act->host, act->target);
	if (same) {
		story_error(story, at,
			    same->line ? "%s has a program '%s' already, made "
					 "in line %d"
				       : "%s's own program is named '%s'",
			    act->host, act->target, same->line);
		return;
	}
	prog = story_prog_add(story, act->host, act->target);
	if (!prog) {
		story_error(story, at, "more than %d programs on %s",
			    STORY_PROGRAMS_MAX, act->host);
		return;
	}
	prog->line = draft->verb_at->pos.line;
	prog->acts = act->verb == VERB_FORK;
	prog->shares_output = act->verb != VERB_RUN;
	prog->life = prog->acts	       ? STORY_LIFE_RUNNING
		     : act->status.set ? STORY_LIFE_GONE
				       : STORY_LIFE_UNSURE;
	prog->gone_line = prog->line;
	parent = story_prog(story, act->host, program_of(act));
	if (!parent || !prog->acts)
		return;
	for (size_t i = 0; i < story->n_socks; i++) {
		struct story_sock *sock = &story->socks[i];

		if (strcmp(sock->host, act->host) == 0 &&
		    (sock->holders & (UINT64_C(1) << parent->index)))
			sock->holders |= UINT64_C(1) << prog->index;
	}
}

static void drop_socks(struct story *story, const struct story_prog *prog)
{
	for (size_t i = 0; i < story->n_socks; i++) {
		struct story_sock *sock = &story->socks[i];
		uint64_t bit = UINT64_C(1) << prog->index;

		if (strcmp(sock->host, prog->host) != 0 ||
		    !(sock->holders & bit))
			continue;
		sock->holders &= ~bit;
		sock->closed_line = prog->gone_line;
	}
}

/* signal, kill, stop, exit, restart */
static void change_prog(struct story *story, const struct act_draft *draft)
{
	const struct act *act = &draft->act;
	const struct node *at = draft->at[ACT_KEY_TO] ?: draft->value_at;
	struct story_prog *prog;

	if (!story_prog_known(story, at, act->host, act->target))
		return;
	prog = story_prog(story, act->host, act->target);
	if (act->verb == VERB_RESTART) {
		if (prog->life == STORY_LIFE_RUNNING)
			story_error(story, at, "%s is still running",
				    act->target);
		if (prog->acts && prog->line)
			story_error(story, at,
				    "%s is a fork and cannot be started anew",
				    act->target);
		drop_socks(story, prog);
		prog->life =
			prog->acts ? STORY_LIFE_RUNNING : STORY_LIFE_UNSURE;
		return;
	}
	if (prog->life == STORY_LIFE_GONE && act->verb != VERB_EXIT)
		story_error(story, at, "%s is gone since line %d", act->target,
			    prog->gone_line);
	prog->life =
		act->verb == VERB_SIGNAL ? STORY_LIFE_UNSURE : STORY_LIFE_GONE;
	prog->gone_line = draft->verb_at->pos.line;
	if (prog->life == STORY_LIFE_GONE)
		drop_socks(story, prog);
}

static void begin_op(struct story *story, const struct act_draft *draft,
		     int sock)
{
	const struct act *act = &draft->act;
	const struct node *at = draft->at[ACT_KEY_BACKGROUND];
	const struct story_op *same = story_op(story, act->background);

	if (same) {
		story_error(story, at,
			    "'%s' is in the background already, since line "
			    "%d",
			    act->background, same->pos.line);
		return;
	}
	story->ops =
		mem_resize(story->ops, story->n_ops + 1, sizeof(*story->ops));
	story->ops[story->n_ops++] = (struct story_op){
		.name = act->background,
		.pos = at->pos,
		.host = act->host,
		.program = act->program,
		.socket = act->socket,
		.verb = (int)act->verb,
		.sock = sock,
		.blocks = act->blocks_ns != 0,
	};
}

/* the program that acts: is there one, and can it? */
static bool check_actor(struct story *story, const struct act_draft *draft)
{
	const struct act *act = &draft->act;
	const char *name = program_of(act);
	const struct story_prog *prog;

	if (!verb_rules[act->verb].calls)
		return true;
	if (!story_prog_known(story, draft->verb_at, act->host, name))
		return false;
	prog = story_prog(story, act->host, name);
	if (!prog->acts)
		story_error(story, draft->verb_at,
			    "'%s' is a command: only the agent and its forks "
			    "can be told what to do",
			    name);
	else if (prog->life == STORY_LIFE_GONE)
		story_error(story, draft->verb_at,
			    "%s on %s is gone since line %d: 'restart' it "
			    "first",
			    name, act->host, prog->gone_line);
	else
		return true;
	return false;
}

/* a host's address is the one by which the acting host reaches it */
static void check_address(const struct story *story, const struct act *act,
			  const struct node *at, const struct act_addr *addr)
{
	if (addr->host && story_host(story, at, addr->host))
		(void)story_way(story, at, act->host, addr->host);
}

void story_act(struct story *story, const struct act_draft *draft)
{
	const struct act *act = &draft->act;
	int sock = -1;

	check_address(story, act, draft->value_at, &act->addr);
	check_address(story, act, draft->at[ACT_KEY_FROM], &act->from);
	if (!story_agent(story, act->host) || !check_actor(story, draft))
		return;
	if (act->on)
		use_sock(story, draft, act->on);
	else if (act->socket && !act->makes)
		use_sock(story, draft, act->socket);
	if (act->socket && act->makes)
		sock = make_sock(story, draft);
	if (act->verb == VERB_CONNECT && !act->makes)
		connect_sock(story, act);
	if (act->verb == VERB_CLOSE || act->verb == VERB_ABORT)
		close_sock(story, act, draft->verb_at->pos.line);
	if (act->verb == VERB_FORK || act->verb == VERB_SPAWN ||
	    act->verb == VERB_RUN)
		make_prog(story, draft);
	else if (act->target)
		change_prog(story, draft);
	if (act->background)
		begin_op(story, draft, sock);
}

void story_await(struct story *story, struct act_draft *draft)
{
	struct act *act = &draft->act;
	struct story_op *op = story_op(story, act->background);

	if (!op) {
		story_error(story, draft->value_at,
			    "nothing named '%s' was put into the background",
			    act->background);
		return;
	}
	if (op->awaited_line) {
		story_error(story, draft->value_at,
			    "'%s' was awaited already, in line %d", op->name,
			    op->awaited_line);
		return;
	}
	op->awaited_line = draft->value_at->pos.line;
	act->host = mem_strdup(op->host);
	act->program = mem_strdup(op->program);
	act->socket = mem_strdup(op->socket);
	act->verb = (enum verb)op->verb;
	if (act->fails && op->sock >= 0)
		story->socks[op->sock].failed = true;
}

void story_end(const struct story *story)
{
	for (size_t i = 0; i < story->n_ops; i++) {
		const struct story_op *op = &story->ops[i];
		struct node at = {.pos = op->pos};

		if (!op->awaited_line && !op->blocks)
			story_error(story, &at,
				    "nobody sees what comes of this: add "
				    "'await: %s'",
				    op->name);
	}
	story_faults_end(story);
}

void story_done(struct story *story)
{
	free(story->socks);
	free(story->progs);
	free(story->ops);
	free(story->fault_uses);
}
