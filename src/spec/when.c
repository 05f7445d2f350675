/*
 * when.c - conditions on the kernel: which steps are for which
 *
 * DOC: Theory of operation
 *
 * A condition compares as many numbers of a release as it names: "6.12" is all
 * of 6.12.117, 6.12.0-44-cloud-amd64 and 6.12-rc3. Numbers that a release does
 * not have are 0.
 */
#include "spec/when.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "spec/node.h"
#include "spec/scalar.h"

/** NUMBER_MAX - no kernel's version has a larger number in it */
#define NUMBER_MAX 65535

const struct key when_keys[WHEN_KEYS] = {
	{"kernel", VALUE_KERNEL, true, 0, NULL,
	 "versions of it: \">=6.9\", \">=6.5 <6.9\", \"6.12\""},
};

/* the numbers that a text begins with; what is behind them, or NULL */
static const char *release_parse(const char *text, struct release *release)
{
	struct release found = {0};

	while (found.n < RELEASE_PARTS && *text >= '0' && *text <= '9') {
		char *end;
		unsigned long value = strtoul(text, &end, 10);

		if (value > NUMBER_MAX)
			return NULL;
		found.part[found.n++] = (uint32_t)value;
		text = end;
		if (text[0] != '.' || text[1] < '0' || text[1] > '9')
			break;
		text++;
	}
	if (!found.n)
		return NULL;
	*release = found;
	return text;
}

static const char *term_parse(const char *text, struct when_term *term)
{
	struct when_term found = {.op = COMPARE_EQ};
	size_t longest = 0;

	for (int op = 0; op < COMPARES; op++) {
		size_t n = strlen(compare_op_names[op]);

		if (n > longest &&
		    strncmp(text, compare_op_names[op], n) == 0) {
			found.op = (enum compare_op)op;
			longest = n;
		}
	}
	text += longest;
	text = release_parse(text + strspn(text, " "), &found.release);
	if (!text || (*text && *text != ' '))
		return NULL;
	*term = found;
	return text + strspn(text, " ");
}

static bool parse(const char *text, struct when *when)
{
	text += strspn(text, " ");
	while (when->n < WHEN_TERMS && *text) {
		text = term_parse(text, &when->terms[when->n]);
		if (!text)
			return false;
		when->n++;
	}
	return when->n && !*text;
}

/* as a condition on one number: the first in which they differ decides */
static bool term_holds(const struct when_term *term,
		       const struct release *release)
{
	struct compare order = {.set = true, .op = term->op, .value = 0};

	for (size_t i = 0; i < term->release.n; i++) {
		uint32_t has = i < release->n ? release->part[i] : 0;

		if (has != term->release.part[i])
			return compare_holds(
				&order, has < term->release.part[i] ? -1 : 1);
	}
	return compare_holds(&order, 0);
}

bool when_holds_for(const struct when *when, const struct release *release)
{
	for (size_t i = 0; i < when->n; i++)
		if (!term_holds(&when->terms[i], release))
			return false;
	return true;
}

int when_holds(const struct when *when, const char *kernel)
{
	struct release release;

	if (!when->n)
		return 1;
	if (!kernel || !release_parse(kernel, &release))
		return -EINVAL;
	return when_holds_for(when, &release);
}

/* the releases at both ends of a version, and its neighbours */
enum {
	AT_FIRST,
	AT_LAST,
	BELOW,
	ABOVE,
	PLACES
};

static bool place(const struct release *version, int where,
		  struct when_world *world)
{
	struct release at = *version;
	size_t n;

	while (where == BELOW && at.n && at.part[at.n - 1] == 0)
		at.n--;
	if (!at.n)
		return false; /* nothing is below 0 */
	if (where == BELOW)
		at.part[at.n - 1]--;
	if (where == ABOVE)
		at.part[at.n - 1]++;
	n = (size_t)snprintf(world->text, sizeof(world->text), "%u",
			     at.part[0]);
	for (size_t i = 1; i < at.n; i++)
		n += (size_t)snprintf(world->text + n, sizeof(world->text) - n,
				      ".%u", at.part[i]);
	while (at.n < RELEASE_PARTS)
		at.part[at.n++] =
			where == BELOW || where == AT_LAST ? UINT32_MAX : 0;
	world->release = at;
	return true;
}

static bool is_alike(const struct when *const *whens, size_t n,
		     const struct release *a, const struct release *b)
{
	for (size_t i = 0; i < n; i++)
		if (when_holds_for(whens[i], a) != when_holds_for(whens[i], b))
			return false;
	return true;
}

static bool is_known(const struct when *const *whens, size_t n,
		     const struct when_world *worlds, size_t n_worlds,
		     const struct release *release)
{
	for (size_t i = 0; i < n_worlds; i++)
		if (is_alike(whens, n, &worlds[i].release, release))
			return true;
	return false;
}

/* most conditions of a scenario are a few, over and over */
static size_t distinct(const struct when *whens, size_t n,
		       const struct when **out)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool seen = !whens[i].n;

		for (size_t j = 0; j < kept && !seen; j++)
			seen = strcmp(out[j]->text, whens[i].text) == 0;
		if (!seen)
			out[kept++] = &whens[i];
	}
	return kept;
}

size_t when_worlds(const struct when *whens, size_t n,
		   struct when_world worlds[WHEN_WORLDS_MAX])
{
	SCOPED_FREE const struct when **all =
		mem_new(const struct when *, n + 1);
	size_t n_all = distinct(whens, n, all);
	size_t known = 0;

	for (size_t i = 0; i < n_all; i++) {
		for (size_t j = 0; j < all[i]->n * PLACES; j++) {
			const struct when_term *term =
				&all[i]->terms[j / PLACES];
			struct when_world world = {0};

			if (!place(&term->release, (int)(j % PLACES), &world) ||
			    is_known(all, n_all, worlds, known, &world.release))
				continue;
			if (known == WHEN_WORLDS_MAX)
				return known + 1;
			worlds[known++] = world;
		}
	}
	if (!known)
		worlds[known++] = (struct when_world){0};
	return known;
}

static bool is_possible(const struct when *when)
{
	for (size_t i = 0; i < when->n * PLACES; i++) {
		struct when_world world = {0};

		if (place(&when->terms[i / PLACES].release, (int)(i % PLACES),
			  &world) &&
		    when_holds_for(when, &world.release))
			return true;
	}
	return false;
}

bool when_read_kernel(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);
	struct when when = {0};

	if (!text)
		return false;
	if (!parse(text, &when)) {
		reader_error(r, node,
			     "this must be %s (\">=6.9\", \">=6.5 <6.9\"), "
			     "not '%s'",
			     value_what(type), text);
		return false;
	}
	if (!is_possible(&when)) {
		reader_error(r, node, "no kernel is '%s'", text);
		return false;
	}
	when.text = mem_strdup(text);
	*(struct when *)out = when;
	return true;
}

bool when_read(const struct reader *r, const struct node *node,
	       struct when *when)
{
	const struct node *at[WHEN_KEYS] = {0};
	struct when found = {0};

	if (!reader_is(r, node, NODE_KIND_MAPPING, "'when'"))
		return false;
	reader_keys(r, node, "'when'", when_keys, WHEN_KEYS, &found, at);
	if (!found.n)
		return false;
	*when = found;
	return true;
}

void when_done(struct when *when)
{
	free(when->text);
	*when = (struct when){0};
}
