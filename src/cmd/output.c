/*
 * output.c - reports to where --format says
 */
#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "report/report.h"
#include "run/folder.h"

int outputs_add(struct outputs *outputs, const char *arg, struct err *err)
{
	const char *equals = strchrnul(arg, '=');
	SCOPED_FREE char *name = mem_strndup(arg, (size_t)(equals - arg));
	const struct report_format *format = report_format_find(name);
	const char *near = report_format_nearest(name);

	if (outputs->n == OUTPUTS_MAX)
		return err_set(err, -E2BIG, "more than %d formats",
			       OUTPUTS_MAX);
	if (!format && near)
		return err_set(err, -EINVAL,
			       "unknown format '%s': did you mean '%s'?", name,
			       near);
	if (!format)
		return err_set(err, -EINVAL,
			       "unknown format '%s': see tcplab list --formats",
			       name);
	outputs->v[outputs->n++] = (struct output){
		.format = format,
		.path = *equals ? equals + 1 : NULL,
	};
	return 0;
}

static bool is_stdout(const struct output *output)
{
	return !output->path || strcmp(output->path, "-") == 0;
}

bool outputs_use_stdout(const struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++)
		if (is_stdout(&outputs->v[i]))
			return true;
	return false;
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
	rc = file_write(AT_FDCWD, output->path, str_text(&text), text.len, err);
	return rc < 0 ? rc : folder_own(AT_FDCWD, output->path, owner, err);
}

int outputs_write(const struct outputs *outputs, const struct report_run *run,
		  const struct owner *owner, struct err *err)
{
	int failed = 0;

	for (size_t i = 0; i < outputs->n; i++) {
		struct report_run plain = *run;
		int rc;

		plain.colour = is_stdout(&outputs->v[i]) &&
			       output_colour(STDOUT_FILENO);
		rc = put(&outputs->v[i], &plain, owner, failed ? NULL : err);
		if (rc < 0)
			failed = rc;
	}
	return failed;
}

bool output_colour(int fd)
{
	const char *none = getenv("NO_COLOR");

	return isatty(fd) && !(none && none[0]);
}
