/*
 * expect_proc.c - read what is expected of programs and counters
 */
#include "spec/expect_proc.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/scenario.h"
#include "spec/story.h"
#include "spec/story_find.h"
#include "tcp/words.h"

bool ref_read(const struct story *story, const struct node *name,
	      const char *what, char **host, char **part)
{
	const char *dot = strchr(name->text, '.');
	SCOPED_FREE char *h =
		mem_strndup(name->text, dot ? (size_t)(dot - name->text) : 0);

	if (!dot || !value_is_host_name(h) || !value_is_name(dot + 1)) {
		reader_error(story->r, name,
			     "'%s' must be written HOST.NAME of a %s",
			     name->text, what);
		return false;
	}
	if (!story_host(story, name, h))
		return false;
	*part = mem_strdup(dot + 1);
	*host = PTR_STEAL(h);
	return true;
}

/* groups of /proc/net/snmp and /proc/net/netstat, proc_pid_net(5) */
static const char *const groups[] = {
	"Ip",	  "Icmp",  "IcmpMsg",  "Tcp", "Udp",   "UdpLite",
	"TcpExt", "IpExt", "MPTcpExt", "Ip6", "Icmp6", "Udp6",
};

static bool counter_name_ok(const struct reader *r, const struct node *name)
{
	size_t n = sizeof(groups) / sizeof(groups[0]);
	const char *dot = strchr(name->text, '.');
	SCOPED_FREE char *group = NULL;
	const char *nearest;

	if (!dot || !dot[1] || strchr(dot + 1, '.')) {
		reader_error(r, name,
			     "a counter is written GROUP.NAME: "
			     "TcpExt.TCPTimeouts, Tcp.OutRsts");
		return false;
	}
	group = mem_strndup(name->text, (size_t)(dot - name->text));
	if (names_find(groups, n, group) >= 0)
		return true;
	nearest = names_nearest(groups, n, group);
	if (nearest)
		reader_error(r, name,
			     "no group of counters is named '%s'; did you mean "
			     "'%s'?",
			     group, nearest);
	else
		reader_error(r, name, "no group of counters is named '%s'",
			     group);
	return false;
}

static void host_counters_read(const struct story *story,
			       const struct node *host, const struct node *node,
			       struct expect *e)
{
	if (!story_host(story, host, host->text) ||
	    !reader_is(story->r, node, NODE_KIND_MAPPING, "a host's counters"))
		return;
	for (size_t i = 0; i < node->n; i++) {
		const struct node *name = node->keys[i];
		struct expect_counter c = {.pos = name->pos};

		if (!counter_name_ok(story->r, name) ||
		    !value_read(story->r, VALUE_COMPARE, node->items[i],
				&c.delta))
			continue;
		c.host = mem_strdup(host->text);
		c.name = mem_strdup(name->text);
		e->counters = mem_resize(e->counters, e->n_counters + 1,
					 sizeof(*e->counters));
		e->counters[e->n_counters++] = c;
	}
	if (node->n == 0)
		reader_error(story->r, node, "nothing is expected here");
}

void expect_counters_read(const struct story *story, const struct node *node,
			  struct expect *e)
{
	if (!reader_is(story->r, node, NODE_KIND_MAPPING, "'counters'"))
		return;
	for (size_t i = 0; i < node->n; i++)
		host_counters_read(story, node->keys[i], node->items[i], e);
	if (node->n == 0)
		reader_error(story->r, node, "nothing is expected here");
}

/* "running", "0", ">=1", "SIGKILL" */
static bool proc_state_read(const struct story *story, const struct node *node,
			    struct expect_proc *p)
{
	const char *text = node->kind == NODE_KIND_SCALAR ? node->text : "";
	int number = signal_from_name(text);

	p->has_state = true;
	if (strcmp(text, "running") == 0) {
		p->state = PROC_STATE_RUNNING;
		return true;
	}
	if (number > 0) {
		p->state = PROC_STATE_KILLED;
		p->signal = number;
		return true;
	}
	p->state = PROC_STATE_EXITED;
	if (*text && strchr("0123456789<>=!-", *text))
		return value_read(story->r, VALUE_STATUS, node, &p->status);
	reader_error(story->r, node,
		     "a program is running, has an exit status (0, \"!=0\"), "
		     "or died of a signal (SIGKILL)");
	return false;
}

static bool output_read(const struct story *story, const struct node *node,
			struct expect_proc *p)
{
	const struct story_prog *prog = story_prog(story, p->host, p->program);

	if (prog && prog->shares_output) {
		struct node at = {.pos = p->pos};

		reader_error(story->r, &at,
			     "%s has its output from %s's agent, and nobody "
			     "can tell whose is whose: expect it of %s.%s",
			     p->program, p->host, p->host, STORY_AGENT);
		return false;
	}
	return value_read(story->r, VALUE_PROSE, node, &p->output);
}

static void procs_read(const struct story *story, const struct node *node,
		       bool (*read)(const struct story *story,
				    const struct node *node,
				    struct expect_proc *p),
		       struct expect *e)
{
	for (size_t i = 0; i < node->n; i++) {
		const struct node *name = node->keys[i];
		struct expect_proc p = {.pos = name->pos};

		if (!ref_read(story, name, "program", &p.host, &p.program))
			continue;
		if (!story_prog_known(story, name, p.host, p.program) ||
		    !read(story, node->items[i], &p)) {
			free(p.host);
			free(p.program);
			continue;
		}
		e->procs =
			mem_resize(e->procs, e->n_procs + 1, sizeof(*e->procs));
		e->procs[e->n_procs++] = p;
	}
	if (node->n == 0)
		reader_error(story->r, node, "nothing is expected here");
}

void expect_process_read(const struct story *story, const struct node *node,
			 struct expect *e)
{
	if (reader_is(story->r, node, NODE_KIND_MAPPING, "'process'"))
		procs_read(story, node, proc_state_read, e);
}

void expect_output_read(const struct story *story, const struct node *node,
			struct expect *e)
{
	if (reader_is(story->r, node, NODE_KIND_MAPPING, "'output'"))
		procs_read(story, node, output_read, e);
}
