/*
 * node.c - a YAML file as a tree of our own, every node with its position
 */
#include "spec/node.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/encoding.h"
#include "spec/yaml.h"

const char *const node_kind_names[NODE_KINDS] = {
	[NODE_KIND_NULL] = "nothing",
	[NODE_KIND_SCALAR] = "a value",
	[NODE_KIND_SEQUENCE] = "a list",
	[NODE_KIND_MAPPING] = "a mapping",
};
TABLE_COVERS(node_kind_names, NODE_KINDS);

void node_free(struct node *node)
{
	if (!node)
		return;
	for (size_t i = 0; i < node->n; i++) {
		if (node->keys)
			node_free(node->keys[i]);
		node_free(node->items[i]);
	}
	free(node->keys);
	free(node->items);
	free(node->text);
	free(node);
}

static size_t key_index(const struct node *mapping, const char *key)
{
	size_t i = 0;

	while (i < mapping->n && strcmp(mapping->keys[i]->text, key) != 0)
		i++;
	return i;
}

const struct node *node_find(const struct node *mapping, const char *key)
{
	size_t i = key_index(mapping, key);

	return i < mapping->n ? mapping->items[i] : NULL;
}

const struct node *node_key(const struct node *mapping, const char *key)
{
	size_t i = key_index(mapping, key);

	return i < mapping->n ? mapping->keys[i] : NULL;
}

struct node *node_parse(const char *path, const char *text, size_t len,
			struct spec_errors *errors)
{
	SCOPED_FREE char *copy = mem_new(char, len + 1);

	memcpy(copy, text, len);
	spec_errors_source(errors, path, text, len);
	if (!encoding_check(path, copy, len, errors))
		return NULL;
	return yaml_build(path, copy, len, errors);
}

int node_file(const char *path, char **text, size_t *len,
	      struct spec_errors *errors)
{
	struct err err = {0};
	int rc = file_read(AT_FDCWD, path, NODE_FILE_MAX, text, len, &err);

	if (rc < 0) {
		const char *why = strerrordesc_np(-rc);

		spec_errors_add(errors, path, (struct spec_pos){0}, "%s",
				why ? why : err.text);
	}
	return rc;
}
