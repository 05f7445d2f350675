/*
 * diff_match.c - which connection of one run is which of the other
 */
#include "report/diff_match.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "report/diff_align.h"
#include "report/diff_life.h"

/**
 * struct pass - one way to be the same
 * @named: which ends must have the same name: set of 1 << end
 * @whole: all that can be told of both is the same
 * @port: of the end that was connected to
 * @crossed: the opener of one is the other's server
 */
struct pass {
	int named;
	bool whole;
	bool port;
	bool crossed;
};

/* the surest first */
static const struct pass passes[] = {
	{.named = 3, .whole = true, .port = true},
	{.named = 3, .port = true},
	{.named = 3},
	{.named = 3, .crossed = true},
	{.named = 1},
	{.named = 2},
	{.whole = true, .port = true},
	{.port = true},
	{0},
	{.crossed = true},
};

/** struct key - what must be the same; @text: owned */
struct key {
	char *text;
	size_t index;
};

/* of one side; NULL: not to be found this way */
static char *key_of(const struct diff_life *life, const struct pass *pass,
		    bool crossed)
{
	struct str text = {0};

	for (int e = 0; e < 2; e++) {
		int end = crossed ? !e : e;

		if (pass->named & 1 << e && !life->named[end]) {
			str_done(&text);
			return NULL;
		}
		str_addf(&text, "%s\n",
			 pass->named & 1 << e ? life->names[end]
					      : life->hosts[end]);
	}
	if (pass->port)
		str_addf(&text, "%u\n", life->port);
	for (size_t i = 0; pass->whole && i < life->segments.n; i++)
		str_addf(&text, "%s\n", life->segments.v[i].says);
	return str_steal(&text);
}

static int by_text(const void *a, const void *b)
{
	const struct key *one = a;
	const struct key *other = b;
	int order = strcmp(one->text, other->text);

	return order ? order : (one->index > other->index) * 2 - 1;
}

static struct key *keys_new(const struct diff_lives *lives, const bool *taken,
			    const struct pass *pass, bool crossed, size_t *n)
{
	struct key *keys = mem_new(struct key, lives->all.n + 1);

	*n = 0;
	for (size_t i = 0; i < lives->all.n; i++) {
		char *text = taken[i] ? NULL
				      : key_of(&lives->all.v[i], pass, crossed);

		if (text)
			keys[(*n)++] = (struct key){text, i};
	}
	qsort(keys, *n, sizeof(*keys), by_text);
	return keys;
}

static void keys_free(struct key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(keys[i].text);
	free(keys);
}

/* @of: of each connection of @a the one of @b, or DIFF_NONE */
static void find(const struct pass *pass, const struct diff_lives *a,
		 struct diff_lives *b, size_t *of, bool *taken[2])
{
	size_t n[2];
	struct key *keys[2] = {
		keys_new(a, taken[0], pass, false, &n[0]),
		keys_new(b, taken[1], pass, pass->crossed, &n[1])};

	for (size_t i = 0, j = 0; i < n[0] && j < n[1];) {
		int order = strcmp(keys[0][i].text, keys[1][j].text);

		if (order == 0) {
			size_t other = keys[1][j].index;

			of[keys[0][i].index] = other;
			taken[0][keys[0][i].index] = true;
			taken[1][other] = true;
			if (pass->crossed)
				diff_life_turn(&b->all.v[other]);
		}
		i += order <= 0;
		j += order >= 0;
	}
	keys_free(keys[0], n[0]);
	keys_free(keys[1], n[1]);
}

struct diff_pair *diff_match(const struct diff_lives *a, struct diff_lives *b,
			     size_t *n)
{
	VEC(struct diff_pair) pairs = {0};
	size_t *of = mem_new(size_t, a->all.n + 1);
	bool *taken[2] = {mem_new(bool, a->all.n + 1),
			  mem_new(bool, b->all.n + 1)};

	for (size_t i = 0; i < a->all.n; i++)
		of[i] = DIFF_NONE;
	for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++)
		find(&passes[i], a, b, of, taken);
	for (size_t i = 0; i < a->all.n; i++)
		vec_push(&pairs, (struct diff_pair){i, of[i]});
	for (size_t i = 0; i < b->all.n; i++)
		if (!taken[1][i])
			vec_push(&pairs, (struct diff_pair){DIFF_NONE, i});
	free(of);
	free(taken[0]);
	free(taken[1]);
	*n = pairs.n;
	return pairs.v;
}
