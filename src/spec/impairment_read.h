/*
 * impairment_read.h - read what a topology's link does to frames
 */
#pragma once

#include "spec/reader.h"
#include "spec/topology.h"

struct node;

/** enum link_key - keys of a link; one direction has those from the delay on
 */
enum link_key {
	LINK_KEY_ENDS,
	LINK_KEY_WIRE,
	LINK_KEY_NAT,
	LINK_KEY_DELAY,
	LINK_KEY_OF_WAY = LINK_KEY_DELAY,
	LINK_KEY_JITTER,
	LINK_KEY_DISTRIBUTION,
	LINK_KEY_DELAY_CORR,
	LINK_KEY_LOSS,
	LINK_KEY_LOSS_CORR,
	LINK_KEY_GEMODEL,
	LINK_KEY_DUPLICATE,
	LINK_KEY_DUPLICATE_CORR,
	LINK_KEY_CORRUPT,
	LINK_KEY_CORRUPT_CORR,
	LINK_KEY_REORDER,
	LINK_KEY_REORDER_CORR,
	LINK_KEY_GAP,
	LINK_KEY_RATE,
	LINK_KEY_LIMIT,
	LINK_KEYS
};

/** link_keys - "ends", "wire", "nat", then netem's: "delay", "jitter" … */
extern const struct key link_keys[LINK_KEYS];

/** GEMODEL_KEYS - keys of "gemodel" */
#define GEMODEL_KEYS 4

/** gemodel_keys - "p", "r", "bad", "good" */
extern const struct key gemodel_keys[GEMODEL_KEYS];

/** NAT_KEYS - keys of "nat" */
#define NAT_KEYS 2

/** nat_keys - "idle", "then" */
extern const struct key nat_keys[NAT_KEYS];

/** SET_BETWEEN - the key of "set" that says between whom */
#define SET_BETWEEN "between"

/**
 * impairment_read - read a link that is written as a mapping
 * @r: where errors go
 * @node: the mapping
 * @link: gets what each direction does, the first of the ends being a; what
 *	carries its frames; and its middlebox
 *
 * What is said of one direction ("client>server") counts there before what is
 * said of the link. Words and what needs what are those of tc-netem(8).
 *
 * Return: what stands at "ends", borrowed from @node and not yet looked at;
 * NULL if nothing does, which is an error told.
 */
const struct node *impairment_read(const struct reader *r,
				   const struct node *node,
				   struct link_spec *link);

/**
 * impairment_read_set - read what a link is to do from now on
 * @r: where errors go
 * @node: the mapping
 * @rules: gets what each direction does, the first of those "between" being a
 *
 * As impairment_read(), but with SET_BETWEEN instead of "ends". What is not
 * said of a direction is not done any more.
 *
 * Return: what stands at SET_BETWEEN; NULL if nothing does, which is an error
 * told.
 */
const struct node *impairment_read_set(const struct reader *r,
				       const struct node *node,
				       struct impair_rules rules[LINK_WAYS]);
