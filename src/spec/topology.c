/*
 * topology.c - read a topology's hosts, and own what was read
 */
#include "spec/topology.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/units.h"
#include "spec/errors.h"
#include "spec/links.h"
#include "spec/node.h"
#include "spec/topology_read.h"

const char *const host_kind_names[HOST_KINDS] = {
	[HOST_KIND_HOST] = "host",
	[HOST_KIND_SWITCH] = "switch",
	[HOST_KIND_ROUTER] = "router",
};
TABLE_COVERS(host_kind_names, HOST_KINDS);

const char *const wire_backend_names[] = {
	[WIRE_BACKEND_AUTO] = "auto",
	[WIRE_BACKEND_PASS] = "pass",
	[WIRE_BACKEND_NETEM] = "netem",
	[WIRE_BACKEND_RELAY] = "relay",
};
TABLE_COVERS(wire_backend_names, WIRE_BACKENDS);

/** struct draft - a topology's keys as they were read */
struct draft {
	const struct node *hosts;
	const struct node *links;
	enum ip_families families;
};

const struct key topology_keys[TOPOLOGY_KEYS] = {
	{"hosts", VALUE_NODE, true, offsetof(struct draft, hosts), "hosts",
	 "the hosts by name"},
	{"links", VALUE_NODE, false, offsetof(struct draft, links), "links",
	 "the links between them"},
	{"families", VALUE_FAMILIES, false, offsetof(struct draft, families),
	 NULL, "the IP versions that links carry: ipv4, ipv6 or both"},
};

/** struct host_draft - a host's keys as they were read */
struct host_draft {
	enum host_kind kind;
	const struct node *sysctl;
	int64_t count;
};

const struct key host_keys[HOST_KEYS] = {
	{"kind", VALUE_HOST_KIND, false, offsetof(struct host_draft, kind),
	 NULL, "host (the default), switch or router"},
	{"sysctl", VALUE_NODE, false, offsetof(struct host_draft, sysctl),
	 "sysctls", "sysctls of its network namespace: net.…"},
	{"count", VALUE_COUNT, false, offsetof(struct host_draft, count), NULL,
	 "make so many of it: name1, name2 …"},
};

const char *const topology_reserved[] = {
	"expect", "together", "await", "wait",	 "cut",	   "heal", "set",
	"forget", "release",  "arm",   "disarm", "inject", "when", NULL,
};

static const char *sysctl_fault(const char *name)
{
	size_t n = strlen(name);

	if (strncmp(name, "net.", 4) != 0)
		return "a host's sysctls begin with 'net.'";
	if (n > 128 || strspn(name, "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-") != n)
		return "this is no sysctl's name";
	if (strstr(name, "..") || name[n - 1] == '.')
		return "this is no sysctl's name";
	return NULL;
}

static void sysctl_set(struct host_spec *host, const char *name, char *value)
{
	size_t i = 0;

	while (i < host->n_sysctls && strcmp(host->sysctls[i].name, name) != 0)
		i++;
	if (i == host->n_sysctls) {
		host->sysctls = mem_resize(host->sysctls, i + 1,
					   sizeof(*host->sysctls));
		host->sysctls[i].name = mem_strdup(name);
		host->sysctls[i].value = NULL;
		host->n_sysctls++;
	}
	free(host->sysctls[i].value);
	host->sysctls[i].value = value;
}

void topology_read_sysctls(const struct reader *r, const struct node *node,
			   struct host_spec *host)
{
	if (!reader_is(r, node, NODE_KIND_MAPPING, "'sysctl'"))
		return;
	for (size_t i = 0; i < node->n; i++) {
		const char *fault = sysctl_fault(node->keys[i]->text);
		char *value = NULL;

		if (fault)
			reader_error(r, node->keys[i], "%s: '%s'", fault,
				     node->keys[i]->text);
		if (value_read(r, VALUE_PROSE, node->items[i], &value))
			sysctl_set(host, node->keys[i]->text, value);
	}
}

static struct host_spec *host_add(struct topology *t, const char *name)
{
	struct host_spec *host;

	t->hosts = mem_resize(t->hosts, t->n_hosts + 1, sizeof(*t->hosts));
	host = &t->hosts[t->n_hosts++];
	*host = (struct host_spec){.name = mem_strdup(name)};
	return host;
}

static void host_fill(const struct reader *r, const struct host_draft *draft,
		      struct host_spec *host)
{
	host->kind = draft->kind;
	if (draft->sysctl)
		topology_read_sysctls(r, draft->sysctl, host);
}

static bool host_name_ok(const struct reader *r, const struct node *name)
{
	size_t i = 0;

	if (!value_is_host_name(name->text)) {
		reader_error(r, name,
			     "'%s' is no host's name: a-z, then a-z, 0-9 and "
			     "-, at most 32 characters",
			     name->text);
		return false;
	}
	while (topology_reserved[i] &&
	       strcmp(topology_reserved[i], name->text) != 0)
		i++;
	if (topology_reserved[i]) {
		reader_error(r, name,
			     "no host may be named '%s': in a scenario that is "
			     "a step",
			     name->text);
		return false;
	}
	return true;
}

/* "count: 3" makes three; an error in one of them is told once */
static void hosts_expand(const struct reader *r, const struct node *name,
			 const struct host_draft *draft, struct topology *t)
{
	size_t first = t->n_hosts;

	for (int64_t i = 1; i <= draft->count; i++) {
		SCOPED_FREE char *one =
			mem_printf("%s%lld", name->text, (long long)i);
		struct host_spec *host;

		if (topology_host(t, one) >= 0)
			reader_error(r, name, "there are two hosts named '%s'",
				     one);
		host = host_add(t, one);
		if (i == 1) {
			host_fill(r, draft, host);
			continue;
		}
		host->kind = draft->kind;
		for (size_t s = 0; s < t->hosts[first].n_sysctls; s++) {
			const struct sysctl_spec *of = t->hosts[first].sysctls;

			sysctl_set(host, of[s].name, mem_strdup(of[s].value));
		}
	}
}

static void host_read(const struct reader *r, const struct node *name,
		      const struct node *node, struct topology *t,
		      struct group *group)
{
	const struct node *at[HOST_KEYS] = {0};
	struct host_draft draft = {0};

	*group = (struct group){name->text, t->n_hosts, 1, false};
	if (!host_name_ok(r, name))
		return;
	if (node->kind == NODE_KIND_MAPPING)
		reader_keys(r, node, "a host", host_keys, HOST_KEYS, &draft,
			    at);
	else if (node->kind != NODE_KIND_NULL)
		reader_error(r, node, "a host is a mapping or nothing");
	if (t->n_hosts + (size_t)(draft.count ?: 1) > TOPOLOGY_HOSTS_MAX) {
		reader_error(r, name, "more than %d hosts", TOPOLOGY_HOSTS_MAX);
		return;
	}
	if (draft.count) {
		hosts_expand(r, name, &draft, t);
		group->n = (size_t)draft.count;
		group->counted = true;
	} else if (topology_host(t, name->text) >= 0) {
		reader_error(r, name, "there are two hosts named '%s'",
			     name->text);
	} else {
		host_fill(r, &draft, host_add(t, name->text));
	}
}

static void hosts_read(const struct reader *r, const struct node *hosts,
		       struct topology *t, struct group *groups)
{
	for (size_t i = 0; i < hosts->n; i++)
		host_read(r, hosts->keys[i], hosts->items[i], t, &groups[i]);
	if (hosts->n == 0)
		reader_error(r, hosts, "a topology has at least one host");
}

struct topology *topology_read(const struct reader *r, const struct node *node,
			       const char *name)
{
	const struct node *at[TOPOLOGY_KEYS] = {0};
	SCOPED_FREE struct group *groups = NULL;
	struct draft draft = {.families = IP_FAMILIES_BOTH};
	size_t before = spec_errors_count(r->errors);
	struct topology *t;

	if (!reader_is(r, node, NODE_KIND_MAPPING, "a topology"))
		return NULL;
	t = mem_new(struct topology, 1);
	t->name = mem_strdup(name);
	reader_keys(r, node, "a topology", topology_keys, TOPOLOGY_KEYS, &draft,
		    at);
	t->families = draft.families;
	if (draft.hosts &&
	    reader_is(r, draft.hosts, NODE_KIND_MAPPING, "'hosts'")) {
		groups = mem_new(struct group, draft.hosts->n + 1);
		hosts_read(r, draft.hosts, t, groups);
		if (draft.links)
			links_read(r, draft.links, groups, draft.hosts->n, t);
	}
	if (spec_errors_count(r->errors) == before)
		return t;
	topology_free(t);
	return NULL;
}

struct topology *topology_parse(const char *path, const char *text, size_t len,
				struct spec_errors *errors)
{
	const struct reader r = {path, errors};
	size_t before = spec_errors_count(errors);
	struct node *root = node_parse(path, text, len, errors);
	const char *slash = strrchr(path, '/');
	const char *stem = slash ? slash + 1 : path;
	SCOPED_FREE char *name = mem_strndup(stem, strcspn(stem, "."));
	struct topology *t = root ? topology_read(&r, root, name) : NULL;

	node_free(root);
	/* a repeated key is an error, though it leaves a tree to read */
	if (spec_errors_count(errors) == before)
		return t;
	topology_free(t);
	return NULL;
}

struct topology *topology_load(const char *path, struct spec_errors *errors)
{
	SCOPED_FREE char *text = NULL;
	size_t len;

	if (node_file(path, &text, &len, errors) < 0)
		return NULL;
	return topology_parse(path, text, len, errors);
}

void topology_free(struct topology *topology)
{
	if (!topology)
		return;
	for (size_t i = 0; i < topology->n_hosts; i++) {
		struct host_spec *host = &topology->hosts[i];

		for (size_t s = 0; s < host->n_sysctls; s++) {
			free(host->sysctls[s].name);
			free(host->sysctls[s].value);
		}
		free(host->sysctls);
		free(host->name);
	}
	free(topology->hosts);
	free(topology->links);
	free(topology->name);
	free(topology);
}

int topology_host(const struct topology *topology, const char *name)
{
	for (size_t i = 0; i < topology->n_hosts; i++)
		if (strcmp(topology->hosts[i].name, name) == 0)
			return (int)i;
	return -1;
}

void link_nat_print(const struct link_spec *link, struct str *out)
{
	char buf[UNITS_TEXT];

	if (link->nat_idle_ns)
		str_addf(out, "forgets connections after %s, then %s",
			 duration_print(link->nat_idle_ns, buf),
			 link->nat_resets ? "resets them" : "drops them");
}
