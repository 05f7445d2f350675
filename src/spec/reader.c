/*
 * reader.c - read a mapping by a table of the keys that it may have
 */
#include "spec/reader.h"

#include <stdarg.h>
#include <string.h>

#include "base/names.h"
#include "spec/errors.h"
#include "spec/node.h"

/** KEYS_MAX - longer tables of keys are none of ours */
#define KEYS_MAX 64

void reader_error(const struct reader *r, const struct node *at,
		  const char *fmt, ...)
{
	struct spec_pos pos = {0};
	va_list ap;

	if (at)
		pos = at->pos;
	va_start(ap, fmt);
	spec_errors_vadd(r->errors, r->path, pos, fmt, ap);
	va_end(ap);
}

void reader_unknown(const struct reader *r, const struct node *at,
		    const char *what, const char *nearest)
{
	if (nearest)
		reader_error(r, at, "unknown %s '%s'; did you mean '%s'?", what,
			     at->text, nearest);
	else
		reader_error(r, at, "unknown %s '%s'", what, at->text);
}

bool reader_is(const struct reader *r, const struct node *node, int kind,
	       const char *what)
{
	if ((int)node->kind == kind)
		return true;
	reader_error(r, node, "%s must be %s, not %s", what,
		     node_kind_names[kind], node_kind_names[node->kind]);
	return false;
}

static const char *nearest_key(const struct key *keys, size_t n,
			       const char *word)
{
	const char *names[KEYS_MAX] = {0};

	assert(n <= KEYS_MAX);
	for (size_t i = 0; i < n; i++)
		names[i] = keys[i].name;
	return names_nearest(names, n, word);
}

static size_t key_find(const struct key *keys, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(keys[i].name, name) != 0)
		i++;
	return i;
}

void reader_key(const struct reader *r, const struct node *name,
		const struct node *value, const struct key *keys, size_t n,
		void *object, const struct node **at)
{
	size_t k = key_find(keys, n, name->text);
	const char *nearest;

	if (k == n) {
		nearest = nearest_key(keys, n, name->text);
		reader_unknown(r, name, "key", nearest);
		/* what it was meant for is not missing, then */
		if (nearest && !at[key_find(keys, n, nearest)])
			at[key_find(keys, n, nearest)] = name;
		return;
	}
	at[k] = name;
	/* what was wrong is told; the rest is still worth reading */
	(void)value_read(r, keys[k].type, value,
			 (char *)object + keys[k].offset);
}

void reader_keys(const struct reader *r, const struct node *mapping,
		 const char *what, const struct key *keys, size_t n,
		 void *object, const struct node **at)
{
	for (size_t i = 0; i < mapping->n; i++)
		reader_key(r, mapping->keys[i], mapping->items[i], keys, n,
			   object, at);
	for (size_t i = 0; i < n; i++)
		if (keys[i].required && !at[i])
			reader_error(r, mapping, "%s needs '%s'", what,
				     keys[i].name);
}
