/*
 * kernel_source.c - where a kernel's source is, and which one it is
 */
#include "guest/kernel_source.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/sha256.h"
#include "base/str.h"
#include "guest/kernel_cache.h"
#include "guest/kernel_config.h"
#include "guest/kernel_tool.h"

/** RECIPE - to be changed with how a kernel is built, so that no old one is
 * taken for a new one */
#define RECIPE "tcplab kernel 1"

static bool has(const char *dir, const char *name)
{
	SCOPED_FREE char *path = mem_printf("%s/%s", dir, name);

	return access(path, F_OK) == 0;
}

bool kernel_source_is_tree(const char *dir)
{
	return has(dir, "Kconfig") && has(dir, "arch/um/Makefile") &&
	       has(dir, "scripts/kconfig/merge_config.sh");
}

/* the one test that kbuild makes: Makefile, "outputmakefile" */
static bool was_built_in(const char *dir)
{
	return has(dir, ".config") || has(dir, "include/config") ||
	       has(dir, "arch/um/include/generated") ||
	       has(dir, "arch/x86/include/generated");
}

static int identify_tarball(const char *path, char **identity, struct err *err)
{
	SCOPED_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	SCOPED_FREE char *buf = NULL;
	const size_t size = 1024 * 1024;
	char text[SHA256_TEXT];
	struct sha256 sha;
	ssize_t got;

	if (fd < 0)
		return err_sys(err, -errno, "%s", path);
	buf = mem_resize(NULL, size, 1);
	sha256_init(&sha);
	while ((got = read(fd, buf, size)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, -errno, "%s", path);
		sha256_add(&sha, buf, (size_t)got);
	}
	sha256_text(&sha, text);
	*identity = mem_printf("sha256:%s", text);
	return 0;
}

/* a tree without changes is its commit; NULL if it is no such tree */
static char *identify_commit(const char *dir)
{
	const char *const commit[] = {"git",	  "-C",	  dir, "rev-parse",
				      "--verify", "HEAD", NULL};
	/* files that git ignores are none of kbuild's sources */
	const char *const changes[] = {
		"git",	  "--no-optional-locks", "-C", dir,
		"status", "--porcelain",	 NULL};
	SCOPED_STR struct str hash = {0};
	SCOPED_STR struct str changed = {0};

	/* the commit of a repository that the tree only lies in tells nothing
	 * of a tree that is not under version control */
	if (!has(dir, ".git") || kernel_tool_read(commit, &hash) < 0 ||
	    kernel_tool_read(changes, &changed) < 0 || changed.len)
		return NULL;
	return mem_printf("git:%.*s", (int)strcspn(str_text(&hash), "\n"),
			  str_text(&hash));
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void hash_entry(struct sha256 *sha, const FTSENT *entry, size_t root)
{
	const struct stat *st = entry->fts_statp;
	SCOPED_FREE char *line =
		mem_printf("%s %o %lld %lld.%09ld\n", entry->fts_path + root,
			   (unsigned int)st->st_mode, (long long)st->st_size,
			   (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);

	sha256_adds(sha, line);
}

static int identify_files(const char *dir, char **identity, struct err *err)
{
	SCOPED_FREE char *root = mem_strdup(dir);
	char *const roots[] = {root, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	char text[SHA256_TEXT];
	struct sha256 sha;
	FTSENT *entry;

	if (!tree)
		return err_sys(err, -errno, "%s", dir);
	sha256_init(&sha);
	while ((entry = fts_read(tree))) {
		if (entry->fts_level == 1 &&
		    strcmp(entry->fts_name, ".git") == 0)
			(void)fts_set(tree, entry, FTS_SKIP); /* cannot fail */
		else if (entry->fts_info == FTS_F || entry->fts_info == FTS_SL)
			hash_entry(&sha, entry, strlen(dir));
	}
	(void)fts_close(tree); /* only read */
	sha256_text(&sha, text);
	*identity = mem_printf("stat:%s", text);
	return 0;
}

static int open_tree(struct kernel_source *source, struct err *err)
{
	if (!kernel_source_is_tree(source->path))
		return err_set(err, -EINVAL,
			       "%s is no source tree of a kernel with "
			       "User-Mode Linux",
			       source->path);
	if (was_built_in(source->path)) {
		int rc = err_set(err, -EBUSY,
				 "a kernel was built in %s itself, and kbuild "
				 "wants a clean tree",
				 source->path);

		err_remedy(err, "make -C %s mrproper", source->path);
		return rc;
	}
	source->origin = KERNEL_ORIGIN_TREE;
	source->identity = identify_commit(source->path);
	if (source->identity)
		return 0;
	return identify_files(source->path, &source->identity, err);
}

static int open_given(const char *given, struct kernel_source *source,
		      struct err *err)
{
	struct stat st;

	source->path = realpath(given, NULL);
	if (!source->path || stat(source->path, &st) < 0)
		return err_sys(err, -errno, "%s", given);
	if (S_ISDIR(st.st_mode))
		return open_tree(source, err);
	source->mtime_ns = st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec;
	return identify_tarball(source->path, &source->identity, err);
}

static int open_package(const char *version, struct kernel_source *source,
			struct err *err)
{
	SCOPED_FREE char *path = NULL;
	int rc;

	if (!*version || version[strspn(version, "0123456789.")])
		return err_set(err, -EINVAL,
			       "'%s' is no version of a linux-source package: "
			       "6.12, 6.1",
			       version);
	path = mem_printf("/usr/src/linux-source-%s.tar.xz", version);
	rc = open_given(path, source, err);
	if (rc == -ENOENT)
		err_remedy(err,
			   "apt-get install linux-source-%s, or name a "
			   "source: --source TARBALL or DIR",
			   version);
	source->origin = KERNEL_ORIGIN_PACKAGE;
	return rc;
}

int kernel_source_open(const char *given, const char *version,
		       struct kernel_source *source, struct err *err)
{
	struct kernel_source new = {.origin = KERNEL_ORIGIN_TARBALL};
	int rc;

	rc = given ? open_given(given, &new, err)
		   : open_package(version ?: KERNEL_DEFAULT_VERSION, &new, err);
	if (rc < 0)
		kernel_source_done(&new);
	else
		*source = new;
	return rc;
}

void kernel_source_done(struct kernel_source *source)
{
	free(source->path);
	free(source->identity);
	*source = (struct kernel_source){0};
}

char *kernel_source_id(const struct kernel_source *source,
		       const struct kernel_config *config)
{
	SCOPED_STR struct str options = {0};
	char text[SHA256_TEXT];
	struct sha256 sha;

	kernel_config_print(config, &options);
	sha256_init(&sha);
	sha256_adds(&sha, RECIPE "\n");
	sha256_adds(&sha, source->identity);
	sha256_adds(&sha, "\n");
	sha256_adds(&sha, str_text(&options));
	sha256_text(&sha, text);
	return mem_strndup(text, KERNEL_ID_HEX);
}
