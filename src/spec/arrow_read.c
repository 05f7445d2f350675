/*
 * arrow_read.c - read segments that are expected, as arrows
 */
#include "spec/arrow_read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/arrow_draft.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/scalar_tcp.h"
#include "spec/selector.h"
#include "spec/story.h"
#include "spec/topology.h"
#include "tcp/flow.h"

/** ARROWS_MAX - longer lists are no picture that anyone draws */
#define ARROWS_MAX 1024

/** enum word - words that mean the same wherever they stand in a line */
enum word {
	WORD_OPTIONAL,
	WORD_QUESTION,
	WORD_RETRANSMITTED,
	WORD_RETRANSMISSION,
	WORD_FIRST,
	WORD_ARRIVED,
	WORD_LOST,
	WORD_FORGED,
	WORD_NEVER,
	WORDS
};

static const char *const words[] = {
	[WORD_OPTIONAL] = "optional",
	[WORD_QUESTION] = "?",
	[WORD_RETRANSMITTED] = "retransmitted",
	[WORD_RETRANSMISSION] = SELECTOR_AGAIN,
	[WORD_FIRST] = "first",
	[WORD_ARRIVED] = "arrived",
	[WORD_LOST] = "lost",
	[WORD_FORGED] = "forged",
	[WORD_NEVER] = "never",
};
TABLE_COVERS(words, WORDS);

static bool word_is(const struct arrow_draft *draft, size_t i, const char *text)
{
	return i < draft->words->n &&
	       strcmp(draft->words->v[i].text, text) == 0;
}

static void read_word(struct arrow_draft *draft, enum word word,
		      const struct node *node)
{
	struct arrow *a = &draft->a;

	switch (word) {
	case WORD_OPTIONAL:
	case WORD_QUESTION:
		if (arrow_draft_claim(draft, ARROW_PART_OPTIONAL, node))
			a->optional = true;
		break;
	case WORD_RETRANSMITTED:
	case WORD_RETRANSMISSION:
		if (arrow_draft_claim(draft, ARROW_PART_AGAIN, node))
			a->which.again = PATTERN_AGAIN_ONLY;
		break;
	case WORD_FIRST:
		if (arrow_draft_claim(draft, ARROW_PART_AGAIN, node))
			a->which.again = PATTERN_AGAIN_FIRST;
		break;
	case WORD_ARRIVED:
		if (arrow_draft_claim(draft, ARROW_PART_FATE, node))
			a->fate = ARROW_FATE_ARRIVED;
		break;
	case WORD_LOST:
		if (arrow_draft_claim(draft, ARROW_PART_FATE, node))
			a->fate = ARROW_FATE_LOST;
		break;
	case WORD_FORGED:
		if (arrow_draft_claim(draft, ARROW_PART_FATE, node))
			a->fate = ARROW_FATE_FORGED;
		break;
	case WORD_NEVER:
		if (arrow_draft_claim(draft, ARROW_PART_COUNT, node))
			a->count = (struct compare){.set = true};
		break;
	case WORDS:
		break;
	}
}

/* "client > server", beginning at the @i-th word */
static void read_hosts(struct arrow_draft *draft, size_t i)
{
	const struct story *story = draft->story;
	const struct node *from = &draft->words->v[i];
	const struct node *to = from + 2;
	bool ok;

	if (i + 2 >= draft->words->n) {
		reader_error(story->r, from + 1, "from %s to whom?",
			     from->text);
		return;
	}
	if (!arrow_draft_claim(draft, ARROW_PART_HOSTS, from))
		return;
	ok = story_host(story, from, from->text);
	ok = story_host(story, to, to->text) && ok;
	if (ok && strcmp(from->text, to->text) == 0)
		reader_error(story->r, to,
			     "what %s sends to itself is on no wire", to->text);
	draft->a.which.from = mem_strdup(from->text);
	draft->a.which.to = mem_strdup(to->text);
}

/* "2 times", "at least 2 times", "at most 2 times", beginning at the @i-th
 * word; returns how many words that is */
static size_t read_count(struct arrow_draft *draft, size_t i)
{
	const struct node *begin = &draft->words->v[i];
	const struct reader *r = draft->story->r;
	const bool at = word_is(draft, i, "at");
	const struct node *number = begin + (at ? 2 : 0);
	struct compare count = {.set = true, .op = COMPARE_EQ};

	if (at && word_is(draft, i + 1, "least"))
		count.op = COMPARE_GE;
	else if (at && word_is(draft, i + 1, "most"))
		count.op = COMPARE_LE;
	if ((at && count.op == COMPARE_EQ) ||
	    (!word_is(draft, i + (at ? 3 : 1), "times") &&
	     !word_is(draft, i + (at ? 3 : 1), "time")) ||
	    !isdigit((unsigned char)*number->text) ||
	    !scalar_shift(number->text, &count.value)) {
		reader_error(r, begin,
			     at ? "at what? 'at least 2 times', 'at most 2 "
				  "times', or a moment: at=1s"
				: "'%s' what? '2 times'",
			     begin->text);
		return draft->words->n - i;
	}
	if (arrow_draft_claim(draft, ARROW_PART_COUNT, begin))
		draft->a.count = count;
	return at ? 4 : 2;
}

static void tell_unknown(const struct arrow_draft *draft,
			 const struct node *word)
{
	const char *names[WORDS + FLOW_ROLES];

	memcpy(names, words, sizeof(words));
	memcpy(names + WORDS, flow_role_names,
	       sizeof(flow_role_names[0]) * FLOW_ROLES);
	reader_unknown(draft->story->r, word, "word of an arrow",
		       names_nearest(names, WORDS + FLOW_ROLES, word->text));
}

/* "len > 0", and no host is named so */
static bool is_spaced(const struct arrow_draft *draft, size_t i)
{
	static const char *const names[] = {"seq", "ack", "len", "at"};
	const struct topology *t = draft->story->topology;
	const char *word = draft->words->v[i].text;

	return i + 1 < draft->words->n &&
	       strcspn(draft->words->v[i + 1].text, "=<>!") == 0 &&
	       names_find(names, 4, word) >= 0 &&
	       !(t && topology_host(t, word) >= 0);
}

/* returns how many words were read */
static size_t read_part(struct arrow_draft *draft, size_t i)
{
	const struct node *word = &draft->words->v[i];
	int known = names_find(words, WORDS, word->text);
	int role = selector_role(word->text);

	if (is_spaced(draft, i)) {
		reader_error(draft->story->r, word,
			     "a condition is written without spaces: seq=J, "
			     "len>=100");
		return draft->words->n - i;
	}
	if (word_is(draft, i + 1, ">")) {
		read_hosts(draft, i);
		return 3;
	}
	if (arrow_words_is_condition(word->text)) {
		arrow_draft_condition(draft, word);
	} else if (isdigit((unsigned char)*word->text) ||
		   strcmp(word->text, "at") == 0) {
		return read_count(draft, i);
	} else if (isupper((unsigned char)*word->text)) {
		if (arrow_draft_claim(draft, ARROW_PART_FLAGS, word))
			draft->a.which.has_flags =
				value_read(draft->story->r, VALUE_FLAGS, word,
					   &draft->a.which.flags);
	} else if (role >= 0) {
		if (arrow_draft_claim(draft, ARROW_PART_ROLE, word))
			draft->a.which.roles =
				FLOW_ROLE_BIT((unsigned int)role);
	} else if (known >= 0) {
		read_word(draft, (enum word)known, word);
	} else {
		tell_unknown(draft, word);
	}
	return 1;
}

/* what has no place beside what */
static void check_parts(const struct arrow_draft *draft,
			const struct node *line, bool never)
{
	const struct reader *r = draft->story->r;
	const struct node *count = draft->at[ARROW_PART_COUNT];
	const struct node *at = draft->at[ARROW_PART_AT];
	const struct node *optional = draft->at[ARROW_PART_OPTIONAL];
	bool asks = false;

	for (int p = ARROW_PART_HOSTS; p <= ARROW_PART_LEN; p++)
		asks = asks || draft->at[p];
	if (!asks)
		reader_error(r, line,
			     "which segments? Hosts (client > server), flags "
			     "(SYN,ACK) or a role (wave-4)");
	if (never && (count || at || optional))
		reader_error(r, count ?: at ?: optional,
			     "what must never be has neither a count nor a "
			     "time");
	else if (count && at)
		reader_error(r, at,
			     "what is counted is so anywhere: 'at' has no "
			     "place beside it");
	else if (count && optional)
		reader_error(r, optional,
			     "what may be missing is 'at most' so many times");
}

/* "- ? client > server ACK" is YAML for a key without a value; returns the key,
 * or NULL if this is something else */
static const struct node *question(const struct reader *r,
				   const struct node *node)
{
	SCOPED_FREE char *text = NULL;

	if (node->kind != NODE_KIND_MAPPING || node->n != 1 ||
	    node->items[0]->kind != NODE_KIND_NULL || *node->items[0]->text)
		return NULL;
	text = mem_printf("? %s", node->keys[0]->text);
	return spec_errors_place(r->errors, r->path, node->pos, text, 2).col ==
			       node->pos.col + 2
		       ? node->keys[0]
		       : NULL;
}

static void arrow_read(struct story *story, const struct node *line, bool never,
		       struct arrow *arrow)
{
	const struct node *maybe = question(story->r, line);
	struct arrow_draft draft = {.story = story, .a = {.pos = line->pos}};
	struct arrow_words split;
	size_t before = spec_errors_count(story->r->errors);

	*arrow = draft.a;
	if (maybe) {
		draft.a.optional = true;
		draft.at[ARROW_PART_OPTIONAL] = line = maybe;
	}
	if (line->kind != NODE_KIND_SCALAR) {
		reader_error(story->r, line,
			     "an arrow is a line: client > server SYN; quote "
			     "it if it has ': ' in it");
		return;
	}
	arrow_words_split(story->r, line, &split);
	draft.words = &split;
	for (size_t i = 0; i < split.n;)
		i += read_part(&draft, i);
	if (spec_errors_count(story->r->errors) == before)
		check_parts(&draft, line, never);
	arrow_draft_bind(&draft, never);
	draft.a.text = arrow_words_text(&split, maybe ? "? " : "");
	*arrow = draft.a;
	arrow_words_done(&split);
}

/* times count from the first arrow that has its place in the order */
static void check_first(const struct story *story, const struct arrow *arrows,
			size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct node at = {.pos = arrows[i].pos};

		if (arrows[i].count.set)
			continue;
		if (arrows[i].has_at)
			reader_error(story->r, &at,
				     "times count from the list's first arrow: "
				     "it has none itself");
		return;
	}
}

static struct arrow *read_list(struct story *story, const struct node *node,
			       bool never, size_t *n)
{
	struct arrow *arrows;

	*n = 0;
	if (!reader_is(story->r, node, NODE_KIND_SEQUENCE, "a list of arrows"))
		return NULL;
	if (node->n == 0)
		reader_error(story->r, node, "nothing is expected here");
	if (node->n > ARROWS_MAX) {
		reader_error(story->r, node->items[ARROWS_MAX],
			     "more than %d arrows", ARROWS_MAX);
		return NULL;
	}
	arrows = mem_new(struct arrow, node->n + 1);
	for (size_t i = 0; i < node->n; i++)
		arrow_read(story, node->items[i], never, &arrows[i]);
	*n = node->n;
	return arrows;
}

struct arrow *arrows_read(struct story *story, const struct node *node,
			  size_t *n)
{
	struct arrow *arrows = read_list(story, node, false, n);

	check_first(story, arrows, *n);
	return arrows;
}

struct arrow *arrows_read_never(struct story *story, const struct node *node,
				size_t *n)
{
	return read_list(story, node, true, n);
}

int64_t arrows_latest_ns(const struct arrow *arrows, size_t n)
{
	int64_t latest = 0;

	for (size_t i = 0; i < n; i++) {
		const struct arrow *a = &arrows[i];
		int64_t ns =
			a->at_until_ns == INT64_MAX ? a->at_ns : a->at_until_ns;

		if (a->has_at && ns > latest)
			latest = ns;
	}
	return latest;
}

void arrows_free(struct arrow *arrows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		segment_pattern_done(&arrows[i].which);
		free(arrows[i].text);
		free(arrows[i].seq.variable);
		free(arrows[i].ack.variable);
	}
	free(arrows);
}
