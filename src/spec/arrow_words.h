/*
 * arrow_words.h - take the line of an arrow apart, each word with its place
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct node;
struct reader;

/** struct arrow_words - the words of a line, as nodes of their own */
struct arrow_words {
	struct node *v;
	size_t n;
};

/**
 * arrow_words_split - take a line apart at its spaces
 * @r: knows the file, and so where each word stands
 * @line: a scalar
 * @words: release with arrow_words_done()
 *
 * The '>' between two hosts is a word of its own, also without spaces around
 * it; in a condition ("len>=100") it is not.
 */
void arrow_words_split(const struct reader *r, const struct node *line,
		       struct arrow_words *words);

/** arrow_words_is_condition - "seq=J", "len>0": a name and an operator */
bool arrow_words_is_condition(const char *word);

/** arrow_words_text - the line again, behind @before and with single spaces;
 * caller frees */
char *arrow_words_text(const struct arrow_words *words, const char *before);

/** arrow_words_done - release them */
void arrow_words_done(struct arrow_words *words);
