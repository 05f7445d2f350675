/*
 * place.c - what a scenario's place in the file system says about it
 */
#include "spec/place.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "spec/node.h"
#include "spec/reader.h"

#ifndef TCPLAB_DATADIR
#define TCPLAB_DATADIR ""
#endif

/* where "make install" put the shipped topologies; empty if nowhere */
static const char *const datadir = TCPLAB_DATADIR;

static bool ends_in_yaml(const char *text)
{
	size_t n = strlen(text);

	return n > 5 && strcmp(text + n - 5, ".yaml") == 0;
}

/* the last two components of a path; or one, if there are no more */
static const char *last_two(const char *path)
{
	const char *slash = strrchr(path, '/');

	while (slash && slash > path && slash[-1] != '/')
		slash--;
	return slash ? slash : path;
}

/* the folder of a file: "a/b" of "a/b/c", "" of "c", "/" of "/c" */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup("");
	return mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static char *join(const char *folder, const char *rest)
{
	size_t n = strlen(folder);

	return mem_printf("%s%s%s", folder,
			  n && folder[n - 1] != '/' ? "/" : "", rest);
}

/* The folder by its real path, the file by its own name: "one.yaml" must be
 * called the same from wherever one looks. A folder that is not there (text
 * that was never a file) is taken as it is written. */
static char *real_place(const char *path)
{
	const char *slash = strrchr(path, '/');
	SCOPED_FREE char *folder = folder_of(path);
	SCOPED_FREE char *real = realpath(*folder ? folder : ".", NULL);

	if (!real)
		return mem_strdup(path);
	return join(real, slash ? slash + 1 : path);
}

/* A name becomes folders and a file below the results folder, and must not
 * lead out of it, hide in it, or need quotes in a shell. */
static char *safe(const char *name)
{
	static const char kept[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	SCOPED_STR struct str out = {0};
	bool first = true; /* of a component */

	for (const char *p = name; *p; p++) {
		bool keep = strchr(kept, *p) && !(first && *p == '.');

		if (*p == '/') {
			if (!first)
				str_addc(&out, '/', 1);
			first = true;
			continue;
		}
		str_addn(&out, keep ? p : "-", 1);
		first = false;
	}
	if (first) /* it ends in a slash, or there is nothing */
		str_addc(&out, '-', 1);
	return str_steal(&out);
}

char *place_name(const char *given)
{
	SCOPED_FREE char *path = real_place(given);
	const char *name = NULL;
	size_t n;

	if (strncmp(path, "lab/", 4) == 0)
		name = path + 4;
	for (const char *p = strstr(path, "/lab/"); p; p = strstr(p, "/lab/")) {
		name = p + 5;
		p += 4;
	}
	if (!name || !*name)
		name = last_two(path);
	name += strspn(name, "/");
	while (strncmp(name, "./", 2) == 0 || strncmp(name, "../", 3) == 0)
		name += name[1] == '/' ? 2 : 3;
	n = strlen(path);
	if (ends_in_yaml(path) && path + n - 5 >= name)
		path[n - 5] = '\0';
	return safe(name);
}

static char *try(const char *folder, const char *rest)
{
	char *path = join(folder, rest);

	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* in a folder and in those above it, as far as its path goes */
static char *search_up(const char *folder, const char *rest)
{
	SCOPED_FREE char *at = mem_strdup(folder);
	char *found = NULL;

	for (;;) {
		char *up;

		found = try(at, rest);
		if (found || !*at || strcmp(at, "/") == 0)
			return found;
		up = folder_of(at);
		free(at);
		at = up;
	}
}

static char *search(const char *folder, const char *rest)
{
	SCOPED_FREE char *real = realpath(*folder ? folder : ".", NULL);
	char *found = search_up(folder, rest);

	/* a relative path has folders above it that it does not name */
	if (!found && real && *folder != '/')
		found = search_up(real, rest);
	if (!found)
		found = try("", rest);
	if (!found && datadir[0] != '\0')
		found = try(datadir, rest);
	return found;
}

char *place_topology_named(const char *word, const char *folder)
{
	SCOPED_FREE char *rest = mem_printf("topologies/%s.yaml", word);

	return search(folder, rest);
}

char *place_topology(const struct reader *r, const struct node *node,
		     const char *scenario)
{
	SCOPED_FREE char *folder = folder_of(scenario);
	SCOPED_FREE char *word = NULL;
	char *found;

	if (!value_read(r, VALUE_PROSE, node, &word))
		return NULL;
	if (ends_in_yaml(word)) {
		found = try(*word == '/' ? "" : folder, word);
		if (!found)
			reader_error(r, node, "there is no file '%s' here",
				     word);
		return found;
	}
	if (strchr(word, '/')) {
		reader_error(r, node,
			     "a topology is a name, or a path that ends in "
			     ".yaml");
		return NULL;
	}
	found = place_topology_named(word, folder);
	if (!found)
		reader_error(r, node,
			     "there is no topology '%s': no "
			     "topologies/%s.yaml here nor in any folder above",
			     word, word);
	return found;
}
