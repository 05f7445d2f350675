/*
 * arrow_words.c - take the line of an arrow apart, each word with its place
 */
#include "spec/arrow_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "spec/errors.h"
#include "spec/node.h"
#include "spec/reader.h"

#define SPACES " \t\r\n"

bool arrow_words_is_condition(const char *word)
{
	size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz");

	if (!n || !word[n] || !strchr("=<>!", word[n]))
		return false;
	if (word[n] != '>')
		return true;
	/* client>server is none */
	return (n == 3 &&
		(strncmp(word, "seq", n) == 0 || strncmp(word, "ack", n) == 0 ||
		 strncmp(word, "len", n) == 0)) ||
	       (n == 2 && strncmp(word, "at", n) == 0);
}

static void add(const struct reader *r, const struct node *line,
		const char *word, size_t n, struct arrow_words *words)
{
	struct node *node;

	words->v = mem_resize(words->v, words->n + 1, sizeof(*words->v));
	node = &words->v[words->n++];
	*node = (struct node){
		.kind = NODE_KIND_SCALAR,
		.pos = spec_errors_place(r->errors, r->path, line->pos,
					 line->text,
					 (size_t)(word - line->text)),
		.text = mem_strndup(word, n),
	};
}

void arrow_words_split(const struct reader *r, const struct node *line,
		       struct arrow_words *words)
{
	const char *word = line->text + strspn(line->text, SPACES);

	*words = (struct arrow_words){0};
	for (size_t n; *word; word += strspn(word, SPACES)) {
		n = *word == '?' ? 1 : strcspn(word, SPACES);
		if (!arrow_words_is_condition(word) && memchr(word, '>', n))
			n = *word == '>' ? 1 : strcspn(word, ">");
		add(r, line, word, n, words);
		word += n;
	}
}

char *arrow_words_text(const struct arrow_words *words, const char *before)
{
	SCOPED_STR struct str text = {0};

	str_add(&text, before);
	for (size_t i = 0; i < words->n; i++) {
		str_add(&text, i ? " " : "");
		str_add(&text, words->v[i].text);
	}
	return str_steal(&text);
}

void arrow_words_done(struct arrow_words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->v[i].text);
	free(words->v);
	*words = (struct arrow_words){0};
}
