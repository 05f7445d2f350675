/*
 * kernel_build.c - build a User-Mode Linux kernel into the cache
 *
 * DOC: Theory of operation
 *
 * A kernel is built in a hidden folder of the cache, ".build-ID" for a tarball
 * or ".tree-HASH" for a source tree, which is locked meanwhile
 * (kernel_aside.c). When all is there, the folder "result" in it, with the
 * program, its configuration, the log and kernel.json, is renamed to its key:
 * a folder of the cache with a kernel's name is whole, whatever kills us.
 *
 * ".build-ID" is removed at the end, or by the next build if this one is
 * killed. ".tree-HASH" stays, so that the next commit of a bisection compiles
 * only what differs.
 */
#include "guest/kernel_build.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/sha256.h"
#include "base/str.h"
#include "guest/kernel.h"
#include "guest/kernel_aside.h"
#include "guest/kernel_cache.h"
#include "guest/kernel_config.h"
#include "guest/kernel_make.h"
#include "guest/kernel_source.h"
#include "guest/kernel_tool.h"

/** FILE_MAX - bytes of a fragment or a .config at most */
#define FILE_MAX (4 * 1024 * 1024)

/** TURN_MS - how often to look whether another's build is over; nothing tells
 * that a lock is free but trying */
#define TURN_MS 500

/** struct build - a build and its surroundings; all owned but @request */
struct build {
	const struct kernel_request *request;
	struct kernel_config config;
	struct kernel_source source;
	char *id; /* the last digits of the key */
	char *cache; /* absolute path */
	char *name; /* of the folder in which we build */
	char *dir; /* its absolute path */
	char *log; /* absolute path of what the tools print */
	int lock_fd;
	int64_t began_ns;
};

static char *hash_of(const char *text)
{
	char hex[SHA256_TEXT];
	struct sha256 sha;

	sha256_init(&sha);
	sha256_adds(&sha, text);
	sha256_text(&sha, hex);
	return mem_strdup(hex);
}

static void say(const struct build *b, const char *text)
{
	if (b->request->phase)
		b->request->phase(b->request->arg, text);
}

static int read_config(struct build *b, struct err *err)
{
	const char *file = b->request->config;
	SCOPED_FREE char *text = NULL;
	int rc;

	if (!file)
		return kernel_config_parse(kernel_config_ours, "uml.config",
					   &b->config, err);
	rc = file_read(AT_FDCWD, file, FILE_MAX, &text, NULL, err);
	return rc < 0 ? rc : kernel_config_parse(text, file, &b->config, err);
}

static void name_folder(struct build *b)
{
	if (b->source.origin == KERNEL_ORIGIN_TREE) {
		SCOPED_FREE char *hash = hash_of(b->source.path);

		b->name = mem_printf(".tree-%.*s", KERNEL_ID_HEX, hash);
	} else {
		b->name = mem_printf(".build-%s", b->id);
	}
	b->dir = mem_printf("%s/%s", b->cache, b->name);
	b->log = mem_printf("%s/build.log", b->dir);
}

/* what is to be built, and where */
static int prepare(struct build *b, struct err *err)
{
	const struct kernel_request *r = b->request;
	int rc = read_config(b, err);

	if (rc == 0)
		rc = kernel_source_open(r->source, r->version, &b->source, err);
	if (rc == 0 && r->cache)
		b->cache = mem_strdup(r->cache);
	else if (rc == 0)
		rc = kernel_cache_dir(&b->cache, err);
	if (rc < 0)
		return rc;
	b->id = kernel_source_id(&b->source, &b->config);
	name_folder(b);
	return 0;
}

/* -ENOENT if it is not there */
static int find_built(const struct build *b, struct kernel *out)
{
	struct kernel_list list = {0};
	const struct kernel *built = NULL;
	int rc = kernel_cache_list(b->cache, &list, NULL);

	if (rc == 0)
		built = kernel_cache_by_id(&list, b->id);
	rc = built ? kernel_cache_load(b->cache, built->key, out, NULL)
		   : -ENOENT;
	kernel_list_done(&list);
	return rc;
}

static int check_tools(const struct build *b, struct err *err)
{
	bool tree = b->source.origin == KERNEL_ORIGIN_TREE;
	SCOPED_STR struct str programs = {0};
	SCOPED_STR struct str packages = {0};
	int rc;

	if (!kernel_tools_missing(tree ? NULL : b->source.path, &programs,
				  &packages))
		return 0;
	rc = err_set(err, -ENOPKG, "tools that build a kernel are missing: %s",
		     str_text(&programs));
	err_remedy(err, "apt-get install %s", str_text(&packages));
	return rc;
}

/* 0, -EINTR */
static int wait_a_turn(const struct build *b)
{
	struct pollfd stop = {.fd = b->request->stop_fd, .events = POLLIN};

	return poll(&stop, 1, TURN_MS) > 0 ? -EINTR : 0;
}

static int lock(struct build *b, struct err *err)
{
	bool told = false;
	int rc;

	rc = file_mkdirs(b->cache, (uid_t)-1, (gid_t)-1, err);
	if (rc < 0)
		return err_within(err, "cannot make the kernels' cache");
	while ((rc = kernel_aside_try(b->cache, b->name, &b->lock_fd, err)) ==
	       -EWOULDBLOCK) {
		if (!told)
			say(b, "waiting for another build of it to end");
		told = true;
		if (wait_a_turn(b) < 0)
			return err_set(err, -EINTR,
				       "waiting for another build was broken "
				       "off");
	}
	return rc;
}

static int copy_file(const char *from, const char *to, mode_t mode,
		     struct err *err)
{
	SCOPED_FD int in = open(from, O_RDONLY | O_CLOEXEC);
	SCOPED_FD int out = -1;
	ssize_t put = 1;

	if (in < 0)
		return err_sys(err, -errno, "%s", from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	while (out >= 0 && put > 0)
		put = copy_file_range(in, NULL, out, NULL, FILE_MAX, 0);
	if (out < 0 || put < 0)
		return err_sys(err, -errno, "%s", to);
	return 0;
}

/* without its quotes; NULL if the .config does not say */
static char *compiler_of(const char *dotconfig)
{
	SCOPED_FREE char *value =
		kernel_config_value(dotconfig, "CONFIG_CC_VERSION_TEXT");

	if (!value || *value != '"')
		return NULL;
	return mem_strndup(value + 1, strcspn(value + 1, "\""));
}

static int describe(const struct build *b, const char *result,
		    struct kernel *kernel, struct err *err)
{
	SCOPED_FREE char *config = mem_printf("%s/config", result);
	SCOPED_FREE char *release =
		mem_printf("%s/obj/include/config/kernel.release", b->dir);
	SCOPED_FREE char *text = NULL;
	SCOPED_STR struct str options = {0};
	SCOPED_FD int fd = -1;
	int rc;

	rc = file_read(AT_FDCWD, config, FILE_MAX, &text, NULL, err);
	if (rc < 0)
		return rc;
	rc = file_read(AT_FDCWD, release, FILE_MAX, &kernel->release, NULL,
		       err);
	if (rc < 0)
		return rc;
	kernel->release[strcspn(kernel->release, "\n/")] = '\0';
	kernel_config_print(&b->config, &options);
	kernel->key = mem_printf("uml-%s-%s", kernel->release, b->id);
	kernel->source = mem_strdup(b->source.path);
	kernel->fragment = hash_of(str_text(&options));
	kernel->config = hash_of(text);
	kernel->compiler = compiler_of(text);
	kernel->origin = b->source.origin;
	kernel->built_ns = clock_wall_ns();
	kernel->took_ns = clock_now_ns() - b->began_ns;
	fd = open(result, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, -errno, "%s", result);
	return kernel_cache_save(fd, kernel, err);
}

/* one rename makes it a kernel of the cache; an older one of the same key is
 * exchanged for it, never away */
static int publish(const struct build *b, const char *result, const char *key,
		   struct err *err)
{
	SCOPED_FREE char *final = mem_printf("%s/%s", b->cache, key);

	if (rename(result, final) == 0)
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return err_sys(err, -errno, "%s", final);
	if (renameat2(AT_FDCWD, result, AT_FDCWD, final, RENAME_EXCHANGE) < 0)
		return err_sys(err, -errno, "%s", final);
	(void)kernel_aside_remove(result, NULL); /* the next build may */
	return 0;
}

static int assemble(const struct build *b, struct kernel *out, struct err *err)
{
	SCOPED_FREE char *result = mem_printf("%s/result", b->dir);
	SCOPED_FREE char *linux_to = mem_printf("%s/linux", result);
	SCOPED_FREE char *linux_from = mem_printf("%s/obj/linux", b->dir);
	SCOPED_FREE char *config_to = mem_printf("%s/config", result);
	SCOPED_FREE char *config_from = mem_printf("%s/obj/.config", b->dir);
	SCOPED_FREE char *log_to = mem_printf("%s/build.log", result);
	struct kernel kernel = {0};
	int rc;

	rc = kernel_aside_remove(result, err); /* of a build that was killed */
	if (rc == 0 && mkdir(result, 0755) < 0)
		rc = err_sys(err, -errno, "%s", result);
	if (rc == 0)
		rc = copy_file(linux_from, linux_to, 0755, err);
	if (rc == 0)
		rc = copy_file(config_from, config_to, 0644, err);
	if (rc == 0)
		rc = copy_file(b->log, log_to, 0644, err);
	if (rc == 0)
		rc = describe(b, result, &kernel, err);
	if (rc == 0)
		rc = publish(b, result, kernel.key, err);
	if (rc == 0)
		rc = kernel_cache_load(b->cache, kernel.key, out, err);
	kernel_done(&kernel);
	return rc;
}

/* what the tools printed outlives the folder */
static void keep_log(const struct build *b, char **log)
{
	SCOPED_FREE char *kept =
		mem_printf("%s/failed-%s.log", b->cache, b->id);

	if (rename(b->log, kept) == 0 && log)
		*log = PTR_STEAL(kept);
}

static int make_it(const struct build *b, struct kernel *out, char **log,
		   struct err *err)
{
	SCOPED_FREE char *failed =
		mem_printf("%s/failed-%s.log", b->cache, b->id);
	SCOPED_FD int log_fd =
		open(b->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	const struct kernel_make make = {
		.request = b->request,
		.source = &b->source,
		.config = &b->config,
		.dir = b->dir,
		.log_fd = log_fd,
		.lock_fd = b->lock_fd,
	};
	int rc;

	if (log_fd < 0)
		return err_sys(err, -errno, "%s", b->log);
	rc = kernel_make_run(&make, err);
	if (rc == 0)
		rc = assemble(b, out, err);
	if (rc == 0)
		(void)unlink(failed); /* of an earlier try, if there was one */
	else if (rc != -EINTR)
		keep_log(b, log);
	return rc;
}

static int build_locked(struct build *b, struct kernel *out, bool *fresh,
			char **log, struct err *err)
{
	int rc = -ENOENT;

	/* it may be there since we waited for the lock */
	if (!b->request->force)
		rc = find_built(b, out);
	if (rc == -ENOENT) {
		if (fresh)
			*fresh = true;
		rc = make_it(b, out, log, err);
	}
	/* what is left claims nothing, and the next build sweeps it up */
	if (b->source.origin != KERNEL_ORIGIN_TREE)
		(void)kernel_aside_remove(b->dir, NULL);
	return rc;
}

int kernel_build(const struct kernel_request *request, struct kernel *out,
		 bool *fresh, char **log, struct err *err)
{
	struct build b = {
		.request = request,
		.lock_fd = -1,
		.began_ns = clock_now_ns(),
	};
	int rc = prepare(&b, err);

	if (fresh)
		*fresh = false;
	if (rc == 0 && (request->force || find_built(&b, out) < 0)) {
		rc = check_tools(&b, err);
		if (rc == 0) {
			kernel_aside_sweep(b.cache, ".build-");
			rc = lock(&b, err);
		}
		if (rc == 0)
			rc = build_locked(&b, out, fresh, log, err);
	}
	fd_close(&b.lock_fd);
	kernel_config_done(&b.config);
	kernel_source_done(&b.source);
	free(b.id);
	free(b.cache);
	free(b.name);
	free(b.dir);
	free(b.log);
	return rc;
}
