/*
 * scenario.c - read a scenario file and the topology that it names
 */
#include "spec/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/fault_read.h"
#include "spec/node.h"
#include "spec/place.h"
#include "spec/scenario_read.h"
#include "spec/steps.h"
#include "spec/story.h"
#include "spec/topology.h"
#include "spec/topology_read.h"

/** struct scenario_draft - a scenario's keys as they were read */
struct scenario_draft {
	struct scenario s;
	const struct node *topology;
	const struct node *sysctl;
	const struct node *faults;
	const struct node *steps;
};

#define PART(field) offsetof(struct scenario_draft, field)

const struct key scenario_keys[SCENARIO_KEYS] = {
	{"title", VALUE_PROSE, true, PART(s.title), NULL,
	 "the hypothesis in one sentence"},
	{"why", VALUE_PROSE, true, PART(s.why), NULL,
	 "where it is written: RFC section, man page, kernel file"},
	{"tags", VALUE_WORDS, false, PART(s.tags), NULL,
	 "words to choose it by; the folder's name is one anyway"},
	{"time", VALUE_CLOCK, false, PART(s.clock), NULL,
	 "virtual: it takes hours; left out of a folder's run in real time"},
	{"topology", VALUE_NODE, true, PART(topology), "topology-of",
	 "a name (topologies/NAME.yaml), a path, or hosts and links inline"},
	{"sysctl", VALUE_NODE, false, PART(sysctl), "host-sysctls",
	 "HOST: {name: value}, on top of the topology's"},
	{"faults", VALUE_NODE, false, PART(faults), "faults",
	 "what is done to segments on their way"},
	{"steps", VALUE_NODE, true, PART(steps), "steps", "what happens"},
};

/* takes @path; the bytes are kept: the file may be another one later */
static void topology_keep(char *path, struct scenario *s,
			  struct spec_errors *errors)
{
	s->topology_path = path;
	if (node_file(path, &s->topology_source, &s->topology_source_len,
		      errors) < 0)
		return;
	s->topology = topology_parse(path, s->topology_source,
				     s->topology_source_len, errors);
}

/* the topology of another file, or written inline */
static void topology_resolve(const struct reader *r,
			     const struct scenario_draft *draft,
			     const char *override, struct scenario *s)
{
	const struct node *node = draft->topology;
	char *path;

	if (override) {
		topology_keep(mem_strdup(override), s, r->errors);
		return;
	}
	if (!node)
		return;
	if (node->kind == NODE_KIND_MAPPING) {
		s->topology = topology_read(r, node, "inline");
		return;
	}
	path = place_topology(r, node, s->path);
	if (path)
		topology_keep(path, s, r->errors);
}

static void sysctls_merge(const struct story *story, const struct node *node,
			  struct topology *topology)
{
	if (!reader_is(story->r, node, NODE_KIND_MAPPING, "'sysctl'"))
		return;
	for (size_t i = 0; i < node->n; i++) {
		const struct node *name = node->keys[i];

		if (!topology || !story_host(story, name, name->text))
			continue;
		topology_read_sysctls(
			story->r, node->items[i],
			&topology->hosts[topology_host(topology, name->text)]);
	}
}

/* "close" of "lab/close/client-first"; NULL of "client-first" */
static char *folder_of(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *begin = slash;

	while (begin > name && begin[-1] != '/')
		begin--;
	return slash ? mem_strndup(begin, (size_t)(slash - begin)) : NULL;
}

/* the folder's name is a tag, once */
static void tags_complete(struct scenario *s)
{
	SCOPED_FREE char *folder = folder_of(s->name);
	size_t n = 0;

	while (s->tags && s->tags[n])
		n++;
	s->tags = mem_resize(s->tags, n + 2, sizeof(*s->tags));
	s->tags[n] = NULL;
	if (!folder || names_find((const char *const *)s->tags, n, folder) >= 0)
		return;
	s->tags[n] = PTR_STEAL(folder);
	s->tags[n + 1] = NULL;
}

void scenario_rename(struct scenario *s, const char *name)
{
	SCOPED_FREE char *folder = folder_of(s->name);
	size_t n = 0;

	while (s->tags[n])
		n++;
	if (n && folder && strcmp(s->tags[n - 1], folder) == 0) {
		free(s->tags[n - 1]);
		s->tags[n - 1] = NULL;
	}
	free(s->name);
	s->name = mem_strdup(name);
	tags_complete(s);
}

static void scenario_read(const struct reader *r, const struct node *root,
			  const char *topology_path, struct scenario *s)
{
	const struct node *at[SCENARIO_KEYS] = {0};
	struct scenario_draft draft = {.s = *s};
	struct story story = {.r = r};

	reader_keys(r, root, "a scenario", scenario_keys, SCENARIO_KEYS, &draft,
		    at);
	*s = draft.s;
	tags_complete(s);
	topology_resolve(r, &draft, topology_path, s);
	story.topology = s->topology;
	if (draft.sysctl)
		sysctls_merge(&story, draft.sysctl, s->topology);
	if (draft.faults)
		s->faults = faults_read(&story, draft.faults, &s->n_faults);
	story.faults = s->faults;
	story.n_faults = s->n_faults;
	if (draft.steps)
		s->steps = steps_read(&story, draft.steps, &s->n_steps);
}

struct scenario *scenario_parse(const char *path, const char *text, size_t len,
				const char *topology_path,
				struct spec_errors *errors)
{
	const struct reader r = {path, errors};
	size_t before = spec_errors_count(errors);
	struct node *root = node_parse(path, text, len, errors);
	struct scenario *s = mem_new(struct scenario, 1);

	s->path = mem_strdup(path);
	s->name = place_name(path);
	s->source = mem_new(char, len + 1);
	memcpy(s->source, text, len);
	s->source_len = len;
	if (root && reader_is(&r, root, NODE_KIND_MAPPING, "a scenario"))
		scenario_read(&r, root, topology_path, s);
	node_free(root);
	if (spec_errors_count(errors) == before)
		return s;
	scenario_free(s);
	return NULL;
}

struct scenario *scenario_load(const char *path, const char *topology_path,
			       struct spec_errors *errors)
{
	SCOPED_FREE char *text = NULL;
	size_t len;

	if (node_file(path, &text, &len, errors) < 0)
		return NULL;
	return scenario_parse(path, text, len, topology_path, errors);
}

void scenario_free(struct scenario *scenario)
{
	if (!scenario)
		return;
	for (char **tag = scenario->tags; tag && *tag; tag++)
		free(*tag);
	free(scenario->tags);
	free(scenario->name);
	free(scenario->path);
	free(scenario->title);
	free(scenario->why);
	free(scenario->topology_path);
	free(scenario->source);
	free(scenario->topology_source);
	topology_free(scenario->topology);
	faults_free(scenario->faults, scenario->n_faults);
	steps_free(scenario->steps, scenario->n_steps);
	free(scenario);
}
