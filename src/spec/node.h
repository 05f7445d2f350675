/*
 * node.h - a YAML file as a tree of our own, every node with its position
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "spec/errors.h"

/** NODE_FILE_MAX - larger files are no specs; bytes */
#define NODE_FILE_MAX ((size_t)1024 * 1024)

/** NODE_DEPTH_MAX - the languages nest six deep; deeper is refused */
#define NODE_DEPTH_MAX 32

/** NODE_KEYS_MAX - a mapping has at most so many: twice the hosts of a lab */
#define NODE_KEYS_MAX 8192

/** enum node_kind - what a node is; names for messages in node_kind_names */
enum node_kind {
	NODE_KIND_NULL, /* nothing, ~ or null */
	NODE_KIND_SCALAR,
	NODE_KIND_SEQUENCE,
	NODE_KIND_MAPPING,
	NODE_KINDS
};

/** node_kind_names - "nothing", "a value", "a list", "a mapping" */
extern const char *const node_kind_names[NODE_KINDS];

/**
 * struct node - one node of the tree; const after load
 * @kind: which of the fields below mean something
 * @pos: where it begins; of an empty value: where its key does
 * @quoted: SCALAR: written in quotes or as a block
 * @text: SCALAR: its text, without NULs; NULL: as written; never NULL there
 * @keys: MAPPING: scalars, no two with the same text
 * @items: SEQUENCE: its items; MAPPING: the values
 * @n: how many of either
 */
struct node {
	enum node_kind kind;
	struct spec_pos pos;
	bool quoted;
	char *text;
	struct node **keys;
	struct node **items;
	size_t n;
};

/**
 * node_parse - read YAML from memory
 * @path: the file's name for errors
 * @text: YAML, @len bytes; remembered in @errors for quoting
 * @len: its length
 * @errors: gets every error of the YAML itself: syntax, encoding, repeated
 *	keys, and what the spec languages leave out of YAML (anchors, aliases,
 *	tags, several documents)
 *
 * Return: the root, caller frees with node_free(); NULL after an error that
 * leaves no tree worth reading.
 */
struct node *node_parse(const char *path, const char *text, size_t len,
			struct spec_errors *errors);

/**
 * node_file - read a file whole, or say why not
 * @path: the file, of at most NODE_FILE_MAX bytes
 * @text: its content; caller frees; untouched on failure
 * @len: its length
 * @errors: gets why it could not be read
 *
 * Return: 0 or negative errno.
 */
int node_file(const char *path, char **text, size_t *len,
	      struct spec_errors *errors);

/** node_free - release a tree; NULL is fine */
void node_free(struct node *node);

/** node_find - a mapping's value of @key; NULL if it has none */
const struct node *node_find(const struct node *mapping, const char *key);

/** node_key - a mapping's key node named @key; NULL if it has none */
const struct node *node_key(const struct node *mapping, const char *key);
