/*
 * scalar.h - read texts, names, numbers and quantities
 *
 * Each reader writes what enum value_type says of the types named here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "spec/value.h"

/**
 * scalar_text - a value's text, or an error that says what is wanted
 * @r: where errors go
 * @type: what is wanted
 * @node: the value
 *
 * Return: borrowed from @node; NULL if it is no scalar.
 */
const char *scalar_text(const struct reader *r, enum value_type type,
			const struct node *node);

/**
 * scalar_read_int - a whole number from @min to @max
 * @r: where errors go
 * @type: what is wanted
 * @node: the value
 * @out: untouched on failure
 */
bool scalar_read_int(const struct reader *r, enum value_type type,
		     const struct node *node, int64_t min, int64_t max,
		     int64_t *out);

/** scalar_read_node - VALUE_NODE */
bool scalar_read_node(const struct reader *r, enum value_type type,
		      const struct node *node, void *out);

/** scalar_read_bool - VALUE_BOOL: true or false, unquoted */
bool scalar_read_bool(const struct reader *r, enum value_type type,
		      const struct node *node, void *out);

/** scalar_read_text - VALUE_TEXT, VALUE_PROSE, VALUE_LISTEN */
bool scalar_read_text(const struct reader *r, enum value_type type,
		      const struct node *node, void *out);

/** scalar_read_name - VALUE_NAME, VALUE_HOST */
bool scalar_read_name(const struct reader *r, enum value_type type,
		      const struct node *node, void *out);

/** scalar_read_words - VALUE_ARGV, VALUE_WORDS */
bool scalar_read_words(const struct reader *r, enum value_type type,
		       const struct node *node, void *out);

/** scalar_read_count - VALUE_COUNT */
bool scalar_read_count(const struct reader *r, enum value_type type,
		       const struct node *node, void *out);

/** scalar_read_backlog - VALUE_BACKLOG */
bool scalar_read_backlog(const struct reader *r, enum value_type type,
			 const struct node *node, void *out);

/** scalar_read_bytes - VALUE_BYTES */
bool scalar_read_bytes(const struct reader *r, enum value_type type,
		       const struct node *node, void *out);

/** scalar_read_port - VALUE_PORT */
bool scalar_read_port(const struct reader *r, enum value_type type,
		      const struct node *node, void *out);

/** scalar_read_duration - VALUE_DURATION, VALUE_DELAY */
bool scalar_read_duration(const struct reader *r, enum value_type type,
			  const struct node *node, void *out);

/** scalar_read_share - VALUE_SHARE */
bool scalar_read_share(const struct reader *r, enum value_type type,
		       const struct node *node, void *out);

/** scalar_read_rate - VALUE_RATE */
bool scalar_read_rate(const struct reader *r, enum value_type type,
		      const struct node *node, void *out);

/** scalar_read_frames - VALUE_FRAMES */
bool scalar_read_frames(const struct reader *r, enum value_type type,
			const struct node *node, void *out);

/** scalar_read_compare - VALUE_COMPARE, VALUE_STATUS */
bool scalar_read_compare(const struct reader *r, enum value_type type,
			 const struct node *node, void *out);

/** scalar_read_errno - VALUE_ERRNO */
bool scalar_read_errno(const struct reader *r, enum value_type type,
		       const struct node *node, void *out);

/** scalar_read_signal - VALUE_SIGNAL */
bool scalar_read_signal(const struct reader *r, enum value_type type,
			const struct node *node, void *out);

/** scalar_read_option - VALUE_OPTION */
bool scalar_read_option(const struct reader *r, enum value_type type,
			const struct node *node, void *out);

/** scalar_read_address - VALUE_ADDR */
bool scalar_read_address(const struct reader *r, enum value_type type,
			 const struct node *node, void *out);
