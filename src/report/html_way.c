/*
 * html_way.c - how a browser gets from a report to what lies beside it
 *
 * Names are taken as they are written, and no link is followed: that is how a
 * browser takes "..", too (RFC 3986 5.2.4).
 */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "report/html.h"
#include "report/report.h"

/** struct name - one between two slashes; borrowed */
struct name {
	const char *s;
	size_t len;
};

/** struct names - from the root on */
struct names {
	VEC(struct name) of;
};

static void walk(struct names *names, const char *path)
{
	while (*path) {
		struct name name = {.s = path, .len = strcspn(path, "/")};

		path += name.len + (path[name.len] == '/');
		if (name.len == 0 || (name.len == 1 && *name.s == '.'))
			continue;
		if (name.len == 2 && strncmp(name.s, "..", 2) == 0)
			names->of.n -= names->of.n > 0;
		else
			vec_push(&names->of, name);
	}
}

static void walk_from(struct names *names, const char *cwd, const char *path)
{
	if (*path != '/' && cwd)
		walk(names, cwd);
	walk(names, path);
}

/* RFC 3986 2.3: what needs no escape */
static void add_name(struct str *out, const struct name *name)
{
	for (size_t i = 0; i < name->len; i++) {
		unsigned char c = (unsigned char)name->s[i];

		if (isalnum(c) || strchr("-._~", c))
			str_addc(out, (char)c, 1);
		else
			str_addf(out, "%%%02X", c);
	}
}

static bool is_same(const struct name *a, const struct name *b)
{
	return a->len == b->len && strncmp(a->s, b->s, a->len) == 0;
}

char *html_way(const struct report_run *run, const char *folder)
{
	struct names from = {0};
	struct names to = {0};
	struct str way = {0};
	size_t same = 0;

	if (!folder)
		return NULL;
	walk_from(&to, run->cwd, folder);
	if (run->file) {
		walk_from(&from, run->cwd, run->file);
		from.of.n -= from.of.n > 0; /* the file's own name */
	} else {
		walk_from(&from, run->cwd, run->folder ?: ".");
	}
	while (same < from.of.n && same < to.of.n &&
	       is_same(&from.of.v[same], &to.of.v[same]))
		same++;
	for (size_t i = same; i < from.of.n; i++)
		str_add(&way, "../");
	for (size_t i = same; i < to.of.n; i++) {
		add_name(&way, &to.of.v[i]);
		str_add(&way, i + 1 < to.of.n ? "/" : "");
	}
	vec_done(&from.of);
	vec_done(&to.of);
	if (!way.len)
		str_add(&way, ".");
	return str_steal(&way);
}
