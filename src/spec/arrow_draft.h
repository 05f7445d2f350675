/*
 * arrow_draft.h - one arrow while its line is read
 */
#pragma once

#include "spec/arrow.h"
#include "spec/arrow_words.h"

struct story;

/** enum arrow_part - what a line can say, each once */
enum arrow_part {
	ARROW_PART_HOSTS,
	ARROW_PART_FLAGS,
	ARROW_PART_ROLE,
	ARROW_PART_AGAIN,
	ARROW_PART_SEQ,
	ARROW_PART_ACK,
	ARROW_PART_LEN,
	ARROW_PART_AT,
	ARROW_PART_FATE,
	ARROW_PART_COUNT,
	ARROW_PART_OPTIONAL,
	ARROW_PARTS
};

/**
 * struct arrow_draft - an arrow and where its parts stand
 * @story: where errors go
 * @words: of the line
 * @at: the word that says a part; NULL if none does
 */
struct arrow_draft {
	struct story *story;
	struct arrow a;
	const struct arrow_words *words;
	const struct node *at[ARROW_PARTS];
};

/**
 * arrow_draft_claim - a word says a part
 *
 * Return: false if another one did: an error that is told.
 */
bool arrow_draft_claim(struct arrow_draft *draft, enum arrow_part part,
		       const struct node *word);

/** arrow_draft_condition - read "seq=J", "ack=J+1", "len>0", "at=1s..1.2s" */
void arrow_draft_condition(struct arrow_draft *draft, const struct node *word);

/**
 * arrow_draft_bind - hold its variables against those bound so far
 * @draft: the story gets those that it binds
 * @never: it must not be seen, and so binds none
 */
void arrow_draft_bind(struct arrow_draft *draft, bool never);
