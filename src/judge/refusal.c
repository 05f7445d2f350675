/*
 * refusal.c - what the machine refuses is no answer of TCP's
 */
#include "judge/refusal.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/str.h"
#include "event/event.h"
#include "tcp/words.h"

static bool is_one_of(const char *call, const char *const *calls)
{
	for (; call && *calls; calls++)
		if (strcmp(call, *calls) == 0)
			return true;
	return false;
}

/* NULL if it is not for want of something that @call failed */
static const char *remedy_of(const char *call, int64_t error)
{
	static const char *const starts[] = {
		"pthread_create", "fork",   "vfork",	   "clone",
		"clone3",	  "execve", "posix_spawn", "socketpair",
		"pidfd_open",	  NULL};
	static const char *const makes[] = {"socket", "pipe", "pipe2", NULL};
	bool program = is_one_of(call, starts);

	switch (error) {
	case EMFILE:
		return "raise the limit on open files (ulimit -n)";
	case ENFILE:
		return "raise the sysctl fs.file-max";
	case ENOMEM:
	case ENOBUFS:
		return program || is_one_of(call, makes) ? "give it more memory"
							 : NULL;
	case EAGAIN:
		return program || is_one_of(call, makes)
			       ? "raise the limit on processes (ulimit -u, the "
				 "cgroup's pids.max)"
			       : NULL;
	case ENOENT:
		return program ? "install the program, or mend its name" : NULL;
	default:
		return program ? "see what forbids it" : NULL;
	}
}

bool refusal_phrase(struct str *text, const struct event_op *end)
{
	const char *call = end->call ?: end->verb;
	const char *remedy = remedy_of(call, end->error);

	if (!remedy)
		return false;
	str_addf(text, "the machine refused %s with %s: %s", call,
		 errno_name((int)end->error), remedy);
	return true;
}
