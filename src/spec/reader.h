/*
 * reader.h - read a mapping by a table of the keys that it may have
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "spec/value.h"

struct node;
struct spec_errors;

/** struct reader - the file being read, and where its errors go */
struct reader {
	const char *path;
	struct spec_errors *errors;
};

/**
 * struct key - one key that a mapping may have
 * @name: as written
 * @type: the value's type; VALUE_NODE for what only its owner can read
 * @required: the mapping must have it
 * @offset: where in the object the value goes
 * @schema: VALUE_NODE: the definition in the JSON schema
 * @help: one line for listings and for the schema
 */
struct key {
	const char *name;
	enum value_type type;
	bool required;
	size_t offset;
	const char *schema;
	const char *help;
};

/**
 * reader_error - something is wrong at a node
 * @r: the reader
 * @at: gives the position; NULL for the file as a whole
 * @fmt: what: lower case, no full stop
 */
void reader_error(const struct reader *r, const struct node *at,
		  const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * reader_unknown - a word is none of those known
 * @r: the reader
 * @at: the word's node
 * @what: what it should have been: "state"
 * @nearest: what it may have meant; NULL if nothing is near
 */
void reader_unknown(const struct reader *r, const struct node *at,
		    const char *what, const char *nearest);

/**
 * reader_is - is a node of the kind that is wanted here; an error if not
 * @r: the reader
 * @node: the node
 * @kind: what it must be, an enum node_kind
 * @what: what it is: "steps"
 */
bool reader_is(const struct reader *r, const struct node *node, int kind,
	       const char *what);

/**
 * reader_key - read one key's value into an object
 * @r: the reader; gets an error if the key is unknown or its value wrong
 * @name: the key
 * @value: its value
 * @keys: the table, @n rows
 * @n: its length
 * @object: written at the row's offset
 * @at: array of @n: the row's entry becomes @name, also if @name is but a
 *	likely typo of the row's
 */
void reader_key(const struct reader *r, const struct node *name,
		const struct node *value, const struct key *keys, size_t n,
		void *object, const struct node **at);

/**
 * reader_keys - read a mapping's keys into an object
 * @r: the reader; gets an error for every key that is unknown, missing, or
 *	whose value is wrong
 * @mapping: the node; must be a mapping
 * @what: what it is, for errors: "a host"
 * @keys: the table, @n rows
 * @n: its length
 * @object: written at each row's offset; what a mapping does not have, or
 *	has wrong, is left as it was
 * @at: array of @n, all NULL: gets the node of each key that is there
 */
void reader_keys(const struct reader *r, const struct node *mapping,
		 const char *what, const struct key *keys, size_t n,
		 void *object, const struct node **at);
