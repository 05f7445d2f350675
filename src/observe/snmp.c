/*
 * snmp.c - the text of /proc/net/{snmp,netstat,snmp6} to counters
 */
#include "observe/snmp.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/** struct span - what is left of a text, or a piece of it */
struct span {
	const char *s;
	size_t len;
};

/* a line must have its end: the tail of a file that was cut short could pass
 * for a smaller number */
static bool take_line(struct span *text, struct span *line)
{
	const char *end = text->len ? memchr(text->s, '\n', text->len) : NULL;

	if (!end)
		return false;
	line->s = text->s;
	line->len = (size_t)(end - text->s);
	text->s = end + 1;
	text->len -= line->len + 1;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Return: false if only blanks are left. */
static bool take_word(struct span *line, struct span *word)
{
	while (line->len && is_blank(line->s[0])) {
		line->s++;
		line->len--;
	}
	word->s = line->s;
	while (line->len && !is_blank(line->s[0])) {
		line->s++;
		line->len--;
	}
	word->len = (size_t)(line->s - word->s);
	return word->len > 0;
}

static int parse_value(const struct span *word, int64_t *value)
{
	size_t i = word->s[0] == '-';
	int64_t n = 0;

	if (i == word->len)
		return -EPROTO;
	for (; i < word->len; i++) {
		if (word->s[i] < '0' || word->s[i] > '9')
			return -EPROTO;
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, word->s[i] - '0', &n))
			return -EPROTO;
	}
	*value = word->s[0] == '-' ? -n : n;
	return 0;
}

/* "Tcp:" */
static bool take_group(struct span *line, struct span *group)
{
	if (!take_word(line, group) || group->len < 2 ||
	    group->s[group->len - 1] != ':')
		return false;
	group->len--;
	return true;
}

static int parse_pair(struct span names, struct span values,
		      struct counter_table *out)
{
	struct span group, again, name, value;

	if (!take_group(&names, &group) || !take_group(&values, &again) ||
	    group.len != again.len || memcmp(group.s, again.s, group.len) != 0)
		return -EPROTO;
	while (take_word(&names, &name)) {
		struct counter row = {.group = group.s,
				      .name = name.s,
				      .group_len = group.len,
				      .name_len = name.len};

		if (!take_word(&values, &value) ||
		    parse_value(&value, &row.value) < 0)
			return -EPROTO;
		vec_push(&out->rows, row);
	}
	return take_word(&values, &value) ? -EPROTO : 0;
}

int snmp_parse(const char *text, size_t len, struct counter_table *out)
{
	struct span rest = {text, len}, names, values;
	size_t kept = out->rows.n;

	while (rest.len) {
		if (take_line(&rest, &names) && take_line(&rest, &values) &&
		    parse_pair(names, values, out) == 0)
			continue;
		out->rows.n = kept;
		return -EPROTO;
	}
	return 0;
}

static int parse_line6(struct span line, struct counter_table *out)
{
	struct counter row = {0};
	struct span word, value;
	const char *six;

	if (!take_word(&line, &word) || !take_word(&line, &value))
		return -EPROTO;
	six = memchr(word.s, '6', word.len);
	if (!six || six + 1 == word.s + word.len)
		return -EPROTO;
	row.group = word.s;
	row.group_len = (size_t)(six + 1 - word.s);
	row.name = six + 1;
	row.name_len = word.len - row.group_len;
	if (parse_value(&value, &row.value) < 0 || take_word(&line, &word))
		return -EPROTO;
	vec_push(&out->rows, row);
	return 0;
}

int snmp6_parse(const char *text, size_t len, struct counter_table *out)
{
	struct span rest = {text, len}, line;
	size_t kept = out->rows.n;

	while (rest.len) {
		if (take_line(&rest, &line) && parse_line6(line, out) == 0)
			continue;
		out->rows.n = kept;
		return -EPROTO;
	}
	return 0;
}
