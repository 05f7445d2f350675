/*
 * impairment_read.c - read what a link does to frames
 */
#include "spec/impairment_read.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/errors.h"
#include "spec/node.h"

/**
 * struct draft - a link, or one direction of it, as it was read
 * @ends: as written
 * @gemodel: as written
 * @nat: as written
 * @backend: what carries its frames
 * @rules: what the other keys say
 * @at: the keys that are there
 */
struct draft {
	const struct node *ends;
	const struct node *gemodel;
	const struct node *nat;
	enum wire_backend backend;
	struct impair_rules rules;
	const struct node *at[LINK_KEYS];
};

#define RULE(field) offsetof(struct draft, rules.field)

const struct key link_keys[LINK_KEYS] = {
	[LINK_KEY_ENDS] = {"ends", VALUE_NODE, true,
			   offsetof(struct draft, ends), "ends",
			   "the two hosts"},
	[LINK_KEY_WIRE] = {"wire", VALUE_WIRE, false,
			   offsetof(struct draft, backend), NULL,
			   "what carries its frames: pass (the kernel, as they "
			   "come), netem (the kernel, see tc-netem(8)) or "
			   "relay (the lab itself); chosen by what is asked "
			   "of the link if not said"},
	[LINK_KEY_NAT] = {"nat", VALUE_NODE, false, offsetof(struct draft, nat),
			  "nat", "a middlebox that forgets idle connections"},
	[LINK_KEY_DELAY] = {"delay", VALUE_DELAY, false, RULE(delay_ns), NULL,
			    "how long a frame is on its way, one way"},
	[LINK_KEY_JITTER] = {"jitter", VALUE_DELAY, false, RULE(jitter_ns),
			     NULL, "how far delays differ"},
	[LINK_KEY_DISTRIBUTION] = {"distribution", VALUE_SPREAD, false,
				   RULE(spread), NULL,
				   "of delays: uniform (the default: within "
				   "the jitter), normal or pareto (the jitter "
				   "is the standard deviation)"},
	[LINK_KEY_DELAY_CORR] = {"delay-correlation", VALUE_SHARE, false,
				 RULE(delay_corr), NULL,
				 "of a frame's jitter with that of the frame "
				 "before it"},
	[LINK_KEY_LOSS] = {"loss", VALUE_SHARE, false, RULE(loss), NULL,
			   "frames that are lost, each by chance"},
	[LINK_KEY_LOSS_CORR] = {"loss-correlation", VALUE_SHARE, false,
				RULE(loss_corr), NULL,
				"of one loss with the next"},
	[LINK_KEY_GEMODEL] = {"gemodel", VALUE_NODE, false,
			      offsetof(struct draft, gemodel), "gemodel",
			      "lose in bursts, by Gilbert and Elliott"},
	[LINK_KEY_DUPLICATE] = {"duplicate", VALUE_SHARE, false,
				RULE(duplicate), NULL,
				"frames that come twice"},
	[LINK_KEY_DUPLICATE_CORR] = {"duplicate-correlation", VALUE_SHARE,
				     false, RULE(duplicate_corr), NULL,
				     "of one duplicate with the next"},
	[LINK_KEY_CORRUPT] = {"corrupt", VALUE_SHARE, false, RULE(corrupt),
			      NULL, "frames of which a bit is turned over"},
	[LINK_KEY_CORRUPT_CORR] = {"corrupt-correlation", VALUE_SHARE, false,
				   RULE(corrupt_corr), NULL,
				   "of one corruption with the next"},
	[LINK_KEY_REORDER] = {"reorder", VALUE_SHARE, false, RULE(reorder),
			      NULL,
			      "frames that are not delayed, and so overtake"},
	[LINK_KEY_REORDER_CORR] = {"reorder-correlation", VALUE_SHARE, false,
				   RULE(reorder_corr), NULL,
				   "of one that overtakes with the next"},
	[LINK_KEY_GAP] = {"gap", VALUE_FRAMES, false, RULE(reorder_gap), NULL,
			  "only each so many-th frame may overtake"},
	[LINK_KEY_RATE] = {"rate", VALUE_RATE, false, RULE(rate_bps), NULL,
			   "bits or bytes a second in tc's units: 10mbit, "
			   "64kbps"},
	[LINK_KEY_LIMIT] = {"limit", VALUE_FRAMES, false, RULE(limit), NULL,
			    "frames that may be on their way at once"},
};
TABLE_COVERS(link_keys, LINK_KEYS);

static_assert(sizeof(unsigned int) == sizeof(uint32_t),
	      "VALUE_FRAMES writes a gap");

enum gemodel_key {
	GEMODEL_KEY_P,
	GEMODEL_KEY_R,
	GEMODEL_KEY_BAD,
	GEMODEL_KEY_GOOD
};

const struct key gemodel_keys[GEMODEL_KEYS] = {
	[GEMODEL_KEY_P] = {"p", VALUE_SHARE, true,
			   offsetof(struct impair_rules, burst_p), NULL,
			   "at each frame, from the good state to the bad one"},
	[GEMODEL_KEY_R] = {"r", VALUE_SHARE, false,
			   offsetof(struct impair_rules, burst_r), NULL,
			   "and back; what p leaves of 100% if not said"},
	[GEMODEL_KEY_BAD] = {"bad", VALUE_SHARE, false,
			     offsetof(struct impair_rules, burst_bad), NULL,
			     "frames lost in the bad state; 100% if not said"},
	[GEMODEL_KEY_GOOD] = {"good", VALUE_SHARE, false,
			      offsetof(struct impair_rules, burst_good), NULL,
			      "frames lost in the good one; 0% if not said"},
};

/** struct nat_draft - a middlebox as it was read */
struct nat_draft {
	int64_t idle_ns;
	enum nat_end then;
};

const struct key nat_keys[NAT_KEYS] = {
	{"idle", VALUE_DURATION, true, offsetof(struct nat_draft, idle_ns),
	 NULL, "a connection that is silent for so long is forgotten"},
	{"then", VALUE_NAT_END, false, offsetof(struct nat_draft, then), NULL,
	 "what becomes of a segment of one that is forgotten: drop (the "
	 "default), or reset: it is answered with RST"},
};

/* what tc-netem(8) takes in one breath with something else, or refuses */
static const struct {
	enum link_key key;
	enum link_key needs;
} needs[] = {
	{LINK_KEY_DISTRIBUTION, LINK_KEY_JITTER},
	{LINK_KEY_DELAY_CORR, LINK_KEY_JITTER},
	{LINK_KEY_LOSS_CORR, LINK_KEY_LOSS},
	{LINK_KEY_DUPLICATE_CORR, LINK_KEY_DUPLICATE},
	{LINK_KEY_CORRUPT_CORR, LINK_KEY_CORRUPT},
	{LINK_KEY_REORDER_CORR, LINK_KEY_REORDER},
	{LINK_KEY_GAP, LINK_KEY_REORDER},
	{LINK_KEY_REORDER, LINK_KEY_DELAY},
};

/* the defaults are those of tc */
static void gemodel_read(const struct reader *r, const struct node *node,
			 struct impair_rules *rules)
{
	const struct node *at[GEMODEL_KEYS] = {0};

	if (!reader_is(r, node, NODE_KIND_MAPPING, "'gemodel'"))
		return;
	rules->burst = true;
	rules->burst_bad = 1;
	rules->burst_good = 0;
	reader_keys(r, node, "'gemodel'", gemodel_keys, GEMODEL_KEYS, rules,
		    at);
	if (!at[GEMODEL_KEY_R])
		rules->burst_r = 1 - rules->burst_p;
}

static bool is_way(const struct node *key)
{
	return strchr(key->text, '>') != NULL;
}

/* all keys but @ends and the directions; those before the @first-th are
 * unknown here */
static void draft_read(const struct reader *r, const struct node *node,
		       size_t first, const char *ends, struct draft *draft)
{
	for (size_t i = 0; i < node->n; i++) {
		const struct node *key = node->keys[i];

		if (ends && strcmp(key->text, ends) == 0)
			draft->ends = node->items[i];
		else if (!ends || !is_way(key))
			reader_key(r, key, node->items[i], link_keys + first,
				   LINK_KEYS - first, draft, draft->at + first);
	}
	if (draft->at[LINK_KEY_LOSS] && draft->at[LINK_KEY_GEMODEL])
		reader_error(r, draft->at[LINK_KEY_GEMODEL],
			     "a link loses by 'loss' or by 'gemodel', not by "
			     "both");
	if (draft->gemodel)
		gemodel_read(r, draft->gemodel, &draft->rules);
}

/* what one direction says counts there before what the link says */
static void way_read(const struct reader *r, const struct node *node,
		     const char *name, struct draft *way)
{
	struct draft own = {.rules = way->rules};
	struct impair_rules *rules = &own.rules;

	if (!reader_is(r, node, NODE_KIND_MAPPING, name))
		return;
	draft_read(r, node, LINK_KEY_OF_WAY, NULL, &own);
	if (own.at[LINK_KEY_GEMODEL]) {
		way->at[LINK_KEY_LOSS] = NULL;
		way->at[LINK_KEY_LOSS_CORR] = NULL;
		rules->loss = 0;
		rules->loss_corr = 0;
	} else if (own.at[LINK_KEY_LOSS]) {
		way->at[LINK_KEY_GEMODEL] = NULL;
		rules->burst = false;
		rules->burst_p = 0;
		rules->burst_r = 0;
		rules->burst_bad = 0;
		rules->burst_good = 0;
	}
	way->rules = own.rules;
	for (size_t i = 0; i < LINK_KEYS; i++)
		if (own.at[i])
			way->at[i] = own.at[i];
}

/* which direction a key names; what is wrong with the ends is told by others */
static void ways_read(const struct reader *r, const struct node *node,
		      const struct node *ends, struct draft ways[LINK_WAYS])
{
	const bool known = ends && ends->kind == NODE_KIND_SEQUENCE &&
			   ends->n == 2 &&
			   ends->items[0]->kind == NODE_KIND_SCALAR &&
			   ends->items[1]->kind == NODE_KIND_SCALAR;
	const char *a = known ? ends->items[0]->text : "";
	const char *b = known ? ends->items[1]->text : "";
	SCOPED_FREE char *ab = mem_printf("%s>%s", a, b);
	SCOPED_FREE char *ba = mem_printf("%s>%s", b, a);
	const char *const names[LINK_WAYS] = {
		[LINK_A_TO_B] = ab,
		[LINK_B_TO_A] = ba,
	};

	for (size_t i = 0; i < node->n; i++) {
		const struct node *key = node->keys[i];
		SCOPED_FREE char *quoted = mem_printf("'%s'", key->text);
		int way = names_find(names, LINK_WAYS, key->text);
		const char *nearest;
		struct draft any = {0};

		if (!is_way(key))
			continue;
		way_read(r, node->items[i], quoted,
			 way < 0 ? &any : &ways[way]);
		if (way >= 0 || !known)
			continue;
		nearest = names_nearest(names, LINK_WAYS, key->text);
		if (nearest)
			reader_unknown(r, key, "direction", nearest);
		else
			reader_error(r, key,
				     "unknown direction '%s': this link has "
				     "'%s' and '%s'",
				     key->text, ab, ba);
	}
}

/* @told: the direction that was looked at before; NULL if this is the first */
static void way_check(const struct reader *r, const struct draft *way,
		      const struct draft *told)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		const struct node *key = way->at[needs[i].key];

		if (!key || way->at[needs[i].needs])
			continue;
		if (told && told->at[needs[i].key] == key &&
		    !told->at[needs[i].needs])
			continue;
		reader_error(r, key, "'%s' needs '%s'",
			     link_keys[needs[i].key].name,
			     link_keys[needs[i].needs].name);
	}
	if (way->rules.reorder > 0 && way->at[LINK_KEY_DELAY] &&
	    way->rules.delay_ns == 0 &&
	    !(told && told->at[LINK_KEY_DELAY] == way->at[LINK_KEY_DELAY]))
		reader_error(r, way->at[LINK_KEY_DELAY],
			     "'reorder' needs a delay: nothing overtakes what "
			     "is there at once");
}

/* what is said of each direction, and whether it fits together */
static void both_ways(const struct reader *r, const struct node *node,
		      const struct draft *whole, size_t before,
		      struct impair_rules rules[LINK_WAYS])
{
	struct draft ways[LINK_WAYS] = {*whole, *whole};

	ways_read(r, node, whole->ends, ways);
	/* one that was misread would seem to lack what it has */
	if (spec_errors_count(r->errors) == before) {
		way_check(r, &ways[0], NULL);
		way_check(r, &ways[1], &ways[0]);
	}
	for (size_t i = 0; i < LINK_WAYS; i++)
		rules[i] = ways[i].rules;
}

static void nat_read(const struct reader *r, const struct draft *whole,
		     struct link_spec *link)
{
	const struct node *at[NAT_KEYS] = {0};
	struct nat_draft nat = {0};

	if (!reader_is(r, whole->nat, NODE_KIND_MAPPING, "'nat'"))
		return;
	reader_keys(r, whole->nat, "'nat'", nat_keys, NAT_KEYS, &nat, at);
	link->nat_idle_ns = nat.idle_ns;
	link->nat_resets = nat.then == NAT_END_RESET;
	if (link->backend == WIRE_BACKEND_PASS ||
	    link->backend == WIRE_BACKEND_NETEM)
		reader_error(r, whole->at[LINK_KEY_NAT],
			     "a link with 'wire: %s' has no middlebox: only "
			     "the relay does",
			     wire_backend_names[link->backend]);
}

static void pass_check(const struct reader *r, const struct draft *whole,
		       const struct link_spec *link)
{
	if (link->backend == WIRE_BACKEND_PASS &&
	    (impair_rules_ask(&link->rules[LINK_A_TO_B]) ||
	     impair_rules_ask(&link->rules[LINK_B_TO_A])))
		reader_error(r, whole->at[LINK_KEY_WIRE],
			     "'wire: pass' passes all as it comes, and this "
			     "link is to do more");
}

const struct node *impairment_read(const struct reader *r,
				   const struct node *node,
				   struct link_spec *link)
{
	size_t before = spec_errors_count(r->errors);
	struct draft whole = {0};

	draft_read(r, node, LINK_KEY_ENDS, link_keys[LINK_KEY_ENDS].name,
		   &whole);
	if (!whole.ends && !whole.at[LINK_KEY_ENDS])
		reader_error(r, node, "a link needs 'ends'");
	link->backend = whole.backend;
	both_ways(r, node, &whole, before, link->rules);
	pass_check(r, &whole, link);
	if (whole.nat)
		nat_read(r, &whole, link);
	return whole.ends;
}

const struct node *impairment_read_set(const struct reader *r,
				       const struct node *node,
				       struct impair_rules rules[LINK_WAYS])
{
	size_t before = spec_errors_count(r->errors);
	struct draft whole = {0};

	draft_read(r, node, LINK_KEY_OF_WAY, SET_BETWEEN, &whole);
	if (!whole.ends)
		reader_error(r, node, "'set' needs '" SET_BETWEEN "'");
	both_ways(r, node, &whole, before, rules);
	return whole.ends;
}
