/*
 * step_text.c - a step in one line, for readers
 *
 * Written from the nodes rather than from what was read: what a reader sees
 * then are the words of the file, in the file's order.
 */
#include "spec/step_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/str.h"
#include "base/units.h"
#include "spec/node.h"

/** TEXT_MAX - longer lines are cut off */
#define TEXT_MAX 160

/** STOP_AT - no need to write more of what will be cut off */
#define STOP_AT 1000

/* keys that read on without a comma */
static bool reads_on(const char *key)
{
	static const char *const words[] = {"within", "not-before", "for",
					    "since",  "blocks",	    "as",
					    "on",     "from",	    "to"};

	return names_find(words, sizeof(words) / sizeof(words[0]), key) >= 0;
}

static void add_value(struct str *out, const struct node *node);

static void add_pairs(struct str *out, const struct node *node,
		      const char *first)
{
	for (size_t i = 0; i < node->n; i++) {
		const char *key = node->keys[i]->text;
		const struct node *value = node->items[i];

		if (first && strcmp(key, first) == 0)
			continue;
		if (out->len > STOP_AT)
			return;
		if (i > 0 || first)
			str_add(out, reads_on(key) ? " " : ", ");
		if (strcmp(key, "state") == 0) {
			add_value(out, value);
			continue;
		}
		str_add(out,
			strcmp(key, "not-before") == 0 ? "not before" : key);
		if (value->kind == NODE_KIND_NULL ||
		    (value->kind == NODE_KIND_SCALAR && !value->quoted &&
		     strcmp(value->text, "true") == 0))
			continue;
		str_add(out, " ");
		add_value(out, value);
	}
}

static void add_value(struct str *out, const struct node *node)
{
	char text[UNITS_TEXT];
	int64_t ns;

	switch (node->kind) {
	case NODE_KIND_SCALAR:
		if (!node->quoted && duration_parse(node->text, &ns) == 0)
			str_add(out, duration_print(ns, text));
		else
			str_add(out, node->text);
		break;
	case NODE_KIND_SEQUENCE:
		str_add(out, "[");
		for (size_t i = 0; i < node->n && out->len < STOP_AT; i++) {
			str_add(out, i ? ", " : "");
			add_value(out, node->items[i]);
		}
		str_add(out, "]");
		break;
	case NODE_KIND_MAPPING:
		add_pairs(out, node, NULL);
		break;
	case NODE_KIND_NULL:
	case NODE_KINDS:
		break;
	}
}

/* one line of valid UTF-8, cut where it gets too long */
static char *finish(struct str *out)
{
	size_t n = out->len;

	for (size_t i = 0; i < out->len; i++)
		if (out->s[i] == '\n' || out->s[i] == '\r' || out->s[i] == '\t')
			out->s[i] = ' ';
	if (n <= TEXT_MAX)
		return str_steal(out);
	n = TEXT_MAX - 3;
	while (n && ((unsigned char)out->s[n] & 0xc0) == 0x80)
		n--;
	out->s[n] = '\0';
	out->len = n;
	str_add(out, "…");
	return str_steal(out);
}

static void add_act(struct str *out, const struct node *name,
		    const struct node *node)
{
	const char *verb = NULL;

	str_addf(out, "%s:", name->text);
	if (node->kind != NODE_KIND_MAPPING)
		return;
	for (size_t i = 0; i < node->n; i++) {
		const char *key = node->keys[i]->text;

		/* of "exit" and "signal" the first is the verb */
		if (names_find(verb_names, VERBS, key) < 0 ||
		    (strcmp(key, "signal") == 0 && node_find(node, "exit")))
			continue;
		verb = key;
		str_addf(out, " %s ", key);
		add_value(out, node->items[i]);
		break;
	}
	add_pairs(out, node, verb ?: "");
}

char *step_text_act(const struct node *name, const struct node *node)
{
	SCOPED_STR struct str out = {0};

	add_act(&out, name, node);
	return finish(&out);
}

char *step_text_fault(const struct node *action, const struct node *node)
{
	SCOPED_STR struct str out = {0};

	str_addf(&out, "%s ", action->text);
	add_value(&out, node_find(node, action->text));
	add_pairs(&out, node, action->text);
	return finish(&out);
}

static void add_together(struct str *out, const struct node *node)
{
	for (size_t i = 0; i < node->n; i++) {
		const struct node *item = node->items[i];
		SCOPED_FREE char *act = NULL;

		if (item->kind != NODE_KIND_MAPPING || item->n != 1)
			continue;
		act = step_text_act(item->keys[0], item->items[0]);
		str_addf(out, "%s %s", i ? ";" : "", act);
	}
}

static void add_other(struct str *out, enum step_kind kind,
		      const struct node *name, const struct node *node)
{
	str_add(out, name->text);
	if (kind == STEP_TOGETHER && node->kind == NODE_KIND_SEQUENCE) {
		add_together(out, node);
		return;
	}
	str_add(out, " ");
	if (kind == STEP_AWAIT && node->kind == NODE_KIND_MAPPING) {
		if (node_find(node, "op"))
			add_value(out, node_find(node, "op"));
		add_pairs(out, node, "op");
	} else {
		add_value(out, node);
	}
}

char *step_text(enum step_kind kind, const struct node *name,
		const struct node *node, const struct node *when)
{
	SCOPED_STR struct str out = {0};

	if (kind == STEP_ACT)
		add_act(&out, name, node);
	else
		add_other(&out, kind, name, node);
	if (when) {
		str_add(&out, ", when ");
		add_value(&out, when);
	}
	return finish(&out);
}
