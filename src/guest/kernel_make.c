/*
 * kernel_make.c - from a source to a kernel's program, with the kernel's tools
 */
#include "guest/kernel_make.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "guest/kernel_aside.h"
#include "guest/kernel_build.h"
#include "guest/kernel_config.h"
#include "guest/kernel_source.h"
#include "guest/kernel_tool.h"

/** DOTCONFIG_MAX - the .config of a kernel with all drivers has 300 kB */
#define DOTCONFIG_MAX (4 * 1024 * 1024)

/** MAKE_ARGS - what make(1) is told at most: see run_make() */
#define MAKE_ARGS 16

static void say(const struct kernel_make *make, const char *text)
{
	if (make->request->phase)
		make->request->phase(make->request->arg, text);
}

static int run(const struct kernel_make *make, const char *dir,
	       const char *const *argv, struct err *err)
{
	const struct kernel_tool tool = {
		.argv = argv,
		.dir = dir,
		.log_fd = make->log_fd,
		.lock_fd = make->lock_fd,
		.stop_fd = make->request->stop_fd,
		.line = make->request->line,
		.arg = make->request->arg,
	};

	return kernel_tool_run(&tool, err);
}

/* the same source gives the same program: its date is the source's */
static char *timestamp(const struct kernel_source *source)
{
	time_t s = (time_t)(source->mtime_ns / NS_PER_S);
	char day[64] = "";
	struct tm tm;

	if (source->mtime_ns && gmtime_r(&s, &tm))
		(void)strftime(day, sizeof(day), "%F %T UTC", &tm);
	return mem_printf("KBUILD_BUILD_TIMESTAMP=%s", day);
}

/*
 * make(1) in the kernel's tree. Nothing of this machine and its user goes into
 * the kernel; LOCALVERSION, set to nothing, keeps a "+" away that a tree of
 * git's else has (scripts/setlocalversion).
 */
static int run_make(const struct kernel_make *make, const char *tree,
		    const char *jobs, const char *target, struct err *err)
{
	SCOPED_FREE char *out = mem_printf("O=%s/obj", make->dir);
	SCOPED_FREE char *date = timestamp(make->source);
	const char *argv[MAKE_ARGS] = {
		"make",
		"--no-print-directory",
		"-C",
		tree,
		out,
		"ARCH=um",
		"LOCALVERSION=",
		"KBUILD_BUILD_USER=tcplab",
		"KBUILD_BUILD_HOST=tcplab",
		"KBUILD_BUILD_VERSION=1",
	};
	size_t n = 10;

	if (make->source->mtime_ns)
		argv[n++] = date;
	if (jobs)
		argv[n++] = jobs;
	argv[n] = target;
	return run(make, NULL, argv, err);
}

/* a tarball has one folder at its top, or none */
static char *find_top(const char *dir)
{
	SCOPED_DIR DIR *all = opendir(dir);
	struct dirent *entry;

	if (kernel_source_is_tree(dir))
		return mem_strdup(dir);
	while (all && (entry = readdir(all))) {
		SCOPED_FREE char *path =
			mem_printf("%s/%s", dir, entry->d_name);

		if (entry->d_name[0] != '.' && kernel_source_is_tree(path))
			return PTR_STEAL(path);
	}
	return NULL;
}

static int unpack(const struct kernel_make *make, char **tree, struct err *err)
{
	SCOPED_FREE char *dir = mem_printf("%s/src", make->dir);
	const char *const tar[] = {
		"tar", "--no-same-owner", "-xf", make->source->path, "-C", dir,
		NULL};
	int rc;

	say(make, "unpacking");
	rc = kernel_aside_remove(dir, err); /* of a build that was killed */
	if (rc == 0 && mkdir(dir, 0755) < 0)
		rc = err_sys(err, -errno, "%s", dir);
	if (rc == 0)
		rc = run(make, NULL, tar, err);
	if (rc < 0)
		return rc;
	*tree = find_top(dir);
	if (!*tree)
		return err_set(err, -EINVAL,
			       "%s holds no source tree of a kernel with "
			       "User-Mode Linux",
			       make->source->path);
	return 0;
}

static int write_fragment(const struct kernel_make *make, const char *path,
			  struct err *err)
{
	SCOPED_STR struct str text = {0};

	kernel_config_print(make->config, &text);
	return file_write(AT_FDCWD, path, str_text(&text), text.len, err);
}

static int check_config(const struct kernel_make *make, struct err *err)
{
	SCOPED_FREE char *path = mem_printf("%s/obj/.config", make->dir);
	SCOPED_STR struct str missing = {0};
	SCOPED_STR struct str optional = {0};
	SCOPED_STR struct str line = {0};
	SCOPED_FREE char *text = NULL;
	int rc;

	rc = file_read(AT_FDCWD, path, DOTCONFIG_MAX, &text, NULL, err);
	if (rc < 0)
		return rc;
	if (kernel_config_missing(make->config, text, &missing, &optional)) {
		rc = err_set(err, -ENODATA,
			     "this kernel cannot be configured as asked: %s",
			     str_text(&missing));
		err_remedy(err,
			   "use another source, or a fragment without these, "
			   "or with '# optional' behind them: --config FILE");
		return rc;
	}
	if (optional.len) {
		str_addf(&line, "going on without %s", str_text(&optional));
		say(make, str_text(&line));
	}
	return 0;
}

static int configure(const struct kernel_make *make, const char *tree,
		     struct err *err)
{
	SCOPED_FREE char *obj = mem_printf("%s/obj", make->dir);
	SCOPED_FREE char *fragment = mem_printf("%s/fragment", make->dir);
	SCOPED_FREE char *merge =
		mem_printf("%s/scripts/kconfig/merge_config.sh", tree);
	/* it makes its temporary files where it stands */
	const char *const merging[] = {"sh", merge,	"-m",	  "-O",
				       obj,  ".config", fragment, NULL};
	int rc;

	say(make, "configuring");
	if (mkdir(obj, 0755) < 0 && errno != EEXIST)
		return err_sys(err, -errno, "%s", obj);
	rc = write_fragment(make, fragment, err);
	if (rc == 0)
		rc = run_make(make, tree, NULL, "allnoconfig", err);
	if (rc == 0)
		rc = run(make, obj, merging, err);
	if (rc == 0)
		rc = run_make(make, tree, NULL, "olddefconfig", err);
	return rc < 0 ? rc : check_config(make, err);
}

static unsigned int count_jobs(const struct kernel_request *request)
{
	cpu_set_t cpus;

	if (request->jobs)
		return request->jobs;
	if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		return 1; /* more CPUs than cpu_set_t has: not worth it */
	return (unsigned int)CPU_COUNT(&cpus);
}

static int compile(const struct kernel_make *make, const char *tree,
		   struct err *err)
{
	unsigned int jobs = count_jobs(make->request);
	SCOPED_FREE char *flag = mem_printf("-j%u", jobs);
	SCOPED_FREE char *text =
		mem_printf("compiling, %u at once (takes a few minutes)", jobs);

	say(make, text);
	return run_make(make, tree, flag, "linux", err);
}

int kernel_make_run(const struct kernel_make *make, struct err *err)
{
	SCOPED_FREE char *tree = NULL;
	int rc = 0;

	if (make->source->origin == KERNEL_ORIGIN_TREE)
		tree = mem_strdup(make->source->path);
	else
		rc = unpack(make, &tree, err);
	if (rc == 0)
		rc = configure(make, tree, err);
	return rc < 0 ? rc : compile(make, tree, err);
}
