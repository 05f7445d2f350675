/*
 * output.c - reports to where --format says
 */
#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "cmd/command.h"
#include "report/report.h"
#include "run/folder.h"

/* the N of /dev/fd/N and its other names, if that was open when we came */
static int inherited_fd(const char *path)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
	char *end;
	long fd;

	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		size_t n = strlen(folders[i]);

		if (strncmp(path, folders[i], n) != 0 || path[n] < '0' ||
		    path[n] > '9')
			continue;
		fd = strtol(path + n, &end, 10);
		if (!*end && fd <= INT_MAX)
			return (int)fd;
	}
	return -1;
}

static bool is_stdout(const struct output *output)
{
	return !output->path || strcmp(output->path, "-") == 0 ||
	       inherited_fd(output->path) == STDOUT_FILENO;
}

/* what is wrong with one more output, before anything is run for it */
static int check(const struct outputs *outputs, const struct output *new,
		 struct err *err)
{
	const char *name = new->format->name;
	int fd = new->path ? inherited_fd(new->path) : -1;

	if (new->path && !*new->path)
		return err_set(err, -EINVAL, "no file is named after '%s='",
			       name);
	/* all of ours are closed on exec, an inherited one never is */
	if (fd >= 0 && fcntl(fd, F_GETFD) != 0)
		return err_set(err, -EINVAL, "%s: no such descriptor is open",
			       new->path);
	for (size_t i = 0; is_stdout(new) && i < outputs->n; i++)
		if (is_stdout(&outputs->v[i]))
			return err_set(err, -EINVAL,
				       "both %s and %s would go to stdout: "
				       "give one a file: --format %s=FILE",
				       outputs->v[i].format->name, name, name);
	return 0;
}

int outputs_add(struct outputs *outputs, const char *arg, struct err *err)
{
	const char *equals = strchrnul(arg, '=');
	SCOPED_FREE char *name = mem_strndup(arg, (size_t)(equals - arg));
	struct output new = {.format = report_format_find(name),
			     .path = *equals ? equals + 1 : NULL};
	const char *near = report_format_nearest(name);
	int rc;

	if (outputs->n == OUTPUTS_MAX)
		return err_set(err, -E2BIG, "more than %d formats",
			       OUTPUTS_MAX);
	if (!new.format && near)
		return err_set(err, -EINVAL,
			       "unknown format '%s': did you mean '%s'?", name,
			       near);
	if (!new.format)
		return err_set(err, -EINVAL,
			       "unknown format '%s': see tcplab list --formats",
			       name);
	rc = check(outputs, &new, err);
	if (rc == 0)
		outputs->v[outputs->n++] = new;
	return rc;
}

bool outputs_use_stdout(const struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++)
		if (is_stdout(&outputs->v[i]))
			return true;
	return false;
}

/* a device, a FIFO, a descriptor: there is no other file to put in its place */
static int put_through(const char *path, int flags, const struct str *text,
		       struct err *err)
{
	int inherited = inherited_fd(path);
	SCOPED_FD int own = -1;
	int rc;

	if (inherited < 0) {
		own = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC | flags, 0644);
		if (own < 0)
			return err_sys(err, -errno, "%s", path);
	}
	rc = file_write_all(inherited < 0 ? own : inherited, str_text(text),
			    text->len);
	return rc < 0 ? err_sys(err, rc, "%s", path) : 0;
}

static int put_file(const char *path, const struct str *text,
		    const struct owner *owner, struct err *err)
{
	SCOPED_FREE char *target = NULL;
	struct stat st;

	if (inherited_fd(path) >= 0)
		return put_through(path, 0, text, err);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return put_through(path, 0, text, err);
	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
		target = realpath(path, NULL);
		if (!target) /* to what is not there yet */
			return put_through(path, O_CREAT, text, err);
	}
	return file_write_for(AT_FDCWD, target ?: path, str_text(text),
			      text->len, owner->uid, owner->gid, err);
}

static int put(const struct output *output, const struct report_run *run,
	       const struct owner *owner, struct err *err)
{
	SCOPED_STR struct str text = {0};
	int rc = output->format->write(run, &text);

	if (rc < 0)
		return err_sys(err, rc, "%s report", output->format->name);
	if (is_stdout(output)) {
		(void)fputs(str_text(&text), stdout); /* main() looks */
		return 0;
	}
	rc = put_file(output->path, &text, owner, err);
	return rc < 0 ? err_within(err, "cannot write the %s report",
				   output->format->name)
		      : 0;
}

int outputs_write(const struct outputs *outputs, const struct report_run *run,
		  const struct owner *owner, int status)
{
	for (size_t i = 0; i < outputs->n; i++) {
		SCOPED_FREE char *cwd = getcwd(NULL, 0); /* or NULL: unknown */
		struct report_run plain = *run;
		struct err err = {0};

		plain.colour = is_stdout(&outputs->v[i]) &&
			       output_colour(STDOUT_FILENO);
		plain.cwd = cwd;
		plain.file =
			is_stdout(&outputs->v[i]) ? NULL : outputs->v[i].path;
		plain.columns = output_columns(
			is_stdout(&outputs->v[i]) ? STDOUT_FILENO : -1);
		plain.ascii = output_ascii();
		if (put(&outputs->v[i], &plain, owner, &err) < 0)
			status = command_failed(&err, EXIT_CODE_ENVIRONMENT);
	}
	return status;
}

static int keep(int dirfd, const char *name, const char *format,
		const struct report_run *run, const struct owner *owner,
		struct err *err)
{
	SCOPED_STR struct str text = {0};
	int rc = report_format_find(format)->write(run, &text);

	if (rc < 0)
		return err_sys(err, rc, "%s", name);
	return folder_put(dirfd, name, &text, owner, err);
}

int outputs_keep(const struct report_run *run, const struct owner *owner,
		 int status, bool *kept)
{
	/* it may be the user's by now: a link in its place is not followed */
	SCOPED_FD int dirfd = -1;
	struct report_run plain = *run;
	struct err err = {0};
	int rc = 0;

	*kept = false;
	if (!run->n_results)
		return status;
	plain.file = NULL;
	plain.cwd = NULL;
	dirfd = open(run->folder,
		     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dirfd < 0)
		rc = err_sys(&err, -errno, "cannot open it");
	if (rc == 0)
		rc = keep(dirfd, "report.html", "html", &plain, owner, &err);
	if (rc == 0)
		rc = keep(dirfd, "report.json", "json", &plain, owner, &err);
	*kept = rc == 0;
	if (rc == 0)
		return status;
	(void)err_within(&err, "%s", run->folder); /* told at once */
	err_remedy(&err,
		   "mend that, then: tcplab report %s --format "
		   "html=FILE --format json=FILE",
		   run->folder);
	(void)command_failed(&err, EXIT_CODE_ENVIRONMENT);
	return status == EXIT_CODE_FAILED ? status : EXIT_CODE_ENVIRONMENT;
}

size_t output_columns(int fd)
{
	const char *text = getenv("COLUMNS");
	long columns = text ? strtol(text, NULL, 10) : 0;
	struct winsize size = {0};

	if (columns > 0 && columns <= USHRT_MAX)
		return (size_t)columns;
	if (fd < 0 || !isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

bool output_ascii(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *locale = getenv(names[i]);

		if (locale && *locale)
			return !strcasestr(locale, "utf-8") &&
			       !strcasestr(locale, "utf8");
	}
	return true;
}

bool output_colour(int fd)
{
	const char *none = getenv("NO_COLOR");

	return isatty(fd) && !(none && none[0]);
}
