/*
 * story_find.c - look names of a story up, and tell which are missing
 */
#include "spec/story_find.h"

#include <stdarg.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/graph.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/topology.h"

/** NEAREST_MAX - look for a typo among so many names */
#define NEAREST_MAX 256

void story_error(const struct story *story, const struct node *at,
		 const char *fmt, ...)
{
	SCOPED_FREE char *text = NULL;
	va_list ap;

	if (story->unsure)
		return;
	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	if (story->world)
		reader_error(story->r, at, "%s, on kernel %s", text,
			     story->world);
	else
		reader_error(story->r, at, "%s", text);
}

struct story_sock *story_sock(const struct story *story, const char *host,
			      const char *name)
{
	for (size_t i = 0; i < story->n_socks; i++)
		if (strcmp(story->socks[i].name, name) == 0 &&
		    strcmp(story->socks[i].host, host) == 0)
			return &story->socks[i];
	return NULL;
}

struct story_prog *story_prog(const struct story *story, const char *host,
			      const char *name)
{
	for (size_t i = 0; i < story->n_progs; i++)
		if (strcmp(story->progs[i].name, name) == 0 &&
		    strcmp(story->progs[i].host, host) == 0)
			return &story->progs[i];
	return NULL;
}

struct story_op *story_op(const struct story *story, const char *name)
{
	for (size_t i = 0; i < story->n_ops; i++)
		if (strcmp(story->ops[i].name, name) == 0)
			return &story->ops[i];
	return NULL;
}

struct story_prog *story_prog_add(struct story *story, const char *host,
				  const char *name)
{
	unsigned int index = 0;
	struct story_prog *prog;

	for (size_t i = 0; i < story->n_progs; i++)
		index += strcmp(story->progs[i].host, host) == 0;
	if (index == STORY_PROGRAMS_MAX)
		return NULL;
	story->progs = mem_resize(story->progs, story->n_progs + 1,
				  sizeof(*story->progs));
	prog = &story->progs[story->n_progs++];
	*prog = (struct story_prog){
		.host = host,
		.name = name,
		.index = index,
		.life = STORY_LIFE_RUNNING,
	};
	return prog;
}

bool story_agent(struct story *story, const char *host)
{
	struct story_prog *agent;

	if (story->topology && topology_host(story->topology, host) < 0)
		return false;
	if (story_prog(story, host, STORY_AGENT))
		return true;
	agent = story_prog_add(story, host, STORY_AGENT);
	agent->acts = true;
	return true;
}

bool story_host(const struct story *story, const struct node *at,
		const char *name)
{
	const struct topology *t = story->topology;
	const char *names[NEAREST_MAX] = {0};
	const char *nearest;
	int i;

	if (!t)
		return true;
	i = topology_host(t, name);
	if (i >= 0 && t->hosts[i].kind != HOST_KIND_SWITCH)
		return true;
	if (i >= 0) {
		reader_error(story->r, at,
			     "%s is a switch: it has no address and runs no "
			     "program",
			     name);
		return false;
	}
	for (size_t k = 0; k < t->n_hosts && k < NEAREST_MAX; k++)
		names[k] = t->hosts[k].name;
	nearest = names_nearest(names, NEAREST_MAX, name);
	if (nearest)
		reader_error(story->r, at,
			     "no host '%s' in topology %s; did you mean '%s'?",
			     name, t->name, nearest);
	else
		reader_error(story->r, at, "no host '%s' in topology %s", name,
			     t->name);
	return false;
}

bool story_way(const struct story *story, const struct node *at,
	       const char *from, const char *to)
{
	int a = story->topology ? topology_host(story->topology, from) : -1;
	int b = story->topology ? topology_host(story->topology, to) : -1;

	if (a < 0 || b < 0 ||
	    graph_are_joined(story->topology, (size_t)a, (size_t)b))
		return true;
	reader_error(story->r, at,
		     "there is no way from %s to %s in topology %s: only "
		     "routers and switches pass anything on",
		     from, to, story->topology->name);
	return false;
}

/* host has no socket of this name: who has, or which was meant? */
static void tell_no_sock(const struct story *story, const struct node *at,
			 const char *host, const char *name)
{
	const char *names[NEAREST_MAX] = {0};
	const char *nearest;
	size_t n = 0;

	for (size_t i = 0; i < story->n_socks && n < NEAREST_MAX; i++) {
		const struct story_sock *sock = &story->socks[i];

		if (strcmp(sock->host, host) == 0) {
			names[n++] = sock->name;
		} else if (strcmp(sock->name, name) == 0) {
			story_error(story, at,
				    "'%s' is a socket of %s, not of %s", name,
				    sock->host, host);
			return;
		}
	}
	nearest = names_nearest(names, n, name);
	if (nearest)
		story_error(story, at,
			    "%s has no socket '%s' here; did you mean '%s'?",
			    host, name, nearest);
	else
		story_error(story, at, "%s has no socket '%s' here", host,
			    name);
}

bool story_sock_known(const struct story *story, const struct node *at,
		      const char *host, const char *name)
{
	const struct story_sock *sock = story_sock(story, host, name);

	if (!sock)
		tell_no_sock(story, at, host, name);
	return sock != NULL;
}

bool story_prog_known(const struct story *story, const struct node *at,
		      const char *host, const char *name)
{
	const char *names[STORY_PROGRAMS_MAX] = {0};
	const char *nearest;
	size_t n = 0;

	if (strcmp(name, STORY_AGENT) == 0 || story_prog(story, host, name))
		return true;
	for (size_t i = 0; i < story->n_progs && n < STORY_PROGRAMS_MAX; i++)
		if (strcmp(story->progs[i].host, host) == 0)
			names[n++] = story->progs[i].name;
	nearest = names_nearest(names, n, name);
	if (nearest)
		story_error(story, at,
			    "%s has no program '%s' here; did you mean '%s'?",
			    host, name, nearest);
	else
		story_error(story, at, "%s has no program '%s' here", host,
			    name);
	return false;
}
