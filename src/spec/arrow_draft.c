/*
 * arrow_draft.c - one arrow while its line is read: its conditions
 */
#include "spec/arrow_draft.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/scalar_tcp.h"
#include "spec/story.h"
#include "spec/story_find.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static const char *const conditions[] = {"seq", "ack", "len", "at"};

bool arrow_draft_claim(struct arrow_draft *draft, enum arrow_part part,
		       const struct node *word)
{
	const struct node *before = draft->at[part];

	if (before) {
		reader_error(draft->story->r, word,
			     "'%s' has no place beside '%s' in one line",
			     word->text, before->text);
		return false;
	}
	draft->at[part] = word;
	return true;
}

/* the part of a word from @offset on, as a node; borrows */
static struct node rest(const struct node *word, size_t offset)
{
	struct node node = *word;

	node.text += offset;
	node.pos.col += (int)offset;
	return node;
}

/* "J", "J+1", "K-2", "1" */
static void read_number(const struct arrow_draft *draft,
			const struct node *value, struct arrow_number *number)
{
	const char *text = value->text;
	size_t n = isupper((unsigned char)*text)
			   ? strspn(text, LETTERS "0123456789")
			   : 0;
	struct arrow_number got = {.set = true};

	if ((n && text[n] && !strchr("+-", text[n])) ||
	    (!n && !isdigit((unsigned char)*text)) ||
	    (text[n] && !scalar_shift(text + n, &got.plus))) {
		reader_error(draft->story->r, value,
			     "'%s' is neither a number, from the initial one "
			     "on, nor a variable: 1, J, J+1",
			     text);
		return;
	}
	if (n)
		got.variable = mem_strndup(text, n);
	*number = got;
}

/* a moment of "at": where no unit is, value_read() says so */
static bool read_moment(const struct arrow_draft *draft,
			const struct node *word, size_t from, size_t len,
			int64_t *ns)
{
	SCOPED_FREE char *text = mem_strndup(word->text + from, len);
	struct node node = rest(word, from);

	node.text = text;
	return value_read(draft->story->r, VALUE_DELAY, &node, ns);
}

/* "at=1s", "at=1s..1.2s", "at>=1s", "at<=2s"; @op: where its operator begins
 */
static void read_at(struct arrow_draft *draft, const struct node *word,
		    size_t op)
{
	struct arrow *a = &draft->a;
	size_t from = op + strspn(word->text + op, "=<>!");
	const char *dots = strstr(word->text + from, "..");
	size_t len = dots ? (size_t)(dots - (word->text + from))
			  : strlen(word->text + from);
	const char *sign = word->text + op;
	const bool is_eq = from - op == 1 && *sign == '=';
	const bool is_ge = from - op == 2 && strncmp(sign, ">=", 2) == 0;
	const bool is_le = from - op == 2 && strncmp(sign, "<=", 2) == 0;
	int64_t ns;

	if ((!is_eq && !is_ge && !is_le) || (dots && !is_eq)) {
		reader_error(draft->story->r, word,
			     "a time is written at=1s, at=1s..1.2s, at>=1s or "
			     "at<=2s");
		return;
	}
	if (!read_moment(draft, word, from, len, &ns))
		return;
	a->has_at = true;
	a->at_ns = is_le ? 0 : ns;
	a->at_until_ns = is_ge	 ? INT64_MAX
			 : is_le ? ns
				 : ns + ns / 8 + ARROW_SLACK_NS;
	if (!dots) {
		if (is_eq)
			a->at_ns = ns > ARROW_TICK_NS ? ns - ARROW_TICK_NS : 0;
		return;
	}
	from = (size_t)(dots + 2 - word->text);
	if (!read_moment(draft, word, from, strlen(word->text + from),
			 &a->at_until_ns))
		return;
	if (a->at_until_ns < a->at_ns)
		reader_error(draft->story->r, word,
			     "this time is over before it begins");
}

/* @op: where the operator begins */
static void read_exact(struct arrow_draft *draft, const struct node *word,
		       size_t op, struct arrow_number *number)
{
	const struct node value = rest(word, op + 1);

	if (word->text[op] == '=')
		read_number(draft, &value, number);
	else
		reader_error(draft->story->r, word,
			     "a sequence number is asked for with '=': "
			     "%.*s=J",
			     (int)op, word->text);
}

void arrow_draft_condition(struct arrow_draft *draft, const struct node *word)
{
	size_t op = strcspn(word->text, "=<>!");
	SCOPED_FREE char *name = mem_strndup(word->text, op);
	int i = names_find(conditions, 4, name);
	struct node value;

	if (i < 0) {
		struct node key = *word;

		key.text = name;
		reader_unknown(draft->story->r, &key, "condition",
			       names_nearest(conditions, 4, name));
		return;
	}
	if (!arrow_draft_claim(draft, ARROW_PART_SEQ + (enum arrow_part)i,
			       word))
		return;
	switch (i) {
	case 0:
		read_exact(draft, word, op, &draft->a.seq);
		break;
	case 1:
		read_exact(draft, word, op, &draft->a.ack);
		break;
	case 2:
		/* "=0" is "0" and "==0" */
		value = rest(word, op + (word->text[op] == '=' &&
					 word->text[op + 1] != '='));
		(void)value_read(draft->story->r, VALUE_COMPARE, &value,
				 &draft->a.len);
		break;
	default:
		read_at(draft, word, op);
	}
}

static void tell_unbound(const struct arrow_draft *draft,
			 const struct node *word, const char *name)
{
	const struct story *story = draft->story;
	const char *nearest = names_nearest(story->vars, story->n_vars, name);

	if (nearest && story->n_vars)
		story_error(story, word,
			    "no segment before has shown '%s'; did you mean "
			    "'%s'?",
			    name, nearest);
	else
		story_error(story, word,
			    "no segment before has shown '%s': 'seq=%s' binds "
			    "it",
			    name, name);
}

static void bind_number(struct arrow_draft *draft, bool never,
			const struct arrow_number *number,
			const struct node *word)
{
	struct story *story = draft->story;
	const char *name = number->variable;

	if (!name || names_find(story->vars, story->n_vars, name) >= 0)
		return;
	if (never || draft->a.count.set || number->plus) {
		tell_unbound(draft, word, name);
	} else if (story->n_vars == ARROW_VARIABLES) {
		story_error(story, word, "more than %d variables",
			    ARROW_VARIABLES);
	} else {
		story->vars[story->n_vars++] = name;
	}
}

void arrow_draft_bind(struct arrow_draft *draft, bool never)
{
	bind_number(draft, never, &draft->a.seq, draft->at[ARROW_PART_SEQ]);
	bind_number(draft, never, &draft->a.ack, draft->at[ARROW_PART_ACK]);
}
