/*
 * kernel_config.c - what a guest's kernel must be able to do, and whether it
 * can
 */
#include "guest/kernel_config.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/vec.h"
#include "guest/kernel_config_ours.h"

const char kernel_config_ours[] = KERNEL_CONFIG_OURS;

/** UNSET - what stands behind the name in "# CONFIG_X is not set" */
#define UNSET " is not set"

/** OPTION_CHARS - what names are made of: scripts/kconfig/lexer.l */
#define OPTION_CHARS                 \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"abcdefghijklmnopqrstuvwxyz" \
	"0123456789_"

/** struct lines - a text, line by line; not changed */
struct lines {
	const char *next;
	const char *line;
	size_t len;
	int number;
};

static bool lines_next(struct lines *lines)
{
	if (!*lines->next)
		return false;
	lines->line = lines->next;
	lines->len = strcspn(lines->line, "\n");
	lines->next += lines->len;
	if (*lines->next)
		lines->next++;
	lines->number++;
	return true;
}

/* length of the CONFIG_ name at the start, or 0 */
static size_t name_len(const char *s)
{
	if (strncmp(s, "CONFIG_", 7) != 0)
		return 0;
	return strspn(s, OPTION_CHARS);
}

/* of "y # optional" 1; a text ends at a quote without a backslash before it */
static size_t value_len(const char *s, const char *end)
{
	const char *p = s;

	if (p == end || *p != '"') {
		while (p < end && *p != ' ' && *p != '\t')
			p++;
		return (size_t)(p - s);
	}
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\' && p + 1 < end;
	return (size_t)(p - s) + (p < end);
}

/*
 * Is the line an option? "CONFIG_X=value[ # comment]", or "# CONFIG_X is not
 * set" to its end: only then is a comment no comment.
 */
static bool take_option(const struct lines *lines, struct kernel_option *option,
			const char **behind)
{
	const char *line = lines->line;
	const char *end = line + lines->len;
	size_t len = name_len(line);

	if (len && line[len] == '=') {
		const char *value = line + len + 1;
		size_t size = value_len(value, end);

		option->name = mem_strndup(line, len);
		option->value = mem_strndup(value, size);
		*behind = value + size;
		return true;
	}
	if (lines->len < 2 || strncmp(line, "# ", 2) != 0)
		return false;
	line += 2;
	len = name_len(line);
	if (!len || (size_t)(end - line) < len + strlen(UNSET) ||
	    strncmp(line + len, UNSET, strlen(UNSET)) != 0)
		return false;
	option->name = mem_strndup(line, len);
	option->value = mem_strdup("n");
	*behind = line + len + strlen(UNSET);
	return true;
}

/* what may stand behind an option: nothing, or a comment */
static int take_comment(const char *behind, const char *end, bool *optional)
{
	behind += strspn(behind, " \t");
	if (behind >= end)
		return 0;
	if (*behind != '#')
		return -EBADMSG;
	behind++;
	behind += strspn(behind, " \t");
	*optional = strncmp(behind, "optional", 8) == 0;
	return 0;
}

static const struct kernel_option *find(const struct kernel_config *config,
					const char *name)
{
	for (size_t i = 0; i < config->n; i++)
		if (strcmp(config->v[i].name, name) == 0)
			return &config->v[i];
	return NULL;
}

static int take_line(const struct lines *lines, const char *name,
		     struct kernel_config *config, struct err *err)
{
	struct kernel_option option = {0};
	const char *behind = NULL;

	if (take_option(lines, &option, &behind)) {
		bool twice = find(config, option.name);

		config->v = mem_resize(config->v, config->n + 1,
				       sizeof(*config->v));
		config->v[config->n++] = option;
		if (twice)
			return err_set(err, -EBADMSG, "%s:%d: %s stands twice",
				       name, lines->number, option.name);
		if (!*option.value ||
		    take_comment(behind, lines->line + lines->len,
				 &config->v[config->n - 1].optional) < 0)
			return err_set(err, -EBADMSG,
				       "%s:%d: no value of an option: '%.*s'",
				       name, lines->number, (int)lines->len,
				       lines->line);
		return 0;
	}
	if (strspn(lines->line, " \t") >= lines->len || *lines->line == '#')
		return 0;
	return err_set(err, -EBADMSG,
		       "%s:%d: neither an option nor a comment: '%.*s'", name,
		       lines->number, (int)lines->len, lines->line);
}

int kernel_config_parse(const char *text, const char *name,
			struct kernel_config *config, struct err *err)
{
	struct lines lines = {.next = text};
	struct kernel_config all = {0};

	while (lines_next(&lines)) {
		int rc = take_line(&lines, name, &all, err);

		if (rc < 0) {
			kernel_config_done(&all);
			return rc;
		}
	}
	*config = all;
	return 0;
}

void kernel_config_done(struct kernel_config *config)
{
	for (size_t i = 0; i < config->n; i++) {
		free(config->v[i].name);
		free(config->v[i].value);
	}
	free(config->v);
	*config = (struct kernel_config){0};
}

void kernel_config_print(const struct kernel_config *config, struct str *out)
{
	for (size_t i = 0; i < config->n; i++) {
		const struct kernel_option *o = &config->v[i];

		if (strcmp(o->value, "n") == 0)
			str_addf(out, "# %s" UNSET "\n", o->name);
		else
			str_addf(out, "%s=%s\n", o->name, o->value);
	}
}

char *kernel_config_value(const char *dotconfig, const char *name)
{
	struct lines lines = {.next = dotconfig};
	char *value = NULL;

	while (!value && lines_next(&lines)) {
		struct kernel_option option = {0};
		const char *behind;

		if (!take_option(&lines, &option, &behind))
			continue;
		if (strcmp(option.name, name) == 0)
			value = PTR_STEAL(option.value);
		free(option.name);
		free(option.value);
	}
	return value;
}

size_t kernel_config_missing(const struct kernel_config *config,
			     const char *dotconfig, struct str *missing,
			     struct str *optional)
{
	size_t n = 0;

	for (size_t i = 0; i < config->n; i++) {
		const struct kernel_option *want = &config->v[i];
		SCOPED_FREE char *is =
			kernel_config_value(dotconfig, want->name);
		struct str *out = want->optional ? optional : missing;

		/* what a kernel does not know is not set, either */
		if (strcmp(is ? is : "n", want->value) == 0)
			continue;
		n += !want->optional;
		str_addf(out, "%s%s", out->len ? " " : "", want->name);
	}
	return n;
}
