/*
 * kernel_tool.c - run a program of the build, and hear what it prints
 */
#include "guest/kernel_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"

/** NO_PROGRAM - exit status of a child that could not become the program, as
 * a shell's: sh(1) */
#define NO_PROGRAM 127

/** LINE_MAX_BYTES - a line of more bytes is told in pieces */
#define LINE_MAX_BYTES 4096

/** meddlers - variables that would have a kernel built otherwise than asked,
 * or our make(1) believe that it is the child of another */
static const char *const meddlers[] = {
	"ARCH",		  "CROSS_COMPILE",
	"KBUILD_OUTPUT",  "KBUILD_EXTMOD",
	"KCONFIG_CONFIG", "KCFLAGS",
	"KCPPFLAGS",	  "LLVM",
	"LOCALVERSION",	  "MAKEFLAGS",
	"MAKELEVEL",	  "MAKEOVERRIDES",
	"MFLAGS",	  "O",
	"SUBARCH",	  "W",
};

/* "linux/.config" must not be searched for in a CDPATH, nor names be sorted
 * by a language */
static void clean_environment(void)
{
	for (size_t i = 0; i < sizeof(meddlers) / sizeof(meddlers[0]); i++)
		(void)unsetenv(meddlers[i]); /* fails for a bad name */
	(void)unsetenv("CDPATH");
	(void)setenv("LC_ALL", "C", 1); /* out of memory: then it is as it is */
}

/* in the child */
static __attribute__((noreturn)) void become(const struct kernel_tool *tool,
					     int out, pid_t parent)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	(void)setpgid(0, 0); /* fails for a session's leader; we are none */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(NO_PROGRAM); /* it died before the line above */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		_exit(NO_PROGRAM);
	if (tool->lock_fd >= 0)
		(void)fcntl(tool->lock_fd, F_SETFD, 0); /* not CLOEXEC */
	if (tool->dir && chdir(tool->dir) < 0)
		_exit(NO_PROGRAM);
	clean_environment();
	/* execvp(3) takes no const, for historical reasons, and changes none */
	(void)execvp(tool->argv[0], (char *const *)(uintptr_t)tool->argv);
	_exit(NO_PROGRAM);
}

static void tell(const struct kernel_tool *tool, struct str *line)
{
	if (tool->line)
		tool->line(tool->arg, str_text(line));
	line->len = 0;
}

static void take(const struct kernel_tool *tool, struct str *line,
		 const char *buf, size_t len)
{
	if (tool->log_fd >= 0)
		/* a disk that is full fails the build itself */
		(void)file_write_all(tool->log_fd, buf, len);
	for (size_t i = 0; i < len; i++) {
		if (buf[i] == '\n' || line->len >= LINE_MAX_BYTES)
			tell(tool, line);
		if (buf[i] != '\n')
			str_addn(line, buf + i, 1);
	}
}

/* until end of file; -EINTR as soon as stop_fd speaks */
static int hear(const struct kernel_tool *tool, int in)
{
	SCOPED_STR struct str line = {0};
	struct pollfd polls[] = {
		{.fd = in, .events = POLLIN},
		{.fd = tool->stop_fd, .events = POLLIN},
	};
	char buf[8192];
	ssize_t got = 1;

	while (got > 0) {
		if (poll(polls, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (polls[1].revents)
			return -EINTR;
		got = read(in, buf, sizeof(buf));
		if (got > 0)
			take(tool, &line, buf, (size_t)got);
	}
	if (line.len)
		tell(tool, &line);
	return 0;
}

static int say_how(const char *name, int status, struct err *err)
{
	if (WIFSIGNALED(status))
		return err_set(err, -EPROTO, "%s was killed by signal %d", name,
			       WTERMSIG(status));
	if (WEXITSTATUS(status) == NO_PROGRAM)
		return err_set(err, -ENOENT, "%s could not be started", name);
	if (WEXITSTATUS(status) != 0)
		return err_set(err, -EPROTO, "%s failed with exit status %d",
			       name, WEXITSTATUS(status));
	return 0;
}

int kernel_tool_run(const struct kernel_tool *tool, struct err *err)
{
	pid_t parent = getpid();
	SCOPED_FD int in = -1;
	int status = 0;
	int pipes[2];
	pid_t pid;
	int rc;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return err_sys(err, -errno, "pipe");
	in = pipes[0];
	pid = fork();
	if (pid == 0)
		become(tool, pipes[1], parent);
	(void)close(pipes[1]);
	if (pid < 0)
		return err_sys(err, -errno, "fork for %s", tool->argv[0]);
	(void)setpgid(pid, pid); /* the child may have been faster */
	rc = hear(tool, in);
	fd_close(&in); /* nobody who is ending may block on a full pipe */
	if (rc < 0)
		(void)kill(-pid, SIGTERM); /* ESRCH: it ended by itself */
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(err, -errno, "wait for %s",
				       tool->argv[0]);
	if (rc == -EINTR)
		return err_set(err, rc, "%s was broken off", tool->argv[0]);
	if (rc < 0)
		return err_sys(err, rc, "read from %s", tool->argv[0]);
	return say_how(tool->argv[0], status, err);
}

static void add_line(void *arg, const char *text)
{
	struct str *out = arg;

	str_addf(out, "%s\n", text);
}

int kernel_tool_read(const char *const *argv, struct str *out)
{
	const struct kernel_tool tool = {
		.argv = argv,
		.log_fd = -1,
		.lock_fd = -1,
		.stop_fd = -1,
		.line = add_line,
		.arg = out,
	};

	return kernel_tool_run(&tool, NULL);
}

static bool is_in_path(const char *program)
{
	const char *path = getenv("PATH");

	for (const char *p = path; p && *p;) {
		size_t len = strcspn(p, ":");
		SCOPED_FREE char *file =
			mem_printf("%.*s/%s", (int)len, p, program);

		if (access(file, X_OK) == 0)
			return true;
		p += len + (p[len] == ':');
	}
	return false;
}

static size_t need(const char *program, const char *package,
		   struct str *programs, struct str *packages)
{
	if (is_in_path(program))
		return 0;
	str_addf(programs, "%s%s", programs->len ? " " : "", program);
	str_addf(packages, "%s%s", packages->len ? " " : "", package);
	return 1;
}

int kernel_tools_missing(const char *tarball, struct str *programs,
			 struct str *packages)
{
	/* Documentation/process/changes.rst; neither libelf nor OpenSSL: what
	 * wants them (objtool, signed modules) is not in these kernels */
	static const char *const needed[][2] = {
		{"make", "make"}, {"gcc", "gcc"},     {"ld", "binutils"},
		{"flex", "flex"}, {"bison", "bison"}, {"bc", "bc"},
	};
	static const char *const packers[][3] = {
		{".xz", "xz", "xz-utils"},
		{".zst", "zstd", "zstd"},
		{".bz2", "bzip2", "bzip2"},
		{".gz", "gzip", "gzip"},
	};
	const char *dot = tarball ? strrchr(tarball, '.') : NULL;
	size_t n = 0;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		n += need(needed[i][0], needed[i][1], programs, packages);
	if (tarball)
		n += need("tar", "tar", programs, packages);
	for (size_t i = 0; dot && i < sizeof(packers) / sizeof(packers[0]); i++)
		if (strcmp(dot, packers[i][0]) == 0)
			n += need(packers[i][1], packers[i][2], programs,
				  packages);
	return (int)n;
}
