/*
 * option.c - what is wrong with an option, in one message
 */
#include "cmd/option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"

/* the long option that getopt_long() knew, but did not like; its value is in
 * optopt then (getopt(3)), and 0 for one that is none */
static const struct option *disliked(const struct option *options)
{
	for (const struct option *o = options; optopt && o->name; o++)
		if (o->val == optopt)
			return o;
	return NULL;
}

static const char *nearest(const struct option *options, const char *name)
{
	const char **names;
	const char *near;
	size_t n = 0;

	while (options[n].name)
		n++;
	names = mem_new(const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		names[i] = options[i].name;
	near = names_nearest(names, n, name);
	free(names);
	return near;
}

int option_refused(char *const *argv, const struct option *options,
		   struct err *err)
{
	const struct option *known = disliked(options);
	/* it has gone past a long option, and may stand at a short one */
	const char *word = argv[optind - 1];
	const char *equals = strchrnul(word, '=');
	SCOPED_FREE char *name = NULL;
	const char *near;

	if (known && known->has_arg == no_argument)
		return err_set(err, -EINVAL, "--%s takes no argument",
			       known->name);
	if (known)
		return err_set(err, -EINVAL, "--%s takes an argument",
			       known->name);
	if (optopt)
		return err_set(err, -EINVAL, "unknown option '-%c'", optopt);
	name = mem_strndup(word, (size_t)(equals - word));
	near = nearest(options, name + strspn(name, "-"));
	if (near)
		return err_set(err, -EINVAL,
			       "unknown option '%s': did you mean '--%s'?",
			       name, near);
	return err_set(err, -EINVAL, "unknown option '%s'", name);
}
