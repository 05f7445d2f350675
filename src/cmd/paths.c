/*
 * paths.c - from paths on the command line to loaded scenarios
 */
#include "cmd/paths.h"

#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/scope.h"
#include "base/vec.h"
#include "spec/errors.h"
#include "spec/node.h"
#include "spec/scenario.h"
#include "spec/topology.h"

/** struct files - which were seen, by device and inode, so that no file is
 * loaded twice */
struct files {
	struct file_id {
		dev_t dev;
		ino_t ino;
	} * v;
	size_t n;
	size_t cap;
};

static bool seen_before(struct files *files, const struct stat *st)
{
	for (size_t i = 0; i < files->n; i++)
		if (files->v[i].dev == st->st_dev &&
		    files->v[i].ino == st->st_ino)
			return true;
	vec_push(files, (struct file_id){st->st_dev, st->st_ino});
	return false;
}

/* a topology has hosts at its top, a scenario never has: a look at the tree
 * settles it; what is neither is left to the scenario loader's words */
static bool is_topology(const char *path, const char *text, size_t len)
{
	struct spec_errors unused = {0};
	struct node *root = node_parse(path, text, len, &unused);
	bool topology;

	topology = root && root->kind == NODE_KIND_MAPPING &&
		   !node_find(root, "steps") &&
		   (node_find(root, "hosts") || node_find(root, "links"));

	node_free(root);
	spec_errors_done(&unused);
	return topology;
}

static void load(const char *path, struct paths *paths,
		 struct spec_errors *errors)
{
	SCOPED_FREE char *text = NULL;
	struct scenario *scenario;
	struct topology *topology;
	size_t len;

	/* once: a pipe has nothing for a second reader */
	if (node_file(path, &text, &len, errors) < 0)
		return;
	if (is_topology(path, text, len)) {
		topology = topology_parse(path, text, len, errors);
		paths->topologies += topology ? 1 : 0;
		topology_free(topology);
		return;
	}
	scenario = scenario_parse(path, text, len, NULL, errors);
	if (scenario)
		vec_push(paths, scenario);
}

static bool is_yaml(const char *name)
{
	const char *dot = strrchr(name, '.');

	return name[0] != '.' && dot &&
	       (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void walk(char *folder, struct files *files, struct paths *paths,
		 struct spec_errors *errors)
{
	char *roots[] = {folder, NULL};
	FTS *fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	bool any = false;

	while (fts && (entry = fts_read(fts))) {
		if (entry->fts_info == FTS_D && entry->fts_level > 0 &&
		    entry->fts_name[0] == '.')
			(void)fts_set(fts, entry, FTS_SKIP); /* always 0 */
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			spec_errors_add(errors, entry->fts_path,
					(struct spec_pos){0}, "%s",
					strerror(entry->fts_errno));
		if (entry->fts_info != FTS_F || !is_yaml(entry->fts_name))
			continue;
		any = true;
		if (!seen_before(files, entry->fts_statp))
			load(entry->fts_path, paths, errors);
	}
	if (fts)
		(void)fts_close(fts); /* read to its end */
	if (!any)
		spec_errors_add(errors, folder, (struct spec_pos){0},
				"no *.yaml file is in this folder");
}

static void load_named(const char *path, struct paths *paths,
		       struct spec_errors *errors)
{
	size_t before = paths->n;

	load(path, paths, errors);
	if (paths->n > before)
		vec_push(&paths->named, paths->v[before]);
}

bool paths_named(const struct paths *paths, const struct scenario *scenario)
{
	for (size_t i = 0; i < paths->named.n; i++)
		if (paths->named.v[i] == scenario)
			return true;
	return false;
}

int paths_load(char *const *args, struct paths *paths,
	       struct spec_errors *errors)
{
	struct files files = {0};

	for (; *args; args++) {
		struct stat st;

		if (stat(*args, &st) < 0)
			spec_errors_add(errors, *args, (struct spec_pos){0},
					"%s", strerror(errno));
		else if (S_ISDIR(st.st_mode))
			walk(*args, &files, paths, errors);
		else if (!seen_before(&files, &st))
			load_named(*args, paths, errors);
	}
	vec_done(&files);
	return spec_errors_count(errors) ? -EINVAL : 0;
}

void paths_done(struct paths *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		scenario_free(paths->v[i]);
	vec_done(&paths->named);
	vec_done(paths);
}
