/*
 * progress.c - where a lab is, told to the process that shows it
 */
#include "run/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"

struct progress *progress_new(unsigned int n)
{
	void *map =
		mmap(NULL, n * sizeof(struct progress), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return map == MAP_FAILED ? NULL : map;
}

void progress_free(struct progress *progress, unsigned int n)
{
	if (progress)
		(void)munmap(progress, n * sizeof(*progress)); /* ours */
}

void progress_error(struct progress *progress, int error)
{
	if (progress)
		atomic_store(&progress->error, error);
}

void progress_say(const struct progress_line *line, const char *fmt, ...)
{
	SCOPED_STR struct str text = {0};
	SCOPED_FREE char *what = NULL;
	va_list ap;

	if (!line->fd)
		return;
	va_start(ap, fmt);
	what = mem_vprintf(fmt, ap);
	va_end(ap);
	str_addf(&text, "%s%s\n", line->mark, what);
	/* at once, or lines mix; if nobody listens, the run goes on */
	(void)!write(line->fd, str_text(&text), text.len);
}

void progress_set(struct progress *progress, uint32_t step, const char *text,
		  int64_t until_ns)
{
	if (!progress)
		return;
	(void)snprintf(progress->text, sizeof(progress->text), "%s", text);
	atomic_store(&progress->until_ns, until_ns);
	atomic_store(&progress->step, step);
}
