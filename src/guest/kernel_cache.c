/*
 * kernel_cache.c - the kernels that were built: where they are, what they are
 */
#include "guest/kernel_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "guest/kernel.h"

/** JSON_MAX - a kernel.json of more bytes is none */
#define JSON_MAX (64 * 1024)

/** KEY_PREFIX - how a key begins */
#define KEY_PREFIX "uml-"

const char *const kernel_origin_names[] = {
	[KERNEL_ORIGIN_PACKAGE] = "package",
	[KERNEL_ORIGIN_TARBALL] = "tarball",
	[KERNEL_ORIGIN_TREE] = "tree",
};
TABLE_COVERS(kernel_origin_names, KERNEL_ORIGINS);

/* the home of whoever called sudo, or of us; NULL if nobody knows */
static const char *home(void)
{
	const char *sudo_uid = geteuid() == 0 ? getenv("SUDO_UID") : NULL;
	const char *env = getenv("HOME");
	const struct passwd *user;

	if (!sudo_uid && env && env[0] == '/')
		return env;
	user = getpwuid(sudo_uid ? (uid_t)strtoul(sudo_uid, NULL, 10)
				 : geteuid());
	return user ? user->pw_dir : NULL;
}

int kernel_cache_dir(char **dir, struct err *err)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *user;

	if (cache && cache[0] == '/') {
		*dir = mem_printf("%s/tcplab/kernels", cache);
		return 0;
	}
	user = home();
	if (!user) {
		int rc = err_set(err, -ENOENT,
				 "there is no home to keep kernels in");

		err_remedy(err, "set XDG_CACHE_HOME to a folder");
		return rc;
	}
	*dir = mem_printf("%s/.cache/tcplab/kernels", user);
	return 0;
}

static char *copy(json_t *json, const char *key)
{
	return mem_strdup(json_string_value(json_object_get(json, key)));
}

static int64_t number(json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json, key));
}

static int from_json(json_t *json, const char *key, struct kernel *kernel)
{
	const char *origin = json_string_value(json_object_get(json, "origin"));
	const char *named = json_string_value(json_object_get(json, "key"));
	int index =
		names_find(kernel_origin_names, KERNEL_ORIGINS, origin ?: "");

	/* a folder that somebody renamed is not the kernel of its name */
	if (!named || strcmp(named, key) != 0 || index < 0 ||
	    !json_is_string(json_object_get(json, "release")))
		return -EBADMSG;
	kernel->key = copy(json, "key");
	kernel->release = copy(json, "release");
	kernel->source = copy(json, "source");
	kernel->fragment = copy(json, "fragment");
	kernel->config = copy(json, "config");
	kernel->compiler = copy(json, "compiler");
	kernel->built_ns = number(json, "built_ns");
	kernel->took_ns = number(json, "took_ns");
	kernel->origin = (enum kernel_origin)index;
	return 0;
}

int kernel_cache_load(const char *dir, const char *key, struct kernel *out,
		      struct err *err)
{
	SCOPED_FREE char *file = mem_printf("%s/%s/kernel.json", dir, key);
	SCOPED_FREE char *program = mem_printf("%s/%s/linux", dir, key);
	SCOPED_FREE char *text = NULL;
	struct kernel kernel = {0};
	json_t *json;
	int rc;

	rc = file_read(AT_FDCWD, file, JSON_MAX, &text, NULL, err);
	if (rc < 0)
		return rc;
	if (access(program, X_OK) < 0)
		return err_sys(err, -errno, "%s", program);
	json = json_loads(text, 0, NULL);
	rc = from_json(json, key, &kernel);
	json_decref(json);
	if (rc < 0)
		return err_set(err, rc, "%s does not describe a kernel '%s'",
			       file, key);
	kernel.path = PTR_STEAL(program);
	*out = kernel;
	return 0;
}

int kernel_cache_save(int dirfd, const struct kernel *kernel, struct err *err)
{
	SCOPED_FREE char *text = NULL;
	json_t *json = json_pack(
		"{s:i, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:I, s:I}",
		"kernel", 1, "key", kernel->key, "release", kernel->release,
		"origin", kernel_origin_names[kernel->origin], "source",
		kernel->source, "fragment", kernel->fragment, "config",
		kernel->config, "compiler", kernel->compiler, "built_ns",
		(json_int_t)kernel->built_ns, "took_ns",
		(json_int_t)kernel->took_ns);

	if (!json)
		return err_set(err, -EINVAL, "kernel.json: not UTF-8: %s",
			       kernel->source);
	text = json_dumps(json, JSON_INDENT(2));
	json_decref(json);
	return file_write(dirfd, "kernel.json", text, strlen(text), err);
}

/* as versions are compared: digits by value; "-rc1" comes before "" */
static int compare_releases(const char *a, const char *b)
{
	const char *dash_a = strchr(a, '-');
	const char *dash_b = strchr(b, '-');
	SCOPED_FREE char *base_a = mem_strndup(a, strcspn(a, "-"));
	SCOPED_FREE char *base_b = mem_strndup(b, strcspn(b, "-"));
	int order = strverscmp(base_a, base_b);

	if (order)
		return order;
	if (!dash_a || !dash_b)
		return (dash_b != NULL) - (dash_a != NULL);
	return strverscmp(dash_a, dash_b);
}

static int by_preference(const void *a, const void *b)
{
	const struct kernel *x = a;
	const struct kernel *y = b;
	int order = (x->origin == KERNEL_ORIGIN_TREE) -
		    (y->origin == KERNEL_ORIGIN_TREE);

	if (!order)
		order = -compare_releases(x->release, y->release);
	if (!order)
		order = (x->built_ns < y->built_ns) -
			(x->built_ns > y->built_ns);
	return order ? order : strcmp(x->key, y->key);
}

int kernel_cache_list(const char *dir, struct kernel_list *list,
		      struct err *err)
{
	SCOPED_DIR DIR *all = opendir(dir);
	struct kernel_list found = {0};
	struct dirent *entry;

	if (!all && errno != ENOENT)
		return err_sys(err, -errno, "%s", dir);
	while (all && (entry = readdir(all))) {
		struct kernel kernel;

		if (strncmp(entry->d_name, KEY_PREFIX, strlen(KEY_PREFIX)) != 0)
			continue;
		if (kernel_cache_load(dir, entry->d_name, &kernel, NULL) < 0)
			continue;
		found.v = mem_resize(found.v, found.n + 1, sizeof(*found.v));
		found.v[found.n++] = kernel;
	}
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), by_preference);
	*list = found;
	return 0;
}

const struct kernel *kernel_cache_pick(const struct kernel_list *list,
				       const char *version)
{
	size_t len = strlen(version);

	for (size_t i = 0; i < list->n; i++) {
		const char *release = list->v[i].release;

		if (strncmp(release, version, len) != 0)
			continue;
		if (!len || !release[len] || strchr(".-", release[len]))
			return &list->v[i];
	}
	return NULL;
}

const struct kernel *kernel_cache_by_id(const struct kernel_list *list,
					const char *id)
{
	for (size_t i = 0; i < list->n; i++) {
		const char *dash = strrchr(list->v[i].key, '-');

		if (dash && strcmp(dash + 1, id) == 0)
			return &list->v[i];
	}
	return NULL;
}

void kernel_list_done(struct kernel_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		kernel_done(&list->v[i]);
	free(list->v);
	*list = (struct kernel_list){0};
}
