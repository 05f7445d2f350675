/*
 * kernel.c - "tcplab kernel": build, list and find the kernels of guests
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
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
#include "base/units.h"
#include "cmd/command.h"
#include "cmd/screen.h"
#include "guest/kernel.h"
#include "guest/kernel_build.h"
#include "guest/kernel_cache.h"

/** TAIL_LINES - of what the tools printed, when they failed */
#define TAIL_LINES 20

/** LOG_MAX - a build's log has 300 kB; with warnings, ten times that */
#define LOG_MAX (64 * 1024 * 1024)

/** JOBS_MAX - compilers at once; more is a typing error */
#define JOBS_MAX 1024

/** struct view - a build's progress on stderr */
struct view {
	bool live; /* a terminal: the last line shows what make does */
	bool drawn;
	int64_t began_ns;
};

static void wipe(struct view *view)
{
	if (view->drawn)
		(void)fputs("\r\033[2K", stderr); /* ECMA-48 EL */
	view->drawn = false;
}

static void show_phase(void *arg, const char *text)
{
	struct view *view = arg;

	wipe(view);
	(void)fprintf(stderr, "tcplab: kernel: %s\n", text);
}

static void show_line(void *arg, const char *text)
{
	struct view *view = arg;
	char line[256];

	if (!view->live)
		return;
	wipe(view);
	(void)snprintf(line, sizeof(line), "%4.0f s  %s",
		       (double)(clock_now_ns() - view->began_ns) / 1e9,
		       text + strspn(text, " \t"));
	/* tabs inside would be wider than a column */
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	(void)fprintf(stderr, "%.*s", screen_columns() - 1, line);
	(void)fflush(stderr);
	view->drawn = true;
}

static void show_tail(const char *log)
{
	SCOPED_FREE char *text = NULL;
	size_t lines = 0;
	size_t len = 0;

	if (!log || file_read(AT_FDCWD, log, LOG_MAX, &text, &len, NULL) < 0)
		return;
	while (len && lines < TAIL_LINES + 1)
		lines += text[--len] == '\n';
	(void)fprintf(stderr, "%s", text + len + (text[len] == '\n'));
	log_err("the whole log: %s", log);
}

/* what is built under sudo belongs to the user, and no compiler needs root */
static int become_owner(struct err *err)
{
	struct owner owner = command_owner();
	const struct passwd *user;

	if (owner.uid == (uid_t)-1 || owner.uid == 0)
		return 0;
	user = getpwuid(owner.uid);
	/* git(1) does not go on if it may not read ~/.gitconfig */
	if (user)
		(void)setenv("HOME", user->pw_dir, 1);
	if (setgroups(0, NULL) < 0 ||
	    setresgid(owner.gid, owner.gid, owner.gid) < 0 ||
	    setresuid(owner.uid, owner.uid, owner.uid) < 0)
		return err_sys(err, -errno, "become the user who called sudo");
	return 0;
}

/* signals become readable, so that a build that is broken off cleans up */
static int catch_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL); /* fails for a bad argument */
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int status_of(int rc, int signals)
{
	struct signalfd_siginfo info;

	if (rc == -EINTR && read(signals, &info, sizeof(info)) == sizeof(info))
		return EXIT_CODE_SIGNAL + (int)info.ssi_signo;
	return rc == -EINVAL || rc == -EBADMSG ? EXIT_CODE_USAGE
					       : EXIT_CODE_ENVIRONMENT;
}

static void say_built(const struct kernel *kernel, bool fresh)
{
	char took[UNITS_TEXT];

	if (fresh)
		(void)fprintf(stderr, "tcplab: kernel: built %s in %s\n",
			      kernel->key,
			      duration_print(kernel->took_ns, took));
	else
		(void)fprintf(stderr,
			      "tcplab: kernel: %s is built already "
			      "(--force builds it again)\n",
			      kernel->key);
	printf("%s\n", kernel->path);
}

static int build(const struct kernel_request *wanted)
{
	struct view view = {
		.live = isatty(STDERR_FILENO) == 1,
		.began_ns = clock_now_ns(),
	};
	struct kernel_request request = *wanted;
	SCOPED_FD int signals = catch_signals();
	SCOPED_FREE char *cache = NULL;
	SCOPED_FREE char *log = NULL;
	struct kernel kernel = {0};
	struct err err = {0};
	bool fresh = false;
	int rc;

	/* whose home it is, is asked while we still know that it is sudo */
	rc = kernel_cache_dir(&cache, &err);
	if (rc == 0)
		rc = become_owner(&err);
	request.cache = cache;
	request.stop_fd = signals;
	request.phase = show_phase;
	request.line = show_line;
	request.arg = &view;
	if (rc == 0)
		rc = kernel_build(&request, &kernel, &fresh, &log, &err);
	wipe(&view);
	if (rc < 0) {
		show_tail(log);
		return command_failed(&err,
				      (enum exit_code)status_of(rc, signals));
	}
	say_built(&kernel, fresh);
	kernel_done(&kernel);
	return EXIT_CODE_PASSED;
}

static int read_jobs(const char *text, unsigned int *jobs)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || !n || n > JOBS_MAX)
		return -EINVAL;
	*jobs = (unsigned int)n;
	return 0;
}

static int build_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"source", required_argument, NULL, 's'},
		{"version", required_argument, NULL, 'v'},
		{"config", required_argument, NULL, 'c'},
		{"jobs", required_argument, NULL, 'j'},
		{"force", no_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct kernel_request request = {0};
	int opt;

	while ((opt = getopt_long(argc, argv, "hj:", options, NULL)) != -1) {
		if (opt == 'h')
			return command_help(&command_kernel);
		if (opt == 's')
			request.source = optarg;
		else if (opt == 'v')
			request.version = optarg;
		else if (opt == 'c')
			request.config = optarg;
		else if (opt == 'f')
			request.force = true;
		else if (opt != 'j')
			return command_refused(&command_kernel, argv, options);
		else if (read_jobs(optarg, &request.jobs) < 0)
			return command_misused(&command_kernel,
					       "'%s' is no number of jobs",
					       optarg);
	}
	if (optind != argc)
		return command_misused(&command_kernel,
				       "build takes no argument '%s'; a source "
				       "is named by --source",
				       argv[optind]);
	if (request.source && request.version)
		return command_misused(&command_kernel,
				       "--version chooses among the "
				       "distribution's sources, --source names "
				       "one: not both");
	return build(&request);
}

/* "uml uml:6.12" before the kernel that these mean, if it is this one */
static void add_meaning(const struct kernel_list *list,
			const struct kernel *kernel, struct str *out)
{
	SCOPED_FREE char *branch = NULL;
	const char *dot = strchr(kernel->release, '.');
	size_t len = strlen(kernel->release);

	if (dot)
		len = (size_t)(dot + 1 - kernel->release) +
		      strspn(dot + 1, "0123456789");
	branch = mem_strndup(kernel->release, len);
	if (kernel_cache_pick(list, "") == kernel)
		str_add(out, "uml ");
	if (kernel_cache_pick(list, branch) == kernel)
		str_addf(out, "uml:%s", branch);
}

static void print_kernel(const struct kernel_list *list,
			 const struct kernel *kernel)
{
	time_t built = (time_t)(kernel->built_ns / NS_PER_S);
	SCOPED_STR struct str meaning = {0};
	struct stat st = {0};
	char day[32] = "?";
	struct tm tm;

	if (localtime_r(&built, &tm))
		(void)strftime(day, sizeof(day), "%F %R", &tm);
	(void)stat(kernel->path, &st); /* gone meanwhile: no size */
	add_meaning(list, kernel, &meaning);
	printf("%-14s  %-28s  %s  %4.1f MB  %s %s\n", str_text(&meaning),
	       kernel->key, day, (double)st.st_size / 1e6,
	       kernel_origin_names[kernel->origin], kernel->source ?: "?");
}

static int list_kernels(void)
{
	SCOPED_FREE char *dir = NULL;
	struct kernel_list list = {0};
	struct err err = {0};
	int rc;

	rc = kernel_cache_dir(&dir, &err);
	if (rc == 0)
		rc = kernel_cache_list(dir, &list, &err);
	if (rc < 0)
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	if (list.n)
		printf("%-14s  %-28s  %-16s  %7s  %s\n", "--kernel", "key",
		       "built", "size", "from");
	else
		log_line(LOG_LEVEL_WARN,
			 "no kernel is in %s: tcplab kernel build", dir);
	for (size_t i = 0; i < list.n; i++)
		print_kernel(&list, &list.v[i]);
	kernel_list_done(&list);
	return EXIT_CODE_PASSED;
}

static int print_path(const char *spec)
{
	struct kernel kernel = {0};
	struct err err = {0};
	int rc = kernel_find(spec, &kernel, &err);

	if (rc < 0)
		return command_failed(&err, rc == -EINVAL
						    ? EXIT_CODE_USAGE
						    : EXIT_CODE_ENVIRONMENT);
	printf("%s\n", kernel.path);
	kernel_done(&kernel);
	return EXIT_CODE_PASSED;
}

static int kernel_main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
		return command_help(&command_kernel);
	if (strcmp(word, "build") == 0)
		return build_main(argc - 1, argv + 1);
	if (strcmp(word, "list") == 0 && argc == 2)
		return list_kernels();
	if (strcmp(word, "path") == 0 && argc == 3)
		return print_path(argv[2]);
	if (strcmp(word, "path") == 0 || strcmp(word, "list") == 0)
		return command_misused(&command_kernel,
				       strcmp(word, "path") == 0
					       ? "path takes one name: uml:6.12"
					       : "list takes no argument");
	return command_misused(&command_kernel,
			       "build, list or path: which of them?");
}

const struct command command_kernel = {
	.name = "kernel",
	.usage = "kernel build [OPTION]... | list | path NAME",
	.summary = "build, list and find the kernels of guests",
	.help = "A guest is a User-Mode Linux kernel whose time is virtual. "
		"It needs\n"
		"no privilege. Kernels are kept in "
		"$XDG_CACHE_HOME/tcplab/kernels, or\n"
		"under ~/.cache.\n\n"
		"  build      build one, unless it is there; prints its path\n"
		"  list       what is there, and what uml, uml:6.12 ... mean\n"
		"  path NAME  print the path of the kernel that NAME means\n\n"
		"Options of build:\n"
		"  --version V     from the package linux-source-V "
		"(default 6.12)\n"
		"  --source PATH   from a tarball, or a source tree, which is "
		"not changed\n"
		"  --config FILE   options instead of ours (kernels/uml.config)"
		"\n"
		"  --jobs N, -j N  compilers at once (default: one a CPU)\n"
		"  --force         build it also if it is there\n\n"
		"Names:\n"
		"  uml             the newest there is\n"
		"  uml:6.12        the newest of a version\n"
		"  uml:KEY         as listed\n"
		"  uml:FILE        a kernel of your own\n"
		"  uml:DIR         DIR/linux, or what was built from the tree "
		"DIR\n",
	.main = kernel_main,
};
